"""Small programs that must behave under recording as without: one idea each, by name; see ``programs.txt``."""

from __future__ import annotations

from pathlib import Path

_TEXT = Path(__file__).with_name("programs.txt").read_text(encoding="utf-8")

PROGRAMS: dict[str, str] = {}
for _part in f"\n{_TEXT}".split("\n# --- ")[1:]:
    _name, _, _source = _part.partition("\n")
    PROGRAMS[_name] = f"{_source}\n"

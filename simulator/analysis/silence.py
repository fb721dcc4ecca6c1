"""Findings that somebody does not want to hear of: by kind, variable or line, or by a comment at the line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.analysis.findings import TITLES, Finding
from simulator.analysis.fingerprint import family

_COMMENT = re.compile(r"#\s*threadloom:\s*ignore(?:\[([\w\s,-]*)\])?")


@dataclass(frozen=True, slots=True)
class Silence:
    """A rule; a finding that fits all that it names is silenced.

    Attributes
    ----------
    kind : str
        A kind of finding; empty for any.
    variable : str
        A variable, whatever the number of its object and its key; empty for any.
    file : str
        Name of a file without its folders; empty for any.
    line : int
        A line of it; 0 for any.
    """

    kind: str = ""
    variable: str = ""
    file: str = ""
    line: int = 0

    def fits(self, finding: Finding) -> bool:
        """Return whether the rule silences a finding."""
        if self.kind and self.kind != finding.kind:
            return False
        if self.variable and family(self.variable) != family(finding.variable):
            return False
        places = [(place.file, place.line) for place in finding.places] or [(finding.file, finding.line)]
        if self.file or self.line:
            return any(_is_at(self, file, line) for file, line in places)
        return bool(self.kind or self.variable)

    @property
    def text(self) -> str:
        """The rule in words: ``data race, counter, program.py line 4``."""
        parts = [TITLES.get(self.kind, self.kind).lower(), self.variable]
        parts.append(f"{self.file} line {self.line}" if self.line else self.file)
        return ", ".join(part for part in parts if part)


def _is_at(rule: Silence, file: str, line: int) -> bool:
    name = file.replace("\\", "/").rpartition("/")[2]
    return rule.file in ("", name) and rule.line in (0, line)


def silences_in(name: str, lines: Iterable[str]) -> list[Silence]:
    """Return the rules that a file's comments make.

    Parameters
    ----------
    name : str
        The file's name, with or without folders.
    lines : iterable of str
        Its text.

    Returns
    -------
    list of Silence
        For each line with ``# threadloom: ignore`` or ``# threadloom: ignore[data-race, leftover]``.
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    found = []
    for number, line in enumerate(lines, 1):
        match = _COMMENT.search(line)
        if match:
            kinds = [kind.strip() for kind in (match[1] or "").split(",")]
            found += [Silence(kind, file=base, line=number) for kind in kinds]
    return found


def part_silenced(
    findings: Iterable[Finding], rules: Sequence[Silence]
) -> tuple[list[Finding], list[tuple[Finding, Silence]]]:
    """Part findings into those to be heard and those that are silenced, each with the first rule that fits."""
    heard: list[Finding] = []
    silenced: list[tuple[Finding, Silence]] = []
    for finding in findings:
        rule = next((rule for rule in rules if rule.fits(finding)), None)
        if rule is None:
            heard.append(finding)
        else:
            silenced.append((finding, rule))
    return heard, silenced

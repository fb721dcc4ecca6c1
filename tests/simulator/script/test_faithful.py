"""A program behaves under recording as without: the same output, the same errors, the same exit code."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulator.script.programs import PROGRAMS
from tests.simulator.script.running import finish, start_script

STDIN = b"one\ntwo\n"


def write(folder: Path, name: str) -> Path:
    folder.mkdir()
    path = folder / "program.py"
    path.write_text(PROGRAMS[name], encoding="utf-8")
    return path


def test_there_are_enough_programs() -> None:
    assert len(PROGRAMS) >= 60


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_does_what_it_does_without_recording(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / "here", name)
    native = subprocess.run([sys.executable, str(path)], input=STDIN, capture_output=True, cwd=path.parent, check=False)
    shutil.rmtree(path.parent)
    write(path.parent, name)
    seen = finish(start_script(path), STDIN)
    assert seen.untouched == []
    assert seen.stdout.decode() == native.stdout.decode()
    assert seen.stderr.decode() == native.stderr.decode()
    assert seen.exit_code == native.returncode

"""Hooks are in a module before anybody can use it, and leave no trace in it."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from simulator.record.kinds import Kind
from simulator.script.after_import import AfterImport
from tests.simulator.script.running import run_script

NAMES = ("threadloom_probe", "threadloom_user")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    yield tmp_path
    for name in NAMES:
        sys.modules.pop(name, None)


def test_the_hook_sees_the_whole_module_before_its_importer_does(folder: Path) -> None:
    (folder / "threadloom_probe.py").write_text("a = 1\nb = 2\n")
    (folder / "threadloom_user.py").write_text("from threadloom_probe import b\n")

    def hook(module: ModuleType) -> None:
        assert module.a == 1
        module.__dict__["b"] = 3

    AfterImport({"threadloom_probe": hook}).install()
    assert importlib.import_module("threadloom_user").b == 3
    probe = sys.modules["threadloom_probe"]
    assert probe.__spec__ is not None
    assert type(probe.__loader__) is type(probe.__spec__.loader) is type(importlib.import_module("json").__loader__)


def test_a_module_that_is_there_is_hooked_at_once_and_only_once(folder: Path) -> None:
    (folder / "threadloom_probe.py").write_text("")
    seen: list[str] = []
    importlib.import_module("threadloom_probe")
    AfterImport({"threadloom_probe": lambda module: seen.append(module.__name__)}).install()
    del sys.modules["threadloom_probe"]
    importlib.import_module("threadloom_probe")
    assert seen == ["threadloom_probe"]


LOOP = """
import asyncio

async def work(number):
    await asyncio.sleep(0)

async def main():
    await asyncio.gather(*(work(n) for n in range(3)))

asyncio.run(main())
"""


@pytest.mark.slow
def test_every_task_of_a_loop_is_seen_from_its_first_step(tmp_path: Path) -> None:
    for _ in range(3):
        seen = run_script(tmp_path, LOOP)
        assert seen.exit_code == 0
        tasks = [row for row in seen.rows if row[2] == Kind.TASK]
        steps = [row for row in seen.rows if row[2] == Kind.STEP]
        assert len(tasks) >= 4
        assert len(steps) >= 2 * 4

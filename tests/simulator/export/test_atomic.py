"""An interrupted or failed write leaves the old file whole and nothing else."""

import contextlib
import errno
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.errors import FileError
from simulator.export.atomic import check_writable, replacing, shown


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "run.csv"
    path.write_bytes(b"old")
    return path


def assert_untouched(old: Path) -> None:
    assert old.read_bytes() == b"old"
    assert [entry.name for entry in old.parent.iterdir()] == [old.name]


def test_a_new_file_is_written_whole(tmp_path: Path) -> None:
    with replacing(tmp_path / "new.csv") as file:
        file.write(b"new")
    assert (tmp_path / "new.csv").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_old_file_stays_until_the_new_one_is_whole(old: Path) -> None:
    with replacing(old) as file:
        file.write(b"new")
        file.flush()
        assert old.read_bytes() == b"old"
    assert old.read_bytes() == b"new"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), ValueError("bad"), MemoryError()], ids=repr)
def test_leaving_early_leaves_the_old_file(old: Path, error: BaseException) -> None:
    def leave_early() -> None:
        with replacing(old) as file:
            file.write(b"half")
            raise error

    with pytest.raises(type(error)):
        leave_early()
    assert_untouched(old)


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file(old: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, name, fail)
    with (
        pytest.raises(FileError, match=r"cannot write .*run\.csv: the disk is full; free some space"),
        replacing(old) as file,
    ):
        file.write(b"new")
    monkeypatch.undo()
    assert_untouched(old)


@contextlib.contextmanager
def largest_file(n_bytes: int):
    """Let the system refuse files that are larger, in the middle of a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_system_refusing_half_way_leaves_the_old_file(old: Path) -> None:
    with largest_file(10_000), pytest.raises(FileError, match="larger than this disk allows"), replacing(old) as file:
        file.write(b"x" * 100_000)
    assert_untouched(old)


def test_interrupting_the_process_leaves_the_old_file(old: Path) -> None:
    code = (
        "import signal, sys\n"
        "from simulator.export.atomic import replacing\n"
        "with replacing(sys.argv[1]) as file:\n"
        "    file.write(b'half' * 100_000)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(old)], capture_output=True, check=False)
    assert b"KeyboardInterrupt" in ended.stderr
    assert_untouched(old)


def test_the_mode_of_the_old_file_is_kept(old: Path) -> None:
    old.chmod(0o640)
    with replacing(old) as file:
        file.write(b"new")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    with replacing(tmp_path / "new") as file:
        file.write(b"new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_link_stays_a_link(old: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = folder / "link.csv"
    link.symlink_to(old)
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert old.read_bytes() == b"new"


def cases_of_bad_places(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "file").touch()
    (tmp_path / "folder.csv").mkdir()
    return {
        "no folder": (tmp_path / "none" / "a.csv", f"the folder {tmp_path / 'none'} does not exist"),
        "a file as folder": (tmp_path / "file" / "a.csv", "is not a folder"),
        "a folder": (tmp_path / "folder.csv", "it is a folder; add a file name"),
        "a pipe": (tmp_path / "pipe.csv", "it is no ordinary file"),
        "a long name": (tmp_path / ("x" * 300), "the name is too long"),
    }


@pytest.mark.parametrize("case", ["no folder", "a file as folder", "a folder", "a pipe", "a long name"])
def test_bad_places_are_named_before_and_at_the_write(tmp_path: Path, case: str) -> None:
    path, message = cases_of_bad_places(tmp_path)[case]
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(FileError) as early:
        check_writable(path)
    with pytest.raises(FileError) as late, replacing(path):
        pass
    assert message in str(early.value)
    assert str(early.value) == str(late.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_unwritable_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("builtins.open", refuse)  # root may write everywhere, so the refusal is played
    with pytest.raises(FileError, match=f"no permission to write in the folder {tmp_path}"):
        check_writable(tmp_path / "a.csv")


def test_a_write_protected_file_is_not_replaced(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FileError, match="it is write-protected"), replacing(old) as file:
        file.write(b"new")
    assert_untouched(old)


def test_checking_leaves_no_trace(old: Path) -> None:
    check_writable(old)
    check_writable(old.with_name("new.csv"))
    assert_untouched(old)


def test_a_path_is_shown_on_one_line() -> None:
    assert shown("a\nb") == "'a\\nb'"
    assert shown("µ run.csv") == "µ run.csv"

"""Writing a file so that it is either whole or untouched: beside the target first, then renamed onto it."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from simulator.errors import FileError

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "your share of the disk is used up; free some space or choose another folder",
    errno.EFBIG: "the file is larger than this disk allows; choose another folder",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.EISDIR: "it is a folder; add a file name",
}


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as one printable line, in quotes if it would not be one."""
    text = os.fspath(path)
    return text if text.isprintable() and text else repr(text)


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `path` once the block has ended well.

    Parameters
    ----------
    path : path-like
        The file to write. A symbolic link is followed and stays; the mode of a file that is there is kept.

    Yields
    ------
    binary file
        Empty, writable, in the same folder under a name of its own.

    Raises
    ------
    FileError
        If it cannot be written.

    Notes
    -----
    However the block is left, by an error, a full disk or Ctrl+C, the old file is whole and no other file is left.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".threadloom-{secrets.token_hex(8)}.tmp")
    try:
        mode = _mode_of_old(target)
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            raise FileError(_explain(path, target, error)) from error
        raise
    _sync_folder(target.parent)


def check_writable(path: str | os.PathLike[str]) -> None:
    """Make sure that `path` can be written, as far as one can know beforehand; leaves everything as it was.

    Raises
    ------
    FileError
        If it cannot.
    """
    target = Path(os.path.realpath(path))
    probe = target.with_name(f".threadloom-{secrets.token_hex(8)}.tmp")
    try:
        _mode_of_old(target)
        with open(probe, "xb"):
            pass
        probe.unlink()
    except OSError as error:
        raise FileError(_explain(path, target, error)) from error


def _mode_of_old(target: Path) -> int | None:
    """Return the permissions of the file to be replaced, None if there is none; refuse what is no plain file."""
    try:
        old = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(old.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(old.st_mode):
        raise OSError(errno.EINVAL, "it is no ordinary file")
    if not os.access(target, os.W_OK):
        raise OSError(errno.EPERM, "it is write-protected")
    return stat.S_IMODE(old.st_mode)


def _explain(path: str | os.PathLike[str], target: Path, error: OSError) -> str:
    folder = target.parent
    if error.errno in _REASONS:
        reason = _REASONS[error.errno]
    elif not folder.exists():
        reason = f"the folder {shown(folder)} does not exist; create it or choose another"
    elif not folder.is_dir():
        reason = f"{shown(folder)} is not a folder; choose another"
    elif error.errno == errno.EACCES:
        reason = f"no permission to write in the folder {shown(folder)}; choose another"
    else:
        reason = f"{error.strerror or error}; choose another name or folder"
    return f"cannot write {shown(path)}: {reason}"


def _sync_folder(folder: Path) -> None:
    """Let the new name reach the disk; some systems cannot do this for folders."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

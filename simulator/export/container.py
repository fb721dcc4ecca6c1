"""The container of a recording: a zip archive with few members, read with every size known before it is inflated."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterable
from typing import BinaryIO

MIMETYPE = b"application/x-threadloom"
_MIMETYPE_NAME = "mimetype"
_START = (b"PK\x03\x04", 30, _MIMETYPE_NAME.encode() + MIMETYPE)
"""How a container begins: a zip header and, after its 30 bytes, name and content of the first member."""

MAX_TEXT_BYTES = 1 << 29
_SURELY_SMALL_BYTES = 1 << 20
_MAX_RATIO = 50
_FAST = 1
_LONG_AGO = (1980, 1, 1, 0, 0, 0)

_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    KeyError,
)


class ForeignError(Exception):
    """The file is no container of ours."""


class DamagedError(Exception):
    """The file is a container of ours, but damaged; the text says in what way."""


def write_container(file: BinaryIO, members: Iterable[tuple[str, bytes, bool]]) -> None:
    """Write a container.

    Parameters
    ----------
    file : binary file
        Where to.
    members : iterable of (str, bytes, bool)
        Name, content, and whether to compress it. Equal members give equal files.
    """
    with zipfile.ZipFile(file, "w") as archive:
        _write(archive, _MIMETYPE_NAME, MIMETYPE, False)
        for name, content, is_compressed in members:
            _write(archive, name, content, is_compressed)


def _write(archive: zipfile.ZipFile, name: str, content: bytes, is_compressed: bool) -> None:
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.external_attr = 0o644 << 16
    kind = zipfile.ZIP_DEFLATED if is_compressed else zipfile.ZIP_STORED
    archive.writestr(info, content, kind, _FAST if is_compressed else None)


class Container:
    """A container opened for reading; a context manager.

    Parameters
    ----------
    path : path-like
        The file.

    Raises
    ------
    OSError
        If it cannot be opened.
    ForeignError, DamagedError
        If it is no container, or one that was cut short.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for ever
            raise ForeignError
        self._file = open(path, "rb")  # noqa: SIM115  # closed by `close`
        try:
            magic, skip, name = _START
            start = self._file.read(skip + len(name))
            if not (start.startswith(magic) and start[skip:] == name):
                raise ForeignError
            self._archive = zipfile.ZipFile(self._file)
        except _ZIP_ERRORS as error:
            self.close()
            raise DamagedError("its end is missing") from error
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def read_text(self, name: str) -> bytes:
        """Return the content of a member of unknown size, unless it is larger than any of ours could be."""
        info = self._find(name)
        is_bomb = info.file_size > max(_SURELY_SMALL_BYTES, _MAX_RATIO * info.compress_size)
        if is_bomb or info.file_size > MAX_TEXT_BYTES:
            raise DamagedError(f"its part {name} would be {info.file_size:,} bytes large")
        return self._read(info)

    def read(self, name: str, size: int) -> bytes:
        """Return the content of a member, which must be `size` bytes."""
        info = self._find(name)
        if info.file_size != size:
            raise DamagedError(f"its part {name} has {info.file_size:,} bytes instead of {size:,}")
        return self._read(info)

    def stored_size(self, name: str) -> int:
        """Return the size of a member that is not compressed: so many bytes are really there."""
        info = self._find(name)
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size > os.fstat(self._file.fileno()).st_size:
            raise DamagedError(f"its part {name} is not stored as it should be")
        return info.compress_size

    def _find(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._archive.getinfo(name)
        except KeyError:
            raise DamagedError(f"its part {name} is missing") from None

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        try:
            with self._archive.open(info) as member:
                content = member.read(info.file_size)
                is_whole = len(content) == info.file_size and not member.read(1)  # also compares the check sum
        except _ZIP_ERRORS as error:
            raise DamagedError(f"its part {info.filename} cannot be read") from error
        if not is_whole:
            raise DamagedError(f"its part {info.filename} is of the wrong size")
        return content

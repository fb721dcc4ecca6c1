"""Recording files taken apart and put together again with something changed."""

import zipfile
from pathlib import Path

import pytest

from simulator.errors import FileError
from simulator.export.recording_file import load

Members = dict[str, bytes]


def unzip(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezip(members: Members, path: Path, stored: tuple[str, ...] = ("mimetype", "columns/begin_ns.0")) -> Path:
    """Write members with right check sums, so that only what they say is wrong."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return path


def refusal(path: Path) -> str:
    """Return the one line with which loading is refused."""
    with pytest.raises(FileError) as caught:
        load(path)
    message = str(caught.value)
    assert str(path) in message
    assert message.isprintable()
    return message

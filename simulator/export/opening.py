"""Opening whatever holds a run: a recording, or a Chrome trace of another program."""

from __future__ import annotations

import os
from pathlib import Path

from simulator.analysis.recording import Recording
from simulator.export import chrome_trace, recording_file
from simulator.export.chrome_trace.reading import load_chrome_trace
from simulator.progress import Progress, silent

OPENED = (recording_file.SUFFIX, chrome_trace.SUFFIX)
"""Suffixes of files that can be opened."""


def open_recording(path: str | os.PathLike[str], progress: Progress = silent) -> Recording:
    """Read a run from a file, a Chrome trace if its suffix is ``.json``; raises `FileError` if it cannot be read."""
    if Path(path).suffix.lower() == chrome_trace.SUFFIX:
        return load_chrome_trace(path, progress)
    return recording_file.load(path, progress)

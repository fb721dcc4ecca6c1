"""Tracebacks without frames of ours."""

from __future__ import annotations

import os
import sys
from types import CodeType, TracebackType

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_MADE_UP = ("<record ", "<frozen importlib._bootstrap")


def _find_start() -> CodeType:
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code


_START = _find_start()
"""The command by which this process was started. Its file is called ``<string>``, as is any text that is executed."""


def is_ours(filename: str) -> bool:
    """Return whether code of this file is ours."""
    return filename.startswith((_OURS, *_MADE_UP))


def strip(error: BaseException) -> None:
    """Take our frames out of the traceback of an exception and of those that it came from."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.__traceback__ = _without_ours(one.__traceback__)
        waiting += [one.__cause__, one.__context__]


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and (trace.tb_frame.f_code is _START or is_ours(trace.tb_frame.f_code.co_filename)):
        trace = trace.tb_next
    one = trace
    while one is not None:
        following = one.tb_next
        while following is not None and is_ours(following.tb_frame.f_code.co_filename):
            following = following.tb_next
        one.tb_next = following
        one = following
    return trace

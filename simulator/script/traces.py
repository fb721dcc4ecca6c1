"""Tracebacks without frames of ours."""

from __future__ import annotations

import os
from types import TracebackType

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_MADE_UP = ("<record ", "<frozen importlib._bootstrap")


def is_ours(filename: str) -> bool:
    """Return whether code of this file is ours."""
    return filename.startswith((_OURS, *_MADE_UP)) or filename == "<string>"


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
    while trace is not None and is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    one = trace
    while one is not None:
        following = one.tb_next
        while following is not None and is_ours(following.tb_frame.f_code.co_filename):
            following = following.tb_next
        one.tb_next = following
        one = following
    return trace

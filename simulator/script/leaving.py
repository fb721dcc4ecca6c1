"""Accesses that were done when an exception left their stretch: these are recorded where the exception is met.

A stretch is recorded when it ends, and an exception may keep it from its end. What it has written by then others have
read. So before what may raise a function notes natively how far a stretch with changes has come: it sets a local name
to the number of a `simulator.script.sites.Mark`. Where exceptions are caught, and where they leave the function, what
was marked is recorded. Its accesses lie anywhere between the opening of the stretch and then. Where no name of ours may
stay, a stretch with changes is recorded before what may raise.
"""

from __future__ import annotations

import ast
import builtins
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from simulator.script.interleaving import OPENED
from simulator.script.placeholders import call, helper
from simulator.script.sites import SiteBook

PROGRESS = "@threadloom.mark"
"""Name of the local variable; 0 while nothing is marked."""


def set_mark(number: int) -> ast.stmt:
    """Return the statement that notes how far a stretch has come, or with 0 that it is recorded."""
    return ast.Assign([ast.Name(PROGRESS, ast.Store())], ast.Constant(number))


def look_at_mark() -> ast.stmt:
    """Return the statement that records what is marked, if anything is, or counts it where no call can be made."""
    left = ast.Expr(call("left", ast.Name(PROGRESS, ast.Load())))
    lost = ast.AugAssign(ast.Subscript(helper("lost"), helper("opened"), ast.Store()), ast.Add(), ast.Constant(1))
    too_deep = ast.ExceptHandler(helper("too deep"), None, [lost])
    return ast.If(ast.Name(PROGRESS, ast.Load()), [ast.Try([left], [too_deep], [], []), set_mark(0)], [])


def guarded(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the body of a function that records what is marked when an exception leaves it."""
    handler = ast.ExceptHandler(None, None, [look_at_mark(), ast.Raise(None, None)])
    return [set_mark(0), ast.Try(body, [handler], [], [])]


def leaving_helper(
    book: SiteBook,
    latest: list[int | None],
    find_late: Callable[[str], Callable[..., Any]],
    unset: object,
) -> Callable[[int], None]:
    """Return the function that rewritten code calls with the number of a mark, in the frame that it is about."""
    marks, now, frame_of, missing = book.marks, time.perf_counter_ns, sys._getframe, object()
    built_in = vars(builtins)

    def find(frame: FrameType, own: Any, name: str) -> object:
        for names in (own, frame.f_globals, built_in):
            if name in names:
                found: object = names[name]
                return found
        return missing

    def left(number: int) -> None:
        mark, frame = marks[number], frame_of(1)
        assert mark is not None  # the number 0 is of none
        latest[OPENED] = None
        t, own = now(), frame.f_locals
        token = own.get(mark.token)
        for form, site, arguments in mark.accesses:
            values = [find(frame, own, name) if name else constant for name, constant in arguments]
            is_whole = all(value is not missing for value in values)
            if is_whole and values[-1] is not unset and type(token) is int:
                find_late(form.lower())(site, *values, -token, t)
        if type(own) is dict:  # a copy that Python before 3.13 keeps with the frame, and all that is in it
            own.clear()

    return left

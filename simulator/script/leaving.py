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

from simulator.script.interleaving import Latest
from simulator.script.nodes import store
from simulator.script.placeholders import call, helper
from simulator.script.sites import Mark, SiteBook

PROGRESS = "@threadloom.mark"
"""Name of the local variable; it is there only while something is marked."""


def set_mark(number: int) -> ast.stmt:
    """Return the statement that notes how far a stretch has come, by the number of a mark; 0 is none."""
    return ast.Assign([store(PROGRESS)], ast.Constant(number))


def clear_mark() -> ast.stmt:
    """Return the statement that notes that a marked stretch is recorded."""
    return ast.Delete([ast.Name(PROGRESS, ast.Del())])


def record_marked() -> list[ast.stmt]:
    """Return the statements that record what is marked, if anything is, or count it where no call can be made."""
    lost = ast.AugAssign(ast.Attribute(helper("latest"), "n_lost", ast.Store()), ast.Add(), ast.Constant(1))
    too_deep = ast.ExceptHandler(helper("too deep"), None, [lost])
    return [ast.Try([ast.Expr(call("left"))], [too_deep], [], []), set_mark(0), clear_mark()]


def guarded(body: list[ast.stmt]) -> ast.stmt:
    """Return a block that records what is marked when an exception leaves it."""
    return ast.Try(body, [ast.ExceptHandler(None, None, [*record_marked(), ast.Raise(None, None)])], [], [])


def leaving_helper(
    book: SiteBook,
    latest: Latest,
    find_late: Callable[[str], Callable[..., Any]],
    unset: object,
) -> Callable[[], None]:
    """Return the function that rewritten code calls in a frame that an exception may have left marked."""
    marks, now, frame_of, missing = book.marks, time.perf_counter_ns, sys._getframe, object()
    built_in = vars(builtins)

    def find(frame: FrameType, own: Any, name: str) -> object:
        for names in (own, frame.f_globals, built_in):
            if name in names:
                found: object = names[name]
                return found
        return missing

    def left() -> None:
        frame = frame_of(1)
        own = frame.f_locals
        number = own.get(PROGRESS)
        if number:
            latest.opened = None
            record(marks[number - 1], frame, own, now())
        if type(own) is dict:  # a copy that Python before 3.13 keeps with the frame, and all that is in it
            own.clear()

    def record(mark: Mark, frame: FrameType, own: Any, t: int) -> None:
        token = own.get(mark.token)
        for form, site, arguments in mark.accesses:
            values = [find(frame, own, name) if name else constant for name, constant in arguments]
            is_whole = all(value is not missing for value in values)
            if is_whole and values[-1] is not unset and type(token) is int:
                find_late(form.lower())(site, *values, -token, t)

    return left

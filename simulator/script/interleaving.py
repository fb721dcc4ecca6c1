"""Whether anything else was recorded inside a stretch: told by the stretch itself, without a place to switch threads.

Accesses of a stretch share one stamp, behind the last. Nothing of another thread's can lie among them, unless Python
code runs there that the source does not show (an operator, a destructor, a property) or C code lets the lock go. Which
of these will happen cannot be told from the source, nor from types. So each stretch looks for itself. There is one
object for all threads, ``latest``:

- ``latest.opened`` is the token of the stretch that was opened last, None once a stretch has been closed;
- ``latest.stamped`` is the stamp of the record that was made last.

A stretch opens with ``token = latest.opened = -latest.stamped``: a new number each time, and a time before its first
access. It closes with ``token = latest.opened is token or token; latest.opened = None`` and takes its stamp. None of
this has a call in it, so threads do not switch here. (A stretch that closes within an expression takes its token away
after its stamp, unless it has lost it: who opens one or records something right between is less certain than could be,
no more.) A record on the spot takes ``latest.opened`` with it, read between the access and its stamp.

If a stretch finds its token it is exact. Else something was opened or closed inside it, and its accesses are recorded
as ones that lie anywhere between the token's time and the stamp. A record on the spot that finds a token lies inside
that stretch: it is recorded as lying between its own stamp and a second, taken after the token has been taken away.

Why that is enough: let one of two stretches, A, open first, and an access of the other, B, lie between the opening and
the closing of A. Then B was opened inside A, A does not find its token, and its interval begins before B. If B is still
open when A closes, B does not find its token either. A record on the spot inside A finds A's token, unless another
stretch was opened or closed meanwhile: then A misses its token, and its interval covers the record. If it finds the
token, either A closes later and misses it, or A has taken its stamp by the time of the second stamp.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Callable

from simulator.script.nodes import load, store
from simulator.script.placeholders import call, clock, helper


class Latest:
    """What all stretches of a run look at; among the constants of rewritten code, which must be hashable.

    Attributes
    ----------
    opened : int or None
        The token of the stretch that was opened last, None once a stretch has been closed.
    stamped : int
        The stamp of the record that was made last.
    n_lost : int
        How often accesses could not be recorded, since the stack was full.
    """

    __slots__ = ("n_lost", "opened", "stamped")

    def __init__(self) -> None:
        self.opened: int | None = None
        self.stamped = time.perf_counter_ns()
        self.n_lost = 0


def stamping_again(latest: Latest) -> Callable[[], int]:
    """Return what takes the token of an open stretch away and returns the time: for a record that found one."""
    now = time.perf_counter_ns

    def again() -> int:
        latest.opened = None
        return now()

    return again


def opened(context: ast.expr_context | None = None) -> ast.Attribute:
    """Return the expression of the token of the stretch that was opened last."""
    return ast.Attribute(helper("latest"), "opened", context or ast.Load())


def stamp() -> list[ast.expr]:
    """Return what a record on the spot takes behind its access: the token of an open stretch, and the time."""
    return [opened(), clock()]


def stamped() -> ast.Attribute:
    """Return the expression of the stamp of the record that was made last."""
    return ast.Attribute(helper("latest"), "stamped", ast.Load())


def open_stretch(token: str) -> ast.stmt:
    """Return the statement that opens a stretch, its token under a name."""
    before = ast.UnaryOp(ast.USub(), stamped())
    return ast.Assign([store(token), opened(ast.Store())], before)


def close_stretch(token: str) -> list[ast.stmt]:
    """Return the statements that close a stretch: then the name is bound to True, or to the token if it was lost."""
    found = ast.BoolOp(ast.Or(), [is_opened(token), load(token)])
    return [ast.Assign([store(token)], found), forget_opened()]


def is_opened(token: str) -> ast.expr:
    """Return the expression whether the stretch with this token was opened last, and nothing closed since."""
    return ast.Compare(opened(), [ast.Is()], [load(token)])


def find_token(token: str) -> list[ast.expr]:
    """Return what to try in an expression that closes a stretch: the first that is true is True, or the lost token."""
    return [is_opened(token), call("lose", load(token))]


def losing(latest: Latest) -> Callable[[int], int]:
    """Return what a stretch that has lost its token calls, so that one that is still open inside it loses its own."""

    def lose(token: int) -> int:
        latest.opened = None
        return token

    return lose


def forget_opened() -> ast.stmt:
    """Return the statement that takes the token of an open stretch away, if there is one."""
    return ast.Assign([opened(ast.Store())], ast.Constant(None))

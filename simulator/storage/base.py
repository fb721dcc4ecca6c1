"""What every storage has in common: plain attribute access, turned into recorded accesses.

A recorded variable is a property of the namespace's class, so that worker code says ``state.request_id`` and nothing
else. Its slot holds the pair ``(value, write id)``: one object, stored and fetched in one step, so that the write whose
value a read got is known and never guessed. The stamp is taken right after the access in straight-line code; the
interpreter looks for a thread switch only at calls and backward jumps, so none falls between the two (GIL builds from
3.10 on).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from sys import _getframe
from typing import Any, NamedTuple, Protocol

from simulator.record.values import ABSENT

NO_WRITE = 0
EMPTY = (ABSENT, NO_WRITE)


class Accessors(NamedTuple):
    """The three recorded accesses to one variable."""

    read: Callable[[Any], Any]
    write: Callable[[Any, Any], None]
    delete: Callable[[Any], None]


class TurnTaker(Protocol):
    """Decides when an access may happen; None stands for "at once"."""

    def before_access(self) -> None:
        """Wait until the calling thread may access."""

    def after_access(self) -> None:
        """Tell that the calling thread has accessed."""


class Storage(Protocol):
    """A place for the values of variables."""

    def accessors(self, name: str, variable: int, line: int) -> Accessors:
        """Build the recorded accesses to a variable on one line.

        Parameters
        ----------
        name : str
            The attribute's name.
        variable : int
            Its index in the program's variables.
        line : int
            The line of the program that accesses it, to be recorded.
        """

    def set_initial(self, name: str, variable: int, value: object) -> None:
        """Store a value before the run."""


def absent_error(name: str) -> AttributeError:
    """Return the error that plain Python raises for an attribute that is not there."""
    return AttributeError(f"no attribute {name!r} here")


def site_name(name: str, line: int) -> str:
    """Return the name under which one line of a program accesses a variable; no program can spell it by accident."""
    return f"{name}@{line}"


def namespace_class(
    storage: Storage,
    variables: dict[str, int],
    turns: TurnTaker | None = None,
    sites: Iterable[tuple[str, int]] = (),
) -> type[Any]:
    """Make the class whose instances give plain attribute access to recorded variables.

    Parameters
    ----------
    storage : Storage
        Where the values live.
    variables : dict of str to int
        Attribute names and their indices; no other attribute can be set.
    turns : TurnTaker, optional
        Asked before and told after each access; without it nothing is added to an access.
    sites : iterable of (str, int)
        Variable and line of accesses that were compiled to a name of their own, see `site_name`.

    Returns
    -------
    type
        A class without instance dictionary. An access by a variable's plain name, as ``getattr`` does it, finds its
        line on the call stack.
    """

    def build(name: str, line: int) -> Accessors:
        accessors = storage.accessors(name, variables[name], line)
        return accessors if turns is None else Accessors(*(_in_turn(access, turns) for access in accessors))

    body: dict[str, Any] = {"__slots__": ()}
    for name, line in sites:
        body[site_name(name, line)] = property(*build(name, line))
    for name in variables:
        body[name] = _by_call_stack(name, build)
    return type("State", (), body)


def _in_turn(access: Callable[..., Any], turns: TurnTaker) -> Callable[..., Any]:
    def step(*arguments: Any) -> Any:
        turns.before_access()
        try:
            return access(*arguments)
        finally:
            turns.after_access()

    return step


def _by_call_stack(name: str, build: Callable[[str, int], Accessors]) -> property:
    at_line = lru_cache(maxsize=None)(build)

    def read(state: Any) -> Any:
        return at_line(name, _getframe(1).f_lineno).read(state)

    def write(state: Any, value: Any) -> None:
        at_line(name, _getframe(1).f_lineno).write(state, value)

    def delete(state: Any) -> None:
        at_line(name, _getframe(1).f_lineno).delete(state)

    return property(read, write, delete)

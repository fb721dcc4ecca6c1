"""What every storage has in common: plain attribute access, turned into recorded accesses.

A recorded variable is a property of the namespace's class, so that worker code says ``state.request_id`` and nothing
else. Its slot holds the pair ``(value, write id)``: one object, stored and fetched in one step, so that the write whose
value a read got is known and never guessed. The stamp is taken right after the access in straight-line code; the
interpreter looks for a thread switch only at calls and backward jumps, so none falls between the two (GIL builds from
3.10 on).
"""

from __future__ import annotations

from collections.abc import Callable
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

    def accessors(self, name: str, variable: int, depth: int) -> Accessors:
        """Build the recorded accesses to a variable.

        Parameters
        ----------
        name : str
            The attribute's name.
        variable : int
            Its index in the program's variables.
        depth : int
            How many frames above the access the program's own line is.
        """

    def set_initial(self, name: str, variable: int, value: object) -> None:
        """Store a value before the run."""


def absent_error(name: str) -> AttributeError:
    """Return the error that plain Python raises for an attribute that is not there."""
    return AttributeError(f"no attribute {name!r} here")


def _in_turn(access: Callable[..., Any], turns: TurnTaker) -> Callable[..., Any]:
    def step(*arguments: Any) -> Any:
        turns.before_access()
        try:
            return access(*arguments)
        finally:
            turns.after_access()

    return step


def namespace_class(storage: Storage, variables: dict[str, int], turns: TurnTaker | None = None) -> type[Any]:
    """Make the class whose instances give plain attribute access to recorded variables.

    Parameters
    ----------
    storage : Storage
        Where the values live.
    variables : dict of str to int
        Attribute names and their indices; no other attribute can be set.
    turns : TurnTaker, optional
        Asked before and told after each access; without it nothing is added to an access.

    Returns
    -------
    type
        A class without instance dictionary and with one property for each variable.
    """
    body: dict[str, Any] = {"__slots__": ()}
    for name, variable in variables.items():
        accessors = storage.accessors(name, variable, 1 if turns is None else 2)
        if turns is not None:
            accessors = Accessors(*(_in_turn(access, turns) for access in accessors))
        body[name] = property(accessors.read, accessors.write, accessors.delete)
    return type("State", (), body)

"""Containers that a function has made: cheaply, since a program makes many and most are never looked at."""

from __future__ import annotations

from collections.abc import Callable
from sys import getrefcount
from typing import Any

from simulator.script.buffers import Buffers
from simulator.script.fresh import RETURNED
from simulator.script.identity import Identity


def making_helpers(identity: Identity, buffers: Buffers) -> dict[str, Callable[..., Any]]:
    """Return the functions that rewritten code calls with a new container, a list of new ones, and what may be new.

    They do what `Identity.note_new` does for containers that no line of a module itself has made, and return what they
    were given.
    """
    silent, forget, things_get, mine = identity.silent, identity.note_gone, identity.things.get, buffers.mine
    is_silent = silent.__contains__

    def made(one: object) -> object:
        if id(one) in silent:
            forget(id(one))
        return one

    def made_each(many: list[object]) -> list[object]:
        for key in filter(is_silent, map(id, many)):
            forget(key)
        return many

    def fresh(one: object) -> object:
        if id(one) in silent and getrefcount(one) <= RETURNED and not is_newborn(one):
            forget(id(one))
        return one

    def is_newborn(one: object) -> bool:
        """Return whether it is known under this number only since its fields were stored; see `dataclass_fields`."""
        buffer = mine.buffer
        newborn, buffer.newborn = buffer.newborn, None
        return newborn is not None and newborn[0] is things_get(id(one)) and newborn[1] is type(one)

    return {"made": made, "made each": made_each, "fresh": fresh}

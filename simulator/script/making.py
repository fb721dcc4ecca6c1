"""Containers that a function has made: cheaply, since a program makes many and most are never looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.script.identity import MAX_NEW, Identity


def making_helpers(identity: Identity) -> dict[str, Callable[..., Any]]:
    """Return the functions that rewritten code calls with a new container, and with a list of new ones.

    They do what `Identity.note_new` does for containers that no line of a module itself has made, and return what they
    were given.
    """
    things, noted, new, forget = identity.things, identity.made, identity.new, identity.note_gone
    add, add_all = new.add, new.update

    def made(one: object) -> object:
        key = id(one)
        if len(new) < MAX_NEW:
            add(key)
        if key in things or key in noted:
            forget(key)
        return one

    def made_each(many: list[object]) -> list[object]:
        keys = list(map(id, many))
        if len(new) < MAX_NEW:
            add_all(keys)
        if not (things.keys().isdisjoint(keys) and noted.keys().isdisjoint(keys)):
            for key in keys:
                forget(key)
        return many

    return {"made": made, "made each": made_each}

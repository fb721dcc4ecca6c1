"""Methods of lists and the like: where they store something, and which items they move."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from simulator.record.values import portable
from simulator.script.buffers import Buffer
from simulator.script.containers import SEQUENCES
from simulator.script.identity import Identity
from simulator.script.items import MOST_STORED, NOT_KNOWN, base_of
from simulator.script.sites import SiteBook
from simulator.script.things import Thing
from simulator.script.wholes import Wholes

_METHODS = "append extend insert pop remove clear sort reverse appendleft extendleft popleft rotate"
_GROWN_BY = {"append": 1, "appendleft": 1, "insert": 1, "pop": -1, "popleft": -1, "remove": -1}
_HOLDS_OBJECTS = (list, deque)


def stamp_before(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
    """Note the time before a call, where nothing else need be known."""
    return time.perf_counter_ns()


class ListAccess:
    """Records calls that change a sequence.

    Parameters
    ----------
    identity, book
        Tell objects apart, and what sites mean.
    wholes : Wholes
        Records accesses to containers as such.
    """

    def __init__(self, identity: Identity, book: SiteBook, wholes: Wholes) -> None:
        self._things_get = identity.things.get
        self._book = book
        self._wholes = wholes
        self._items = wholes.items

    def handlers(self) -> dict[tuple[type, str], Any]:
        """Return what is done before and after each method."""
        return {(kind, name): (stamp_before, self._has_changed) for kind in SEQUENCES for name in _METHODS.split()}

    def _has_changed(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        reference = -2 * (t - began)
        self._wholes.change(buffer, t, site, one, reference)
        thing = self._things_get(id(one))
        if thing is None:
            return
        name = self._book.infos[site].name
        if type(one) is list and self._is_at_end(buffer, t, site, thing, one, name, first, reference):
            return
        base = base_of(one)
        length = base.__len__(one)
        was, thing.length = self._length_before(thing.length, name, first, base, one, length), length
        start = find_start(name, first, was, length)
        if thing.items or thing.stored or start < min(was, length):
            self._items.move(buffer, t, site, thing, one, start, was, began)
        if base not in _HOLDS_OBJECTS or length - was != _growth(name, first):
            return
        for nth, index in enumerate(_places_of(name, first, start, length)):
            value = first[nth] if name == "extend" else first
            if name == "insert":
                value = _value_at(base, one, index)
                t = time.perf_counter_ns()  # another call may have come before the value was looked at here
            self._items.store(buffer, t, site, thing, one, index, value, -2 * (t - began))

    def _is_at_end(
        self,
        buffer: Buffer,
        t: int,
        site: int,
        thing: Thing,
        one: list[Any],
        name: str,
        first: object,
        reference: int,
    ) -> bool:
        """Record an `append` or `pop` at the end, the most frequent calls; return False for all others."""
        was, length, items = thing.length, len(one), thing.items
        if name == "append" and (was == length - 1 or was < 0):
            thing.length = length
            if items and length - 1 in items:
                self._items.store(buffer, t, site, thing, one, length - 1, first, reference)
            else:
                self._items.keep(thing, length - 1, (buffer, t, site, reference, portable(first)))
            return True
        if name == "pop" and first is None and was == length + 1 and not (items and length in items):
            thing.length = length
            if thing.stored:
                thing.stored.pop(length, None)
            return True
        return False

    @staticmethod
    def _length_before(known: int, name: str, first: object, base: Any, one: Any, length: int) -> int:
        """Return how long a list was before a call, as far as is known."""
        if known >= 0:
            return known
        is_full = base is deque and one.maxlen == length
        return length if is_full else length - (_growth(name, first) or 0)


def _value_at(base: Any, one: object, index: int) -> object:
    try:
        return base.__getitem__(one, index)
    except IndexError:  # another thread has taken it away
        return NOT_KNOWN


def find_start(name: str, first: object, was: int, length: int) -> int:
    """Return from which index on a call has changed what is in a list.

    Parameters
    ----------
    name : str
        Of the method.
    first : object
        Its first argument.
    was, length : int
        How long the list was before, and is after.
    """
    if name == "extend":
        return was if length >= was else 0
    if length - was != _growth(name, first):  # another thread's call came in between, or a deque was full
        return 0
    if name == "append" or (name == "pop" and first is None):
        return min(was, length)
    if name in ("insert", "pop") and type(first) is int:
        return max(first if first >= 0 else was + first, 0) if first < was else was
    return 0


def _growth(name: str, first: object) -> int | None:
    """Return by how much a call makes a list longer, None if that is not known."""
    if name in ("extend", "extendleft"):
        return len(first) if type(first) in (list, tuple) else None  # type: ignore[arg-type]  # by the types named here
    return _GROWN_BY.get(name)


def _places_of(name: str, first: object, start: int, length: int) -> range:
    """Return the indices at which a call has stored something."""
    if name == "extend":
        return range(start, min(length, start + MOST_STORED))
    if name in ("append", "insert"):
        return range(start, start + 1)
    return range(1) if name == "appendleft" else range(0)

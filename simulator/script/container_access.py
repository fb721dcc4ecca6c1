"""Methods of built-in containers: those that change one as a whole, or look at all of it, or for a key."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from simulator.record.kinds import Kind
from simulator.script.buffers import Buffer
from simulator.script.containers import MAPPINGS, SEQUENCES, WHOLES
from simulator.script.identity import Identity
from simulator.script.items import MOST_STORED, NOT_KNOWN
from simulator.script.list_access import ListAccess, stamp_before
from simulator.script.sites import KEY_TYPES, SiteBook
from simulator.script.wholes import Access, Wholes

_CHANGES = {
    MAPPINGS: "move_to_end",
    WHOLES: "add discard remove pop clear update difference_update intersection_update symmetric_difference_update",
}

_LOOKS = {
    MAPPINGS: "copy",
    SEQUENCES: "copy count index",
    WHOLES: "copy union intersection difference symmetric_difference issubset issuperset isdisjoint",
}


class ContainerAccess:
    """Records calls that access a container.

    Parameters
    ----------
    identity, book
        Tell objects apart, and where sites get their numbers.
    access : callable
        Appends the row of an access; see `Wholes`.
    wholes : Wholes
        Records accesses to containers as such.
    """

    def __init__(self, identity: Identity, book: SiteBook, access: Access, wholes: Wholes) -> None:
        self._things_get = identity.things.get
        self._meet = identity.meet
        self._book = book
        self._access = access
        self._wholes = wholes
        self._items = wholes.items
        self._lists = ListAccess(identity, book, wholes)

    def handlers(self) -> dict[tuple[type, str], Any]:
        """Return what is done before and after each method."""
        made: dict[tuple[type, str], Any] = self._lists.handlers()
        for kinds, names in _CHANGES.items():
            made |= {(kind, name): (stamp_before, self._has_changed) for kind in kinds for name in names.split()}
        for kind in MAPPINGS:
            made[kind, "get"] = (_look_for, self._got)
            made[kind, "pop"] = (stamp_before, self._popped)
            made[kind, "setdefault"] = (_look_for, self._has_set)
            made[kind, "popitem"] = (stamp_before, self._has_popped)
            made[kind, "clear"] = (self._begin_clear, self._has_cleared)
            made[kind, "update"] = (self._begin_update, self._has_updated)
        made[Counter, "update"] = made[Counter, "subtract"] = (self._begin_unknown, self._has_updated)
        for kinds, names in _LOOKS.items():  # type: ignore[assignment]  # types, too
            made |= {(kind, name): (stamp_before, self._looked) for kind in kinds for name in names.split()}
        return made

    def _has_changed(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        self._wholes.change(buffer, t, site, one, -2 * (t - began))

    def _looked(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        self._wholes.read(buffer, t, site, one, -2 * (t - began))

    # -- a key of a dictionary -------------------------------------------------------------------------------------

    def _got(self, buffer: Buffer, site: int, one: Any, first: Any, begun: Any, result: Any, t: int) -> None:
        began, was_there = begun
        is_missing = type(first) in KEY_TYPES and _has_found_nothing(one, first, was_there, result)
        self._wholes.look_for(buffer, t, site, one, first, result, -2 * (t - began) - is_missing)

    def _popped(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        self._has_gone(buffer, t, site, one, first, -2 * (t - began))
        self._has_changed(buffer, site, one, first, began, result, t)

    def _has_gone(self, buffer: Buffer, t: int, site: int, one: Any, key: object, reference: int) -> None:
        thing = self._things_get(id(one)) or self._meet(one, site, buffer)
        if self._items.knows(thing, t, one, key):
            self._access(buffer, t, site, self._book.of_key(site, key, Kind.DELETE), one, None, reference)

    def _has_set(self, buffer: Buffer, site: int, one: Any, first: Any, begun: Any, result: Any, t: int) -> None:
        began, was_there = begun
        if was_there:
            self._wholes.look_for(buffer, t, site, one, first, result, -2 * (t - began))
            return
        self._has_changed(buffer, site, one, first, began, result, t)
        thing = self._things_get(id(one))
        if thing is not None:
            self._items.store(buffer, t, site, thing, one, first, result, -2 * (t - began))

    def _has_popped(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        thing, key = self._things_get(id(one)), result[0]
        if thing is not None and type(key) in KEY_TYPES:
            if thing.items and key in thing.items:
                self._has_gone(buffer, t, site, one, key, -2 * (t - began))
            elif thing.stored:
                thing.stored.pop(key, None)
        self._has_changed(buffer, site, one, first, began, result, t)

    # -- many keys of a dictionary ---------------------------------------------------------------------------------

    def _begin_clear(self, buffer: Buffer, site: int, one: Any, first: Any) -> Any:
        thing = self._things_get(id(one))
        self._items.prepare(thing)
        items = thing.items if thing is not None and not thing.is_blurred and thing.items else ()
        return time.perf_counter_ns(), [key for key in list(items) if dict.__contains__(one, key)]

    def _has_cleared(self, buffer: Buffer, site: int, one: Any, first: Any, begun: Any, result: Any, t: int) -> None:
        began, keys = begun
        for key in keys:
            self._has_gone(buffer, t, site, one, key, -2 * (t - began))
        self._has_changed(buffer, site, one, first, began, result, t)
        self._note_unknown(one, t)

    def _begin_update(self, buffer: Buffer, site: int, one: Any, first: Any) -> Any:
        """Note which keys will be stored, if that can be told: those of a dictionary, and keywords."""
        has_other, names = self._book.keywords.get(site, (True, ()))
        keys = None
        if None not in names and (not has_other or type(first) in MAPPINGS):
            keys = {key: value for key, value in (list(first.items()) if has_other else ()) if type(key) in KEY_TYPES}
            keys |= dict.fromkeys(names, _AS_FOUND)
        if keys is None:
            return self._begin_unknown(buffer, site, one, first)
        return time.perf_counter_ns(), keys

    def _begin_unknown(self, buffer: Buffer, site: int, one: Any, first: Any) -> Any:
        began = time.perf_counter_ns()
        self._items.prepare(self._things_get(id(one)), is_certain=False)
        self._note_unknown(one, began)
        return began, None

    def _has_updated(self, buffer: Buffer, site: int, one: Any, first: Any, begun: Any, result: Any, t: int) -> None:
        began, keys = begun
        self._has_changed(buffer, site, one, first, began, result, t)
        if keys is None:
            self._note_unknown(one, t)
        thing = self._things_get(id(one))
        if thing is None or keys is None:
            return
        for nth, (key, given) in enumerate(keys.items()):
            if nth >= MOST_STORED and not (thing.items and key in thing.items):
                if thing.stored:
                    thing.stored.pop(key, None)
                continue
            value = given
            if given is _AS_FOUND:  # a keyword; another call may have come before its value is looked at here
                value = dict.get(one, key, NOT_KNOWN)
                t = time.perf_counter_ns()
            self._items.store(buffer, t, site, thing, one, key, value, -2 * (t - began))

    def _note_unknown(self, one: Any, t: int) -> None:
        """Note that what was stored before may be there no more."""
        thing = self._things_get(id(one))
        if thing is not None:
            thing.shifted_ns = max(thing.shifted_ns, t)


_AS_FOUND = object()


def _look_for(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
    """Return the time, and whether a key is there: None for one of which that cannot be told without its code."""
    return time.perf_counter_ns(), dict.__contains__(one, first) if type(first) in KEY_TYPES else None


def _has_found_nothing(one: Any, key: object, was_there: bool, result: object) -> bool:
    """Tell whether `get` gave its default, though other threads may have stored or taken the key meanwhile."""
    if dict.__contains__(one, key):
        return not was_there and dict.get(one, key) is not result
    return not was_there or result is None

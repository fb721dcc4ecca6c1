"""Items of containers whose changes no statement shows: what a method has stored, and where a shift has moved it.

``rows.append(x)`` writes ``rows[4]``. To say so at once would give each element of each list a row, though most are
never looked at by their index. So what methods store is kept for a while, beside the container, and is sent when
somebody first accesses that item: late, with its old stamp. Items that have been accessed are *known*; whatever
changes a known item is recorded at once. So no read is given an older write because of an equal value:

- A method after which indices mean something else (`pop(0)`, `insert`, `sort`, ``del rows[i]`` …) is recorded as a
  change of each known item that it may have moved, with the value that is there then.
- What is kept counts only if it is not older than the last such method, told by their stamps. An item that becomes
  known by an access from before it, recorded after it, is recorded as an access to the whole.
- If that would be more than `MOST_KNOWN` items, or which keys a call has stored cannot be told, the items of this
  container are told apart no more, from before the call on: accesses to them are ones to the whole, ``rows[…]``.
- A negative index means another item whenever the length changes: accesses by one are to the whole as well, and a
  store changes the known item that it means.

Python code of other modules and C code that is given a container may change it; that is not seen.
"""

from __future__ import annotations

import array
import time
from collections import deque
from typing import Any

from simulator.record.kinds import Kind
from simulator.record.values import portable
from simulator.script.buffers import Buffer, Buffers
from simulator.script.containers import SEQUENCES
from simulator.script.sites import KEY_TYPES, SiteBook
from simulator.script.things import Stored, Thing

MOST_KNOWN = 100
MOST_STORED = 100
"""Of one call so many items are kept."""

_MOST_KEPT = 5_000
"""Of all containers so many items are kept."""


class unknown:  # a value is shown by the name of its type
    """A value that another thread has replaced before it could be looked at."""


NOT_KNOWN = unknown()

_BASES: tuple[Any, ...] = (list, deque, bytearray, array.array)


class Items:
    """Knows which items were accessed, and keeps what methods have stored.

    Parameters
    ----------
    book : SiteBook
        Where sites get their numbers.
    buffers : Buffers
        Take late rows.
    surrender : callable
        See `simulator.script.sharing`.
    access : callable
        Appends the row of an access; see `simulator.script.wholes`.
    """

    def __init__(self, book: SiteBook, buffers: Buffers, surrender: Any, access: Any) -> None:
        self._book = book
        self._buffers = buffers
        self._surrender = surrender
        self._access = access
        self._kept: deque[tuple[Thing, object, Stored]] = deque()

    def knows(self, thing: Thing, t: int, one: object, key: object) -> bool:
        """Tell whether an access is one to an item, from now on a known one; else it is one to the whole."""
        if thing.is_blurred or type(key) not in KEY_TYPES:
            return False
        items = thing.items
        if items is None:
            items = set[object]()
            if thing.items is None:
                thing.items = items
            items = thing.items
        if key in items:
            return True
        if type(key) is int and key < 0 and isinstance(one, SEQUENCES):
            return False
        items.add(key)
        if t < thing.shifted_ns:
            return False
        stored = thing.stored.pop(key, None) if thing.stored else None
        if stored is not None:
            self._send(thing, key, stored)
        return True

    def _send(self, thing: Thing, key: object, stored: Stored) -> None:
        """Record late that a method has stored an item, unless it has been moved since."""
        buffer, t, site, reference, value = stored
        if t < thing.shifted_ns:
            return
        of = self._book.of_key(site, key, Kind.WRITE)
        if thing.place > 0:
            self._buffers.send_late(buffer, (t, of, thing.place, reference, value))
        else:
            thing.last[of] = (t, of, 0, reference, value)
            buffer.left_out += 1
            if thing.place:
                self._surrender(thing)

    def store(
        self, buffer: Buffer, t: int, site: int, thing: Thing, one: object, key: object, value: object, reference: int
    ) -> None:
        """Note that a call has stored an item."""
        if thing.is_blurred or type(key) not in KEY_TYPES:
            return
        if thing.items and key in thing.items:
            self._access(buffer, t, site, self._book.of_key(site, key, Kind.WRITE), one, value, reference)
            return
        self.keep(thing, key, (buffer, t, site, reference, portable(value)))

    def keep(self, thing: Thing, key: object, stored: Stored) -> None:
        """Keep what was stored until somebody looks at it."""
        if thing.is_blurred:
            return
        if thing.stored is None:
            thing.stored = {}
        own = thing.stored
        own[key] = stored
        self._kept.append((thing, key, stored))
        if thing.items and key in thing.items and own.get(key) is stored and own.pop(key, None) is stored:
            self._send(thing, key, stored)  # it has become known in that very moment
        if len(self._kept) > _MOST_KEPT:
            old, key, stored = self._kept.popleft()
            if old.stored is not None and old.stored.get(key) is stored:
                old.stored.pop(key, None)

    # -- what moves items ------------------------------------------------------------------------------------------

    def prepare(self, thing: Thing | None, is_certain: bool = True) -> None:
        """Before a call that may move known items: see to it that this can be recorded, or need not be."""
        if thing is None:
            return
        n_known = len(thing.items or ())
        if n_known > MOST_KNOWN or (not is_certain and (n_known or thing.place > 0)):
            thing.is_blurred = True

    def move(self, buffer: Buffer, t: int, site: int, thing: Thing, one: Any, start: int, was: int, began: int) -> None:
        """Note that the items of a list from an index on have been moved, or taken away, or come to be there.

        Parameters
        ----------
        buffer, t, site, one
            See `simulator.script.wholes.Access`.
        thing : Thing
            What the list is.
        start : int
            The index.
        was : int
            How long the list was before, as far as is known.
        began : int
            When the call began; 0 for a statement, behind whose accesses others of its stretch may follow.
        """
        base = base_of(one)
        length = base.__len__(one)
        if start < min(was, length):
            thing.shifted_ns = max(thing.shifted_ns, t)
        if thing.stored:
            for key in range(length, max(was, length + 1)):
                thing.stored.pop(key, None)
        if thing.is_blurred or not thing.items:
            return
        keys = [key for key in list(thing.items) if type(key) is int and key >= start]
        values = [_value_at(base, one, key) for key in keys]
        if began:  # another call may have come before its values were looked at here
            t = time.perf_counter_ns()
        reference = -2 * (t - began) if began else 0
        for key, value in zip(keys, values, strict=True):
            kind = Kind.DELETE if value is _NOTHING else Kind.WRITE
            if kind == Kind.WRITE or key < max(was, length + 1):
                self._access(buffer, t, site, self._book.of_key(site, key, kind), one, value, reference)
        if len(keys) > MOST_KNOWN:
            thing.is_blurred = True

    def lose(self, thing: Thing, t: int) -> None:
        """Note that any item of a container may have been stored or moved."""
        thing.shifted_ns = max(thing.shifted_ns, t)
        thing.length = -1
        if thing.items:
            thing.is_blurred = True

    def note_alias(self, buffer: Buffer, t: int, site: int, thing: Thing, one: Any, key: int, reference: int) -> None:
        """Note that a store by a negative index has changed the known item that it means."""
        base = base_of(one)
        index = base.__len__(one) + key
        if not thing.is_blurred and index >= 0 and (thing.items and index in thing.items):
            value = base.__getitem__(one, index)
            self._access(buffer, t, site, self._book.of_key(site, index, Kind.WRITE), one, value, reference)
        elif thing.stored:
            thing.stored.pop(index, None)


_NOTHING = object()


def _value_at(base: Any, one: object, index: int) -> object:
    try:
        return base.__getitem__(one, index)
    except IndexError:
        return _NOTHING


def base_of(one: object) -> Any:
    """Return the built-in type that a sequence is of: its methods run no code of the user."""
    return next(base for base in _BASES if isinstance(one, base))

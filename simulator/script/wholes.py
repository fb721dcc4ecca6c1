"""Containers as a whole: gone through, looked into, changed in what they hold; each is an access to the cell ``[…]``.

Going through one is a read when it begins, and one at each step and at its end; of several without anything between
them only the first and the last are kept, and those after another thread's change. Storing under a key that was not
there, and deleting one, change the whole as well as the item.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from sys import getrefcount
from typing import Any

from simulator.record.kinds import Kind
from simulator.record.recorder import Row
from simulator.record.values import Portable, portable
from simulator.script.buffers import Buffer, Buffers
from simulator.script.containers import KINDS, MAPPINGS, SEQUENCES
from simulator.script.fresh import AMONG, DIRECT, TWICE
from simulator.script.identity import Identity
from simulator.script.interleaving import Latest, stamping_again
from simulator.script.items import Items, base_of
from simulator.script.sites import KEY_TYPES, SiteBook
from simulator.script.things import PRIVATE, Thing

Access = Callable[[Buffer, int, int, int, object, object, int], None]

_SOME: dict[int, int] = {}
_EXAMPLES: tuple[object, ...] = (
    *({}, [], set(), deque(), OrderedDict(), _SOME.keys(), _SOME.values(), _SOME.items(), enumerate(())),
    *(iter([]), iter(_SOME), reversed([]), reversed(_SOME)),
    *(OrderedDict().items(), OrderedDict().values(), OrderedDict().keys()),
)
_WALKED = frozenset(map(type, _EXAMPLES))
"""Types whose iterators come from Python itself: taking one runs no code of the user."""
_KEPT_KEYS = 100_000


class Walk:
    """A loop over a container.

    Attributes
    ----------
    on : bool
        Whether its steps are recorded: the container is shared.
    last : Row or None
        The row of its last step.
    is_run : bool
        Whether the row before that is one of its own, too.
    version : int
        What the container was then; see `Thing.version`.
    """

    on = False
    site = 0
    thing: Thing
    described: Portable
    one: Any = None
    last: Row | None = None
    is_run = False
    version = 0


class Wholes:
    """Records accesses to containers as such.

    Parameters
    ----------
    identity, book, buffers
        Tell objects apart, what sites mean, where rows go.
    access : callable
        Appends the row of an access: buffer, stamp, the site that tells what the object is, the one for the row, the
        object, the value, the reference.
    latest : Latest
        See `simulator.script.interleaving`.
    is_locked : bool
        Whether threads run at once: then a step lies anywhere between the last one and its stamp.

    Attributes
    ----------
    items : Items
        Which of their items are told apart.
    """

    def __init__(
        self,
        identity: Identity,
        book: SiteBook,
        buffers: Buffers,
        access: Access,
        latest: Latest,
        is_locked: bool = False,
    ) -> None:
        self._again = stamping_again(latest)
        self._latest = latest
        self._identity = identity
        self._book = book
        self._mine = buffers.mine
        self._access = access
        self._is_locked = is_locked
        self.items = Items(book, buffers, identity.surrender, access)
        self._things_get = identity.things.get
        self._reads: dict[int, int] = {}
        self._writes: dict[int, int] = {}
        self._now = time.perf_counter_ns
        self._types_get, self._new_type = identity.types.known.get, identity.types.make

    def read(self, buffer: Buffer, t: int, site: int, one: object, reference: int = 0) -> None:
        """Record a read of a container."""
        of = self._reads.get(site)
        if of is None:
            of = self._reads[site] = self._book.of(site, Kind.READ, self._book.whole())
        thing = self._things_get(id(one))
        if thing is not None and thing.place == PRIVATE and thing.owner is buffer and thing.task == buffer.task:
            thing.last[of] = (t, of, PRIVATE, reference, thing.described)
            buffer.left_out += 1
            if thing.place != PRIVATE:  # another thread came in between
                self._identity.surrender(thing)
        else:
            self._access(buffer, t, site, of, one, one, reference)

    def change(self, buffer: Buffer, t: int, site: int, one: Any, reference: int = 0) -> None:
        """Record a change of a container: which keys it has, or the order of what it holds."""
        self._write(buffer, t, site, one, reference)
        thing = self._things_get(id(one))
        if thing is not None:
            thing.version += 1
            thing.keys = None
            thing.size = dict.__len__(one) if isinstance(one, dict) else -1

    def change_anyhow(self, buffer: Buffer, t: int, site: int, one: Any, reference: int = 0) -> None:
        """Record a change of a container that does not tell which of its items it has stored or moved."""
        self.change(buffer, t, site, one, reference)
        thing = self._things_get(id(one))
        if thing is not None:
            self.items.lose(thing, t)

    def _write(self, buffer: Buffer, t: int, site: int, one: object, reference: int = 0) -> None:
        of = self._writes.get(site)
        if of is None:
            of = self._writes[site] = self._book.of(site, Kind.WRITE, self._book.whole())
        self._access(buffer, t, site, of, one, one, reference)

    def helpers(self) -> dict[str, Callable[..., Any]]:
        """Return the functions that rewritten code calls by name."""
        looking: dict[str, Callable[..., Any]] = {"looked": self.looked, "looked each": self.looked_each}
        unpacking: dict[str, Callable[..., Any]] = {"unpacked": self.unpacked, "unpacked names": self.unpacked_names}
        return {"walk": Walk, "begin": self.begin, "walked": self.walked, **looking, **unpacking}

    # -- items ---------------------------------------------------------------------------------------------------

    def item(self, buffer: Buffer, t: int, site: int, one: Any, key: object, value: object, reference: int) -> None:
        """Record an access to an item; a store under a new key and a deletion change the whole, too."""
        kind = self._book.infos[site].kind
        thing = self._things_get(id(one)) or self._identity.meet(one, site, buffer)
        if self.items.knows(thing, t, one, key):
            self._access(buffer, t, site, self._book.of_key(site, key, kind), one, value, reference)
            is_changed = bool(kind) and self._has_changed(thing, one, key, kind)
        elif kind == Kind.READ:
            self.read(buffer, t, site, one, reference)
            return
        else:
            is_changed = True
            if type(key) is int and isinstance(one, SEQUENCES):
                self.items.note_alias(buffer, t, site, thing, one, key, reference)
        if is_changed:
            thing.version += 1
            self._write(buffer, t, site, one, reference)
        if kind == Kind.DELETE and type(key) is int and isinstance(one, SEQUENCES):
            length = base_of(one).__len__(one) + 1
            thing.length = length - 1
            self.items.move(buffer, t, site, thing, one, key if key >= 0 else length + key, length, 0)
        elif kind == Kind.DELETE and thing.stored:
            thing.stored.pop(key, None)

    def _has_changed(self, thing: Thing, one: Any, key: object, kind: Kind) -> bool:
        """Tell whether a store or deletion has changed which keys a container has.

        Notes
        -----
        Stores of one stretch are recorded when all are done. Which of them has added a key cannot be told from the
        length then, but neither can anybody else's access come in between.
        """
        if not isinstance(one, dict):
            return kind == Kind.DELETE
        keys = thing.keys
        if keys is not None:
            is_changed = kind == Kind.DELETE or key not in keys
            keys.discard(key) if kind == Kind.DELETE else keys.add(key)
            return is_changed
        length = dict.__len__(one)
        is_changed = kind == Kind.DELETE or thing.size < length
        thing.size = min(thing.size + 1, length) if thing.size >= 0 else length
        if thing.place != PRIVATE and length <= _KEPT_KEYS:
            thing.keys = {one for one in list(dict.keys(one)) if type(one) in KEY_TYPES}
        return is_changed

    def contains(
        self, buffer: Buffer, t: int, site: int, one: Any, key: object, result: object, reference: int
    ) -> None:
        """Record ``key in one``: a key that is not there is a read that found nothing, else it is one of the whole."""
        is_found = result is not (self._book.infos[site].name == "not in")
        if is_found or type(key) not in KEY_TYPES or not isinstance(one, MAPPINGS):
            self.read(buffer, t, site, one, reference)
        else:
            self.look_for(buffer, t, site, one, key, None, reference - 1)

    def look_for(self, buffer: Buffer, t: int, site: int, one: Any, key: object, value: object, reference: int) -> None:
        """Record a read of an item of a dictionary; an odd reference says that it was not there."""
        thing = self._things_get(id(one)) or self._identity.meet(one, site, buffer)
        if self.items.knows(thing, t, one, key):
            self._access(buffer, t, site, self._book.of_key(site, key, Kind.READ), one, value, reference)
        else:
            self.read(buffer, t, site, one, reference & ~1)

    # -- going through one ---------------------------------------------------------------------------------------

    def begin(self, site: int, walk: Walk, one: Any, iterable: Any, *_: Any) -> Any:
        """Note that a loop over a container begins; return its iterator, or what it goes through if it is none."""
        kind = type(one)
        types = self._identity.types
        if site in self._book.locals and getrefcount(one) <= (TWICE if iterable is one else DIRECT):
            self._forget_other(id(one))
        if type(iterable) not in _WALKED or not (types.known.get(id(kind)) or types.make(kind))[site]:
            return iterable
        buffer, before = self._mine.buffer, self._now()
        iterator = iter(iterable)
        token, t = self._latest.opened, self._now()
        if token is not None:
            t = self._again()
        self.read(buffer, t, site, one, -2 * (t - before))
        thing = self._things_get(id(one))
        if thing is not None:
            walk.site, walk.thing, walk.version, walk.described = site, thing, thing.version, thing.described
            if thing.place == PRIVATE:
                thing.walk = walk  # whoever shares it switches it on
            else:
                walk.one, walk.on = one, True
                walk.last = next(iter(buffer.rows[-1:]), None)
        return iterator

    def _forget_other(self, key: int) -> None:
        """Forget the container that had a number before, if another thread knew it."""
        thing = self._things_get(key)
        if thing is not None and (thing.place != PRIVATE or thing.owner is not self._mine.buffer):
            self._identity.note_gone(key)

    def step(self, buffer: Buffer, t: int, walk: Walk, key: object, value: object, reference: int) -> None:
        """Record a step of a loop: of the item if its key is known, else of the whole."""
        if self._is_locked and walk.last is not None:
            reference = -2 * (t - walk.last[0])
        if type(key) in KEY_TYPES and key is not None:
            if walk.one is not None:
                self.look_for(buffer, t, walk.site, walk.one, key, value, reference)
            return
        row = self._row(t, walk, reference)
        rows, thing = buffer.rows, walk.thing
        before = rows[-1:]  # in one step: the timer may send them meanwhile
        is_next = bool(before) and before[0] is walk.last and walk.version == thing.version
        if is_next and walk.is_run:
            with suppress(IndexError):  # the timer has just sent it
                rows.pop()
        rows.append(row)
        walk.last, walk.is_run, walk.version = row, is_next, thing.version

    def end(self, buffer: Buffer, t: int, walk: Walk, reference: int) -> None:
        """Record that a loop has found the end."""
        if self._is_locked and walk.last is not None:
            reference = -2 * (t - walk.last[0])
        buffer.rows.append(self._row(t, walk, reference))

    def _row(self, t: int, walk: Walk, reference: int) -> Row:
        described = walk.described if walk.one is None else portable(walk.one)
        return (t, self._reads[walk.site], walk.thing.place, reference, described)

    # -- gone through by Python itself ---------------------------------------------------------------------------

    def looked(self, site: int, began: int, result: Any, token: int | None, one: Any, *_: Any) -> Any:
        """Record that an expression looked at something, if that is a container; return the expression's value.

        Parameters
        ----------
        site : int
            Where.
        began : int
            A time before.
        result : object
            What the expression gave.
        token : int or None
            See `simulator.script.interleaving`.
        one : object
            What was looked at.
        """
        kind = type(one)
        if (self._types_get(id(kind)) or self._new_type(kind))[site]:
            t = self._now() if token is None else self._again()
            if site in self._book.locals and getrefcount(one) <= DIRECT:
                self._forget_other(id(one))
            self._latest.stamped = t
            self.read(self._mine.buffer, t, site, one, -2 * (t - began))
        return result

    def looked_each(self, sites: tuple[int, ...], began: int, result: Any, token: int | None, *ones: Any) -> Any:
        """Record that an expression looked at several things, at those that are containers; return its value."""
        t = 0
        for site, one in zip(sites, ones):  # noqa: B905  # behind them comes what only clears up names
            kind = type(one)
            if (self._types_get(id(kind)) or self._new_type(kind))[site]:
                t = t or (self._now() if token is None else self._again())
                if site in self._book.locals and getrefcount(one) <= AMONG:
                    self._forget_other(id(one))
                self._latest.stamped = t
                self.read(self._mine.buffer, t, site, one, -2 * (t - began))
        return result

    def unpacked(self, site: int, one: Any) -> Any:
        """Return what a call is to have in place of ``*one``; record that it was looked at."""
        if id(type(one)) not in KINDS:
            return one
        if site in self._book.locals and getrefcount(one) <= DIRECT:
            self._forget_other(id(one))
        return self._copied(site, one, tuple)

    def unpacked_names(self, site: int, one: Any) -> Any:
        """Return what a call is to have in place of ``**one``; record that it was looked at."""
        if id(type(one)) not in KINDS or not isinstance(one, dict):
            return one
        if site in self._book.locals and getrefcount(one) <= DIRECT:
            self._forget_other(id(one))
        return self._copied(site, one, dict)

    def _copied(self, site: int, one: Any, copy: Callable[[Any], Any]) -> Any:
        began = self._now()
        held = copy(one)
        token, t = self._latest.opened, self._now()
        if token is not None:
            t = self._again()
        self._latest.stamped = t
        self.read(self._mine.buffer, t, site, one, -2 * (t - began))
        return held

    def walked(self, walk: Walk, one: Any, result: Any, token: int | None, t: int, *_: Any) -> Any:
        """Note that a comprehension over a container is complete; return it."""
        if token is not None:
            t = self._again()
        if walk.on and walk.last is not None:
            buffer = self._mine.buffer
            buffer.rows.append(self._row(t, walk, -2 * (t - walk.last[0])))
        return result

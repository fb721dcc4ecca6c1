"""Which object an access is about: own numbers, since `id` is used again, and whether more than one thread touches it.

What only one thread touches is not recorded, but the last access at each line is kept; when a second thread comes,
these are sent, and everything from then on. No method of a user's object is ever called here, and none is kept alive.
"""

from __future__ import annotations

import sys
import threading
import types
import weakref
from itertools import count
from typing import cast

from simulator.record.bundles import FIRST_BUNDLE
from simulator.record.values import Described, Portable, portable
from simulator.script.buffers import Buffer, Buffers
from simulator.script.by_type import BySite, ByType
from simulator.script.containers import is_container
from simulator.script.own_names import (
    NEVER,
    PLAIN,
    SCALARS,
    class_dict,
    class_mro,
    find_own_names,
    is_computed,
    look_up,
)
from simulator.script.sharing import Sharing
from simulator.script.sites import ATTRIBUTE, KEY_TYPES, SiteBook
from simulator.script.tables import CONTAINER, LOCAL, OBJECT, Tables
from simulator.script.things import PRIVATE, SHARED_BY_THREAD, Thing

MAX_ITEMS = 1000


class Identity:
    """The objects of a run.

    Attributes
    ----------
    things : dict of int to Thing
        By `id`; an entry goes when its object goes.
    modules : list of str
        Names of the recorded modules; what their globals are bound to is called so.
    silent : set of int
        The `id` of everything known here that does not tell when it dies: lists and dictionaries.
    made : dict of int to tuple
        How a module's own lines have made those that nobody has looked at yet, by `id`.
    types : ByType
        For each type and site, or bundle of attributes, `PLAIN`, `LOOK` or `NEVER`.
    share, surrender : callable
        See `simulator.script.sharing`.
    """

    def __init__(self, tables: Tables, book: SiteBook, buffers: Buffers) -> None:
        self._tables = tables
        self._book = book
        self._buffers = buffers
        self._numbers: dict[str, count[int]] = {}
        self.silent: set[int] = set()
        self.made: dict[int, tuple[int, int, Buffer, Described, list[tuple[object, Portable]]]] = {}
        self.modules = ["__main__"]
        self.things: dict[int, Thing] = {}
        self.types: ByType[int] = ByType(self.way)
        self._n_attributes = 0
        buffers.leave = self._forget_thread
        sharing = Sharing(tables, buffers, self._place)
        self.share, self.surrender = sharing.share, sharing.surrender

    def way(self, kind: type, site: int) -> int:
        """Tell how what a site is about is found on objects of a type."""
        if id(kind) in SCALARS:
            return NEVER
        if site >= FIRST_BUNDLE:
            return PLAIN if all(self.way(kind, part[0]) == PLAIN for part in self._tables.bundles[site]) else NEVER
        info = self._book.infos[site]
        return look_up(kind, info.name) if info.form == ATTRIBUTE else is_container(kind)

    def meet(self, one: object, site: int, buffer: Buffer) -> Thing:
        """Return the thing that an object is, and make it one if it is met for the first time."""
        key = id(one)
        thing = self.things.get(key)
        if thing is None:
            thing = self.things.setdefault(key, self._make(one, site, buffer))
            self.made.pop(key, None)
        return thing

    def _make(self, one: object, site: int, buffer: Buffer) -> Thing:
        kind = type(one)
        info = self._book.infos[site]
        if issubclass(kind, threading.local):
            thing = Thing(SHARED_BY_THREAD, LOCAL, f"{kind.__name__}#" if info.is_self else info.owner_text, buffer)
        elif is_container(kind) and info.form != ATTRIBUTE:
            thing = Thing(PRIVATE, CONTAINER, info.owner_text, buffer)
            thing.described = (kind.__name__, id(one), -1)
        elif issubclass(kind, (type, types.FunctionType)):
            thing = Thing(PRIVATE, OBJECT, one.__qualname__, buffer)  # type: ignore[attr-defined]  # both have it
        else:
            thing = Thing(PRIVATE, OBJECT, f"{kind.__name__}#", buffer)
        forget, key = self._forget, id(one)
        thing.key = key
        of_type = self.types.known.get(id(kind))
        if of_type is None:
            of_type = self.types.make(kind)
        thing.plain = of_type.plain
        made = self.made.get(key) if thing.kind == CONTAINER else None
        if made is not None:
            self._note_maker(thing, *made)
        try:
            thing.reference = weakref.ref(one, lambda _: forget(key))
            thing.is_simple = self._is_simple(kind, of_type)
        except TypeError:  # nothing tells when it dies: its number may be another's later
            self.silent.add(key)
        return thing

    def _note_maker(
        self,
        thing: Thing,
        t: int,
        site: int,
        maker: Buffer,
        described: Described,
        items: list[tuple[object, Portable]],
    ) -> None:
        """Note that to make a container was its first change; one without a name might be another by now."""
        if self._global_name(thing.key):
            thing.owner, thing.task = maker, 0
            thing.last[site] = (t, site, 0, 0, described)
            thing.size = described[2]
            thing.stored = {key: (maker, t, site, 0, value) for key, value in items}
            maker.left_out += 1

    # -- objects that need no look ---------------------------------------------------------------------------------

    def _is_simple(self, kind: type, of_type: BySite[int]) -> bool:
        """Tell whether objects of a type have all attributes of the program themselves, if at all."""
        if of_type.is_simple is None:
            names = tuple(self._book.attributes)
            of_type.is_simple = id(kind) not in SCALARS and all(look_up(kind, name) == PLAIN for name in names)
        return of_type.is_simple

    def remember(self, thing: Thing, buffer: Buffer, place: int) -> None:
        """Let a thread know the place of a simple thing by the `id` of its object alone."""
        thing.places[buffer] = place
        buffer.places[thing.key] = place
        if not thing.is_simple:  # no longer, in this very moment
            buffer.places.pop(thing.key, None)

    def forget_places(self) -> None:
        """Note that a file was rewritten: if it accesses other attributes, nothing known so far is simple any more."""
        if len(self._book.attributes) == self._n_attributes:
            return
        self._n_attributes = len(self._book.attributes)
        for of_type in list(self.types.known.values()):
            of_type.is_simple = None
        for thing in list(self.things.values()):
            thing.is_simple = False
        for buffer in self._buffers.all:
            buffer.places.clear()

    def _forget(self, key: int) -> None:
        """Note that an object is gone: what comes with its `id` from now on is another."""
        thing = self.things.pop(key, None)
        for buffer in list(thing.places) if thing is not None else ():
            buffer.places.pop(key, None)

    def _forget_thread(self, buffer: Buffer) -> None:
        """Note that a thread ends."""
        for key in list(buffer.places):
            thing = self.things.get(key)
            if thing is not None and thing.place > 0:
                thing.places.pop(buffer, None)
        buffer.places.clear()

    # -- names and places ------------------------------------------------------------------------------------------

    def label(self, key: int, text: str) -> str:
        """Return a name for an object.

        Parameters
        ----------
        key : int
            Its `id`.
        text : str
            A name for objects like it; one that ends in ``#`` gets a number.

        Returns
        -------
        str
            The name of the module global that it is bound to; else `text`, with a number where there are several.
        """
        name = self._global_name(key)
        if name:
            return name
        number = next(self._numbers.setdefault(text, count(1)))
        return f"{text}{number}" if text.endswith("#") else f"{text}#{number}" if number > 1 else text

    def _global_name(self, key: int) -> str:
        """Return the module global that is bound to an object, empty if none is."""
        for module in self.modules:
            names = find_own_names(sys.modules.get(module))
            for name, value in list(names.items()):
                if id(value) == key and type(name) is str:
                    return name if module == "__main__" else f"{module}.{name}"
        return ""

    def _place(self, thing: Thing, thread: int = 0) -> int:
        if not thing.is_named:
            label = self.label(thing.key, thing.label)
            if not thing.is_named:  # else another thread has named it meanwhile
                thing.label, thing.is_named = label, True
        return self._tables.place(thing.label, thing.kind, thread)

    def note_new(self, one: object, t: int, site: int, buffer: Buffer) -> None:
        """Note that a container has just been made: whatever had its `id` before was another.

        Parameters
        ----------
        one : object
            The container.
        t : int
            When.
        site : int
            Where, if a file made it outside of any function; else 0.
        buffer : Buffer
            Of the thread that made it.
        """
        key = id(one)
        self.note_gone(key)
        if site:
            self.silent.add(key)
            self.made[key] = (t, site, buffer, cast(Described, portable(one)), _plain_items(one))

    def note_gone(self, key: int) -> None:
        """Note that the container that had an `id` is no longer there."""
        self.things.pop(key, None)
        self.made.pop(key, None)
        self.silent.discard(key)

    def enter(self, thing: Thing, buffer: Buffer) -> int:
        """Return the place of a thread in a thing that has one for each."""
        place = thing.places.get(buffer)
        if place is None:
            place = thing.places[buffer] = self._place(thing, buffer.serial)
        return place

    def holder(self, one: object, site: int) -> object | None:
        """Return who holds the attribute of `one` that a site is about: itself, a class of it, or nobody known."""
        name, kind = self._book.infos[site].name, type(one)
        is_class = issubclass(kind, type)
        if not is_class and name in find_own_names(one):
            return one
        for base in class_mro(one if is_class else kind):  # type: ignore[arg-type]  # a class, by the line above
            if name in class_dict(base):
                return None if is_computed(class_dict(base)[name]) else base
        return None


def _plain_items(one: object) -> list[tuple[object, Portable]]:
    """Return what a list or dictionary holds under plain keys, if that is not much."""
    if type(one) is dict and len(one) <= MAX_ITEMS:
        return [(key, portable(value)) for key, value in list(one.items()) if type(key) in KEY_TYPES]
    return [(i, portable(value)) for i, value in enumerate(one)] if type(one) is list and len(one) <= MAX_ITEMS else []

"""What is known of one object of the script."""

from __future__ import annotations

from typing import Any

from simulator.record.values import Described, Portable
from simulator.script.buffers import Buffer

SHARED_BY_THREAD = -1
PRIVATE = 0


Stored = tuple[Buffer, int, int, int, Portable]
"""What a method has stored in an item: the thread, the stamp, the call's site, the reference, the value."""


class Thing:
    """An object of the script that has been accessed.

    Attributes
    ----------
    place : int
        Serial of its place once it is shared, `PRIVATE` before, `SHARED_BY_THREAD` if each thread has a place of it.
    owner, task : Buffer, int
        Of the thread, and its event loop's task, that touched it first.
    last : dict of int to tuple
        While it is private: the owner's last access at each site, or last bundle of each stretch.
    kept : dict or None
        A copy of that, while it is being shared; see `simulator.script.sharing`.
    places : dict of Buffer to int
        Each thread's place; of a simple thing that is shared, of the threads that know it: see `Identity.remember`.
    plain : set of int
        Sites of attributes that it is known to have itself, and bundles of them; shared by the things of a type.
    is_simple : bool
        Whether it has all attributes of the program itself, if at all, and tells when it dies.
    keys : set or None
        Of a shared dictionary: the plain keys that it has, once that was asked.
    size, length, version : int
        Of a dictionary and of a list: its length when it was last looked at; and how often it was changed as a whole.
    described : tuple
        Of a container: what stands for it while nobody else knows it.
    items : set or None
        Of a container: the keys of items that were accessed.
    stored : dict or None
        Of a container: by key, what methods have stored in items that nobody has accessed.
    shifted_ns : int
        Stamp of the last call after which its keys may mean other items.
    is_blurred : bool
        Whether its items are told apart no more; see `simulator.script.items`.
    walk : Walk or None
        While it is private: the last loop over it; see `simulator.script.wholes`.
    """

    __slots__ = (
        "described",
        "is_blurred",
        "is_named",
        "is_simple",
        "items",
        "kept",
        "key",
        "keys",
        "kind",
        "label",
        "last",
        "length",
        "owner",
        "place",
        "places",
        "plain",
        "reference",
        "shifted_ns",
        "size",
        "stored",
        "task",
        "version",
        "walk",
    )

    def __init__(self, place: int, kind: str, label: str, owner: Buffer) -> None:
        self.place = place
        self.kind = kind
        self.label = label
        self.owner = owner
        self.task = owner.task
        self.last: dict[int, tuple[Any, ...]] = {}
        self.kept: dict[int, tuple[Any, ...]] | None = None
        self.places: dict[Buffer, int] = {}
        self.plain: set[int] = set()
        self.reference: object = None
        self.key = 0
        self.is_named = False
        self.is_simple = False
        self.keys: set[object] | None = None
        self.size = -1
        self.length = -1
        self.version = 0
        self.items: set[object] | None = None
        self.stored: dict[object, Stored] | None = None
        self.shifted_ns = 0
        self.is_blurred = False
        self.walk: Any = None
        self.described: Described = ("", 0, -1)

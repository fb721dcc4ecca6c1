"""Tables by the type of an object that keep no type alive and call nothing of its metaclass."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BySite(dict[int, Value]):
    """For one type: what each site means, found out when it is first asked for.

    Attributes
    ----------
    plain : set of int
        Sites of attributes that objects of the type are known to have themselves.
    is_simple : bool or None
        Whether that is so for all attributes of the program; None before anybody asked.
    """

    def __init__(self, kind: type, find: Callable[[type, int], Value]) -> None:
        super().__init__()
        self._kind = weakref.ref(kind)
        self._find = find
        self.plain: set[int] = set()
        self.is_simple: bool | None = None

    def __missing__(self, site: int) -> Value:
        kind = self._kind()
        assert kind is not None  # an object of it is being looked at
        self[site] = found = self._find(kind, site)
        return found


class ByType(Generic[Value]):
    """What sites mean for objects of each type.

    Parameters
    ----------
    find : callable
        Tells it for a type and a site.

    Attributes
    ----------
    known : dict of int to BySite
        By the type's `id`; an entry goes when its type goes.
    """

    def __init__(self, find: Callable[[type, int], Value]) -> None:
        self._find = find
        self.known: dict[int, BySite[Value]] = {}
        self._references: dict[int, weakref.ref[type]] = {}

    def make(self, kind: type) -> BySite[Value]:
        """Return the entry of a type that had none."""
        key, known, references = id(kind), self.known, self._references

        def forget(_: object) -> None:
            known.pop(key, None)
            references.pop(key, None)

        made = known[key] = BySite(kind, self._find)
        references[key] = weakref.ref(kind, forget)
        return made

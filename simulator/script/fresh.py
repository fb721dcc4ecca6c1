"""Containers that nobody else can know: a local name is the only thing that refers to them.

Lists and dictionaries do not tell when they die, and the next one has their number. If all references to one are those
of the name by which it was reached and of our own call, no other thread can touch it: whatever was known under its
number was of another that is gone, or has been handed over.
"""

from __future__ import annotations

from sys import getrefcount


def _direct(site: int, one: object) -> int:
    return getrefcount(one)


def _beside(site: int, one: object, inner: int) -> int:
    return inner


def _twice(site: int, one: object, again: object) -> int:
    return getrefcount(one)


def _among(sites: tuple[int, ...], *ones: object) -> int:
    return next(getrefcount(one) for _, one in zip(sites, ones, strict=True))


def _returned(one: object) -> int:
    return getrefcount(one)


def _make() -> list[int]:
    made: list[int] = []
    return made


def _count() -> tuple[int, int, int, int, int]:
    fresh: list[int] = []
    beside = _beside(0, fresh, _direct(0, fresh))
    return _direct(0, fresh), beside, _twice(0, fresh, fresh), _returned(_make()), _among((0,), fresh)


DIRECT, BESIDE, TWICE, RETURNED, AMONG = _count()
"""How many references a fresh container has in a function that is called with it; if the caller passes it to an outer
call, too; if it is passed twice; if another function has just returned it; if it is one of several arguments. They
differ between versions of Python."""

"""Rows that hold several accesses each: what a script's thread did where no other thread could come between.

Such a bundle is ``(stamp_ns, number, …)``: places and values in the order that its layout says. It costs the thread
one row, and whoever reads it gets the plain rows of all its accesses, with its stamp, in their order.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from simulator.record.recorder import Row

FIRST_BUNDLE = 1 << 24
"""The second field of a row from which on it is the number of a bundle's layout; below, it is a site."""

_BIG = 1 << 63

NO_PLACE = 0
"""Where a layout says that an access is to a module's global, which has no place."""

Part = tuple[int, int, int]
"""One access of a bundle: its site, and where its place (or `NO_PLACE`) and its value are in the row."""

Layouts = Mapping[int, tuple[Part, ...]]


def unbundle(rows: Iterable[tuple[Any, ...]], layouts: Layouts) -> Iterator[Row]:
    """Yield ``(stamp, site, place, reference, value)`` of each access, given rows of which some are bundles."""
    for row in rows:
        if row[1] < FIRST_BUNDLE:
            yield row
        else:
            for site, place, value in layouts[row[1]]:
                yield (row[0], site, row[place] if place else 0, 0, row[value])


class BundledRows(Collection[Row]):
    """Rows as a script's child sent them, which read like plain ones and are kept as numbers.

    Parameters
    ----------
    sent : list of tuple
        The rows, some of them bundles.
    layouts : mapping of int to tuple
        The parts of each bundle, by its number; grows.

    Attributes
    ----------
    numbers : array of 64-bit integers
        The fields of all rows, one after the other; 0 in place of what is no integer of 64 bits.
    others : dict of int to object
        What is no such integer, by where it is among them.
    sizes : array of unsigned integers
        How many fields each row has.
    layouts : mapping of int to tuple
        As given.
    """

    __slots__ = ("_n", "layouts", "numbers", "others", "sizes")

    def __init__(self, sent: list[tuple[Any, ...]], layouts: Layouts) -> None:
        self.layouts = layouts
        self._n = len(sent) + sum([len(layouts[row[1]]) - 1 for row in sent if row[1] >= FIRST_BUNDLE])
        self.sizes = array("I", map(len, sent))
        fields = list(chain.from_iterable(sent))
        are_ints = set(map(type, fields)) == {int}
        self.others = {} if are_ints else {i: one for i, one in enumerate(fields) if type(one) is not int}
        for i in self.others:
            fields[i] = 0
        try:
            self.numbers = array("q", fields)
        except OverflowError:
            large = {i: one for i, one in enumerate(fields) if not -_BIG <= one < _BIG}
            self.others |= large
            self.numbers = array("q", [0 if i in large else one for i, one in enumerate(fields)])

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator[Row]:
        return unbundle(self._sent(), self.layouts)

    def _sent(self) -> Iterator[tuple[Any, ...]]:
        fields: list[Any] = self.numbers.tolist()
        for i, one in self.others.items():
            fields[i] = one
        stop = 0
        for size in self.sizes:
            start, stop = stop, stop + size
            yield tuple(fields[start:stop])

    def __contains__(self, row: object) -> bool:
        return any(row == one for one in self)

    def first(self, n: int) -> BundledRows:
        """Return the first `n` accesses and other events."""
        return BundledRows(list(islice(self, n)), self.layouts)

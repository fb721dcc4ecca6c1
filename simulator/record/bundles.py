"""Rows that hold several accesses each: what a script's thread did where no other thread could come between.

Such a bundle is ``(stamp_ns, number, …)``: places and values in the order that its layout says. It costs the thread
one row, and whoever reads it gets the plain rows of all its accesses, with its stamp, in their order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from simulator.record.recorder import Row

FIRST_BUNDLE = 1 << 24
"""The second field of a row from which on it is the number of a bundle's layout; below, it is a site."""

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
    """Rows as a script's child sent them, which read like plain ones.

    Attributes
    ----------
    sent : list of tuple
        Some of them bundles.
    layouts : mapping of int to tuple
        The parts of each bundle, by its number; grows.
    """

    __slots__ = ("_n", "layouts", "sent")

    def __init__(self, sent: list[tuple[Any, ...]], layouts: Layouts) -> None:
        self.sent = sent
        self.layouts = layouts
        self._n = len(sent) + sum([len(layouts[row[1]]) - 1 for row in sent if row[1] >= FIRST_BUNDLE])

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator[Row]:
        return unbundle(self.sent, self.layouts)

    def __contains__(self, row: object) -> bool:
        return any(row == one for one in self)

    def first(self, n: int) -> BundledRows:
        """Return the first `n` accesses and other events."""
        rows = iter(self)
        return BundledRows([row for row, _ in zip(rows, range(n), strict=False)], self.layouts)

"""The fields of rows that have arrived, field by field; bundles of a script are taken apart on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np

from simulator.record.bundles import FIRST_BUNDLE, BundledRows, Layouts
from simulator.record.recorder import Batch
from simulator.trace.columns import Column, IntArray

_PLACE, _REFERENCE, _VALUE = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of n rows, one thread's after the other's.

    Attributes
    ----------
    stamp, what, where, reference : ndarray of int64, shape (n,)
        As `simulator.record.recorder` says; of a script a site and a place.
    value : sequence
        One a row, as recorded.
    lengths : list of int
        How many of the rows each batch has.
    """

    stamp: IntArray
    what: IntArray
    where: IntArray
    reference: IntArray
    value: Sequence[Any]
    lengths: list[int]


def fields_of(batches: Sequence[Batch]) -> Fields:
    """Return the fields of plain rows; at least one."""
    rows = [row for _, rows in batches for row in rows]
    *numbers, value = zip(*rows, strict=True)
    stamp, what, where, reference = (np.fromiter(one, np.int64, len(rows)) for one in numbers)
    return Fields(stamp, what, where, reference, value, [len(rows) for _, rows in batches])


class BundleFields:
    """Takes bundles apart, all of a call at once.

    Notes
    -----
    Thread: one at a time. Layouts keep their numbers for a run; what is known of them is kept.
    """

    def __init__(self) -> None:
        self._n_known = 0
        self._first = Column("i8")  # of each bundle: its first part
        self._n_parts = Column("i8")
        self._parts = {name: Column("i8") for name in ("site", "place", "value")}

    def fields_of(self, batches: Sequence[Batch]) -> Fields:
        """Return the fields of a script's rows; at least one."""
        sent = [row for _, rows in batches for row in (rows.sent if isinstance(rows, BundledRows) else rows)]
        what = np.fromiter(map(itemgetter(1), sent), np.int64, len(sent))
        is_bundle = what >= FIRST_BUNDLE
        if not is_bundle.any():
            return fields_of(batches)
        for _, rows in batches:
            if isinstance(rows, BundledRows):
                self._learn(rows.layouts)
        return self._take_apart(sent, what, is_bundle, [len(rows) for _, rows in batches])

    def _learn(self, layouts: Layouts) -> None:
        if len(layouts) == self._n_known:
            return
        for number, parts in list(layouts.items())[self._n_known :]:
            index = number - FIRST_BUNDLE
            self._first.resize(max(self._first.n, index + 1), 0)
            self._n_parts.resize(max(self._n_parts.n, index + 1), 0)
            self._first.values[index], self._n_parts.values[index] = self._parts["site"].n, len(parts)
            for column, values in zip(self._parts.values(), zip(*parts, strict=True), strict=True):
                column.extend(values)
            self._n_known += 1

    def _take_apart(
        self, sent: Sequence[tuple[Any, ...]], what: IntArray, is_bundle: IntArray, lengths: list[int]
    ) -> Fields:
        size = np.fromiter(map(len, sent), np.int64, len(sent))
        start = np.cumsum(size) - size
        flat = np.fromiter(chain.from_iterable(sent), object, int(size.sum()))
        bundle = np.where(is_bundle, what - FIRST_BUNDLE, 0)
        n_parts = np.where(is_bundle, self._n_parts.values[bundle], 1)
        row = np.repeat(np.arange(len(sent)), n_parts)
        inside = np.arange(len(row)) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
        start, is_bundled = start[row], is_bundle[row]
        part = np.where(is_bundled, self._first.values[bundle[row]] + inside, 0)
        place_at = np.where(is_bundled, self._parts["place"].values[part], _PLACE)
        value_at = np.where(is_bundled, self._parts["value"].values[part], _VALUE)
        where = np.zeros(len(row), np.int64)
        has_place = place_at > 0
        where[has_place] = flat[(start + place_at)[has_place]].astype(np.int64)
        reference = np.zeros(len(row), np.int64)
        reference[~is_bundled] = flat[start[~is_bundled] + _REFERENCE].astype(np.int64)
        stamp = np.fromiter(map(itemgetter(0), sent), np.int64, len(sent))[row]
        site = np.where(is_bundled, self._parts["site"].values[part], what[row])
        return Fields(stamp, site, where, reference, flat[start + value_at].tolist(), lengths)

"""The fields of rows that have arrived, field by field; bundles of a script are taken apart on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from simulator.record.bundles import FIRST_BUNDLE, BundledRows, Layouts
from simulator.record.recorder import Batch
from simulator.trace.columns import Column, IntArray
from simulator.trace.row_values import RowValues

_FIELDS = 5
_PLACE, _REFERENCE, _VALUE = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of n rows, one thread's after the other's.

    Attributes
    ----------
    stamp, what, where, reference : ndarray of int64, shape (n,)
        As `simulator.record.recorder` says; of a script a site and a place.
    value : RowValues
        One a row.
    lengths : list of int
        How many of the rows each batch has.
    """

    stamp: IntArray
    what: IntArray
    where: IntArray
    reference: IntArray
    value: RowValues
    lengths: list[int]


def fields_of(batches: Sequence[Batch]) -> Fields:
    """Return the fields of plain rows; at least one."""
    flat = RowValues.of(list(chain.from_iterable(row for _, rows in batches for row in rows)))
    table = flat.numbers.reshape(-1, _FIELDS)
    stamp, what, where, reference = (table[:, i].copy() for i in range(_VALUE))
    values = flat.take(np.arange(_VALUE, len(flat), _FIELDS))
    return Fields(stamp, what, where, reference, values, [len(rows) for _, rows in batches])


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
        sent = [rows if isinstance(rows, BundledRows) else BundledRows(list(rows), {}) for _, rows in batches]
        others: dict[int, Any] = {}
        start = 0
        for rows in sent:
            self._learn(rows.layouts)
            others |= {start + i: one for i, one in rows.others.items()}
            start += len(rows.numbers)
        numbers = np.concatenate([np.frombuffer(rows.numbers, np.int64) for rows in sent])
        size = np.concatenate([np.frombuffer(rows.sizes, np.uintc) for rows in sent]).astype(np.int64)
        return self._take_apart(RowValues(numbers, others), np.cumsum(size) - size, [len(rows) for rows in sent])

    def _learn(self, layouts: Layouts) -> None:
        if len(layouts) <= self._n_known:
            return
        for number, parts in list(layouts.items())[self._n_known :]:
            index = number - FIRST_BUNDLE
            self._first.resize(max(self._first.n, index + 1), 0)
            self._n_parts.resize(max(self._n_parts.n, index + 1), 0)
            self._first.values[index], self._n_parts.values[index] = self._parts["site"].n, len(parts)
            for column, values in zip(self._parts.values(), zip(*parts, strict=True), strict=True):
                column.extend(values)
            self._n_known += 1

    def _take_apart(self, flat: RowValues, start: IntArray, lengths: list[int]) -> Fields:
        """Return the fields of rows that begin at `start`, shape (number of rows,), in one long list of values."""
        numbers = flat.numbers
        stamp, what = numbers[start], numbers[start + 1]
        is_bundle = what >= FIRST_BUNDLE
        bundle = np.where(is_bundle, what - FIRST_BUNDLE, 0)
        n_parts = np.where(is_bundle, self._of(self._n_parts, bundle), 1)
        row = np.repeat(np.arange(len(start)), n_parts)
        inside = np.arange(len(row)) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
        start, is_bundled = start[row], is_bundle[row]
        part = np.where(is_bundled, self._of(self._first, bundle)[row] + inside, 0)
        place_at = np.where(is_bundled, self._of(self._parts["place"], part), _PLACE)
        value_at = np.where(is_bundled, self._of(self._parts["value"], part), _VALUE)
        where = np.where(place_at > 0, numbers[start + place_at], 0)
        reference = np.zeros(len(row), np.int64)
        reference[~is_bundled] = numbers[start[~is_bundled] + _REFERENCE]
        site = np.where(is_bundled, self._of(self._parts["site"], part), what[row])
        return Fields(stamp[row], site, where, reference, flat.take(start + value_at), lengths)

    @staticmethod
    def _of(column: Column, index: IntArray) -> IntArray:
        """Return the elements at these places; whatever, where there are none at all."""
        return column.values[index] if column.n else np.zeros_like(index)

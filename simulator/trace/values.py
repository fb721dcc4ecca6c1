"""Values of events as numbers: 64-bit integers as they are, everything else as an index into a table."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.record.kinds import Kind
from simulator.record.values import portable
from simulator.trace.columns import Column, IntArray
from simulator.trace.row_values import RowValues

TAG_NONE, TAG_INT, TAG_OBJECT = 0, 1, 2
TAG_MASK = 3

_CARRIES_VALUE = np.ones(32, bool)
_CARRIES_VALUE[[Kind.READ, Kind.DELETE, Kind.THREAD_END]] = False
_MAY_BE_NONE = np.zeros(32, bool)
_MAY_BE_NONE[[Kind.READ, Kind.WRITE, Kind.ANSWER]] = True
"""Kinds whose value None is a value; with others it says that there is none."""


class ValueTable:
    """Converts recorded values; equal objects are kept once.

    Parameters
    ----------
    objects : list
        Where values that are no 64-bit integers are kept; grows.
    """

    def __init__(self, objects: list[Any]) -> None:
        self._objects = objects
        self._index: dict[tuple[type, Any], int] = {}
        self._identity: dict[tuple[str, int], int] = {}
        self._same = Column("i8")

    def convert(self, values: RowValues, kind: IntArray, also: IntArray | None = None) -> tuple[IntArray, IntArray]:
        """Convert the values of rows.

        Parameters
        ----------
        values : RowValues
            As recorded, one a row.
        kind : ndarray of int, shape (n,)
            Kinds of the rows; reads, deletes and ends of threads carry no value.
        also : ndarray of bool, shape (n,), optional
            Rows that do carry one whatever their kind.

        Returns
        -------
        value, tag : ndarray of int64, shape (n,)
            The number itself (`TAG_INT`), an index into the objects (`TAG_OBJECT`), or 0 (`TAG_NONE`).
        """
        carries = _CARRIES_VALUE[kind] if also is None else _CARRIES_VALUE[kind] | also
        value, tag = values.numbers.copy(), np.where(carries, TAG_INT, TAG_NONE)
        if values.others:
            at = np.fromiter(values.others, np.int64, len(values.others))
            others = zip(values.others.values(), kind[at].tolist(), carries[at].tolist(), strict=True)
            found = [self._convert_other(one, of) if is_kept else (0, TAG_NONE) for one, of, is_kept in others]
            value[at], tag[at] = np.array(found, np.int64).T
        return value, tag

    def _convert_other(self, value: Any, kind: int) -> tuple[int, int]:
        if value is None and not _MAY_BE_NONE[kind]:
            return 0, TAG_NONE
        return self._intern(portable(value) if type(value) is int else value), TAG_OBJECT

    def _intern(self, value: Any) -> int:
        key = repr(value) if isinstance(value, float) else value  # 0.0 equals -0.0, and NaN not even itself
        index = self._index.setdefault((type(value), key), len(self._objects))
        if index == len(self._objects):
            self._objects.append(value)
            is_described = isinstance(value, tuple) and len(value) == 3
            self._same.append(self._identity.setdefault(value[:2], index) if is_described else index)
        return index

    def is_same(self, value: IntArray, tag: IntArray, other: IntArray, other_tag: IntArray) -> IntArray:
        """Tell which values are those of other events; an object is itself whatever its length has become.

        Parameters
        ----------
        value, tag, other, other_tag : ndarray of int, shape (k,)
            As `convert` returns them.

        Returns
        -------
        ndarray of bool, shape (k,)
        """
        same = self._same.values
        is_object = (tag == TAG_OBJECT) & (other_tag == TAG_OBJECT)
        is_equal = value == other
        if len(same):
            one, two = np.where(is_object, value, 0), np.where(is_object, other, 0)
            is_equal = np.where(is_object, same[one] == same[two], is_equal)
        found: IntArray = is_equal & (tag == other_tag)
        return found

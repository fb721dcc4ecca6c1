"""Equal findings are folded: events are put together by the lines and the variable that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.analysis.fingerprint import family
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import Trace


class Families:
    """Variables that differ in the number of their object or in their key only are of one family."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._of: list[int] = []

    def of(self, names: Sequence[str]) -> IntArray:
        """Return for each variable the first of its family; names only become more."""
        for i in range(len(self._of), len(names)):
            self._of.append(self._first.setdefault(family(names[i]), i))
        return np.array(self._of, np.int64)


@dataclass(frozen=True)
class Group:
    """Events of one kind at the same lines of variables of one family, in order of time.

    Attributes
    ----------
    parts : sequence of ndarray of int64
        Which of the given events they are, piece by piece.
    family : int
        The family's first variable.
    """

    parts: Sequence[IntArray]
    family: int

    @cached_property
    def index(self) -> IntArray:
        """Which of the given events they are, shape (k,)."""
        return self.parts[0] if len(self.parts) == 1 else np.concatenate(self.parts)

    @property
    def first(self) -> int:
        """The first of them."""
        return int(self.parts[0][0])

    def __len__(self) -> int:
        return sum(map(len, self.parts))


def group_by_lines(trace: Trace, families: IntArray, *columns: IntArray) -> Iterator[Group]:
    """Put together what happened at the same lines, with the same kinds of events, to variables of one family.

    Parameters
    ----------
    trace : Trace
        The run.
    families : ndarray of int64, shape (number of variables,)
        See `Families`.
    columns : ndarrays of int64, shape (n,)
        Rows of the events that belong together; the family is that of the first column.

    Yields
    ------
    Group
        In the order of their first events.
    """
    for key, index in _parted(trace, families, *columns):
        yield Group([index], key[0])


def _parted(trace: Trace, families: IntArray, *columns: IntArray) -> Iterator[tuple[tuple[int, ...], IntArray]]:
    """Yield what tells each group, its family first, and which events are in it."""
    if not len(columns[0]):
        return
    keys = [families[trace.variable[columns[0]]]]
    for rows in columns:
        keys.append(trace.file[rows].astype(np.int64) << 32 | trace.line[rows])
        keys.append(trace.kind[rows].astype(np.int64))
    order = np.lexsort(keys)  # stable: the first of each group is its earliest
    is_new = np.zeros(len(order), bool)
    is_new[0] = True
    for key in keys:
        is_new[1:] |= key[order][1:] != key[order][:-1]
    parts = np.split(order, np.flatnonzero(is_new)[1:])
    first = order[is_new]
    for number in np.argsort(first).tolist():
        yield tuple(int(key[first[number]]) for key in keys), parts[number]


class GroupLog:
    """Groups that grow piece by piece.

    Parameters
    ----------
    n_columns : int
        How many events belong together.
    n_keys : int
        How many of them, the first ones, tell groups apart.

    Attributes
    ----------
    groups : list of Group
        In the order of their first events.
    """

    def __init__(self, n_columns: int, n_keys: int) -> None:
        self._n_keys = n_keys
        self._columns = [Column("i8") for _ in range(n_columns)]
        self._groups: dict[tuple[int, ...], list[IntArray]] = {}

    @property
    def columns(self) -> list[IntArray]:
        """The rows of all that belong together, each of shape (n,)."""
        return [column.values for column in self._columns]

    @property
    def groups(self) -> list[Group]:
        """The groups so far."""
        return [Group(parts, key[0]) for key, parts in self._groups.items()]

    def extend(self, trace: Trace, families: IntArray, *columns: IntArray) -> None:
        """Take in more; see `group_by_lines`."""
        n = self._columns[0].n
        for key, index in _parted(trace, families, *columns[: self._n_keys]):
            self._groups.setdefault(key, []).append(index + n)
        for column, rows in zip(self._columns, columns, strict=True):
            column.extend(rows)

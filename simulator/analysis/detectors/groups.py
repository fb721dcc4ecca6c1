"""Equal findings are folded: events are put together by the lines and the variable that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulator.analysis.detectors.case import Case
from simulator.trace.columns import IntArray


@dataclass(frozen=True, slots=True)
class Group:
    """Events of one kind at the same lines of variables of one family; arrays of shape (k,), in order of time.

    Attributes
    ----------
    index : ndarray of int64
        Which of the given events they are.
    family : int
        The family's first variable.
    """

    index: IntArray
    family: int

    def __len__(self) -> int:
        return len(self.index)


def group_by_lines(case: Case, *columns: IntArray) -> Iterator[Group]:
    """Put together what happened at the same lines, with the same kinds of events, to variables of one family.

    Parameters
    ----------
    case : Case
        The run.
    columns : ndarrays of int64, shape (n,)
        Rows of the events that belong together; the family is that of the first column.

    Yields
    ------
    Group
        In the order of their first events.
    """
    if not len(columns[0]):
        return
    trace = case.trace
    family = case.families[trace.variable[columns[0]]]
    keys = [family]
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
        yield Group(parts[number], int(family[first[number]]))

"""Which of a trace's values are certain words: found once for each value, however often the trace is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.script.sites import IMPORT
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.values import TAG_MASK, TAG_OBJECT

ARRIVE = "arrive"
"""Value of the signal of a thread that has come to a barrier."""
RELEASE = "release"
"""Value of the signal of a thread that gives a lock or semaphore back."""
CONDITION = "condition"
"""Value of a wait for a condition."""
_IMPORTING = f"{IMPORT} "


class Words:
    """The indices of some words among a trace's objects, which only become more."""

    def __init__(self) -> None:
        self._n = 0
        self._indices: dict[object, list[int]] = {ARRIVE: [], RELEASE: [], CONDITION: [], IMPORT: [], True: []}

    def look(self, objects: Sequence[Any]) -> None:
        """Take in the objects that are new."""
        n = len(objects)
        for i in range(self._n, n):
            value = objects[i]
            if (type(value) is str or value is True) and value in self._indices:
                self._indices[value].append(i)
            elif type(value) is str and value.startswith(_IMPORTING):
                self._indices[IMPORT].append(i)
        self._n = n

    def are(self, trace: Trace, rows: IntArray, word: object) -> IntArray:
        """Tell which of these events have a word, or True, as their value, shape (k,); `IMPORT`: it begins so."""
        found: IntArray = np.isin(trace.value[rows], self._indices[word])
        found &= trace.flags[rows] & TAG_MASK == TAG_OBJECT
        return found

"""Containers as a whole, the cells ``[…]``: their methods are atomic, so two changes do not harm each other."""

from __future__ import annotations

import numpy as np

from simulator.script.sites import WHOLE_NAME
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace


def is_whole(trace: Trace, rows: IntArray) -> IntArray:
    """Tell which accesses are to a container as such, not to one of its items, shape (k,)."""
    found: IntArray = np.array([str(name).endswith(WHOLE_NAME) for name in trace.variables], bool)[trace.variable[rows]]
    return found

"""A trace as it is at one moment, for whoever looks at it for longer while the run goes on."""

from __future__ import annotations

from copy import copy

from simulator.trace.columns import Column
from simulator.trace.trace import Trace


def take_snapshot(trace: Trace) -> Trace:
    """Return a trace that does not grow with the given one; reading it is all it is for.

    Notes
    -----
    Thread: the one that appends; the result may be read in any. Cost: none for the events, whose columns are shared,
    and none for the values: ``objects`` is the original's list, which only grows.
    A span that was open may end in it, and what an event met may become known. When the original's rows change their
    numbers those of the snapshot stay as they are: compare `Trace.generation` before a row number found in it is used,
    see `simulator.analysis.found_again`.
    """
    taken = copy(trace)
    taken._columns = {name: _frozen(column) for name, column in trace._columns.items()}
    taken._crew = trace._crew.frozen()
    for name in ("files", "failures"):
        setattr(taken, name, list(getattr(trace, name)))
    return taken


def _frozen(column: Column) -> Column:
    """Return a column of the same elements that stays as long as it is."""
    frozen = copy(column)
    frozen._data = column.values
    return frozen

"""Columns of integers as few bytes, and back: the least number of bytes each, stored byte by byte in planes.

An integer column becomes a base (its least value) and planes: plane k holds byte k of every ``value - base``. Bytes of
equal weight resemble each other, so that planes compress far better than whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from simulator.trace.columns import IntArray
from simulator.trace.row_table import NO_ROW
from simulator.trace.trace import COLUMNS
from simulator.trace.tracks import OPEN

MAX_PLANES = 8


@dataclass(frozen=True, slots=True)
class Packed:
    """A column of integers, packed.

    Attributes
    ----------
    base : int
        Its least value; 0 for an empty column.
    planes : tuple of bytes
        Byte 0, 1, … of every ``value - base``, each as long as the column; none are needed if all
        values are equal.
    """

    base: int
    planes: tuple[bytes, ...]


def pack(values: IntArray, min_planes: int = 0) -> Packed:
    """Pack integers of at most 64 bits, shape (n,), into no fewer than `min_planes` planes."""
    if not len(values):
        return Packed(0, (b"",) * min_planes)
    base, top = int(values.min()), int(values.max())
    n_planes = max(min_planes, ((top - base).bit_length() + 7) // 8)
    width = next(width for width in (1, 2, 4, 8) if width >= n_planes)
    rest = (values.astype(np.uint64) - np.uint64(base % (1 << 64))).astype(f"<u{width}")
    split = rest.view(np.uint8).reshape(len(rest), width)
    return Packed(base, tuple(split[:, k].tobytes() for k in range(n_planes)))


def unpack(base: int, n: int, planes: Callable[[int], bytes], n_planes: int) -> IntArray:
    """Unpack integers.

    Parameters
    ----------
    base : int
        The least value, of 64 bits with sign.
    n : int
        How many values.
    planes : callable
        Returns plane k, `n` bytes.
    n_planes : int
        How many planes there are, at most 8.

    Returns
    -------
    ndarray of int64, shape (n,)
        Values; those beyond 63 bits wrap round, as only a damaged file has them.
    """
    width = next(width for width in (1, 2, 4, 8) if width >= n_planes)
    split = np.zeros((n, width), np.uint8)
    for k in range(n_planes):
        split[:, k] = np.frombuffer(planes(k), np.uint8)
    rest = split.reshape(-1).view(f"<u{width}").astype(np.uint64)
    rest += np.uint64(base % (1 << 64))
    return rest.view(np.int64)


def to_differences(columns: Mapping[str, IntArray]) -> dict[str, IntArray]:
    """Replace the columns of a trace that grow along it by differences, which are small.

    Returns
    -------
    dict of str to ndarray of int, each of shape (n,)
        ``begin_ns``: since the event before, the first since 0. ``end_ns``: duration + 1, 0 for an open span.
        ``reads_from``: how many rows back the write stands, 0 for no row; other marks stay as far back as they are.
        All others as they are.
    """
    begin_ns, end_ns, source = columns["begin_ns"], columns["end_ns"], columns["reads_from"]
    changed = dict(columns)
    changed["begin_ns"] = np.diff(begin_ns, prepend=np.int64(0))
    changed["end_ns"] = np.where(end_ns == OPEN, 0, end_ns - begin_ns + 1)
    changed["reads_from"] = np.where(source == NO_ROW, 0, np.arange(len(source)) - source)
    return changed


def from_differences(changed: Iterable[tuple[str, IntArray]]) -> dict[str, IntArray]:
    """Undo `to_differences`, column by column.

    Parameters
    ----------
    changed : iterable of (str, ndarray of int64, shape (n,))
        In any order, but ``begin_ns`` before ``end_ns``. Each is forgotten before the next is asked for.

    Returns
    -------
    dict of str to ndarray, each of shape (n,)
        In the types of the trace.

    Raises
    ------
    ValueError
        If a value does not fit into its column's type.
    """
    columns: dict[str, IntArray] = {}
    for name, values in changed:
        columns[name] = _as_type(name, _undo(name, values, columns), COLUMNS[name])
    return columns


def _undo(name: str, values: IntArray, columns: Mapping[str, IntArray]) -> IntArray:
    match name:
        case "begin_ns":
            return np.cumsum(values)
        case "end_ns":
            return np.where(values == 0, OPEN, columns["begin_ns"] + values - 1)
        case "reads_from":
            return np.where(values == 0, NO_ROW, np.arange(len(values)) - values)
        case _:
            return values


def _as_type(name: str, values: IntArray, kind: str) -> IntArray:
    limits = np.iinfo(kind)
    if len(values) and not (limits.min <= int(values.min()) and int(values.max()) <= limits.max):
        raise ValueError(f"a value of its column {name} is out of range")
    return values.astype(kind, copy=False)

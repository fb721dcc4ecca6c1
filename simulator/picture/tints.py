"""Steps of density: the more events stand behind a column, the stronger its colour."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from simulator.trace.columns import IntArray

_SHARES = (0, 140, 180, 218, 256)
"""How much of 256 of the colour there is at each step, the rest is what lies behind."""

_LEAST = (1, 4, 16, 64)
"""From so many events on a column is a step stronger."""

N_STEPS = len(_SHARES)


def steps_of(*counts: IntArray) -> IntArray:
    """Return the step of each number of events: 0 for none, 4 for 64 and more.

    Parameters
    ----------
    *counts : ndarray of int, shape (lanes, columns)
        Numbers to be added up. Quickest when they lie in memory column by column, as counting leaves them.

    Returns
    -------
    ndarray of uint8, shape (lanes, columns)
        Lane by lane in memory.
    """
    total, *more = (np.minimum(one.T, _LEAST[-1]).astype(np.uint8) for one in counts)
    for other in more:
        total += other
    total = np.ascontiguousarray(total.T)
    steps: IntArray = (total >= _LEAST[0]).view(np.uint8)
    for least in _LEAST[1:]:
        steps += (total >= least).view(np.uint8)
    return steps


def tinted(colours: IntArray, behind: int, steps: IntArray) -> IntArray:
    """Mix packed colours with the packed colour behind them, each by its step; step 0 draws nothing.

    Parameters
    ----------
    colours : ndarray of uint32
        Packed.
    behind : int
        Packed.
    steps : ndarray of uint8
        Of a shape that goes with that of `colours`.

    Returns
    -------
    ndarray of uint32
        Packed.
    """
    share = np.array(_SHARES, np.uint32)[steps]
    mixed: IntArray = np.array(0xFF000000, np.uint32)
    for shift in (16, 8, 0):
        own = colours >> np.uint32(shift) & np.uint32(255)
        channel = (own * share + np.uint32(behind >> shift & 255) * (np.uint32(256) - share)) >> np.uint32(8)
        mixed = mixed | channel << np.uint32(shift)
    return np.where(steps > 0, mixed, np.uint32(0))


def palette(colours: IntArray, behind: int) -> IntArray:
    """Return each packed colour in every step, uint32, shape (k, `N_STEPS`); not to be written to."""
    return _palette(colours.tobytes(), behind)


@lru_cache(maxsize=32)
def _palette(colours: bytes, behind: int) -> IntArray:
    return tinted(np.frombuffer(colours, np.uint32)[:, np.newaxis], behind, np.arange(N_STEPS)[np.newaxis])

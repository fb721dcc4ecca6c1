"""Widened runs: a thread that has recorded an access may be made to wait a moment, so that rare races show."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from simulator.script.buffers import Buffer

EARLY, EARLY_PROBABILITY, EARLY_S = 20, 0.75, 0.01
"""A thread's first accesses wait for up to so long: others are still being started."""
LATER_PROBABILITY = 0.1
"""Later ones only let others go first."""


def widening(seed: int) -> Callable[[Buffer], None]:
    """Return the function that is called after each recorded access; each thread has its own random numbers."""
    states: dict[int, tuple[random.Random, list[int]]] = {}
    sleep = time.sleep

    def pause(buffer: Buffer) -> None:
        state = states.get(buffer.serial)
        if state is None:
            state = states[buffer.serial] = (random.Random(f"{seed} {buffer.serial}"), [EARLY])
        numbers, left = state
        if left[0]:
            left[0] -= 1
            if numbers.random() < EARLY_PROBABILITY:
                sleep(numbers.random() * EARLY_S)
        elif numbers.random() < LATER_PROBABILITY:
            sleep(0)

    return pause

"""How far a long piece of work is, for whoever waits for it, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from simulator.errors import ThreadloomError

Item = TypeVar("Item")
Progress = Callable[[float], None]
"""Told again and again how much is done, from 0 to 1; what it raises ends the work."""


class StoppedError(ThreadloomError):
    """Somebody asked to stop; nothing was written."""


def silent(_done: float) -> None:
    """Tell nobody."""


def told(items: Iterable[Item], n: int, progress: Progress) -> Iterator[Item]:
    """Pass `items` on, about `n` of them, and tell before each how much is done."""
    for i, item in enumerate(items):
        progress(min(i / max(n, 1), 1.0))
        yield item
    progress(1.0)


def part(progress: Progress, nth: int, n: int) -> Progress:
    """Return what is to be told while the `nth` of `n` equal parts of the work is done, counted from 0."""
    return lambda done: progress((nth + done) / n)

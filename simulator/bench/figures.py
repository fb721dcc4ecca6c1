"""Measured numbers, each beside what it is to be compared with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Attributes
    ----------
    figure : str
        What was measured.
    value : float
        In `unit`; a ratio to `reference` wherever one is possible.
    unit, reference : str
        ``ratio`` and what it is a ratio to; otherwise the unit and an empty text.
    goal : float or None
        What the value should reach.
    met : bool or None
        Whether it does.
    """

    figure: str
    value: float
    unit: str
    reference: str = ""
    goal: float | None = None
    met: bool | None = None


def at_most(figure: str, value: float, unit: str, reference: str, goal: float) -> Figure:
    """Return a figure with a goal that it should reach at most."""
    return Figure(figure, round(value, 3), unit, reference, goal, value <= goal)


def at_least(figure: str, value: float, unit: str, reference: str, goal: float) -> Figure:
    """Return a figure with a goal that it should reach at least."""
    return Figure(figure, round(value, 3), unit, reference, goal, value >= goal)

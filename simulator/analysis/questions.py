"""What a question about a run that has not been made yet is, and how its answers are weighed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.analysis.recording import DONE, Recording
from simulator.lessons.base import THREADS, RunSettings


@dataclass(frozen=True, slots=True)
class Truth:
    """What a run showed: which answer is true, and in one clause what was seen."""

    index: int
    seen: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a run that has not been made yet.

    Attributes
    ----------
    text : str
        The question.
    answers : tuple of str
        Two or more; exactly one of them turns out to be true.
    find : callable
        Works out the true one from a recording; None where the run does not tell.
    """

    text: str
    answers: tuple[str, ...]
    find: Callable[[Recording], Truth | None]

    def check(self, recording: Recording) -> Truth | None:
        """Return which answer was true, None where the run did not come to its end or does not tell."""
        return self.find(recording) if recording.status == DONE else None


def n_requests(settings: RunSettings) -> int:
    """Return how many requests or tasks a run handles."""
    return settings.threads if settings.runner == THREADS else settings.tasks


def share_of(number: int, total: int, seen: str) -> Truth | None:
    """Return whether something was true of all (0), of some (1) or of none (2); None of nothing."""
    if not total:
        return None
    return Truth(0 if number == total else 1 if number else 2, seen)

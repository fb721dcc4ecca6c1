"""The verdict: one sentence on the run, with its numbers."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, BAD, NEUTRAL = "good", "bad", "neutral"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence and its tone.

    Attributes
    ----------
    text : str
        The sentence, without a full stop.
    tone : str
        ``good`` (nothing found), ``bad`` (something found, or the run failed) or ``neutral`` (nothing to judge).
    """

    text: str
    tone: str

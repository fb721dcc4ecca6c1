"""Numbers of a run: how many accesses, and with which outcomes."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.analysis.outcomes import Outcome

PRIVATE_PROBLEMS = (Outcome.FOREIGN, Outcome.ERASED, Outcome.LEFTOVER)


@dataclass(slots=True)
class Counts:
    """Numbers of a run so far.

    Attributes
    ----------
    reads, writes, deletes : int
        Accesses during the run; what was set before it is not counted.
    by_outcome : dict of Outcome to int
        Reads by outcome; they sum to `reads`.
    private : dict of Outcome to int
        The same, of private variables only.
    problems : int
        Events of findings of severity warning or error.
    uncertain : int
        Events whose order cannot be told.
    updates, lost_updates : int
        Read-modify-writes of counters, and those not in the final value; known at the end.
    """

    reads: int = 0
    writes: int = 0
    deletes: int = 0
    by_outcome: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(list(Outcome)[1:], 0))
    private: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(list(Outcome)[1:], 0))
    problems: int = 0
    uncertain: int = 0
    updates: int = 0
    lost_updates: int = 0

    @property
    def accesses(self) -> int:
        """Reads, writes and deletes together."""
        return self.reads + self.writes + self.deletes

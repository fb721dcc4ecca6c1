"""How a script ended, and what of it was not recorded."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

NO_LIMIT, TIME_LIMIT, EVENT_LIMIT = "", "time", "events"


@dataclass(frozen=True, slots=True)
class ScriptEnding:
    """What a script's run has beside a lesson's.

    Attributes
    ----------
    exit_code : int or None
        What the script returned; negative: the signal that ended it; None while it runs.
    limit : str
        ``time`` or ``events`` if that limit stopped it, else empty.
    dropped : int
        Events beyond that limit, which were not kept.
    left_out : int
        Accesses that were not recorded, since only one thread ever touched their objects.
    untouched : tuple of (str, str)
        Files that ran as they are, unrecorded, and why.
    """

    exit_code: int | None = None
    limit: str = NO_LIMIT
    dropped: int = 0
    left_out: int = 0
    untouched: tuple[tuple[str, str], ...] = ()

    @property
    def exit_text(self) -> str:
        """The exit code in words; empty while it runs."""
        if self.exit_code is None:
            return ""
        return (
            f"ended by {signal_name(-self.exit_code)}"
            if self.exit_code < 0
            else f"ended with exit code {self.exit_code}"
        )

    def left_out_lines(self) -> list[str]:
        """Say what was not recorded, one sentence each; none where there is nothing."""
        found = [f"{os.path.basename(path)} ran unrecorded: {why}" for path, why in self.untouched]
        if self.left_out:
            why = "no other thread touched what they are to, or it never changes"
            found.append(f"{self.left_out:,} accesses are left out: {why}")
        if self.dropped:
            found.append(f"{self.dropped:,} events beyond the limit were not kept")
        return found

    def facts(self) -> dict[str, int]:
        """Return what was not recorded, in numbers."""
        return {"left_out": self.left_out, "dropped": self.dropped, "untouched_files": len(self.untouched)}


def signal_name(number: int) -> str:
    """Return what a signal is called, ``SIGSEGV``; its number where this system knows none of that number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

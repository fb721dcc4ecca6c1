"""Findings: judgements with a severity, each explained in at most three sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is; *problem* means warning or error."""

    NONE = 0
    NOTE = 1
    WARNING = 2
    ERROR = 3


MAX_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong, or the same thing several times.

    Attributes
    ----------
    kind : str
        ``clobbered-read``, ``foreign-read``, ``erased-read``, ``leftover``, ``lost-update``, ``thread-died``.
    severity : Severity
        How bad.
    variable : str
        What it is about; empty where it is about no variable.
    threads : tuple of str
        Who was hurt first, then who did it.
    value, writer : str
        The value in question and who wrote it.
    file, line
        Where it showed.
    message : str
        At most three sentences with names, values and lines.
    cure : str
        The usual cure as code; empty where there is none.
    events : tuple of int
        Rows of the problem events, the one that the message tells of first; at most 100.
    count : int
        How often it happened.
    """

    kind: str
    severity: Severity
    variable: str
    threads: tuple[str, ...]
    value: str
    writer: str
    file: str
    line: int
    message: str
    cure: str
    events: tuple[int, ...]
    count: int

    @property
    def title(self) -> str:
        """The kind in words."""
        return TITLES[self.kind]

    def to_plain(self) -> dict[str, object]:
        """Return the finding as the command line's JSON shows it."""
        return {
            "kind": self.kind,
            "severity": self.severity.name.lower(),
            "variable": self.variable,
            "threads": list(self.threads),
            "value": self.value,
            "writer": self.writer,
            "file": self.file,
            "line": self.line,
            "message": self.message,
            "events": list(self.events),
            "count": self.count,
        }


TITLES: dict[str, str] = {
    "clobbered-read": "Clobbered read",
    "foreign-read": "Foreign read",
    "erased-read": "Erased read",
    "leftover": "Leftover",
    "lost-update": "Lost update",
    "thread-died": "Thread died",
}

"""The choices for one run of the user's own script. Plain data, so that it can be sent and saved."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from simulator.errors import UsageError

SUFFIX = ".py"
FAITHFUL, WIDENED = "faithful", "widened"
MOST_EVENTS = 5_000_000
EVENT_LIMIT = 100_000_000
TIME_LIMIT_S = 86_400.0


@dataclass(frozen=True)
class ScriptSettings:
    """What is run, with what, and when it has to end.

    Attributes
    ----------
    path : str
        The script, absolute.
    argv : tuple of str
        Its arguments, what ``sys.argv[1:]`` will be.
    cwd : str or None
        Its working directory; None for the one that the app was started in.
    python : str or None
        The interpreter that runs it; None for the one that runs the app.
    include : tuple of str
        Patterns of modules that are recorded besides the script and what lies beside it, such as ``mypackage.*``.
    widen : bool
        Whether threads may also be switched at every recorded access, so that rare races show.
    seed : int
        Of those switches.
    timeout_s : float
        When it is stopped, in seconds; 0 for never.
    max_events : int
        After how many recorded events it is stopped.
    """

    path: str
    argv: tuple[str, ...] = ()
    cwd: str | None = None
    python: str | None = None
    include: tuple[str, ...] = ()
    widen: bool = False
    seed: int = 0
    timeout_s: float = 0.0
    max_events: int = MOST_EVENTS

    @property
    def name(self) -> str:
        """The script's file name."""
        return os.path.basename(self.path)

    @property
    def subject(self) -> str:
        """What was run, to tell runs of one thing from runs of another."""
        return self.path

    @property
    def storage(self) -> None:
        """None: a script has storages of its own."""
        return None

    @property
    def counts_tasks(self) -> bool:
        """Whether its work is tasks: nobody knows of a script."""
        return False

    @property
    def mode(self) -> str:
        """``faithful`` or ``widened``."""
        return WIDENED if self.widen else FAITHFUL

    @property
    def badge(self) -> str:
        """The settings in a few words, as they stand beside a run's verdict."""
        parts = [" ".join([self.name, *self.argv])]
        parts.append(f"{WIDENED}, seed {self.seed}" if self.widen else FAITHFUL)
        if self.python:
            parts.append(os.path.basename(self.python))
        parts += [f"with {pattern}" for pattern in self.include]
        if self.timeout_s:
            parts.append(f"at most {self.timeout_s:g} s")
        if self.max_events != MOST_EVENTS:
            parts.append(f"at most {self.max_events:,} events")
        return ", ".join(parts)

    def check(self) -> None:
        """Raise `UsageError` that says in one line what cannot be run like this, and what to do."""
        if not os.path.isfile(self.path):
            what = "is a folder" if os.path.isdir(self.path) else "is not there"
            raise UsageError(f"{self.path} {what}; give the path of a Python file")
        if not os.access(self.path, os.R_OK):
            raise UsageError(f"{self.path} cannot be read; check that you may read it")
        if self.cwd is not None and not os.path.isdir(self.cwd):
            raise UsageError(f"working directory {self.cwd}: there is no such folder")
        if not 0 <= self.timeout_s <= TIME_LIMIT_S:
            raise UsageError(f"time limit: {self.timeout_s:g} s is not between 0 (none) and {TIME_LIMIT_S:,.0f} s")
        if not 1 <= self.max_events <= EVENT_LIMIT:
            raise UsageError(f"limit of events: {self.max_events:,} is not between 1 and {EVENT_LIMIT:,}")

    def to_plain(self) -> dict[str, Any]:
        """Return the settings as built-in types only."""
        return asdict(self) | {"argv": list(self.argv), "include": list(self.include)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> ScriptSettings:
        """Rebuild settings from what `to_plain` returned."""
        fields = dict(plain)
        return cls(**fields | {"argv": tuple(fields["argv"]), "include": tuple(fields["include"])})

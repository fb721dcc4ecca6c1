"""All that the detectors look at: the trace, its order, the locks held, and the sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np

from simulator.analysis.detectors.evidence import Evidence
from simulator.analysis.detectors.groups import Families, Group, group_by_lines
from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.explain import actor_name
from simulator.analysis.findings import Place, Severity
from simulator.analysis.kind_words import does
from simulator.analysis.orders.clocks import never
from simulator.analysis.orders.happens_before import HappensBefore
from simulator.analysis.orders.locksets import Lock, LocksHeld, locks_at
from simulator.record.kinds import Kind
from simulator.script.sites import WHOLE_NAME
from simulator.trace.columns import IntArray
from simulator.trace.trace import FLAG_UNCERTAIN, Trace
from simulator.trace.tracks import OPEN

_OF_OBJECT = re.compile(r"self\.(\w+) of (\S+#\d+)")
_VERBS = {Kind.READ: "reads", Kind.WRITE: "writes", Kind.DELETE: "deletes"}
_WHOLE_VERBS = {Kind.READ: "looks at all of", Kind.WRITE: "changes"}


class Case:
    """A run of a script, to be looked at from all sides; what is costly is worked out when first asked for.

    Parameters
    ----------
    trace : Trace
        What happened.
    sources : sequence of SourceFile
        The program's files, by their index in the trace.
    is_outdated : callable
        Asked now and then whether to give up.
    evidence : Evidence, optional
        What is known of the order of its events from an earlier look.
    is_over : bool
        Whether it has ended; of a run that goes on only what is certain is told.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(
        self,
        trace: Trace,
        sources: Sequence[SourceFile],
        is_outdated: Callable[[], bool] = never,
        evidence: Evidence | None = None,
        is_over: bool = True,
    ) -> None:
        self.trace = trace
        self.is_over = is_over
        self._sources = sources
        self._evidence = Evidence() if evidence is None else evidence
        self._is_outdated = is_outdated

    @cached_property
    def evidence(self) -> Evidence:
        """What the order of the run's events tells; raises `TooManyClocksError` if the run is too large."""
        self._evidence.advance(self.trace, self.is_over, self._is_outdated)
        return self._evidence

    @property
    def order(self) -> HappensBefore:
        """Happens-before as it was."""
        return self.evidence.order

    @property
    def free_order(self) -> HappensBefore:
        """Happens-before as it would have been in any other order of the locks, too."""
        return self.evidence.free_order

    @cached_property
    def held(self) -> LocksHeld:
        """Which locks were held where."""
        return LocksHeld(self.trace)

    def is_certain_of_end(self, row: int) -> bool:
        """Return whether it is known that the actor of an event does nothing more."""
        return self.is_over or bool(self.trace.actor_end_ns[self.trace.actor[row]] != OPEN)

    @cached_property
    def _holds(self) -> IntArray:
        return np.flatnonzero(self.trace.kind == Kind.HOLD)

    @cached_property
    def families(self) -> IntArray:
        """For each variable the first one that differs from it in the number of its object or in its key only."""
        return Families().of(self.trace.variables)

    def group_by_lines(self, *columns: IntArray) -> Iterator[Group]:
        """Put together what happened at the same lines; see `simulator.analysis.detectors.groups.group_by_lines`."""
        return group_by_lines(self.trace, self.families, *columns)

    def storage_of(self, variable: int) -> str | None:
        """Return what a variable is made of."""
        return self.trace.storage_of(variable)

    def has_storage(self, rows: IntArray, storage: str) -> IntArray:
        """Tell which events are about variables of a storage, shape (k,)."""
        known = [i for i in range(len(self.trace.variables)) if self.storage_of(i) == storage]
        found: IntArray = np.isin(self.trace.variable[rows], known)
        return found

    # -- in words ------------------------------------------------------------------------------------------------

    def source(self, row: int) -> SourceFile:
        """Return the file that an event's line is of."""
        return self._sources[self.trace.file[row]] if self.trace.file[row] < len(self._sources) else SourceFile("", "")

    def line(self, row: int) -> int:
        """Return the line of an event."""
        return int(self.trace.line[row])

    def who(self, row: int) -> str:
        """Return who did it."""
        return actor_name(self.trace, row)

    def thread(self, row: int) -> str:
        """Return the name of the thread that did it."""
        return self.trace.threads[int(self.trace.thread[row])].name

    def name(self, row: int) -> str:
        """Return the variable of an event."""
        return self.trace.variable_name(row)

    def said(self, row: int) -> str:
        """Return the variable of an event as the source names it there: ``job.n of Job#1`` for ``self.n of Job#1``.

        An object without a name of its own has other names at other places.
        """
        name = self.name(row)
        match = _OF_OBJECT.fullmatch(name)
        if match is None:
            return name
        attribute, label = match[1], match[2]
        owner = self.source(row).owner_of(attribute, self.line(row))
        return f"{owner}.{attribute} of {label}" if owner else name

    def did(self, row: int) -> str:
        """Return what an access did, in the past: ``read counter``, ``stored 7 in d["k"]``, ``changed items``."""
        kind, name = self.trace.kind[row], self.said(row)
        if name.endswith(WHOLE_NAME):
            name = name.removesuffix(WHOLE_NAME)
            return f"looked at all of {name}" if kind == Kind.READ else f"changed what {name} holds"
        if kind == Kind.READ:
            return f"read {name}"
        return f"stored {self.trace.value_text(row)} in {name}" if kind == Kind.WRITE else f"deleted {name}"

    def where(self, row: int, before: int | None = None) -> str:
        """Return the line of an event in words, with its file if it is not that of the event `before`."""
        index = int(self.trace.file[row])
        other = 0 if before is None else int(self.trace.file[before])
        file = "" if index == other else f" of {_short(self.trace.files[index])}"
        return f"line {self.line(row)}{file}" if self.line(row) else "code that is not recorded"

    def waits(self, row: int) -> str:
        """Return who waits for what: ``worker-2 waits for the lock left``."""
        return f"{self.thread(row)} {does(self.trace, row)}"

    def are_tasks(self, row: int, other: int) -> bool:
        """Tell whether two events are of tasks that take turns in one thread."""
        return bool(self.trace.thread[row] == self.trace.thread[other])

    def may_time_out(self, row: int) -> bool:
        """Tell whether a wait ends by itself, as far as the source tells."""
        return self.source(row).has_timeout(self.line(row))

    def place(self, row: int, text: str | None = None) -> Place:
        """Return the place of an event and what happened there."""
        said = f"{self.who(row)} {self._does(row)}" if text is None else text
        return Place(self.trace.files[self.trace.file[row]], self.line(row), said, row)

    def _does(self, row: int) -> str:
        kind, name = Kind(int(self.trace.kind[row])), self.said(row)
        if name.endswith(WHOLE_NAME):
            verbs, name = _WHOLE_VERBS, name.removesuffix(WHOLE_NAME)
        else:
            verbs = _VERBS
        return f"{verbs.get(kind, '')} {name}"

    def lock_name(self, lock: Lock) -> str:
        """Return what the program calls a lock."""
        return self.trace.variables[lock[0]]

    def lock_names(self, row: int) -> list[str]:
        """Return the names of the locks held at an event, sorted."""
        return sorted(self.lock_name(lock) for lock in locks_at(self.trace, self._holds, self.evidence.looks, row))

    def with_doubt(self, severity: Severity, sentences: Sequence[str], *rows: int) -> tuple[Severity, str]:
        """Return severity and message; a note that says so where the order of these events cannot be told."""
        if (self.trace.flags[list(rows)] & FLAG_UNCERTAIN).any():
            return Severity.NOTE, " ".join([*sentences[:2], "The recording cannot tell their order for certain."])
        return severity, " ".join(sentences)


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: ``a``, ``a and b``, ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _short(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]

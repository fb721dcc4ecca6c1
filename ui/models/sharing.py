"""What the threads of the run on screen share: how it is guarded, and what became of the locks."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.guards import Guarded, map_guards
from simulator.analysis.lock_history import LockHistory, follow_locks
from simulator.analysis.recording import RUNNING, Recording
from simulator.progress import Progress, StoppedError
from simulator.trace.snapshot import take_snapshot
from simulator.trace.trace import Trace
from ui.background import Background
from ui.models.runs import RunsModel

ROWS_A_VARIABLE = 50
"""What is worked out for each variable takes about as long as so many events."""


@dataclass(frozen=True, slots=True)
class _Found:
    guards: tuple[Guarded, ...]
    locks: tuple[LockHistory, ...]


class SharingModel(QObject):
    """Guard map and lock histories of the run on screen; known once it has ended and somebody looks at them.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    parent : QObject, optional
        Owner.

    Signals
    -------
    changed
        They have become known, or belong to another run.
    marked_changed
        Other threads are marked.
    """

    changed = Signal()
    marked_changed = Signal()

    def __init__(self, runs: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._wanted_by: set[object] = set()
        self._about: tuple[Recording, int, int] | None = None
        self._found: _Found | None = None
        self._marked: frozenset[int] = frozenset()
        self._background = Background("sharing", self)
        runs.shown_changed.connect(self._follow_run)
        runs.list_changed.connect(self._follow_run)

    @property
    def is_known(self) -> bool:
        """Whether there is an answer for the run on screen."""
        return self._found is not None

    @property
    def guards(self) -> tuple[Guarded, ...]:
        """How each shared variable is guarded."""
        return self._found.guards if self._found is not None else ()

    @property
    def locks(self) -> tuple[LockHistory, ...]:
        """What became of each lock."""
        return self._found.locks if self._found is not None else ()

    @property
    def trace(self) -> Trace | None:
        """The run that the answer belongs to."""
        return self._about[0].trace if self._about is not None else None

    @property
    def marked(self) -> frozenset[int]:
        """Serials of threads that are marked in the timeline."""
        return self._marked

    def want(self, who: object, is_wanted: bool) -> None:
        """Say whether somebody looks; what nobody looks at is not worked out."""
        (self._wanted_by.add if is_wanted else self._wanted_by.discard)(who)
        self._follow_run()

    def mark(self, threads: frozenset[int]) -> None:
        """Mark threads in the timeline; an empty set marks none."""
        if threads != self._marked:
            self._marked = threads
            self.marked_changed.emit()

    def close(self) -> None:
        """Give up, and wait until no work is left."""
        self._about = None
        self._background.close()

    def _follow_run(self) -> None:
        shown = self._runs.shown
        is_wanted = bool(self._wanted_by) and shown is not None and shown.status != RUNNING
        about = (shown, shown.trace.n, shown.trace.generation) if shown is not None and is_wanted else None
        if about == self._about:
            return
        self._about = about
        self._background.forget()
        self.mark(frozenset())
        self._take(None, about)
        if about is not None:
            trace = take_snapshot(about[0].trace)
            texts = tuple(about[0].source_of(i) for i in range(len(trace.files)))
            n_rows = trace.n + ROWS_A_VARIABLE * len(trace.variables)
            work = partial(_work_out, trace, texts, lambda _done: self._go_on(about))
            self._background.ask(work, lambda found: self._take(found, about), n_rows)

    def _go_on(self, about: object) -> None:
        """End work that nobody waits for any more; on the thread that does it."""
        if about is not self._about:
            raise StoppedError("another run is on screen, or none")

    def _take(self, found: _Found | None, about: object) -> None:
        if about is self._about:
            self._found = found
            self.changed.emit()


def _work_out(trace: Trace, texts: tuple[str, ...], progress: Progress) -> _Found | None:
    """Work everything out; None if it was given up on the way."""
    sources = [SourceFile(name, text) for name, text in zip(trace.files, texts, strict=True)]
    try:
        guards = map_guards(trace, lambda file, line: sources[file].function_name(line), progress)
        progress(1.0)
        return _Found(tuple(guards), tuple(follow_locks(trace)))
    except StoppedError:
        return None

"""What came before the selected event, what came after it, and what is ordered neither way."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from simulator.analysis.orders.clocks import OutdatedError, TooManyClocksError
from simulator.analysis.orders.happens_before import Cone, HappensBefore
from simulator.analysis.recording import RUNNING, Recording
from simulator.trace.snapshot import take_snapshot
from simulator.trace.trace import Trace
from ui.background import Background
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel

TOO_LARGE = (
    "the order of this run cannot be told: its threads synchronised too often for it to be kept in memory; "
    "record a shorter run to see what came before an event and what after"
)


class CausalityModel(QObject):
    """Past and future of the selected event, if they are asked for.

    Parameters
    ----------
    runs : RunsModel
        The run on screen; its order is known once it has ended.
    selection : SelectionModel
        The event.
    parent : QObject, optional
        Owner.

    Signals
    -------
    changed
        The cone is another one, or there is none any more.
    switched(bool)
        It is asked for from now on, or no longer.
    refused(str)
        It cannot be told of this run; why not, and what to do.

    Notes
    -----
    Cost: O(n) once for each run, off the window's thread where n is large; then O(threads x log n) for each event.
    """

    changed = Signal()
    switched = Signal(bool)
    refused = Signal(str)

    def __init__(self, runs: RunsModel, selection: SelectionModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._selection = selection
        self._is_on = False
        self._about: tuple[Recording, int, int] | None = None
        self._order: HappensBefore | None = None
        self._cone: Cone | None = None
        self._background = Background("happens-before", self)
        selection.row_changed.connect(self._find_cone)
        runs.shown_changed.connect(self._follow_run)
        runs.list_changed.connect(self._follow_run)

    @property
    def is_on(self) -> bool:
        """Whether past and future are to be shown."""
        return self._is_on

    @property
    def cone(self) -> Cone | None:
        """Past and future of the selected event; None while none is selected, or nothing is known or asked for."""
        return self._cone

    def toggle(self) -> None:
        """Show past and future, or show them no longer."""
        self._is_on = not self._is_on
        self._follow_run()
        self.switched.emit(self._is_on)

    def close(self) -> None:
        """Wait until no work is left."""
        self._about = None
        self._background.close()

    def _follow_run(self) -> None:
        """Work out the order of a run that has ended, unless that has been done."""
        shown = self._runs.shown
        is_wanted = self._is_on and shown is not None and shown.status != RUNNING
        about = (shown, shown.trace.n, shown.trace.generation) if shown is not None and is_wanted else None
        if about == self._about:
            return
        self._about = about
        self._background.forget()
        self._take(None, about)
        if about is not None:
            trace = take_snapshot(about[0].trace)
            work = partial(self._work_out, trace, about)
            self._background.ask(work, lambda order: self._take(order, about), trace.n)

    def _work_out(self, trace: Trace, about: object) -> HappensBefore | TooManyClocksError | None:
        try:
            return HappensBefore(trace, is_outdated=lambda: self._about is not about)
        except OutdatedError:
            return None
        except TooManyClocksError as error:
            return error

    def _take(self, order: HappensBefore | TooManyClocksError | None, about: object) -> None:
        if about is self._about:
            if isinstance(order, TooManyClocksError):
                self.refused.emit(TOO_LARGE)
            self._order = order if isinstance(order, HappensBefore) else None
            self._find_cone()

    def _find_cone(self, _row: object = None) -> None:
        row = self._selection.row
        cone = self._order.cone(row) if self._order is not None and row is not None else None
        if cone is not self._cone:
            self._cone = cone
            self.changed.emit()

"""The status bar: what the run on screen is doing, or has done. Permanent labels, since menus wipe messages."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from simulator.analysis.recording import RUNNING, Recording
from simulator.lessons.base import IN_PROCESS
from ui.run_controller import RunSession
from ui.scaling import keep_scaled, px

PLACES = {IN_PROCESS: "in this window's process"}
OTHER_PLACE = "in a process of its own"
STATES = {"done": "✓ done", "stopped": "■ stopped", "failed": "✗ failed", "limit": "■ stopped by a limit"}
HEIGHT_PX = 30
LABELS = ("state", "elapsed", "threads", "accesses", "rate", "cost", "mode", "place", "", "interpreter", "gil")
"""From left to right; the empty one is the gap."""


class StatusBar(QFrame):
    """A line of facts along the bottom of the window.

    Attributes
    ----------
    labels : dict of str to QLabel
        ``state`` (the spinner while the run is going), ``elapsed``, ``threads``, ``accesses``, ``rate``, ``cost``,
        ``mode``, ``place``, ``interpreter``, ``gil``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAccessibleName("Status")
        keep_scaled(self, lambda: self.setFixedHeight(px(HEIGHT_PX)))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(20)
        self.labels: dict[str, QLabel] = {}
        for name in LABELS:
            if not name:
                layout.addStretch(1)
                continue
            label = QLabel(self)
            label.setObjectName("statusState" if name == "state" else "statusLabel")
            layout.addWidget(label)
            self.labels[name] = label
        self.labels["rate"].setToolTip("Recorded accesses a second, over the whole run")
        self.labels["cost"].setToolTip("What recording one access costs here, timed just before the run")
        self.labels["gil"].setToolTip("Whether the interpreter that runs the threads has a global interpreter lock")
        self.show_run(None, None)

    def show_run(self, recording: Recording | None, session: RunSession | None) -> None:
        """Show the state of a run.

        Parameters
        ----------
        recording : Recording or None
            The run on screen.
        session : RunSession or None
            Its session while it is going on.
        """
        texts = _describe(recording, session)
        for name, label in self.labels.items():
            text = texts.get(name, "")
            if label.text() != text:
                label.setText(text)
            label.setVisible(bool(text))

    @property
    def text(self) -> str:
        """Everything that is shown, for tests and screen readers."""
        return "  ".join(label.text() for label in self.labels.values() if label.text())


def _describe(recording: Recording | None, session: RunSession | None) -> dict[str, str]:
    if recording is None:
        return {"state": "Ready"}
    elapsed_ns = session.elapsed_ns if session is not None else recording.elapsed_ns
    accesses = recording.analysis.counts.accesses
    texts = {
        "elapsed": f"{elapsed_ns / 1e9:.1f} s" if session is not None else f"{elapsed_ns / 1e9:.3f} s",
        "accesses": _count(accesses, "access", "accesses"),
        "interpreter": recording.interpreter,
    }
    if recording.place:  # else it is a trace of another program, which tells neither
        texts |= {"mode": recording.settings.mode, "place": PLACES.get(recording.place, OTHER_PLACE)}
        texts["gil"] = "GIL on" if recording.gil else "no GIL"
    if accesses and elapsed_ns:
        texts["rate"] = f"{accesses * 1e9 / elapsed_ns:,.0f} accesses/s"
    if recording.access_cost_ns:
        texts["cost"] = f"{recording.access_cost_ns / 1000:.1f} µs each"
    if session is not None:
        texts["state"] = session.spinner.text
        texts["threads"] = f"{_count(session.threads_alive, 'thread', 'threads')} alive"
    else:
        texts["state"] = STATES.get(recording.status, "" if recording.status == RUNNING else recording.status)
        noun = ("worker ran", "workers ran") if recording.settings.counts_tasks else ("thread", "threads")
        texts["threads"] = _count(recording.workers_ran, *noun)
    return texts


def _count(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"

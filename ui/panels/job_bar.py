"""A thin bar that says how far a long piece of work is, with a button to stop it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ui.jobs import Jobs


class JobBar(QFrame):
    """Shows the piece of work that is being done, and nothing when there is none.

    Parameters
    ----------
    jobs : Jobs
        The work.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.setObjectName("message")
        self.text = QLabel(self)
        self.text.setAccessibleName("What is being done")
        self.stop_button = QPushButton("Stop it", self)
        self.stop_button.setToolTip("Give up; everything stays as it was")
        self.stop_button.clicked.connect(jobs.stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 16, 6)
        layout.setSpacing(12)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.stop_button)
        jobs.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.text.setText(self._jobs.text)
        self.setVisible(bool(self._jobs.text))

"""A frame that shows when what is inside has the focus, for parts that do not show it themselves."""

from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from ui.theme import set_tone


class FocusFrame(QFrame):
    """A quiet frame round one widget.

    Parameters
    ----------
    inside : QWidget
        What is framed.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, inside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside = inside
        self.setObjectName("focusFrame")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.addWidget(inside)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        has_focus = new is not None and (new is self._inside or self._inside.isAncestorOf(new))
        set_tone(self, "focus" if has_focus else "neutral")

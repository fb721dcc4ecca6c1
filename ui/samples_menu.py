"""Sample programs as a menu: each shows one thing, and is opened as one's own script is."""

from PySide6.QtWidgets import QMenu, QWidget

from simulator.samples import list_samples
from ui.commands import CommandSet
from ui.script_actions import ScriptActions


class SamplesMenu(QMenu):
    """The samples, below "Open".

    Parameters
    ----------
    scripts : ScriptActions
        Opens one.
    commands : CommandSet
        Whose command "open" it stands behind.
    parent : QWidget
        The window.
    """

    def __init__(self, scripts: ScriptActions, commands: CommandSet, parent: QWidget) -> None:
        super().__init__("Sa&mples", parent)
        self.setToolTipsVisible(True)
        for sample in list_samples():
            action = self.addAction(sample.title.partition(":")[0].rstrip("."))
            action.setObjectName(sample.name)
            action.setToolTip(sample.title)
            action.triggered.connect(lambda _checked=False, path=sample.path: scripts.open(path))
        commands.insert_menu_after("open", self)

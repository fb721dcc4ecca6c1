"""The middle of the window: search, timeline, replay and verdict, and below them the drawer with the tables."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QSplitter, QVBoxLayout, QWidget

from ui.models.all import Models
from ui.models.search import SearchModel
from ui.panels.drawer import HEIGHT_PX
from ui.panels.focus_frame import FocusFrame
from ui.panels.replay_bar import ReplayBar
from ui.panels.search_bar import SearchBar
from ui.panels.tables import TablesDrawer
from ui.panels.verdict import VerdictBar
from ui.scaling import px
from ui.timeline.view import TimelineView

CONSOLE_PX = 150
MARGIN_PX = 10
GAP_PX = 6
MOST_DRAWER = 0.3


class Middle(QSplitter):
    """What stands between the side columns.

    Parameters
    ----------
    timeline : TimelineView
        The picture.
    verdict : VerdictBar
        The sentence below it.
    models : Models
        State of the window.
    card : QWidget
        Stands above the timeline.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    search_bar : SearchBar
        Above the timeline, while one searches.
    replay_bar : ReplayBar
        Below it.
    drawer : TablesDrawer
        Below all, while one looks at tables.
    """

    def __init__(
        self, timeline: TimelineView, verdict: VerdictBar, models: Models, card: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._timeline = timeline
        self._models = models
        self._search = SearchModel(models.runs, models.selection, self)
        self.search_bar = SearchBar(self._search, models.theme, self)
        self.replay_bar = ReplayBar(models.playhead, models.runs, models.theme, self)
        self.drawer = TablesDrawer(models, timeline.lanes, self)
        self._lay_out(verdict, card)
        self.drawer.currentChanged.connect(self._give_room)
        self.search_bar.closed.connect(self._focus_timeline)
        self.drawer.closed.connect(self._focus_timeline)
        timeline.event_activated.connect(models.playhead.show_event)

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through above the verdict."""
        return [self.search_bar.field, self._timeline, *self.replay_bar.focus_order]

    def _lay_out(self, verdict: VerdictBar, card: QWidget) -> None:
        above = QFrame(self)
        above.setObjectName("middle")
        layout = QVBoxLayout(above)
        layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        layout.setSpacing(GAP_PX)
        layout.addWidget(self.search_bar)
        layout.addWidget(card)
        layout.addWidget(FocusFrame(self._timeline, above), 1)
        layout.addWidget(self.replay_bar)
        layout.addWidget(verdict)
        self.addWidget(above)
        self.addWidget(self.drawer)
        self.setStretchFactor(0, 1)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.setSizes([2 * HEIGHT_PX, HEIGHT_PX])
        self.drawer.opened.connect(self._share_height)

    def _share_height(self) -> None:
        """Leave most of the height to the timeline when the drawer opens first; later it is as the user made it."""
        self.drawer.opened.disconnect(self._share_height)
        drawer_px = min(px(HEIGHT_PX), round(self.height() * MOST_DRAWER))
        self.setSizes([self.height() - drawer_px, drawer_px])

    # -- what commands do here -----------------------------------------------------------------------------------

    def escape(self) -> bool:
        """Close the search, or the drawer if the focus is in it, or deselect; return whether there was any of these."""
        focus = QApplication.focusWidget()
        if not self.search_bar.isHidden():
            self.search_bar.close_bar()
        elif focus is not None and self.drawer.isAncestorOf(focus):
            self.drawer.close_drawer()
        else:
            is_free = self._models.messages.current is None and self._timeline.hasFocus()
            return is_free and self._timeline.escape()
        return True

    def offer_console(self) -> None:
        """Open the console, as low as it is of use: the picture is what matters."""
        if self.drawer.offer_console():
            self.setSizes([max(self.height() - CONSOLE_PX, CONSOLE_PX), CONSOLE_PX])

    def _give_room(self) -> None:
        """Let a table have more room than the console was given."""
        if self.drawer.isVisible() and self.drawer.currentWidget() is not self.drawer.console:
            low_px = min(max(self.sizes()[1], HEIGHT_PX), self.height() // 2)
            self.setSizes([self.height() - low_px, low_px])

    def close_models(self) -> None:
        """Stand still, and wait until no work is left."""
        self._models.playhead.pause()
        self._models.moment.close()
        self._models.causality.close()
        self._models.sharing.close()
        self._search.close()
        self.drawer.close_models()

    def _focus_timeline(self) -> None:
        self._timeline.setFocus(Qt.FocusReason.OtherFocusReason)

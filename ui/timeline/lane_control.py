"""What clicks and keys do to the lanes."""

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QPushButton, QWidget

from simulator.picture.arrangement import is_among
from simulator.picture.index import PictureIndex
from simulator.picture.places import LanePlace
from ui.models.lanes import LanesModel
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel
from ui.timeline.lane_menu import build_lane_menu
from ui.timeline.picture import TimelinePicture
from ui.timeline.stepping import Stops

MENU_PX = 28


class LaneControl(QObject):
    """Selects lanes, opens their menu, and says how many are hidden.

    Parameters
    ----------
    lanes : LanesModel
        How they are arranged.
    viewport : ViewportModel
        How far they are scrolled.
    selection : SelectionModel
        The selected event.
    picture : TimelinePicture
        Where they stand.
    hidden : QPushButton
        Says how many are hidden.
    view : QWidget
        The timeline.
    """

    def __init__(
        self,
        lanes: LanesModel,
        viewport: ViewportModel,
        selection: SelectionModel,
        picture: TimelinePicture,
        hidden: QPushButton,
        view: QWidget,
    ) -> None:
        super().__init__(view)
        self._lanes = lanes
        self._viewport = viewport
        self._selection = selection
        self._picture = picture
        self._hidden = hidden
        self._view = view

    def show_hidden(self) -> None:
        """Say how many lanes of the run are hidden."""
        n = sum(name in self._lanes.arrangement.hidden for name, _ in self._places())
        self._hidden.setText(f"{n} hidden")
        self._hidden.setVisible(n > 0)

    def on_click(self, y_px: float) -> None:
        """Select the lane at a height; once more, or beside the lanes, none."""
        name = self._name_at(y_px)
        self._lanes.select(None if name == self._lanes.selected else name)
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)

    def stops(self, index: PictureIndex, only_problems: bool) -> Stops:
        """Return where stepping stops: in the selected lane; without one in all, but for events of hidden ones."""
        tracks = {info.name: track for track, info in enumerate(index.trace.tracks)}
        only = tracks.get(self._lanes.selected or "")
        hidden = frozenset() if only_problems else self._lanes.arrangement.hidden
        without = [track for track in tracks.values() if hidden and is_among(index.trace, track, hidden)]
        return Stops(only_problems, only, frozenset(without))

    def open_menu(self, event: QContextMenuEvent) -> None:
        """Open the menu of the lane under the pointer, or by key of the one that keys are about."""
        position, name = event.pos(), self._name_at(event.pos().y())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            name = self._name_for_keys()
            position = self._corner_of(name)
        menu = build_lane_menu(self._lanes, name, self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._view.mapToGlobal(position))

    def _places(self) -> list[tuple[str, LanePlace]]:
        """Return the name and place of every lane, also of hidden ones, by number in the cast."""
        index, layout = self._picture.index, self._picture.layout
        if index is None or layout is None:
            return []
        return [(index.trace.tracks[lane.track].name, lane) for lane in layout.lanes]

    def _name_at(self, y_px: float) -> str | None:
        """Return the name of the thread whose lane is at a height of the plot."""
        at = self._picture.find_lane(y_px)
        return next((name for name, lane in self._places() if lane is at), None)

    def _name_for_keys(self) -> str | None:
        """Return the lane that a key is about: the selected one, else that of the selected event, else the top one."""
        index, row = self._picture.index, self._selection.row
        if self._lanes.selected is not None:
            return self._lanes.selected
        if index is not None and row is not None:
            return index.trace.tracks[index.trace.track_of(row)].name
        shown = [(lane.y_px, name) for name, lane in self._places() if lane.is_shown]
        return min(shown)[1] if shown else None

    def _corner_of(self, name: str | None) -> QPoint:
        """Return where the menu of a lane opens by key."""
        tops = [lane.mark_y_px for one, lane in self._places() if one == name and lane.is_shown]
        y_px = tops[0] if tops else MENU_PX
        if y_px >= self._picture.fixed_px:
            y_px -= self._viewport.scroll_px
        return QPoint(MENU_PX, max(min(y_px, self._view.height() - MENU_PX), 4))

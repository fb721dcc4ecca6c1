"""The menu of a lane: what can be done with it, and with all of them."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from simulator.picture.arrangement import BY_NAME, BY_PROBLEMS, BY_START
from ui.models.lanes import LanesModel

ORDER_TEXTS = {BY_NAME: "By &name", BY_START: "By &start", BY_PROBLEMS: "By &problems, most first"}


def build_lane_menu(lanes: LanesModel, name: str | None, parent: QWidget) -> QMenu:
    """Build the menu.

    Parameters
    ----------
    lanes : LanesModel
        What the actions change.
    name : str or None
        Name of the lane's thread; None beside the lanes.
    parent : QWidget
        Its owner.
    """
    menu = QMenu(parent)
    menu.setAccessibleName("Lanes")
    wanted = lanes.arrangement
    if name is not None:
        is_selected = lanes.selected == name
        text = f"&Step through {name.replace('&', '&&')} only"
        step = _add(menu, text, lambda: lanes.select(None if is_selected else name))
        step.setCheckable(True)
        step.setChecked(is_selected)
        menu.addSeparator()
        _add(menu, "&Unpin" if name in wanted.pinned else "&Pin on top", lambda: lanes.toggle_pinned(name))
        _add(menu, "&Expand" if name in wanted.collapsed else "&Collapse", lambda: lanes.toggle_collapsed(name))
        _add(menu, "&Hide", lambda: lanes.hide(name))
        menu.addSeparator()
    show = _add(menu, f"Show &all ({len(wanted.hidden)} hidden)" if wanted.hidden else "Show &all", lanes.show_all)
    show.setEnabled(bool(wanted.hidden))
    orders = menu.addMenu("&Order")
    group = QActionGroup(orders)
    for order, text in ORDER_TEXTS.items():
        action = orders.addAction(text)
        action.setCheckable(True)
        action.setChecked(order == wanted.order)
        action.triggered.connect(lambda _=False, order=order: lanes.set_order(order))
        group.addAction(action)
    return menu


def _add(menu: QMenu, text: str, do: Callable[[], None]) -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda _=False: do())
    return action

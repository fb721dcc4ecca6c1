"""How the lanes are arranged, and which one is selected."""

from PySide6.QtCore import QObject, Signal

from simulator.picture.arrangement import ORDERS, Arrangement


class LanesModel(QObject):
    """What the user wants of lanes and strips: the lanes' order, which are hidden, pinned, collapsed or selected.

    Lanes go by the names of their threads, so that what was chosen still holds in the next run of a lesson.

    Attributes
    ----------
    arrangement : Arrangement
        Order, hidden, pinned and collapsed lanes.
    selected : str or None
        The lane that one steps through.

    Signals
    -------
    changed
        They are to be arranged otherwise.
    selected_changed
        Another lane is selected, or none.
    """

    changed = Signal()
    selected_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order = ORDERS[0]
        self._hidden: frozenset[str] = frozenset()
        self._pinned: frozenset[str] = frozenset()
        self._collapsed: frozenset[str] = frozenset()
        self._variables: frozenset[str] = frozenset()
        self._selected: str | None = None

    @property
    def arrangement(self) -> Arrangement:
        """Order, hidden, pinned and collapsed lanes."""
        return Arrangement(self._order, self._hidden, self._pinned, self._collapsed, self._variables)

    @property
    def selected(self) -> str | None:
        """Name of the thread whose lane is selected."""
        return self._selected

    def reset(self) -> None:
        """Begin anew, for a recording that has nothing to do with the one before; the order is kept."""
        self._variables = frozenset()
        self._store(frozenset(), frozenset(), frozenset())
        self.select(None)

    def set_order(self, order: str) -> None:
        """Put the lanes into an order.

        Raises
        ------
        ValueError
            If it is not one of `ORDERS`.
        """
        if order not in ORDERS:
            raise ValueError(f"an order is one of {ORDERS}, not {order!r}")
        if order != self._order:
            self._order = order
            self.changed.emit()

    def hide(self, name: str) -> None:
        """Hide a lane; it is selected no longer."""
        if name == self._selected:
            self.select(None)
        self._store(self._hidden | {name}, self._pinned, self._collapsed)

    def show(self, name: str) -> None:
        """Show a lane again."""
        self._store(self._hidden - {name}, self._pinned, self._collapsed)

    def show_all(self) -> None:
        """Show every lane."""
        self._store(frozenset(), self._pinned, self._collapsed)

    def toggle_pinned(self, name: str) -> None:
        """Let a lane stay on top while the others are scrolled, or let it go."""
        self._store(self._hidden, self._pinned ^ {name}, self._collapsed)

    def toggle_collapsed(self, name: str) -> None:
        """Make a lane thin, or as high as others."""
        self._store(self._hidden, self._pinned, self._collapsed ^ {name})

    def toggle_variable(self, name: str) -> None:
        """Give a variable of a script a strip, whatever else has one, or leave that to the picture again."""
        self._variables ^= {name}
        self.changed.emit()

    def select(self, name: str | None) -> None:
        """Select a lane, or none."""
        if name != self._selected:
            self._selected = name
            self.selected_changed.emit()

    def _store(self, hidden: frozenset[str], pinned: frozenset[str], collapsed: frozenset[str]) -> None:
        wanted = hidden, pinned, collapsed
        if wanted != (self._hidden, self._pinned, self._collapsed):
            self._hidden, self._pinned, self._collapsed = wanted
            self.changed.emit()

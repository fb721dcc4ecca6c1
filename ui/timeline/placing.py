"""Where the parts of the timeline stand: names and plot above, time axis and overview below."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget

from simulator.picture.chrome import ruler_height_px
from simulator.picture.overview import OVERVIEW_PX

EDGE_PX = 8
SCROLLBAR_PX = 12


@dataclass(frozen=True, slots=True)
class Places:
    """Where each part stands.

    Attributes
    ----------
    header, plot, scroll_bar, ruler, overview : QRect
        In the timeline.
    hidden_px : int
        How much of the plot's content has no room, 0 if it need not be scrolled.
    """

    header: QRect
    plot: QRect
    scroll_bar: QRect
    ruler: QRect
    overview: QRect
    hidden_px: int


def plot_height_px(size: QSize, small_px: float) -> int:
    """Return how high the plot is in a timeline of a size, with small text of a size."""
    return max(size.height() - EDGE_PX - OVERVIEW_PX - ruler_height_px(small_px), 1)


def find_places(size: QSize, small_px: float, header_px: int, content_px: int) -> Places:
    """Find where the parts stand.

    Parameters
    ----------
    size : QSize
        Of the timeline.
    small_px : float
        Size of small text.
    header_px : int
        Width of the column of names.
    content_px : int
        Height of the content of the plot.
    """
    height, bottom = plot_height_px(size, small_px), size.height() - EDGE_PX - OVERVIEW_PX
    hidden_px = max(content_px - height, 0)
    right = size.width() - (SCROLLBAR_PX if hidden_px else 0)
    width = max(right - header_px, 1)
    return Places(
        QRect(0, 0, header_px, height),
        QRect(header_px, 0, width, height),
        QRect(right, 0, SCROLLBAR_PX, height),
        QRect(header_px, height, width, ruler_height_px(small_px)),
        QRect(EDGE_PX, bottom, max(size.width() - 2 * EDGE_PX, 1), OVERVIEW_PX),
        hidden_px,
    )


def place_chips(chips: Sequence[QWidget], header: QRect, ruler: QRect) -> None:
    """Put the chips that are shown below the names, beside the time axis, where they cover nothing."""
    shown = [chip for chip in chips if not chip.isHidden()]
    room_px = max(header.width() - EDGE_PX - 4, 2)
    for nth, chip in enumerate(shown):
        width_px = room_px // len(shown)
        chip.setGeometry(EDGE_PX + nth * width_px, header.height() + 2, width_px - 2, ruler.height() - 6)

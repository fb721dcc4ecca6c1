"""The legend: what the forms in a picture mean, of those that are in it."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.picture.colours import NO_COLOUR, mix, pack
from simulator.picture.draw_list import DrawList, Layer, Shape, Text
from simulator.picture.text_width import text_width_px
from simulator.picture.theme import Theme
from simulator.record.kinds import ACCESSES, Kind

OTHER_FONT = 1.15
"""How much wider a text may get where our font is missing, as it may be where an SVG is looked at."""

_GAP_PX = 22
_BAR_PX = 16
_ALL = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A form of mark, and the kinds of events of which one at least must be there for it to be explained."""

    shape: Shape
    is_hollow: bool
    text: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class _Bar:
    """A look of a span."""

    fill: str
    edge: str
    text: str
    kinds: tuple[Kind, ...]
    is_hatched: bool = False
    is_dashed: bool = False


_ENTRIES: tuple[_Mark | _Bar, ...] = (
    _Mark(Shape.SQUARE, False, "write", ACCESSES),
    _Mark(Shape.CIRCLE, False, "read, in the colour of whoever wrote the value", ACCESSES),
    _Mark(Shape.DIAMOND, True, "problem", ACCESSES),
    _Mark(Shape.CIRCLE, True, "nothing found", ACCESSES),
    _Mark(Shape.CROSSED_SQUARE, True, "delete", ACCESSES),
    _Mark(Shape.UP, False, "set, or another signal", (Kind.SIGNAL,)),
    _Mark(Shape.DOWN, True, "clear", (Kind.CLEAR,)),
    _Mark(Shape.CIRCLE, True, "is it set?", (Kind.CHECK,)),
    _Mark(Shape.BAR, False, "a tick of the spinner", (Kind.MARK,)),
    _Mark(Shape.OPENING, False, "a connection is opened", (Kind.OPEN,)),
    _Mark(Shape.CLOSING, False, "closed", (Kind.CLOSE,)),
    _Mark(Shape.PAGE, True, "a log line", (Kind.LOG,)),
    _Mark(Shape.TICK, False, "committed", (Kind.TRANSACTION,)),
    _Mark(Shape.BACK, False, "rolled back", (Kind.TRANSACTION,)),
    _Mark(Shape.STOP, False, "refused", (Kind.TRANSACTION,)),
    _Mark(Shape.BOLT, False, "broken by another thread", (Kind.TRANSACTION,)),
    _Bar("wait", "wait", "waits for another thread", (Kind.WAIT,), is_hatched=True),
    _Bar("", "muted", "gave up waiting", (Kind.CHECK, Kind.CLEAR, Kind.MARK), is_dashed=True),
    _Bar("text", "text", "a task runs; pale: it awaits", (Kind.STEP,)),
    _Mark(Shape.CROSS, True, "exception", (Kind.EXCEPTION,)),
)


def build_legend(
    theme: Theme, text_px: float = 11.5, width_px: int = 10_000, kinds: frozenset[Kind] = _ALL
) -> DrawList:
    """Build the legend, on as many lines as a width needs.

    Parameters
    ----------
    theme : Theme
        Colours.
    text_px : float
        Size of text.
    width_px : int
        Width there is.
    kinds : frozenset of Kind
        Kinds of events in the run; what none of them looks like is left out.
    """
    line_px = round(text_px * 1.9)
    draw_list = DrawList(width_px, line_px, pack(theme.background))
    layer = draw_list.layer("legend")
    x, centre = 0, line_px // 2
    for entry in _ENTRIES:
        if kinds.isdisjoint(entry.kinds):
            continue
        sign_px = _BAR_PX if isinstance(entry, _Bar) else 14
        step = round(sign_px + 5 + text_width_px(entry.text, text_px) * OTHER_FONT + _GAP_PX)
        if x and x + step - _GAP_PX > width_px:
            x, centre = 0, centre + line_px
        if isinstance(entry, _Bar):
            _add_bar(layer, entry, theme, x, centre)
        else:
            _add_mark(layer, entry, theme, x + 7, centre)
        layer.texts.append(Text(x + sign_px + 5, centre + text_px * 0.36, entry.text, pack(theme.muted), text_px))
        x += step
    draw_list.height_px = centre + line_px // 2
    return draw_list


def _add_mark(layer: Layer, entry: _Mark, theme: Theme, x: int, centre: int) -> None:
    is_red = entry.shape in (Shape.DIAMOND, Shape.CROSS)
    layer.marks.add(
        x=x, y=centre, size=14 if entry.shape == Shape.DIAMOND else 11, shape=entry.shape,
        fill=pack(theme.background if entry.is_hollow else theme.muted),
        stroke=pack(theme.problem if is_red else theme.text), stroke_px=2 if entry.is_hollow else 1,
    )  # fmt: skip


def _add_bar(layer: Layer, entry: _Bar, theme: Theme, x: int, centre: int) -> None:
    ink = pack(getattr(theme, entry.edge))
    if entry.fill == "text":  # a task: strong over pale
        pale = pack(mix(theme.muted, theme.background, 0.82))
        layer.rects.add(x=x, y=centre - 5, w=_BAR_PX, h=11, fill=pale, stroke=pack(theme.muted))
        layer.rects.add(x=x + 4, y=centre - 5, w=5, h=11, fill=pack(theme.muted))
        return
    fill = pack(mix(getattr(theme, entry.fill), theme.background, 0.85)) if entry.fill else NO_COLOUR
    layer.rects.add(
        x=x, y=centre - 5, w=_BAR_PX, h=11, fill=fill, stroke=ink, hatch=entry.is_hatched, dashed=entry.is_dashed
    )

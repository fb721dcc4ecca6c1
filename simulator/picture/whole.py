"""The whole picture of a run for export: title, header, plot, ruler, verdict and legend in one draw list."""

from __future__ import annotations

from simulator.analysis.recording import Recording
from simulator.picture.chrome import RULER_PX, HeaderLook, build_header, build_ruler, header_width_px
from simulator.picture.clip import clip_to_width
from simulator.picture.colours import pack
from simulator.picture.draw_list import DrawList, Text
from simulator.picture.frame import CARD_EDGE_PX, Frame, scale_for
from simulator.picture.index import PictureIndex
from simulator.picture.layout import build_layout
from simulator.picture.legend import build_legend
from simulator.picture.places import Metrics
from simulator.picture.scene import add_cards, build_plot
from simulator.picture.text_width import cut_to_width, text_width_px
from simulator.picture.theme import Theme, theme
from simulator.record.kinds import Kind

TITLE_PX = 58
VERDICT_PX = 46
MARGIN_PX = 16
PLOT, VERDICT = "plot", "verdict"
LANES_PX = 620
"""Height that the lanes may take before they become compact; more lanes make the picture higher."""


def build_picture(
    recording: Recording,
    width_px: int,
    theme_name: str,
    from_ns: int | None = None,
    to_ns: int | None = None,
    has_words: bool = True,
) -> DrawList:
    """Build the picture of a run.

    Parameters
    ----------
    recording : Recording
        The run.
    width_px : int
        Width of the picture; its height follows from the lanes.
    theme_name : str
        ``light`` or ``dark``.
    from_ns, to_ns : int, optional
        The window of time, nanoseconds since the start of the run; None for its begin and end.
    has_words : bool
        Whether title and verdict are part of it; they are not where they stand round it.

    Returns
    -------
    DrawList
        The same layers as on the screen, with the texts round them; its boxes are `PLOT`, from the begin of the window
        of time to its end, and `VERDICT` if it has words.

    Notes
    -----
    Idle time is never cut here: whoever is given a picture cannot bring it back, and lengths in it are to be trusted.
    """
    look, metrics = theme(theme_name), Metrics()
    index = PictureIndex(recording)
    layout = build_layout(index, LANES_PX, metrics)
    header_px = header_width_px(index, layout)
    t0_ns = from_ns or 0
    t1_ns = max(index.now_ns if to_ns is None else min(to_ns, max(index.now_ns, t0_ns + 1)), t0_ns + 1)
    plot_px = max(width_px - header_px, 80)
    scale = scale_for(t0_ns, t1_ns, plot_px)
    frame = Frame(index, layout, scale, look, plot_px, 0, layout.height_px)

    picture = DrawList(width_px, 0, pack(look.background), title=recording.question)
    picture.description = _describe(recording) if has_words else recording.badge
    top_px = TITLE_PX if has_words else MARGIN_PX
    add_cards(frame, picture, CARD_EDGE_PX, width_px - CARD_EDGE_PX)
    picture.layer("cards").move(0, top_px)
    picture.place(_without_cards(build_header(frame, HeaderLook(header_px))), 0, top_px)
    picture.place(_without_cards(_plot(frame)), header_px, top_px)
    y = top_px + layout.height_px
    picture.place(build_ruler(scale, plot_px, look, metrics.small_px), header_px, y)
    x0, x1 = (round(scale.px(ns)) for ns in (t0_ns, t1_ns))
    picture.boxes_px[PLOT] = (header_px + x0, top_px, x1 - x0, layout.height_px)
    y += RULER_PX
    if has_words:
        _add_title(picture, recording, look, metrics)
        below = y
        y = _add_verdict(picture, recording, look, metrics, y + 6)
        picture.boxes_px[VERDICT] = (0, below, width_px, y - below)
    y = _add_legend(picture, look, metrics, y + 10, index.kinds)
    picture.height_px = y + MARGIN_PX - 6
    return picture


def _without_cards(draw_list: DrawList) -> DrawList:
    """Leave out the cards, of which header and plot have one half each."""
    draw_list.layers = [layer for layer in draw_list.layers if layer.name != "cards"]
    return draw_list


def _plot(frame: Frame) -> DrawList:
    plot = build_plot(frame)
    clip_to_width(plot, -2 * CARD_EDGE_PX, frame.width_px)
    return plot


def _describe(recording: Recording) -> str:
    return f"{recording.badge}. {recording.verdict.text}"


def _add_title(picture: DrawList, recording: Recording, look: Theme, metrics: Metrics) -> None:
    layer = picture.layer("title")
    room = picture.width_px - 2 * MARGIN_PX
    title = cut_to_width(recording.question, metrics.text_px + 5, room, True)
    layer.texts.append(Text(MARGIN_PX, 28, title, pack(look.text), metrics.text_px + 5, True))
    badge = cut_to_width(recording.badge, metrics.text_px, room)
    layer.texts.append(Text(MARGIN_PX, 48, badge, pack(look.muted), metrics.text_px))


def _add_verdict(picture: DrawList, recording: Recording, look: Theme, metrics: Metrics, y: int) -> int:
    """Add the verdict in its colours, on as many lines as it needs; return where it ends."""
    ink, soft = {
        "good": (look.good, look.good_soft),
        "bad": (look.problem, look.problem_soft),
    }.get(recording.verdict.tone, (look.text, look.panel))
    layer = picture.layer("verdict")
    size = metrics.text_px + 2
    lines = _wrap(recording.verdict.text, size, picture.width_px - 2 * CARD_EDGE_PX - 32)
    line_px = round(size * 1.4)
    height = VERDICT_PX + (len(lines) - 1) * line_px
    layer.rects.add(
        x=CARD_EDGE_PX,
        y=y,
        w=picture.width_px - 2 * CARD_EDGE_PX,
        h=height,
        fill=pack(soft),
        stroke=pack(ink),
        radius=5,
    )
    for i, line in enumerate(lines):
        base = y + VERDICT_PX / 2 + size * 0.36 + i * line_px
        layer.texts.append(Text(CARD_EDGE_PX + 16, base, line, pack(ink), size, True))
    return y + height


def _wrap(text: str, size_px: float, width_px: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width_px(longer, size_px, True) <= width_px or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [cut_to_width(line, size_px, width_px, True) for line in lines]


def _add_legend(picture: DrawList, look: Theme, metrics: Metrics, y: int, kinds: frozenset[Kind]) -> int:
    legend = build_legend(look, metrics.small_px, picture.width_px - 2 * MARGIN_PX, kinds)
    height = legend.height_px
    picture.place(legend, MARGIN_PX, y)
    return y + height

"""The colours of everything: two themes of named tokens, and the colours of threads and tasks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from simulator.picture.colours import contrast, mix, pack, unpack

# Okabe and Ito, "Color universal design" (2008): told apart under all three colour-blindnesses. Their order here puts
# colours that differ most in lightness next to each other.
THREAD_COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#0072b2", "#d55e00", "#f0e442")

BEFORE_RUN_COLOUR = "#8b95a3"
"""Of values that were set before the run: no thread wrote them."""

_ROUNDS = (0.0, 0.34, -0.3)
_TINTS = (0.0, 0.42, -0.28, 0.62, 0.2, -0.14)


@dataclass(frozen=True, slots=True)
class Theme:
    """A set of colours, each ``#rrggbb``.

    Attributes
    ----------
    name : str
        ``light`` or ``dark``.
    background, panel, card, card_alternate : str
        Behind the timeline, behind side panels, and the cards of lanes, every second of which differs a little.
    border, grid : str
        Quiet lines: round cards, and at the ticks.
    text, muted : str
        Ink of what matters and of what accompanies it; both at least 4.5:1 on every background above.
    outline : str
        Round marks and strips, so that every thread's colour stands out from the card by at least 3:1.
    accent, accent_text, accent_soft : str
        What is chosen or can be chosen, the ink on it, and a quiet version of it.
    span, span_border, wait, hold : str
        Spans in which a thread sleeps; the ink of one that waits for a lock, and of one that holds it.
    problem, problem_soft, good, good_soft, note, note_soft : str
        Ink and background of what is wrong, of what is right and of a remark.
    """

    name: str
    background: str
    panel: str
    card: str
    card_alternate: str
    border: str
    grid: str
    text: str
    muted: str
    outline: str
    accent: str
    accent_text: str
    accent_soft: str
    span: str
    span_border: str
    wait: str
    hold: str
    problem: str
    problem_soft: str
    good: str
    good_soft: str
    note: str
    note_soft: str


LIGHT = Theme(
    name="light",
    background="#f7f8fa",
    panel="#ffffff",
    card="#ffffff",
    card_alternate="#fafbfc",
    border="#dfe3ea",
    grid="#eceff3",
    text="#1b2430",
    muted="#5a6675",
    outline="#1b2430",
    accent="#2457c5",
    accent_text="#ffffff",
    accent_soft="#e3eaf8",
    span="#f1f3f7",
    span_border="#dde2e9",
    wait="#8a5a00",
    hold="#3d4a5c",
    problem="#b3261e",
    problem_soft="#fdecea",
    good="#1b6e35",
    good_soft="#e7f5eb",
    note="#7a5200",
    note_soft="#fdf3dc",
)

DARK = Theme(
    name="dark",
    background="#14171c",
    panel="#1b1f26",
    card="#1b2027",
    card_alternate="#181c22",
    border="#2b323d",
    grid="#242a33",
    text="#e8ecf2",
    muted="#9aa6b6",
    outline="#e8ecf2",
    accent="#8ab4ff",
    accent_text="#10151d",
    accent_soft="#263247",
    span="#232932",
    span_border="#343c48",
    wait="#f2c46d",
    hold="#b4c0d0",
    problem="#ff8a80",
    problem_soft="#3a1d1e",
    good="#7fd996",
    good_soft="#1b3323",
    note="#f2c46d",
    note_soft="#352a14",
)

_THEMES = {"light": LIGHT, "dark": DARK}


def theme(name: str) -> Theme:
    """Return the theme of that name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return _THEMES[name]


def _shift(colour: str, amount: float) -> str:
    """Make a colour lighter (amount > 0) or darker."""
    return mix(colour, "#ffffff" if amount > 0 else "#000000", abs(amount))


@cache
def thread_colour(theme: Theme, index: int) -> str:
    """Return the colour of the thread on lane `index` (from 0).

    Seven colours; from the eighth thread on they come again, lighter or darker, and always with the thread's name.
    """
    around, nth = divmod(index, len(THREAD_COLOURS))
    return _shift(THREAD_COLOURS[nth], _ROUNDS[around % len(_ROUNDS)])


@cache
def actor_colour(theme: Theme, index: int, nth_task: int = 0) -> str:
    """Return the colour of a task: a tint of its thread's colour.

    Parameters
    ----------
    theme : Theme
        The theme.
    index : int
        Lane of the thread, from 0.
    nth_task : int
        The how-manieth task of its thread it is, from 1, so that successive tasks differ; 0 is the thread itself.
    """
    colour = thread_colour(theme, index)
    return _shift(colour, _TINTS[(nth_task - 1) % len(_TINTS)]) if nth_task else colour


def mark_outline(theme: Theme, colour: str, background: str) -> str:
    """Return an outline for a mark of `colour`: a darker or lighter shade of it where that stands out, else ink.

    The outline is what keeps 3:1 to the background where the fill (yellow on white, say) cannot.
    """
    ink = "#000000" if theme.name == "light" else "#ffffff"
    for share in (0.35, 0.5, 0.65):
        shade = mix(colour, ink, share)
        if contrast(shade, background) >= 3:
            return shade
    return theme.outline


@cache
def outline_of(theme: Theme, colour: int) -> int:
    """Return the packed outline of a mark of a packed colour on a card."""
    return pack(mark_outline(theme, unpack(colour), theme.card))

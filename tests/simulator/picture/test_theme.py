import dataclasses
from itertools import pairwise

import pytest

from simulator.picture.colours import contrast, mix, pack, readable_on, unpack
from simulator.picture.theme import DARK, LIGHT, THREAD_COLOURS, Theme, actor_colour, mark_outline, thread_colour

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
BACKGROUNDS = ("background", "panel", "card", "card_alternate")


@BOTH
@pytest.mark.parametrize("ink", ["text", "muted", "problem", "good", "note"])
def test_every_ink_can_be_read_on_every_background(theme: Theme, ink: str) -> None:
    for background in BACKGROUNDS:
        assert contrast(getattr(theme, ink), getattr(theme, background)) >= 4.5, background


@BOTH
def test_ink_on_coloured_grounds_can_be_read(theme: Theme) -> None:
    pairs = [
        (theme.problem, theme.problem_soft),
        (theme.good, theme.good_soft),
        (theme.note, theme.note_soft),
        (theme.accent_text, theme.accent),
        (theme.text, theme.accent_soft),
        (theme.muted, theme.span),
        (theme.wait, mix(theme.wait, theme.card, 0.85)),
        (theme.text, mix(theme.hold, theme.card, 0.82)),
    ]
    for ink, ground in pairs:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


@BOTH
@pytest.mark.parametrize("lane", range(21))
def test_marks_of_every_thread_and_task_stand_out(theme: Theme, lane: int) -> None:
    for nth_task in range(7):
        colour = actor_colour(theme, lane, nth_task)
        for card in (theme.card, theme.card_alternate):
            assert max(contrast(colour, card), contrast(mark_outline(theme, colour, card), card)) >= 3
        assert contrast(readable_on(colour), colour) >= 4.5


@BOTH
def test_thread_colours_begin_as_in_the_sketches_and_come_again_lighter_and_darker(theme: Theme) -> None:
    assert tuple(thread_colour(theme, i) for i in range(7)) == THREAD_COLOURS
    assert len({thread_colour(theme, i) for i in range(21)}) == 21
    assert thread_colour(theme, 21) == thread_colour(theme, 0)


@BOTH
def test_successive_tasks_of_a_thread_differ_from_each_other_and_from_the_thread(theme: Theme) -> None:
    tints = [actor_colour(theme, 0, nth) for nth in range(1, 8)]
    assert all(one != other for one, other in pairwise(tints))


@BOTH
def test_every_token_is_a_colour(theme: Theme) -> None:
    for field in dataclasses.fields(theme):
        if field.name != "name":
            colour = getattr(theme, field.name)
            assert unpack(pack(colour)) == colour


def test_what_is_no_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a colour like"):
        pack("red")

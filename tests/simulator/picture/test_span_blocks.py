from __future__ import annotations

import pytest

from simulator.export.svg import svg_text
from simulator.picture.colours import pack
from simulator.picture.draw_list import DrawList, Shape
from simulator.picture.span_blocks import LOOKS
from simulator.picture.theme import LIGHT
from simulator.picture.whole import build_picture
from simulator.record.kinds import Kind, Result
from tests.simulator.recordings import Script, record

ENDS = [Result.DONE, Result.ROLLED_BACK, Result.REFUSED, Result.BROKEN]
SIGNS = [Shape.TICK, Shape.BACK, Shape.STOP, Shape.BOLT]


def picture_of(kind: Kind, results: list[Result], height_px: int = 0) -> DrawList:
    """Draw one thread that ends a span each 10 ms, one for each result."""
    script = Script()
    for nth, result in enumerate(results):
        script.begin(1, nth * 10_000_000 + 1, kind, "transaction")
        script.end(1, nth * 10_000_000 + 8_000_000, result)
    script.add(1, 60_000_000, Kind.THREAD_END)
    return build_picture(record(script.trace()), 1600, "light")


def test_transactions_differ_in_form_by_how_they_ended() -> None:
    spans = picture_of(Kind.TRANSACTION, ENDS).layer("spans")
    assert [Shape(shape) for shape in spans.marks.column("shape").tolist()] == SIGNS
    names = ("fill", "hatch", "dashed")
    forms = list(zip(*(spans.rects.column(name).tolist() for name in names), strict=True))
    assert len(set(forms)) == len(ENDS), "not by the sign alone"
    assert [text.text for text in spans.texts] == [
        "transaction: committed", "transaction: rolled back", "transaction: refused", "transaction: broken",
    ]  # fmt: skip


@pytest.mark.parametrize(("result", "text"), [(Result.DONE, "transaction"), (Result.FAILED, "left by an exception")])
def test_a_block_says_only_whether_an_exception_left_it(result: Result, text: str) -> None:
    spans = picture_of(Kind.BLOCK, [result]).layer("spans")
    assert spans.texts[0].text.endswith(text)
    assert len(spans.marks) == 0
    assert spans.rects.column("dashed").tolist() == [result == Result.FAILED]


def test_what_is_refused_at_once_still_has_its_sign_and_word() -> None:
    script = Script()
    script.begin(1, 1, Kind.TRANSACTION, "transaction")
    script.end(1, 50_000, Result.REFUSED)
    script.add(1, 60_000_000, Kind.THREAD_END)
    spans = build_picture(record(script.trace()), 1600, "dark").layer("spans")
    assert spans.marks.column("shape").tolist() == [Shape.STOP]
    assert [text.text for text in spans.texts] == ["transaction: refused"]


def test_connections_and_log_lines_stand_in_the_band_above_reads_and_writes() -> None:
    script = Script()
    script.add(1, 1, Kind.OPEN)
    script.add(1, 2, Kind.WRITE, 1)
    script.add(1, 30_000_000, Kind.LOG, "worker-1 [-] a line")
    script.add(1, 50_000_000, Kind.CLOSE)
    marks = build_picture(record(script.trace()), 1600, "light").layer("marks").marks
    at = dict(zip(marks.column("shape").tolist(), marks.column("y").tolist(), strict=True))
    assert at[Shape.OPENING] == at[Shape.CLOSING] == at[Shape.PAGE] < at[Shape.SQUARE]


def test_every_end_has_a_look_and_every_sign_is_written_to_svg() -> None:
    assert LOOKS.keys() >= {Result.NONE, *ENDS, Result.FAILED}
    plain, signs = (svg_text(picture_of(kind, ENDS)).count("<polygon") for kind in (Kind.BLOCK, Kind.TRANSACTION))
    assert signs >= plain + len(ENDS)


def test_a_log_line_with_what_another_has_stored_is_red() -> None:
    script = Script()
    for thread in (1, 2):
        script.add(thread, thread, Kind.WRITE, thread)
    other = script.writes[-1][1]
    own = script.add(1, 20_000_000, Kind.WRITE, 7)
    for at, met in ((30_000_000, own), (60_000_000, other)):
        script.add(1, at, Kind.READ, ref=met)
        script.add(1, at + 10, Kind.LOG, "worker-1 [-] a line")
    marks = build_picture(record(script.trace()), 1600, "light").layer("marks").marks
    pages = [i for i, shape in enumerate(marks.column("shape").tolist()) if shape == Shape.PAGE]
    at, strokes = marks.column("x"), marks.column("stroke")
    assert [int(strokes[i]) == pack(LIGHT.problem) for i in sorted(pages, key=lambda i: int(at[i]))] == [False, True]

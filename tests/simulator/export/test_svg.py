import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from hypothesis import given

from simulator.analysis.recording import Recording
from simulator.export.svg import build_picture, svg_text
from simulator.picture.colours import unpack
from simulator.picture.draw_list import Shape
from simulator.picture.text_width import text_width_px
from simulator.picture.theme import DARK, LIGHT, Theme
from simulator.record.kinds import Kind
from simulator.synthetic import make_recording
from tests.simulator.recordings import Script, record, recordings
from tests.simulator.traces import MS, clobbered, many, missing_and_erased, pool_of_one, with_lock

SVG = "{http://www.w3.org/2000/svg}"


def parse(text: str) -> ET.Element:
    return ET.fromstring(text)


def texts_of(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@given(recordings())
def test_any_recording_becomes_well_formed_svg(recording: Recording) -> None:
    root = parse(svg_text(build_picture(recording, 900, "light")))
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title") is not None


def test_values_names_and_messages_are_escaped() -> None:
    text = svg_text(build_picture(missing_and_erased(), 1200, "light"))
    assert "<b>" not in text
    assert "write request_id '<b>&\"'" in texts_of(parse(text))


def test_characters_that_xml_forbids_are_replaced() -> None:
    script = Script()
    script.add(1, 5000, Kind.WRITE, "a\x00b\ud800\x1b")
    script.add(1, 90_000_000, Kind.WRITE, 2)
    recording = record(script.trace("shared"))
    recording.trace.threads[1].name = "bad\x08name"
    text = svg_text(build_picture(recording, 900, "light"))
    assert "bad�name" in texts_of(parse(text))


def test_the_picture_says_what_ran_what_happened_and_what_it_means() -> None:
    recording = clobbered()
    root = parse(svg_text(build_picture(recording, 1200, "light")))
    texts = texts_of(root)
    for expected in (recording.question, recording.badge, recording.verdict.text, "worker-1", "worker-2", "problem"):
        assert expected in texts
    assert root.findtext(f"{SVG}title") == recording.question
    assert recording.verdict.text in (root.findtext(f"{SVG}desc") or "")
    assert "sans-serif" in root.attrib["font-family"]


@pytest.mark.parametrize(("name", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_the_theme_is_chosen(name: str, theme: Theme) -> None:
    draw_list = build_picture(clobbered(), 900, name)
    background = parse(svg_text(draw_list)).find(f"{SVG}rect")
    assert background is not None
    assert background.attrib["fill"] == theme.background


def test_the_size_is_chosen_and_keeps_its_proportions() -> None:
    draw_list = build_picture(clobbered(), 900, "light")
    root = parse(svg_text(draw_list, width_px=1800))
    assert root.attrib["width"] == "1800"
    assert float(root.attrib["height"]) == pytest.approx(2 * draw_list.height_px)
    assert root.attrib["viewBox"] == f"0 0 900 {draw_list.height_px}"


@pytest.mark.parametrize("make", [clobbered, missing_and_erased, pool_of_one, with_lock, lambda: many(20, 3)])
def test_everything_lies_inside_the_picture(make: Callable[[], Recording]) -> None:
    recording = make()
    for window in ((None, None), (30 * MS, 50 * MS)):
        draw_list = build_picture(recording, 800, "light", *window)
        for layer in draw_list.layers:
            for begin, size, limit in (("x", "w", 800), ("y", "h", draw_list.height_px)):
                low = layer.rects.column(begin)
                assert (low >= 0).all(), layer.name
                assert (low + layer.rects.column(size) <= limit).all(), layer.name
            half = layer.marks.column("size") // 2
            assert ((layer.marks.column("x") + half) <= 800).all()
            assert all(0 <= text.y_px <= draw_list.height_px for text in layer.texts)


def test_a_window_of_time_shows_only_what_is_in_it() -> None:
    recording = clobbered()
    draw_list = build_picture(recording, 900, "light", 70 * MS, 95 * MS)
    rows = {row for layer in draw_list.layers for row in layer.marks.column("row").tolist() if row >= 0}
    assert {int(recording.trace.kind[row]) for row in rows} == {0}
    assert "70 ms" in texts_of(parse(svg_text(draw_list)))


def test_the_svg_has_the_geometry_of_the_draw_list() -> None:
    draw_list = build_picture(clobbered(), 900, "light")
    marks = draw_list.layer("marks").marks
    circles = [i for i, shape in enumerate(marks.column("shape").tolist()) if shape == Shape.CIRCLE]
    expected = [
        (
            marks.column("x")[i] + 0.5,
            marks.column("y")[i] + 0.5,
            marks.column("size")[i] / 2,
            unpack(int(marks.column("fill")[i])),
        )
        for i in circles
    ]
    group = next(g for g in parse(svg_text(draw_list)).iter(f"{SVG}g") if g.attrib["id"] == "marks")
    found = [
        (float(c.attrib["cx"]), float(c.attrib["cy"]), float(c.attrib["r"]), c.attrib["fill"])
        for c in group.iter(f"{SVG}circle")
    ]
    assert found == expected
    assert len(found) == 2


def test_a_long_verdict_wraps_inside_its_box() -> None:
    recording = many(8, 2)
    narrow = build_picture(recording, 320, "light")
    lines = narrow.layer("verdict").texts
    assert " ".join(line.text for line in lines) == recording.verdict.text
    assert len(lines) >= 2


def test_many_events_become_boxes_of_equal_columns_and_every_problem_is_among_them() -> None:
    recording = make_recording(30_000, 3, n_problems=3)
    text = svg_text(build_picture(recording, 900, "light"))
    assert text.count("<rect") < 12_000
    assert text.count('stroke="#b3261e"') >= 3
    assert 'id="marks"' in text


def test_a_long_text_keeps_its_width_in_another_font() -> None:
    root = parse(svg_text(build_picture(clobbered(), 900, "light")))
    texts = [element for element in root.iter() if element.tag.endswith("text") and len(element.text or "") >= 12]
    assert texts
    for text in texts:
        size, is_bold = float(text.get("font-size", "0")), text.get("font-weight") == "600"
        width = text_width_px(text.text or "", size, is_bold)
        assert float(text.get("textLength", "0")) == pytest.approx(width, abs=0.1)

"""The HTML report: everything in one page, escaped, in the reader's colours, the verdict hidden where asked."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from simulator import export
from simulator.errors import UsageError
from simulator.export.picture_file import PictureOptions
from simulator.export.report import report_html
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record
from tests.simulator.traces import clobbered

VOID = {"meta", "path", "rect", "circle", "line", "polygon"}


class Page(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order; collects texts by the elements round them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((tuple(self.open), data.strip()))

    def said_in(self, tag: str) -> str:
        return " ".join(text for path, text in self.texts if tag in path)


def test_a_page_holds_question_verdict_timeline_code_findings_and_settings() -> None:
    recording = clobbered()
    page = Page(report_html(recording))
    said = page.said_in("main")
    assert page.said_in("h1") == recording.question
    assert recording.verdict.text in said
    assert recording.findings[0].message in said
    assert "CPython 3.11.7" in said
    for line in filter(str.strip, recording.code.splitlines()):
        assert line.strip() in page.said_in("code")
    assert any(tag == "svg" for tag, _ in page.tags)
    assert "◀ 1 problem" in page.said_in("strong") or "problems" in page.said_in("strong")


def test_every_event_says_what_it_is_when_the_pointer_rests_on_it() -> None:
    page = Page(report_html(clobbered()))
    titles = [text for path, text in page.texts if path[-2:] == ("g", "title")]
    assert any("reads" in title and "written by" in title for title in titles)
    assert any("writes" in title for title in titles)


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    text = report_html(clobbered())
    assert not re.search(r"(src=|href|@import|url\()", text)
    assert "<script" not in text
    policy = [attributes for tag, attributes in Page(text).tags if "http-equiv" in attributes]
    assert policy[0]["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_what_comes_from_the_program_is_escaped() -> None:
    script = Script()
    hostile = "</code><script>alert('x')</script>&amp;\x00"
    script.add(1, 1000, Kind.WRITE, hostile, line=2)
    script.add(2, 1010, Kind.WRITE, hostile, line=2)
    script.add(1, 1020, Kind.READ, line=4, ref=script.writes[1][1])
    text = report_html(record(script.trace(), code=f"# {hostile}\n"))
    assert "<script" not in text
    assert "&lt;script&gt;alert" in text
    Page(text)


def test_light_and_dark_are_the_readers_choice() -> None:
    text = report_html(clobbered())
    used = set(re.findall(r"var\(--(c\d+)\)", text))
    light, dark = (dict(re.findall(r"--(c\d+):(#\w+);", line)) for line in text.split("\n") if "--c0:" in line)
    assert used
    assert used <= light.keys() == dark.keys()
    assert light != dark


def test_the_teachers_page_hides_what_happened_behind_a_click() -> None:
    recording = clobbered()
    hidden = Page(report_html(recording, PictureOptions(hides_verdict=True)))
    open_text = " ".join(text for path, text in hidden.texts if "details" not in path)
    for secret in (recording.verdict.text, recording.findings[0].message, "problem"):
        assert secret in hidden.said_in("details")
    assert recording.verdict.text not in open_text
    assert recording.findings[0].message not in open_text


def test_a_page_is_written_by_its_suffix_and_refuses_a_time_after_the_end(tmp_path: Path) -> None:
    export.write(clobbered(), tmp_path / "run.html")
    Page((tmp_path / "run.html").read_text("utf-8"))
    with pytest.raises(UsageError, match="after the end"):
        export.write(clobbered(), tmp_path / "run.html", PictureOptions(from_ns=1 << 60))

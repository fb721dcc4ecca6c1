"""The suffix chooses the format; what cannot be written is refused before and leaves the old file."""

import json
import zipfile
from pathlib import Path

import pytest

from simulator import export
from simulator.errors import FileError, UsageError
from simulator.export import picture_file
from simulator.export.picture_file import PictureOptions
from tests.simulator.recordings import two_workers

RENDERERS = {".png": lambda svg: b"PNG of " + svg.encode(), ".pdf": lambda svg: b"PDF of " + svg.encode()}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[PictureOptions]:
    """Draw nothing but the word; return the options of each picture that was asked for."""
    asked: list[PictureOptions] = []

    def draw(recording: object, options: PictureOptions) -> str:
        asked.append(options)
        return "<svg/>"

    monkeypatch.setattr(picture_file, "_draw", draw)
    return asked


@pytest.mark.parametrize("suffix", [".threadloom", ".THREADLOOM"])
def test_a_recording_is_chosen_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    export.write(two_workers(), tmp_path / f"run{suffix}")
    assert zipfile.is_zipfile(tmp_path / f"run{suffix}")


def test_tables_are_chosen_by_their_suffix(tmp_path: Path) -> None:
    export.write(two_workers(), tmp_path / "run.csv")
    export.write(two_workers(), tmp_path / "run.jsonl")
    assert (tmp_path / "run.csv").read_bytes().startswith(b"begin_ns,end_ns,")
    assert (tmp_path / "run.jsonl").read_bytes().startswith(b'{"begin_ns": ')


@pytest.mark.parametrize(
    ("name", "content"), [("run.svg", b"<svg/>"), ("run.png", b"PNG of <svg/>"), ("run.PDF", b"PDF of <svg/>")]
)
def test_pictures_are_made_from_the_svg(tmp_path: Path, drawn: list[PictureOptions], name: str, content: bytes) -> None:
    options = PictureOptions(5, 10, 800, "dark")
    export.write(two_workers(), tmp_path / name, options, RENDERERS)
    assert (tmp_path / name).read_bytes() == content
    assert drawn == [options]


def test_a_renderer_that_fails_leaves_the_old_file(tmp_path: Path, drawn: list[PictureOptions]) -> None:
    def fail(svg: str) -> bytes:
        raise FileError("the picture is too large; make it narrower")

    (tmp_path / "run.png").write_bytes(b"old")
    with pytest.raises(FileError, match="make it narrower"):
        export.write(two_workers(), tmp_path / "run.png", None, {".png": fail})
    assert (tmp_path / "run.png").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["run", "run.txt", "run.xml", ".csv"])
def test_another_suffix_names_the_known_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"did you mean \.\w+\?|choose one of \.threadloom, \.csv, \.jsonl, \.svg"):
        export.write(two_workers(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_every_format_has_its_words() -> None:
    pictures = [".svg", ".png", ".pdf", ".json", ".html", ".gif", ".apng"]
    assert list(export.SUFFIXES) == [".threadloom", ".csv", ".jsonl", *pictures]
    assert all(export.SUFFIXES.values())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (PictureOptions(from_ns=-1), "before the start of the run"),
        (PictureOptions(to_ns=0), "is not after --from"),
        (PictureOptions(from_ns=5, to_ns=5), "is not after --from"),
        (PictureOptions(width_px=0), "is not between 320 and 20,000"),
        (PictureOptions(theme="pink"), "choose light or dark"),
        (PictureOptions(from_ns=901), r"901 ns is after the end of the run \(900 ns\)"),
    ],
    ids=["negative", "empty", "backwards", "narrow", "theme", "late"],
)
def test_a_picture_of_nothing_is_refused(tmp_path: Path, options: PictureOptions, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        export.write(two_workers(), tmp_path / "run.svg", options)
    assert list(tmp_path.iterdir()) == []


def test_a_trace_for_perfetto_has_the_arrows_that_are_asked_for(tmp_path: Path) -> None:
    counts = {}
    for flows in ("problems", "all"):
        export.write(two_workers(), tmp_path / "run.json", PictureOptions(flows=flows))
        events = json.loads((tmp_path / "run.json").read_text("utf-8"))["traceEvents"]
        counts[flows] = sum(event["ph"] == "f" for event in events)
    assert counts == {"problems": 1, "all": 2}
    with pytest.raises(UsageError, match="--flows: there is no 'some'; choose problems or all"):
        PictureOptions(flows="some").check()

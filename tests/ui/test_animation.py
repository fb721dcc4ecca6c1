"""The moving picture: what has happened is seen, what has not is covered, the verdict comes last."""

import builtins
import subprocess
import sys
from pathlib import Path

import pytest

from simulator import export
from simulator.errors import UsageError
from simulator.export.animation import FRAME_MS, LAST_FRAME_MS, N_FRAMES
from simulator.export.picture_file import PictureOptions
from simulator.picture.whole import VERDICT, build_picture
from tests.simulator.traces import clobbered
from ui.picture_export import RENDERERS

Image = pytest.importorskip("PIL.Image", reason="declared: Pillow is an optional extra")
pytestmark = pytest.mark.usefixtures("qapp")
OPTIONS = PictureOptions(width_px=480)


@pytest.mark.parametrize("suffix", [".gif", ".apng"])
def test_the_run_appears_behind_the_playhead(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"run{suffix}"
    export.write(clobbered(), path, OPTIONS, RENDERERS)
    with Image.open(path) as moving:
        assert moving.n_frames == N_FRAMES
        colours = []
        for k in (0, N_FRAMES - 1):
            moving.seek(k)
            frame = moving.convert("RGB")
            colours.append(len(frame.getcolors(1 << 24) or []))
            duration = moving.info["duration"]
    _, top, _, height = build_picture(clobbered(), 480, "light").boxes_px[VERDICT]
    assert duration == LAST_FRAME_MS != FRAME_MS
    assert len(frame.crop((0, top, 480, top + height)).getcolors(1 << 24)) > 8  # the verdict's words
    assert colours[0] < colours[1]


def test_the_verdict_is_not_told_before_the_end(tmp_path: Path) -> None:
    export.write(clobbered(), tmp_path / "run.gif", OPTIONS, RENDERERS)
    _, top, _, height = build_picture(clobbered(), 480, "light").boxes_px[VERDICT]
    with Image.open(tmp_path / "run.gif") as moving:
        moving.seek(N_FRAMES - 2)
        box = moving.convert("RGB").crop((0, top, 480, top + height))
        assert len(box.getcolors(1 << 24)) == 1


def test_without_pillow_one_line_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_module = builtins.__import__

    def refuse(name: str, *rest: object, **more: object) -> object:
        if name.startswith("PIL"):
            raise ImportError(name)
        return import_module(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError, match=r"run.gif: moving pictures need Pillow; install it with"):
        export.write(clobbered(), tmp_path / "run.gif", OPTIONS, RENDERERS)
    assert list(tmp_path.iterdir()) == []


def test_nothing_else_needs_pillow() -> None:
    code = "import sys, simulator.export, ui.write_recording; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

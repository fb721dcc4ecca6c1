"""The painted benchmarks: what they measure is really painted, once a frame, and nothing is left behind."""

import numpy as np
import pytest

from simulator.bench import run_bench
from simulator.errors import UsageError
from simulator.synthetic import Growing, make_recording
from ui import bench
from ui.__main__ import needs_qt
from ui.bench_stage import Stage, blit_ms


@pytest.mark.parametrize("n_events", [200, 20_000])
def test_each_frame_of_a_stage_is_painted_exactly_once(qapp, n_events) -> None:
    stage = Stage(make_recording(n_events, 5))
    for n_frames, (begin, share, step) in ((3, (0, 1, 0)), (4, (0.4, 0.1, 0)), (5, (0.2, 0.1, 0.01))):
        assert len(stage.look_at(begin, share, n_frames, step)) == n_frames
    assert stage.paints_a_frame == 1.0
    assert stage.first_ms > 0
    assert stage.hit_ms(5) > 0
    stage.close()


def test_a_growing_recording_is_painted_once_a_tick_and_ends_where_the_whole_one_does(qapp) -> None:
    whole = make_recording(20_000, 5, n_problems=40)
    problems = whole.analysis.problems.tolist()
    growing = Growing(make_recording(20_000, 5, n_problems=40), 12_000)
    stage = Stage(growing.recording)

    def tick() -> None:
        growing.grow(2_000)
        stage.view.refresh()

    stage.frames([tick] * 4)
    assert stage.paints_a_frame == 1.0
    index = stage.view.picture.index
    assert index is not None
    assert index.density.n == index.cells.n_accesses == (whole.trace.kind < 3).sum()
    assert index.problems.tolist() == problems
    columns = index.density.columns(np.array([0, whole.trace.duration_ns + 1]), np.array(index.cast.lanes))
    assert columns.problems.sum() == len(problems)
    stage.close()


def test_opening_is_measured_with_a_file_that_is_gone_afterwards(qapp, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(bench, "OPEN_GOALS_S", {3_000: 100.0})
    (result,) = run_bench(["open"], bench.BENCHES)
    opened, size = result["figures"]
    assert (opened["unit"], opened["goal"], opened["met"]) == ("s", 100.0, True)
    assert size["value"] > 0
    assert not list(tmp_path.iterdir())


def test_the_timelines_figures_cover_every_view_of_every_recording(qapp, monkeypatch) -> None:
    monkeypatch.setattr(bench, "SIZES", (300, 3_000))
    monkeypatch.setattr(bench, "MOST", 3_000)
    monkeypatch.setattr(bench, "LANES_GOAL_MS", {4: 1e6})
    monkeypatch.setattr(bench, "N_FRAMES", 2)
    monkeypatch.setattr(bench, "_references", list)
    monkeypatch.setattr(bench, "_live", list)
    monkeypatch.setattr(bench, "_growth", lambda name, medians: [])
    (result,) = run_bench(["timeline"], bench.BENCHES)
    names = [figure["figure"] for figure in result["figures"]]
    assert len(names) == len(set(names)) == 2 * 2 * (2 + 5 * 2 + 1)
    for view in ("full view", "middle zoom", "deep zoom", "pan", "live append"):
        assert f"4 lanes, 3,000 events in bursts, {view}, p95" in names
    assert all(figure["met"] for figure in result["figures"] if "paints a frame" in figure["figure"])


def test_growth_counts_only_where_a_frame_is_not_cheap_anyway(monkeypatch) -> None:
    monkeypatch.setattr(bench, "MOST", 100)
    cheap, dear = bench._growth("x", {1: {"a": 1.0, "b": 10.0}, 100: {"a": 3.0, "b": 20.0}})
    assert (cheap.value, cheap.met) == (3.0, True)
    assert (dear.value, dear.met) == (2.0, False)


def test_a_plain_image_costs_something(qapp) -> None:
    assert blit_ms(3) > 0


def test_without_qt_a_painted_benchmark_says_how_to_run_it() -> None:
    with pytest.raises(UsageError, match="threadloom bench timeline"):
        run_bench(["timeline"])
    assert needs_qt(["bench", "record", "open"])
    assert not needs_qt(["bench", "record"])

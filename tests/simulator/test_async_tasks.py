"""The lesson `async-tasks`: tasks of real event loops, whose values they read, and what a child inherits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.analysis.moment import Moments
from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.analysis.relations import creator_of
from simulator.export import recording_file
from simulator.lessons.registry import find
from simulator.picture.index import PictureIndex
from simulator.picture.layout import build_layout
from simulator.picture.states import state_at
from simulator.record.kinds import Kind, Result
from simulator.session import Session
from simulator.trace.tracks import TaskTrack
from tests.simulator.running import lesson_of, run_lesson, stop_when
from tests.simulator.traces import frame_of

PLACES = pytest.mark.parametrize("place", ["in-process", "own-process"])
SIZES = pytest.mark.parametrize(("loops", "tasks"), [(1, 2), (1, 5), (2, 5), (8, 64)])


def run_tasks(storage: str, loops: int = 1, tasks: int = 5, work_ms: int = 5, place: str = "in-process") -> Recording:
    recording = run_lesson("async-tasks", storage, threads=loops, tasks=tasks, work_ms=work_ms, place=place)
    assert recording.status == "done"
    return recording


def child_read(recording: Recording) -> int:
    """Return the row of the child's read."""
    trace = recording.trace
    [child] = [actor.index for actor in trace.actors if actor.name == "child"]
    [row] = np.flatnonzero((trace.actor == child) & (trace.kind == Kind.READ)).tolist()
    return int(row)


@PLACES
@SIZES
@pytest.mark.parametrize("work_ms", [0, 5])
def test_in_contexts_each_task_has_its_own_and_a_child_what_it_inherits(
    loops: int, tasks: int, work_ms: int, place: str
) -> None:
    recording = run_tasks("context", loops, tasks, work_ms, place)
    by_outcome = recording.analysis.counts.by_outcome
    assert (by_outcome[Outcome.OWN], by_outcome[Outcome.INHERITED]) == (tasks, 1)
    assert recording.analysis.counts.reads == tasks + 1
    assert not recording.has_problems
    row, trace = child_read(recording), recording.trace
    assert recording.analysis.outcome[row] == Outcome.INHERITED
    assert trace.value_of(row) == 1, "what its parent had stored before it, not after"
    assert trace.actors[trace.actor[trace.reads_from[row]]].name == "task-1"
    assert recording.facts == {"tasks_ran": tasks + 1}


@PLACES
@SIZES
@pytest.mark.parametrize("storage", ["local", "shared"])
def test_a_local_is_shared_by_the_tasks_of_a_loop(storage: str, loops: int, tasks: int, place: str) -> None:
    recording = run_tasks(storage, loops, tasks, 5, place)
    trace, outcome = recording.trace, recording.analysis.outcome
    foreign = np.flatnonzero(outcome == Outcome.FOREIGN)
    assert recording.has_problems
    if storage == "local" and tasks // loops < 2:
        return
    assert len(foreign) > 0
    if storage == "local":
        assert (trace.thread[foreign] == trace.thread[trace.reads_from[foreign]]).all()
    assert outcome[child_read(recording)] in (Outcome.FOREIGN, Outcome.LEFTOVER)


def test_each_task_is_an_actor_whose_steps_take_turns_on_its_thread() -> None:
    trace = run_tasks("context", loops=2, tasks=6).trace
    names = sorted(actor.name for actor in trace.actors if actor.is_on_loop)
    assert names == ["child", *(f"task-{number}" for number in range(1, 7))]
    for serial in range(1, len(trace.threads)):
        steps = np.flatnonzero((trace.kind == Kind.STEP) & (trace.thread == serial))
        assert (trace.begin_ns[steps][1:] >= trace.end_ns[steps][:-1]).all(), "one at a time"
    tasks = np.flatnonzero(trace.kind == Kind.TASK)
    assert all(trace.result_of(row) == Result.DONE for row in tasks.tolist())
    accesses = np.flatnonzero((trace.kind <= Kind.DELETE) & (trace.thread != 0))
    assert all(trace.actors[actor].is_on_loop for actor in trace.actor[accesses].tolist())


def test_a_child_is_created_in_a_step_of_its_parent() -> None:
    trace = run_tasks("local").trace
    creators = {}
    for row in np.flatnonzero(trace.kind == Kind.TASK).tolist():
        step = creator_of(trace, row)
        creators[trace.actors[trace.actor[row]].name] = step and trace.actors[trace.actor[step]].name
    assert creators == {"child": "task-1", **{f"task-{number}": None for number in range(1, 6)}}


def test_a_loop_is_idle_and_its_tasks_await_while_none_of_them_runs() -> None:
    recording = run_tasks("context", work_ms=60)
    trace, moments = recording.trace, Moments(recording.trace)
    steps = np.flatnonzero(trace.kind == Kind.STEP)
    stepped = trace.actor[steps].tolist()
    woken = next(nth for nth, actor in enumerate(stepped) if actor in stepped[:nth])
    asleep_ns = int(trace.end_ns[steps[woken - 1]] + trace.begin_ns[steps[woken]]) // 2
    frame = frame_of(recording)
    states, drawn = {}, {}
    for lane in frame.layout.lanes:
        name = trace.tracks[lane.track].name
        states[name] = moments.track(lane.track, moments.n_at(asleep_ns), asleep_ns).state
        drawn[name] = state_at(frame, lane, asleep_ns)
    assert states == drawn
    assert states["loop-1"] == "idle"
    assert {states[f"task-{number}"] for number in range(2, 6)} == {"awaiting"}
    read = int(np.flatnonzero(trace.kind == Kind.READ)[-1])
    step = next(row for row in steps.tolist() if trace.begin_ns[row] <= trace.begin_ns[read] <= trace.end_ns[row])
    inside_ns = int(trace.begin_ns[read])
    assert moments.track(trace.track_of(step), read + 1, inside_ns).state == "running"
    assert moments.track(trace.thread_track(int(trace.thread[step])), read + 1, inside_ns).state == "running"


@pytest.mark.parametrize("storage", ["local", "context", "shared"])
def test_each_task_has_a_lane_below_its_thread_and_strips_where_the_storage_has_cells(storage: str) -> None:
    index = PictureIndex(run_tasks(storage, loops=2, tasks=4))
    layout, tracks = build_layout(index, 600), index.trace.tracks
    lanes = sorted(layout.lanes, key=lambda lane: lane.y_px)
    names = [tracks[lane.track].name for lane in lanes]
    assert names == ["loop-1", "task-1", "task-3", "child", "loop-2", "task-2", "task-4"]
    assert [lane.is_inside for lane in lanes] == [name[:4] != "loop" for name in names]
    of_tasks = [isinstance(tracks[strip.owner], TaskTrack) for strip in layout.strips]
    assert of_tasks == {"local": [False] * 2, "context": [True] * 5, "shared": [False]}[storage]


def test_a_saved_run_reopens_with_its_lanes(tmp_path) -> None:
    recording = run_tasks("local", loops=2)
    recording_file.save(recording, tmp_path / "run.threadloom")
    index, again = PictureIndex(recording), PictureIndex(recording_file.load(tmp_path / "run.threadloom"))

    def lanes(one: PictureIndex) -> list[tuple[str, int, int]]:
        infos = [one.trace.tracks[track] for track in one.cast.lanes]
        return [(info.name, info.begin_ns, info.end_ns) for info in infos]

    assert lanes(again) == lanes(index)
    assert len(lanes(again)) == 8


@PLACES
def test_stop_ends_loops_whose_tasks_sleep(place: str) -> None:
    lesson = find("async-tasks")
    settings = replace(lesson.default_settings(), threads=2, tasks=20, work_ms=60_000, place=place)
    session = Session(lesson, settings)
    recording = stop_when(session, lambda: np.count_nonzero(session.recording.trace.kind == Kind.WRITE) >= 20)
    assert (recording.status, recording.unstopped) == ("stopped", ())


def test_a_task_that_fails_is_named_and_fails_the_run() -> None:
    code = """
async def fail():
    raise KeyError("gone")

async def serve():
    await asyncio.create_task(fail(), name="unlucky")

Thread(target=lambda: asyncio.run(serve()), name="loop").start()
"""
    lesson = lesson_of(code, has_barrier=False)
    recording = Session(lesson, replace(lesson.default_settings(), threads=2, work_ms=0)).run()
    assert recording.status == "failed"
    assert "unlucky" in recording.verdict.text

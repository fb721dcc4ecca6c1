"""Where event loops run their tasks, for the bands that tell the state of threads and tasks along time."""

from __future__ import annotations

import numpy as np

from simulator.picture.frame import Frame
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.tracks import TaskTrack


def loops_of(frame: Frame) -> list[int]:
    """Return the serials of the threads that run an event loop with tasks."""
    if not frame.index.trace.has_loop_tasks:
        return []
    return sorted({info.serial for info in frame.index.trace.tracks if isinstance(info, TaskTrack)})


def steps_drawn(frame: Frame, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Find in which lanes the steps among some bars count: in that of the task and in that of its thread.

    Parameters
    ----------
    frame : Frame
        What is seen.
    rows : ndarray of int64, shape (n,)
        Rows of the events that the bars stand for, -1 for those that stand for none.

    Returns
    -------
    bars, lanes : ndarray of int64, shape (k,)
        Index into `rows`, and the number of the lane.
    """
    trace, cast = frame.index.trace, frame.index.cast
    drawn = np.flatnonzero(rows >= 0)
    drawn = drawn[trace.kind[rows[drawn]] == Kind.STEP]
    own = np.array([trace.thread_track(serial) for serial in range(len(trace.threads))], np.int64)
    tracks = np.concatenate([trace.tracks_of(rows[drawn]), own[trace.thread[rows[drawn]]]])
    bars, lanes = np.concatenate([drawn, drawn]), cast.lanes_of(tracks).astype(np.int64)
    return bars[lanes >= 0], lanes[lanes >= 0]


def step_cover(frame: Frame) -> IntArray | None:
    """Return how much of each column steps cover in each lane in view, shape (lanes, w); None if there are none.

    A loop's own lane takes in the steps of those of its tasks that are in view.
    """
    cover = frame.covers.get(Kind.STEP)
    if cover is None:
        return None
    infos = [frame.index.trace.tracks[lane.track] for lane in frame.lanes]
    serials = np.array([info.serial for info in infos], np.int64)
    found = cover.copy()
    for i, info in enumerate(infos):
        if not isinstance(info, TaskTrack):
            found[i] = cover[serials == info.serial].max(axis=0)
    return found

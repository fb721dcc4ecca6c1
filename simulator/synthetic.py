"""Made-up recordings of any size, for benchmarks: as a run of many threads on one shared variable would look."""

from __future__ import annotations

import numpy as np

from simulator.analysis.analysis import Analysis
from simulator.analysis.recording import DONE, RUNNING, Recording
from simulator.lessons.base import IN_PROCESS, SHARED, THREADS, RunSettings
from simulator.record.kinds import Kind
from simulator.runtime.place import has_gil, interpreter_name
from simulator.runtime.program import Variable
from simulator.trace.columns import IntArray
from simulator.trace.restore import restore
from simulator.trace.row_table import NO_ROW
from simulator.trace.trace import COLUMNS, Trace
from simulator.trace.tracks import Actor, ThreadInfo
from simulator.trace.values import TAG_INT

MEAN_GAP_NS = 1_000
BURSTS = 200
FILENAME = "synthetic.py"
SPAN_SHARE = 0.02
CODE = "def work():\n    state.x = 1\n    state.x\n"


def make_recording(
    n_events: int, n_threads: int, n_problems: int = 3, is_bursty: bool = False, storage: str = SHARED, seed: int = 1
) -> Recording:
    """Make a recording without running anything.

    Parameters
    ----------
    n_events : int
        About half writes and half reads, and some sleeps; 1 µs apart on average.
    n_threads : int
        How many threads take turns at random.
    n_problems : int
        How many reads got another thread's value, spread over the run; all others got their own.
    is_bursty : bool
        Whether the events come in 200 bursts instead of evenly.
    storage : str
        ``shared`` or ``local``.
    seed : int
        The same seed makes the same recording.

    Returns
    -------
    Recording
        Finished and analysed.
    """
    random = np.random.default_rng(seed)
    begin_ns = _times(random, n_events, is_bursty)
    thread = random.integers(1, n_threads + 1, n_events, dtype=np.uint16)
    kind = random.integers(Kind.READ, Kind.WRITE + 1, n_events, dtype=np.uint8)
    kind[random.random(n_events, np.float32) < SPAN_SHARE] = Kind.SLEEP
    by_thread = np.argsort(thread, kind="stable")
    reads_from = _own_writes(by_thread, thread, kind)
    _plant_problems(random, thread, kind, reads_from, n_problems)
    is_write = kind == Kind.WRITE
    given = {
        "begin_ns": begin_ns,
        "end_ns": _ends(by_thread, begin_ns, thread, kind),
        "value": np.arange(n_events) * is_write,
        "actor": thread,
        "thread": thread,
        "place": thread if storage == "local" else np.zeros(n_events),
        "reads_from": reads_from,
        "file": np.zeros(n_events, np.uint16),
        "line": np.where(is_write, 2, 3),
        "variable": np.zeros(n_events),
        "kind": kind,
        "flags": np.where(is_write, TAG_INT, 0),
    }
    columns = {name: given[name].astype(COLUMNS[name], copy=False) for name in COLUMNS}
    names = ["before the run", *(f"worker-{i + 1}" for i in range(n_threads))]
    threads = [ThreadInfo(i, name, 0, int(begin_ns[-1])) for i, name in enumerate(names)]
    actors = [(Actor(i, i, 0, name), int(begin_ns[-1])) for i, name in enumerate(names)]
    trace = restore(Trace(["x"], storage, filename=FILENAME), columns, threads, actors, [])
    return _finish(trace, n_threads, storage)


class Growing:
    """A recording that seems to arrive little by little, to measure what a tick costs.

    Parameters
    ----------
    recording : Recording
        A made-up recording; it is changed.
    n : int
        How many events there are at the beginning.
    """

    def __init__(self, recording: Recording, n: int) -> None:
        self.recording = recording
        self.recording.status = RUNNING
        self._begin_ns = recording.trace.begin_ns
        self._problems = recording.analysis.problems
        self.n_all = recording.trace.n
        self.n = 0
        self.grow(n)

    def grow(self, n_more: int) -> None:
        """Let further events arrive, up to all there are."""
        self.n = min(self.n + n_more, self.n_all)
        trace, analysis = self.recording.trace, self.recording.analysis
        for column in (*trace._columns.values(), analysis._outcome, analysis._severity):
            column.n = self.n
        analysis._problems.n = int(self._problems.searchsorted(self.n))
        trace._last_ns = self.recording.elapsed_ns = int(self._begin_ns[self.n - 1])


def _finish(trace: Trace, n_threads: int, storage: str) -> Recording:
    variables = (Variable("x", is_private=True),)
    settings = RunSettings("synthetic", storage, THREADS, threads=n_threads)
    analysis = Analysis(trace, variables, FILENAME)
    recording = Recording(settings, "A made-up run", CODE, FILENAME, variables, trace, analysis, DONE)
    recording.elapsed_ns, recording.place = trace.duration_ns, IN_PROCESS
    recording.interpreter, recording.gil = interpreter_name(), has_gil()
    analysis.finish()
    return recording


def _times(random: np.random.Generator, n: int, is_bursty: bool) -> IntArray:
    gaps_ns = random.exponential(MEAN_GAP_NS / 50 if is_bursty else MEAN_GAP_NS, n)
    if is_bursty:
        pauses = random.integers(0, n, min(BURSTS, n))
        gaps_ns[pauses] += random.exponential(n * MEAN_GAP_NS / BURSTS, len(pauses))
    times_ns: IntArray = np.cumsum(gaps_ns).astype(np.int64)
    return times_ns


def _own_writes(by_thread: IntArray, thread: IntArray, kind: IntArray) -> IntArray:
    """Let each read get its own thread's last write; what a thread does first becomes a write."""
    kind[by_thread[np.flatnonzero(np.diff(thread[by_thread].astype(np.int32), prepend=-1))]] = Kind.WRITE
    ordered = kind[by_thread]
    last = np.maximum.accumulate(np.where(ordered == Kind.WRITE, np.arange(len(ordered), dtype=np.int32), np.int32(0)))
    is_read = np.flatnonzero(ordered == Kind.READ)
    reads_from = np.full(len(thread), NO_ROW, np.int32)
    reads_from[by_thread[is_read]] = by_thread[last[is_read]]
    return reads_from


def _plant_problems(
    random: np.random.Generator, thread: IntArray, kind: IntArray, reads_from: IntArray, n_problems: int
) -> None:
    reads = np.flatnonzero(kind == Kind.READ)
    writes = np.flatnonzero(kind == Kind.WRITE)
    for read in random.choice(reads, min(n_problems, len(reads)), replace=False).tolist():
        before = writes[: int(writes.searchsorted(read))]
        foreign = before[thread[before] != thread[read]]
        if len(foreign):
            reads_from[read] = foreign[-1]


def _ends(by_thread: IntArray, begin_ns: IntArray, thread: IntArray, kind: IntArray) -> IntArray:
    """Let each sleep last until its thread's next event."""
    end_ns = begin_ns.copy()
    sleeps = np.flatnonzero(kind[by_thread[:-1]] == Kind.SLEEP)
    span, following = by_thread[sleeps], by_thread[sleeps + 1]
    same = thread[span] == thread[following]
    end_ns[span[same]] = begin_ns[following[same]]
    return end_ns

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest

from simulator.record.clock import ManualClock
from simulator.record.kinds import Kind
from simulator.record.recorder import Recorder
from simulator.storage.base import namespace_class
from simulator.storage.shared import SharedStorage
from simulator.trace.trace import Trace

N_THREADS = 8
N_EACH = 25_000


@pytest.fixture
def frequent_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.slow
@pytest.mark.usefixtures("frequent_switches")
def test_no_read_is_ever_said_to_have_got_another_write_than_it_did() -> None:
    """8 racing threads, 400,000 accesses, drained while they run: every reads-from is right, and so is the order."""
    recorder = Recorder()
    state = namespace_class(SharedStorage(recorder), {"x": 0})()
    trace = Trace(["x"], "shared")
    got: dict[str, list[int]] = {}
    barrier = threading.Barrier(N_THREADS + 1)

    def race(index: int) -> None:
        mine = got[threading.current_thread().name] = []
        base = index * N_EACH
        barrier.wait()
        for i in range(N_EACH):
            state.x = base + i
            mine.append(state.x)

    threads = [threading.Thread(target=race, args=(i,), name=f"worker-{i}") for i in range(N_THREADS)]
    for thread in threads:
        thread.start()
    barrier.wait()
    while any(thread.is_alive() for thread in threads):
        trace.append(recorder.drain(), until_ns=recorder.now() - 50_000_000)
    trace.append(recorder.drain())
    trace.finish()

    reads = np.flatnonzero(trace.kind == Kind.READ)
    assert len(reads) == np.count_nonzero(trace.kind == Kind.WRITE) == N_THREADS * N_EACH
    for info in trace.threads[1:]:
        mine = reads[trace.thread[reads] == info.serial]
        assert trace.value[trace.reads_from[mine]].tolist() == got[info.name]
    in_order = np.flatnonzero(np.isin(trace.kind, (Kind.READ, Kind.WRITE)))
    last_write = np.maximum.accumulate(np.where(trace.kind[in_order] == Kind.WRITE, in_order, -1))
    is_read = trace.kind[in_order] == Kind.READ
    assert (trace.reads_from[in_order[is_read]] == last_write[is_read]).all()
    foreign = trace.thread[reads] != trace.thread[trace.reads_from[reads]]
    assert foreign.any(), "the threads never met, so this run proved nothing"


def test_draining_in_small_portions_keeps_every_row_in_program_order() -> None:
    recorder = Recorder(ManualClock())

    def count() -> None:
        for i in range(100):
            recorder.instant(Kind.ANSWER, i)

    threads = [threading.Thread(target=count, name=f"worker-{i}") for i in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    rows: dict[int, list[int]] = {}
    batches = recorder.drain(limit=7)
    while batches:
        assert sum(len(part) for _, part in batches) <= 7
        for serial, part in batches:
            rows.setdefault(serial, []).extend(row[4] for row in part if row[1] == Kind.ANSWER)
        batches = recorder.drain(limit=7)
    assert list(rows.values()) == [list(range(100))] * 3


def test_threads_have_serials_of_their_own_and_their_given_names() -> None:
    recorder = Recorder()
    for _ in range(20):
        thread = threading.Thread(target=recorder.begin_thread, name="short")
        thread.start()
        thread.join()
    trace = Trace([], None)
    trace.append(recorder.drain())
    assert [(info.serial, info.name) for info in trace.threads[1:]] == [(i, "short") for i in range(1, 21)]

"""Buffers of threads, by themselves."""

from __future__ import annotations

import threading

import pytest

from simulator.record.kinds import Kind
from simulator.script import buffers as module
from simulator.script.buffers import Buffers
from simulator.script.tables import Tables
from tests.simulator.script.test_sharing import Sent


def test_what_a_destructor_does_while_its_threads_buffer_is_made_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Garbage can be collected at any moment; then code of the user runs in a thread that is not known yet."""
    sent, tables = Sent(), Tables()
    buffers = Buffers(sent, tables)
    site = tables.site(Kind.WRITE, tables.variable("x", "x"), 0, 1, 0)

    def collect(serial: int) -> str:
        buffers.mine.buffer.rows.append((5, site, 0, 0, 7))
        return f"thread {serial}"

    assert buffers.mine.buffer.serial == 1
    monkeypatch.setattr(module, "_thread_name", collect)
    thread = threading.Thread(target=lambda: buffers.flush(buffers.mine.buffer))
    thread.start()
    thread.join()
    buffers.flush_all()
    assert [serial for serial, rows in sent.batches for row in rows if row[1] == site and row[4] == 7] == [2]


def test_a_thread_whose_rows_are_sent_while_it_begins_begins_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The timer can come at any moment: then the row of the begin is no longer there."""
    sent = Sent()
    buffers = Buffers(sent, Tables())
    stamp = buffers.stamp

    def stamp_and_send() -> int:
        buffers.flush_all()
        return stamp()

    monkeypatch.setattr(buffers, "stamp", stamp_and_send)
    names: list[str] = []
    thread = threading.Thread(target=lambda: names.append(buffers.begin_thread("worker", 7).name))
    thread.start()
    thread.join()
    buffers.flush_all()
    begins = [row[3:] for _, rows in sent.batches for row in rows if row[4] == "worker"]
    assert (names, begins) == (["worker"], [(7, "worker")])

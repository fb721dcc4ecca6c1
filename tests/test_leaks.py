"""The watch over what tests leave behind sees what it should see."""

import subprocess
import sys
import threading

from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests import leaks


def test_nothing_new_is_nothing(qapp: QApplication) -> None:
    assert leaks.find_new(leaks.take_stock()) == []


def test_thread_is_named_with_the_line_that_started_it(monkeypatch) -> None:
    monkeypatch.setattr(leaks, "PATIENCE_S", 0)
    before, done = leaks.take_stock(), threading.Event()
    thread = threading.Thread(target=done.wait, name="forgotten", daemon=True)
    thread.start()
    (left,) = leaks.find_new(before)
    done.set()
    thread.join()
    assert left.startswith("thread forgotten, started at ")
    assert "test_leaks.py:" in left


def test_thread_on_its_way_out_is_waited_for() -> None:
    before, done = leaks.take_stock(), threading.Event()
    threading.Thread(target=done.wait).start()
    done.set()
    assert leaks.find_new(before) == []


def test_child_process_is_named() -> None:
    before = leaks.take_stock()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        (left,) = leaks.find_new(before)
    assert left.startswith(f"process {child.pid}: ")
    assert leaks.find_new(before) == []


def test_timer_is_named_until_it_stops(qapp: QApplication) -> None:
    before, timer = leaks.take_stock(), QTimer()
    timer.start(60_000)
    (left,) = leaks.find_new(before)
    timer.stop()
    assert left.startswith("QTimer '' is running, started at ")
    assert leaks.find_new(before) == []


def test_qthread_is_named_until_it_ends(qapp: QApplication) -> None:
    before, thread = leaks.take_stock(), QThread()
    thread.start()
    (left,) = leaks.find_new(before)
    thread.quit()
    assert thread.wait(60_000)
    assert left.startswith("QThread '' is running, started at ")
    assert leaks.find_new(before) == []


def test_window_is_named_until_it_is_deleted(qapp: QApplication) -> None:
    before, window = leaks.take_stock(), QWidget()
    window.setWindowTitle("forgotten")
    assert leaks.find_new(before) == ["window QWidget 'forgotten'"]
    window.deleteLater()
    assert leaks.find_new(before) == []

"""The program as a whole, in a process of its own."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME")
ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from ui import app
from ui.windows.main_window import MainWindow
MainWindow.showEvent = lambda window, event: (
    QTimer.singleShot(0, lambda: (window.commands.trigger("run"), print("running", flush=True)))
)
sys.exit(app.main(sys.argv[1:]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "SIGTERM"])
def test_a_signal_closes_the_window_and_ends_the_run(
    number: signal.Signals, tmp_path: Path
) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **dict.fromkeys(FOLDERS, str(tmp_path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(60, program.kill)
    watchdog.start()
    try:
        assert program.stdout is not None
        assert program.stdout.readline() == "running\n"
        program.send_signal(number)
        _, complaints = program.communicate()
    finally:
        watchdog.cancel()
        watchdog.join()
    assert program.returncode == 130
    assert "Traceback" not in complaints

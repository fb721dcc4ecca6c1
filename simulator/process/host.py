"""Outside the process of its own: starts it, listens to it, stops it, and makes sure that it is gone."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path

from simulator.errors import StartError
from simulator.process.protocol import Message, receive, send
from simulator.record.recorder import Batch
from simulator.runtime.program import Program
from simulator.runtime.runner import STOP_GRACE_S

KILL_AFTER_S = STOP_GRACE_S + 1.0
TERMINATE_GRACE_S = 0.5
HELLO_TIMEOUT_S = 20.0
MAX_ERROR_TEXT = 2000

_SOURCE = """import sys
sys.path.insert(0, sys.argv.pop(1))
from simulator.process.child import main
main(sys.argv[1:])"""
_ROOT = str(Path(__file__).resolve().parents[2])


class OwnProcess:
    """A run whose threads are in a process of their own; see `simulator.runtime.place.Place`.

    Parameters
    ----------
    program : Program
        What to run.
    python : str, optional
        Path of the interpreter, CPython 3.10 or newer; by default the one that runs this.

    Notes
    -----
    A listener thread on this side takes the child's messages and sets `done` when the child reports the end, or dies.
    """

    def __init__(self, program: Program, python: str | None = None) -> None:
        self._program = program
        self._python = python or sys.executable
        self.done = threading.Event()
        self.origin_ns = 0
        self.interpreter = ""
        self.gil = True
        self.access_cost_ns = 0
        self.progress: tuple[int, int] = (0, program.tasks or program.threads)
        self.n_alive = 0
        self.settled_ns = 0
        self.unstopped: list[str] = []
        self.status = "running"
        self._arrived: deque[tuple[list[Batch], int]] = deque()
        self._is_stopping = False
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._listener = threading.Thread(target=self._listen, name="process listener", daemon=True)
        self._killer: threading.Timer | None = None

    def start(self) -> None:
        """Start the process; raises `StartError` if the interpreter cannot run it."""
        ours, theirs = socket.socketpair()
        command = [self._python, "-u", "-c", _SOURCE, _ROOT, str(theirs.fileno())]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process; a pipe could fill up
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            )
        except OSError as error:
            ours.close()
            self._errors.close()
            raise StartError(f"cannot start {self._python}: {error.strerror}; give the path of a Python") from None
        finally:
            theirs.close()
        self._connection = ours
        ours.settimeout(HELLO_TIMEOUT_S)
        with contextlib.suppress(OSError):
            send(ours, ("program", self._program.to_plain()))
        hello = receive(ours)
        if hello is None:
            raise StartError(self._explain_failure())
        ours.settimeout(None)
        _, self.interpreter, self.gil, self.origin_ns, self.access_cost_ns = hello
        self._listener.start()

    def _explain_failure(self) -> str:
        assert self._process is not None
        is_silent = self._process.poll() is None
        self._kill()
        self._errors.seek(0)
        text = self._errors.read(MAX_ERROR_TEXT).decode("utf-8", "replace").strip()
        self._reap()
        self.done.set()
        said = text.splitlines()[-1] if text else ""
        reason = said or (f"it gave no answer in {HELLO_TIMEOUT_S:.0f} s" if is_silent else "it ended at once")
        return f"{self._python} cannot run the threads: {reason}; CPython 3.10 or newer is needed"

    def stop(self) -> None:
        """Ask the child to stop its threads; if it has not ended 3 s later, end it for certain."""
        if self._is_stopping or self.done.is_set() or self._connection is None:
            return
        self._is_stopping = True
        self._killer = threading.Timer(KILL_AFTER_S, self._kill)
        self._killer.name = "process killer"
        self._killer.daemon = True
        self._killer.start()
        with contextlib.suppress(OSError):
            send(self._connection, ("stop",))

    def drain(self, limit: int) -> list[Batch]:
        """Take about `limit` rows of what has arrived."""
        taken: list[Batch] = []
        n = 0
        while n < limit and self._arrived:
            batches, self.settled_ns = self._arrived.popleft()
            taken += batches
            n += sum(len(rows) for _, rows in batches)
        return taken

    def processes_alive(self) -> list[int]:
        """Return the child's number while it is there."""
        process = self._process
        return [process.pid] if process is not None and process.poll() is None else []

    def close(self) -> None:
        """Stop the child and wait until it is gone."""
        if self._process is None or self._connection is None:
            return
        self.stop()
        if self._listener.is_alive():
            self._listener.join()
        if self._killer is not None:
            self._killer.cancel()
            self._killer.join()

    def _listen(self) -> None:
        assert self._connection is not None
        end: Message | None = None
        message = receive(self._connection)
        while message is not None:
            if message[0] == "rows":
                _, batches, settled_ns, self.n_alive, finished, planned = message
                self._arrived.append((batches, settled_ns))
                self.progress = (finished, planned)
            else:
                end = message
            message = receive(self._connection)
        self._finish(end)

    def _finish(self, end: Message | None) -> None:
        self._reap()
        self.n_alive = 0
        if end is not None:
            self.unstopped = list(end[2])
        if self._killer is not None:
            self._killer.cancel()
        self.status = end[1] if end is not None else "stopped" if self._is_stopping else "failed"
        self.done.set()

    def _reap(self) -> None:
        process = self._process
        assert process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(TERMINATE_GRACE_S)
        if process.returncode is None:
            self._kill()
            process.wait()
        if self._connection is not None:
            self._connection.close()
        self._errors.close()

    def _kill(self) -> None:
        process = self._process
        assert process is not None
        for number in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is not None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(TERMINATE_GRACE_S)

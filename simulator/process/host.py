"""Outside the process of its own: starts it, listens to it, stops it, and makes sure that it is gone."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections import deque
from dataclasses import replace

from simulator.errors import StartError
from simulator.process.protocol import Message, receive, send
from simulator.process.starting import ChildProcess
from simulator.record.recorder import Batch
from simulator.runtime.folder import RunFolder
from simulator.runtime.program import Program
from simulator.runtime.runner import STOP_GRACE_S

KILL_AFTER_S = STOP_GRACE_S + 1.0


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
        self.child = ChildProcess(python, "child", "the threads")
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
        self._is_started = False
        self._is_stopping = False
        self._listener = threading.Thread(target=self._listen, name="process listener", daemon=True)
        self._killer: threading.Timer | None = None
        self._folder = RunFolder()

    def start(self) -> None:
        """Start the process; raises `StartError` if the interpreter cannot run it."""
        program = self._program
        if program.has_files:  # made here, since the child might die before it removes a folder of its own
            program = replace(program, folder=self._folder.make())
        try:
            hello = self.child.start(
                ("program", program.to_plain()),
                ("-u",),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            )
        except StartError:
            self._folder.remove()
            self.done.set()
            raise
        _, self.interpreter, self.gil, self.origin_ns, self.access_cost_ns = hello
        self._is_started = True
        self._listener.start()

    def cancel_start(self) -> None:
        """Let `start`, if it still waits for the process to come up, raise `StartError` soon. Thread: any."""
        self.child.cancel_start()

    def stop(self) -> None:
        """Ask the child to stop its threads; if it has not ended 3 s later, end it for certain."""
        if self._is_stopping or self.done.is_set() or not self._is_started:
            return
        self._is_stopping = True
        self._killer = threading.Timer(KILL_AFTER_S, self.child.kill)
        self._killer.name = "process killer"
        self._killer.daemon = True
        self._killer.start()
        with contextlib.suppress(OSError):
            send(self.child.connection, ("stop",))

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
        return [self.child.process.pid] if self.child.is_alive else []

    def close(self) -> None:
        """Stop the child and wait until it is gone."""
        if not self._is_started:
            return
        self.stop()
        if self._listener.is_alive():
            self._listener.join()
        if self._killer is not None:
            self._killer.cancel()
            self._killer.join()

    def _listen(self) -> None:
        end: Message | None = None
        message = receive(self.child.connection)
        while message is not None:
            if message[0] == "rows":
                _, batches, settled_ns, self.n_alive, finished, planned = message
                self._arrived.append((batches, settled_ns))
                self.progress = (finished, planned)
            else:
                end = message
            message = receive(self.child.connection)
        self._finish(end)

    def _finish(self, end: Message | None) -> None:
        self.child.reap()
        self._folder.remove()
        self.n_alive = 0
        if end is not None:
            self.unstopped = list(end[2])
        if self._killer is not None:
            self._killer.cancel()
        self.status = end[1] if end is not None else "stopped" if self._is_stopping else "failed"
        self.done.set()

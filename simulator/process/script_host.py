"""Outside the process of a script: starts it, listens to it, holds its limits, stops it, and makes sure it is gone."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections import deque
from typing import Any, Literal

from simulator.errors import StartError
from simulator.process.protocol import Message, receive, send
from simulator.process.starting import ChildProcess
from simulator.process.streams import Console
from simulator.record.bundles import BundledRows, Part
from simulator.record.recorder import Batch
from simulator.script.settings import ScriptSettings

Streams = Literal["pass", "json", "capture"]

POLITE_S = 0.15
"""How long a script that is to stop has for sending what it recorded."""
LEFT_BEHIND_S = 1.0
"""How long processes that the script has left behind may go on."""
MAX_WAITING_ROWS = 400_000
"""The listener takes no more while so many rows wait to be drained; that holds the script back."""


class ScriptProcess:
    """A script in a process of its own; see `simulator.runtime.place.Place` for the common questions.

    Parameters
    ----------
    settings : ScriptSettings
        What to run.
    streams : str
        ``pass``: the script has our own three streams; ``json``: its output goes to our stderr; ``capture``: pipes, see
        `take_output` and `write_input`.
    wants_locks : bool
        Whether each access is to be done under a lock, though the interpreter does not need it.

    Attributes
    ----------
    is_locked : bool
        Whether each access is done under a lock, since a stamp behind it would not be exact there.
    exit_code : int or None
        What the script returned once it has ended; negative: the signal that killed it.
    limit : str
        ``time`` or ``events`` if that limit stopped it, else empty.
    dropped : int
        Events that were not kept after the limit.
    left_out : int
        Accesses that were not recorded, since no other thread touched their objects.
    untouched : list of (str, str)
        Files that ran as they are, and why.

    Notes
    -----
    A listener thread takes the child's messages; `done` is set when every row and byte of it has arrived.
    """

    def __init__(self, settings: ScriptSettings, streams: Streams = "pass", wants_locks: bool = False) -> None:
        self._settings = settings
        self._streams = streams
        self._wants_locks = wants_locks
        self.is_locked = False
        self.child = ChildProcess(settings.python, "script_child", "the script", is_guarded=True)
        self.done = threading.Event()
        self.origin_ns = 0
        self.interpreter = ""
        self.gil = True
        self.access_cost_ns = 0
        self.n_alive = 0
        self.settled_ns = 0
        self.unstopped: list[str] = []
        self.status = "running"
        self.exit_code: int | None = None
        self.limit = ""
        self.dropped = 0
        self.left_out = 0
        self.untouched: list[tuple[str, str]] = []
        self._console: Console | None = None
        self._arrived: deque[Message] = deque()
        self._names: list[Message] = []
        self._bundles: dict[int, tuple[Part, ...]] = {}
        self._n_waiting = 0
        self._n_rows = 0
        self._has_room = threading.Event()
        self._has_room.set()
        self._is_flushed = threading.Event()
        self._is_started = False
        self._is_stopping = False
        self._ending = threading.Lock()
        self._listener = threading.Thread(target=self._listen, name="script listener", daemon=True)
        self._killer = threading.Thread(target=self._end, name="script killer", daemon=True)
        self._clock: threading.Timer | None = None

    @property
    def progress(self) -> tuple[int, int]:
        """Nobody knows how much of a script is done."""
        return (0, 0)

    # -- starting ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the script; raises `StartError` if that is not possible."""
        order = ("script", self._settings.to_plain(), self._wants_locks, self._streams == "capture")
        try:
            hello = self.child.start(order, (), cwd=self._settings.cwd, **self._choose_streams())
        except StartError:
            self.done.set()
            raise
        _, (_, self.interpreter, self.gil, self.origin_ns, self.access_cost_ns, self.is_locked) = hello
        self._is_started = True
        if self._streams == "capture":
            self._console = Console(self.child.process)
        if self._settings.timeout_s:  # before the listener, which stops the clock when the script has ended
            self._clock = threading.Timer(self._settings.timeout_s, self._end_early, ("time",))
            self._clock.name = "script clock"
            self._clock.daemon = True
            self._clock.start()
        self._listener.start()

    def _choose_streams(self) -> dict[str, Any]:
        if self._streams == "capture":
            return dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        sys.stdout.flush()
        return {"stdin": None, "stdout": sys.stderr.fileno() if self._streams == "json" else None, "stderr": None}

    # -- stopping ------------------------------------------------------------------------------------------------

    def cancel_start(self) -> None:
        """Let `start`, if it still waits for the process to come up, raise `StartError` soon. Thread: any."""
        self.child.cancel_start()

    def stop(self) -> None:
        """Stop the script, first politely, then for certain; returns at once."""
        self._end_early("")

    def _end_early(self, limit: str) -> None:
        """Stop the script, at a limit if one is named; whoever comes second, on whatever thread, is too late."""
        with self._ending:
            if self._is_stopping or self.done.is_set() or not self._is_started:
                return
            self._is_stopping, self.limit = True, limit
            self._has_room.set()
            self._killer.start()

    def _end(self) -> None:
        with contextlib.suppress(OSError):
            send(self.child.connection, ("stop",))
        self._is_flushed.wait(POLITE_S)
        self.child.kill()

    # -- fetching ------------------------------------------------------------------------------------------------

    def drain(self, limit: int) -> list[Batch]:
        """Take about `limit` rows of what has arrived."""
        taken: list[Batch] = []
        n = 0
        while n < limit and self._arrived:
            message = self._arrived.popleft()
            if message[0] == "names":
                self._names.append(message)
            elif message[0] == "tick":
                _, self.settled_ns, self.n_alive, self.left_out = message
            else:
                taken.append((message[1], message[2]))
                n += len(message[2])
        self._n_waiting -= n
        if self._n_waiting < MAX_WAITING_ROWS:
            self._has_room.set()
        return taken

    def take_names(self) -> list[Message]:
        """Take the tables that the rows of `drain` need: ``("names", files, variables, sites, places)`` each."""
        names, self._names = self._names, []
        return names

    def take_output(self) -> list[tuple[str, bytes]]:
        """Take what the script has printed since the last call: ``stdout`` or ``stderr``, and bytes."""
        return self._console.take() if self._console is not None else []

    def write_input(self, data: bytes) -> None:
        """Give the script something to read; returns at once."""
        if self._console is not None:
            self._console.write(data)

    def close_input(self) -> None:
        """Tell the script that there is nothing more to read."""
        if self._console is not None:
            self._console.close_input()

    def processes_alive(self) -> list[int]:
        """Return the script's process while it is there."""
        return [self.child.process.pid] if self.child.is_alive else []

    def close(self) -> None:
        """Stop the script and wait until it and its children are gone."""
        if not self._is_started:
            return
        self.stop()
        for thread in (self._listener, self._killer):
            if thread.is_alive():
                thread.join()

    # -- listening -----------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        last = 0
        envelope = receive(self.child.connection)
        while envelope is not None:
            number, message = envelope
            if number > last:  # else it was sent twice, see `Outlet`
                last = number
                self._take_in(message)
            envelope = receive(self.child.connection)
        self._finish()

    def _take_in(self, message: Message) -> None:
        if message[0] in ("stopping", "end"):
            self._is_flushed.set()
        elif message[0] == "untouched":
            self.untouched += message[1]
        elif message[0] == "rows":
            if message[3] is not None:
                self._learn(message[3])
            self._take_rows(message[1], BundledRows(message[2], self._bundles))
        elif message[0] == "names":
            self._learn(message)
        else:
            self._arrived.append(message)

    def _learn(self, message: Message) -> None:
        self._bundles.update(message[5])
        self._arrived.append(message[:5])

    def _take_rows(self, serial: int, rows: BundledRows) -> None:
        room = self._settings.max_events - self._n_rows
        if len(rows) > room:
            self.dropped += len(rows) - room
            rows = rows.first(room)
            self._end_early("events")
        self._n_rows += len(rows)
        self._n_waiting += len(rows)
        self._arrived.append(("rows", serial, rows))
        if self._n_waiting >= MAX_WAITING_ROWS and not self._is_stopping:
            self._has_room.clear()
            self._has_room.wait()

    def _finish(self) -> None:
        self.exit_code = self.child.process.wait()
        self._is_flushed.set()  # it will answer no request any more
        if self._clock is not None:
            self._clock.cancel()
        self.child.end_group(0.0 if self._is_stopping else LEFT_BEHIND_S)
        if self._console is not None:
            self._console.finish()
        self.child.reap()
        self.n_alive = 0
        self.status = "limit" if self.limit else "stopped" if self._is_stopping else "done"
        self.done.set()

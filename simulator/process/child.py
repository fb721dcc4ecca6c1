"""Inside the process of its own: runs the program it is sent and sends back what its threads do.

Started as ``python -c "…" FD`` by `simulator.process.host` with the folder that holds `simulator` on its path; standard
library only, so that any CPython from 3.10 on can run it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading

from simulator.process.protocol import Message, receive, send
from simulator.runtime.place import InProcess
from simulator.runtime.program import Program

PERIOD_S = 0.01
BATCH_ROWS = 50_000


class _Child:
    def __init__(self, connection: socket.socket, program: Program) -> None:
        self._connection = connection
        self._place = InProcess(program)

    def run(self) -> None:
        place = self._place
        place.prepare()
        send(self._connection, ("hello", place.interpreter, place.gil, place.origin_ns, place.access_cost_ns))
        place.start()
        threading.Thread(target=self._listen, name="listener", daemon=True).start()
        while not place.done.wait(PERIOD_S):
            self._send_rows()
        while self._send_rows():
            pass
        send(self._connection, ("end", place.status, list(place.unstopped)))

    def _send_rows(self) -> bool:
        place = self._place
        batches = place.drain(BATCH_ROWS)
        finished, planned = place.progress
        send(self._connection, ("rows", batches, place.settled_ns, place.n_alive, finished, planned))
        return bool(batches)

    def _listen(self) -> None:
        message: Message | None = ("",)
        while message is not None and message != ("stop",):
            message = receive(self._connection)
        self._place.stop()


def main(arguments: tuple[str, ...]) -> None:
    """Run one program, sent over the inherited socket whose number is the first argument; then end the process."""
    connection = socket.socket(fileno=int(arguments[0]))
    message = receive(connection)
    if message is not None and message[0] == "program":
        with contextlib.suppress(OSError):  # the host is gone: nobody is left to tell
            _Child(connection, Program.from_plain(message[1])).run()
    connection.close()
    os._exit(0)  # threads that would not stop must not keep the process alive

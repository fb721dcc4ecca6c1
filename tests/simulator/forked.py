"""Scripts run by the real child process, without its start: a server that has imported everything forks for each run.

What the fork does from then on is what a process of its own does: `simulator.process.script_child.main`, with a socket
to the host. A run costs some 40 ms of processor time instead of 140.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys
import threading
from typing import Any, cast

from simulator.process.protocol import Message, receive, send
from simulator.process.starting import _ROOT, ChildProcess, Guard
from simulator.script_session import ScriptSession

_SERVER = """
import gc, concurrent.futures.thread, contextvars, os, queue, random, socket, sys
sys.path.insert(0, sys.argv[1])
from simulator.process.protocol import receive, send
from simulator.process.script_child import main

def serve(host):
    gc.freeze()
    while fds := socket.recv_fds(host, 1, 3)[1]:
        order = receive(host)
        number = os.fork()
        if not number:
            host.close()
            return *fds, *order
        send(host, (number,))
        os.write(fds[0], str(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])).encode())
        for fd in fds:
            os.close(fd)
    os._exit(0)

report, connection, nowhere, folder = serve(socket.socket(fileno=int(sys.argv[2])))
for number in (0, 1, 2):
    os.dup2(nowhere, number)
os.close(nowhere)
os.close(report)
os.chdir(folder)
main([str(connection)])
"""


class ForkServer:
    """A process that forks itself for each script; it runs one at a time.

    Parameters
    ----------
    python : str, optional
        Path of the interpreter, by default the one that runs this.
    """

    def __init__(self, python: str = sys.executable) -> None:
        self._host, theirs = socket.socketpair()
        command = [python, "-c", _SERVER, _ROOT, str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=(theirs.fileno(),), start_new_session=True)
        theirs.close()
        self._guard = Guard(self._process.pid)  # ends the forks, too: they are of its group

    def adopt(self, session: ScriptSession) -> None:
        """Let a session that was not started yet run its script in a fork."""
        session.process.child = _ForkedChild(self)

    def fork(self, fds: list[int], folder: str) -> int:
        """Fork; return the fork's number.

        Parameters
        ----------
        fds : list of int
            Where its exit code is to be written, its connection to the host, and what its three streams are to be.
        folder : str
            Where it runs.
        """
        socket.send_fds(self._host, [b"f"], fds)
        send(self._host, (folder,))
        answer = receive(self._host)
        assert answer is not None, "the server has died"
        return int(answer[0])

    def close(self) -> None:
        """End the server."""
        self._host.close()
        self._process.wait()
        self._guard.dismiss()


class _Fork:
    """A fork, as the process that the host knows; see `subprocess.Popen`."""

    def __init__(self, number: int, report: int) -> None:
        self.pid = number
        self.returncode: int | None = None
        self._report = report
        self._reading = threading.Lock()

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0.0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None and not select.select([self._report], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("a fork", timeout or 0.0)
        with self._reading:
            if self.returncode is None:
                self.returncode = int(os.read(self._report, 64))
        return self.returncode

    def __del__(self) -> None:
        os.close(self._report)  # only now: several threads may be waiting, and the number is soon another file's


class _ForkedChild(ChildProcess):
    """A child process that is a fork of a server."""

    def __init__(self, server: ForkServer) -> None:
        super().__init__(None, "script_child", "the script")
        self._server = server

    def start(self, order: Message, options: tuple[str, ...] = (), **streams: Any) -> Message:
        """Start the fork and give it its order; what it prints is dropped."""
        ours, theirs = socket.socketpair()
        report, report_end = os.pipe()
        nowhere = os.open(os.devnull, os.O_RDWR)
        number = self._server.fork([report_end, theirs.fileno(), nowhere], streams["cwd"] or os.getcwd())
        for fd in (report_end, theirs.detach(), nowhere):
            os.close(fd)
        self.process = cast("subprocess.Popen[bytes]", _Fork(number, report))
        self.connection = ours
        send(ours, order)
        hello = receive(ours)
        assert hello is not None, f"a fork ended with {self.process.wait()}"
        return hello

    def signal_group(self, number: int) -> bool:
        """Send a signal to the fork, which has no group of its own; return whether it was there."""
        try:
            os.kill(self.process.pid, number)
        except ProcessLookupError:
            return False
        return True

"""A child process of ours: started with a socket to it, given its order, ended for certain with all of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

from simulator.errors import StartError
from simulator.process.protocol import Message, receive, send

TERMINATE_GRACE_S = 0.5
HELLO_TIMEOUT_S = 20.0
GROUP_POLL_S = 0.01
MAX_ERROR_TEXT = 2000

_SOURCE = """import sys
sys.path.insert(0, sys.argv.pop(1))
from simulator.process.{module} import main
main(sys.argv[1:])"""
_ROOT = str(Path(__file__).resolve().parents[2])


class Guard:
    """A small process that ends a process group when we are gone, even killed; the group may be stuck in C code.

    Parameters
    ----------
    group : int
        Number of the group.

    Notes
    -----
    It reads from a pipe that nobody writes to; the pipe ends with us.
    """

    def __init__(self, group: int) -> None:
        command = ["/bin/sh", "-c", _GUARD.format(group=group, grace_s=TERMINATE_GRACE_S)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def dismiss(self) -> None:
        """End it: the group is gone."""
        self._process.kill()
        self._process.communicate()


def module_command(python: str, module: str, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
    """Return the command that runs ``main`` of a module of `simulator.process` with these arguments."""
    return [python, *options, "-c", _SOURCE.format(module=module), _ROOT, *arguments]


_GUARD = "read nothing; kill -TERM -{group}; sleep {grace_s}; kill -KILL -{group}"


class ChildProcess:
    """A Python process that runs a module of `simulator.process`, in a session of its own.

    Parameters
    ----------
    python : str or None
        Path of the interpreter, CPython 3.10 or newer; by default the one that runs this.
    module : str
        Name of the module whose ``main`` it runs.
    what : str
        What it is to run, for the sentence that says that it cannot.
    is_guarded : bool
        Whether it must end for certain when we are killed, whatever it does; see `Guard`.

    Attributes
    ----------
    connection : socket.socket
        To the child; raises `AttributeError` before `start`.
    process : subprocess.Popen
        The child; likewise.
    """

    connection: socket.socket
    process: subprocess.Popen[bytes]

    def __init__(self, python: str | None, module: str, what: str, is_guarded: bool = False) -> None:
        self._python = python or sys.executable
        self._module = module
        self._what = what
        self._is_guarded = is_guarded
        self._is_cancelled = self._has_answered = False
        self._deciding = threading.Lock()
        self._guard: Guard | None = None
        self._errors: IO[bytes] | None = None

    def start(self, order: Message, options: tuple[str, ...] = (), **streams: Any) -> Message:
        """Start the process and give it its order.

        Parameters
        ----------
        order : tuple
            The first message.
        options : tuple of str
            For the interpreter.
        **streams
            ``stdin``, ``stdout``, ``stderr``, ``cwd`` and ``env`` as `subprocess.Popen` takes them. Without ``stderr``
            what the child says there is kept for the case that it does not come up.

        Returns
        -------
        tuple
            Its first message.

        Raises
        ------
        StartError
            If the interpreter cannot run it.
        """
        ours, theirs = socket.socketpair()
        command = module_command(self._python, self._module, str(theirs.fileno()), options=options)
        if "stderr" not in streams:
            self._errors = streams["stderr"] = tempfile.TemporaryFile()  # noqa: SIM115  # a pipe could fill up
        try:
            self.process = subprocess.Popen(command, pass_fds=(theirs.fileno(),), start_new_session=True, **streams)
        except OSError as error:
            ours.close()
            self._close_errors()
            raise StartError(self._cannot_start(error, streams.get("cwd"))) from None
        finally:
            theirs.close()
        self.connection = ours
        if self._is_cancelled:  # before there was a connection to hang up
            self._hang_up()
        if self._is_guarded:  # before it has its order: without one it ends by itself
            self._guard = Guard(self.process.pid)
        ours.settimeout(HELLO_TIMEOUT_S)
        with contextlib.suppress(OSError):
            send(ours, order)
        hello = receive(ours)
        with self._deciding:
            self._has_answered = hello is not None and not self._is_cancelled
        if hello is None or not self._has_answered:
            raise StartError(self._explain_failure())
        ours.settimeout(None)
        return hello

    def cancel_start(self) -> None:
        """Let `start` raise `StartError` soon, if it still waits for an answer; returns at once. Thread: any."""
        with self._deciding:
            self._is_cancelled = not self._has_answered
        if self._is_cancelled and hasattr(self, "connection"):
            self._hang_up()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _cannot_start(self, error: OSError, folder: str | None) -> str:
        if folder is not None and not os.path.isdir(folder):
            return f"cannot work in the folder {folder}: {error.strerror}; give one that is there"
        return f"cannot start {self._python}: {error.strerror}; give the path of a Python"

    def _explain_failure(self) -> str:
        is_silent = self.process.poll() is None
        if self._is_cancelled:
            self._end_silent()
            return f"{self._python} was stopped before it had come up"
        self.kill()
        text = ""
        if self._errors is not None:
            self._errors.seek(0)
            text = self._errors.read(MAX_ERROR_TEXT).decode("utf-8", "replace").strip()
        self._end_silent()
        said = text.splitlines()[-1] if text else ""
        reason = said or (f"it gave no answer in {HELLO_TIMEOUT_S:.0f} s" if is_silent else "it ended at once")
        return f"{self._python} cannot run {self._what}: {reason}; CPython 3.10 or newer is needed"

    def _end_silent(self) -> None:
        """End a process that has not come up, and close what is open to it."""
        self.kill()
        self.reap()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return hasattr(self, "process") and self.process.poll() is None

    def kill(self) -> None:
        """End the process and its group for certain: SIGTERM, half a second later SIGKILL."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is not None:
                return
            self.signal_group(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(TERMINATE_GRACE_S)

    def signal_group(self, number: int) -> bool:
        """Send a signal to the process and its group; return whether anybody was there."""
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def end_group(self, grace_s: float) -> None:
        """End what an ended process has left behind in its group, after giving it a while to end by itself."""
        waited_s = 0.0
        while self.signal_group(0) and waited_s < grace_s:
            time.sleep(GROUP_POLL_S)  # nothing tells when a process that is not our child ends
            waited_s += GROUP_POLL_S
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self.signal_group(number):
                return
            time.sleep(GROUP_POLL_S)

    def reap(self) -> None:
        """Wait for a process that is about to end, end it if it does not, and close what is open to it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(TERMINATE_GRACE_S)
        if self.process.returncode is None:
            self.kill()
            self.process.wait()
        if self._guard is not None:
            self._guard.dismiss()
        self.connection.close()
        self._close_errors()

    def _close_errors(self) -> None:
        if self._errors is not None:
            self._errors.close()

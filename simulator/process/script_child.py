"""Inside the process of a script: runs it as ``__main__``, as Python itself would, and sends what it does.

Started like `simulator.process.child`; standard library only. Nothing here may change what the script does or prints:
it ends by the interpreter's own ways, and no frame of ours is in its tracebacks.
"""

from __future__ import annotations

import atexit
import io
import linecache
import os
import socket
import sys
from types import TracebackType

from simulator.process.outlet import Outlet
from simulator.process.protocol import receive
from simulator.record.clock import now_ns
from simulator.runtime.place import has_gil, interpreter_name
from simulator.script.recording import ScriptRecording
from simulator.script.settings import ScriptSettings
from simulator.script.traces import strip

_OUR_MODULES = "simulator"


def main(arguments: list[str]) -> None:
    """Run the script that the host names over the inherited socket whose number is the first argument."""
    connection = socket.socket(fileno=int(arguments[0]))
    os.set_inheritable(connection.fileno(), False)
    order = receive(connection)
    if order is None or order[0] != "script":
        return
    if order[3] and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # the console shows each line at once, as a terminal does
    outlet = Outlet(connection)
    recording = ScriptRecording(ScriptSettings.from_plain(order[1]), outlet, order[2])
    child = _Child(connection, outlet, recording)
    cost_ns = recording.measure_cost_ns()
    recording.prepare()
    origin_ns = now_ns()
    recording.buffers.begin_thread("MainThread", 0)
    outlet.send(("hello", interpreter_name(), has_gil(), origin_ns, cost_ns, recording.is_locked))
    recording.begin(child.on_tick)
    atexit.register(child.end)
    os.register_at_fork(after_in_child=connection.close)
    _hide()
    try:
        recording.run()
    except SystemExit:
        raise
    except BaseException as error:
        strip(error)
        recording.note_exception(error)
        _print_natively()
        raise


def _hide() -> None:
    """Take our modules out of the script's sight; it may have some of these names itself."""
    for name in [name for name in sys.modules if name.partition(".")[0] == _OUR_MODULES]:
        del sys.modules[name]
    sys.path.pop(0)
    linecache.cache.pop("<string>", None)  # from 3.13 on there is the command that we were started with


def _print_natively() -> None:
    """Let the interpreter print the exception that is on its way without the frames between it and the script."""
    print_it = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.excepthook = print_it
        strip(error)
        sys.last_traceback = error.__traceback__
        print_it(kind, error, error.__traceback__)

    sys.excepthook = hook


class _Child:
    """What the child does besides running the script."""

    def __init__(self, connection: socket.socket, outlet: Outlet, recording: ScriptRecording) -> None:
        self._connection = connection
        self._outlet = outlet
        self._recording = recording
        self._n_untouched = 0
        self._is_stopping = False

    def on_tick(self) -> None:
        """Tell the host what it should know by now, and hear whether it wants the script to stop."""
        if not self._is_stopping and self._hears_stop():
            self._is_stopping = True
            self._recording.flush_all()
            self._recording.send(("stopping",))
        untouched = self._recording.untouched
        if len(untouched) > self._n_untouched:
            new = untouched[self._n_untouched :]
            self._n_untouched += len(new)
            self._recording.send(("untouched", new))

    def _hears_stop(self) -> bool:
        try:
            return bool(self._connection.recv(4096, socket.MSG_DONTWAIT))
        except OSError:  # nothing was said
            return False

    def end(self) -> None:
        """Send the rest: the script has ended, and everything that it left to do at its exit."""
        self._recording.end()
        self.on_tick()
        self._recording.send(("end",))
        self._outlet.close()

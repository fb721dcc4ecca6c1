"""A script that records itself: everything put together, in the process that runs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.script.buffers import Buffers, Sender, Timer
from simulator.script.helpers import Helpers
from simulator.script.identity import Identity
from simulator.script.loading import Loading
from simulator.script.settings import ScriptSettings
from simulator.script.sites import SiteBook
from simulator.script.tables import CELL, Tables


class ScriptRecording:
    """The recorder of a script.

    Parameters
    ----------
    settings : ScriptSettings
        What to run.
    outlet : Sender
        Where the rows go.
    """

    def __init__(self, settings: ScriptSettings, outlet: Sender) -> None:
        self._settings = settings
        self._outlet = outlet
        tables = Tables()
        book = SiteBook(tables)
        self.buffers = Buffers(outlet, tables)
        helpers = Helpers(Identity(tables, book, self.buffers), book, self.buffers)
        helpers.add("cells", lambda label: tables.place(label, CELL))
        self._script = Path(settings.path).resolve()
        self._loading = Loading(self._script, settings.include, book, helpers.find, not settings.widen)

    @property
    def untouched(self) -> list[tuple[str, str]]:
        """Files that run as they are, and why."""
        return self._loading.untouched

    def measure_cost_ns(self) -> int:
        """Return what recording one access costs here, nanoseconds."""
        return 0

    def prepare(self, each_tick: Callable[[], None]) -> None:
        """Begin to record; call `each_tick` every 20 ms."""

        def tick() -> None:
            self.flush_all()
            each_tick()

        timer = Timer(tick)
        timer.start()
        os.register_at_fork(before=timer.stop, after_in_parent=timer.start, after_in_child=self.buffers.forget)
        self._loading.install()

    def flush_all(self) -> None:
        """Send everything that was recorded so far."""
        self.buffers.flush_all()

    def send(self, message: tuple[Any, ...]) -> None:
        """Send a message of another kind."""
        with self._outlet.lock:
            self._outlet.send(message)

    def run(self) -> None:
        """Run the script; raises what it raises."""
        if not getattr(sys.flags, "safe_path", False):
            sys.path[0] = str(self._script.parent)
        self._loading.run_main(self._settings.argv)

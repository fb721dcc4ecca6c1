"""A script that records itself: everything put together, in the process that runs it."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.script import dataclass_fields
from simulator.script.buffers import Buffers, Sender
from simulator.script.by_name import naming_helper
from simulator.script.calling import calling_helpers
from simulator.script.caught import Caught
from simulator.script.class_bodies import class_helper
from simulator.script.container_access import ContainerAccess
from simulator.script.context_access import ContextAccess
from simulator.script.helpers import Helpers
from simulator.script.identity import Identity
from simulator.script.loading import Loading
from simulator.script.making import making_helpers
from simulator.script.methods import Methods
from simulator.script.settings import ScriptSettings
from simulator.script.sites import SiteBook
from simulator.script.straight import is_straight, locking_helpers
from simulator.script.sync import SyncRows
from simulator.script.tables import CELL, Tables
from simulator.script.threads import Hooks
from simulator.script.timer import Timer
from simulator.script.widening import widening

COST_TRIES, COST_ACCESSES = 5, 400


class _Nowhere:
    """Takes what is recorded only to measure what that costs."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.is_busy = False
        self.is_closed = True

    def send(self, message: tuple[Any, ...]) -> bool:
        return True

    def close(self) -> None:
        pass


class ScriptRecording:
    """The recorder of a script.

    Parameters
    ----------
    settings : ScriptSettings
        What to run.
    outlet : Sender
        Where the rows go.
    is_locked : bool
        Whether each access is to be done under a lock, though this interpreter does not need it.
    replace : callable, optional
        Given the name of each function that rewritten code calls, and the function, returns what it calls instead.

    Attributes
    ----------
    is_locked : bool
        Whether each access is done under a lock.
    """

    def __init__(
        self,
        settings: ScriptSettings,
        outlet: Sender,
        is_locked: bool = False,
        replace: Callable[[str, Any], Any] | None = None,
    ) -> None:
        self._settings = settings
        self.is_locked = is_locked or not is_straight()
        self._outlet = outlet
        tables = Tables()
        book = SiteBook(tables)
        self.buffers = Buffers(outlet, tables)
        identity = Identity(tables, book, self.buffers)
        pause = widening(settings.seed) if settings.widen else None
        helpers = Helpers(identity, book, self.buffers, pause, self.is_locked)
        self._rows = SyncRows(tables, book, self.buffers, identity)
        methods = Methods(
            self._rows,
            book,
            ContextAccess(tables, book),
            ContainerAccess(identity, book, helpers.access, helpers.wholes),
        )
        helpers.find_handler = methods.find
        for name, function in calling_helpers(helpers.calls, book, self.buffers, identity, helpers.latest).items():
            helpers.add(name, function)
        for name, function in locking_helpers(helpers.find, identity.way, time.perf_counter_ns).items():
            helpers.add(name, function)
        for name, function in making_helpers(identity, self.buffers).items():
            helpers.add(name, function)
        helpers.add("class made", class_helper(book, self.buffers, helpers.access))
        helpers.add(
            "by name",
            naming_helper(identity, book, self.buffers, helpers.access, helpers.access_module, helpers.latest),
        )
        for name, function in helpers.wholes.helpers().items():
            helpers.add(name, function)
        helpers.add("first", lambda value, *_: value)
        helpers.add("cells", lambda label: tables.place(label, CELL))
        self._script = Path(settings.path).resolve()
        caught = Caught(self.buffers, self._rows, book, identity.way, helpers.access, self._file_of)
        helpers.add("caught", caught.caught)
        self._note_fields = dataclass_fields.noting(identity, book, self.buffers, helpers.access, self._file_of)
        self._modules = identity.modules
        self._hooks = Hooks(tables, self.buffers, self._rows, caught.look_at, self._file_of)
        is_deferred = not (settings.widen or self.is_locked)
        self._loading = Loading(
            self._script,
            settings.include,
            book,
            helpers.find if replace is None else lambda name: replace(name, helpers.find(name)),
            methods.names,
            methods.stamped,
            identity.modules,
            is_deferred,
            self.is_locked,
            identity.forget_places,
        )
        self._loading.begin_import = self._rows.begin_import

    def _file_of(self, path: str) -> int | None:
        return self._loading.files.get(path)

    @property
    def untouched(self) -> list[tuple[str, str]]:
        """Files that run as they are, and why."""
        return self._loading.untouched

    def measure_cost_ns(self) -> int:
        """Return what recording one access costs here, nanoseconds: the least of a few tries."""
        tables = Tables()
        book, buffers = SiteBook(tables), Buffers(_Nowhere(), tables)
        record, now = Helpers(Identity(tables, book, buffers), book, buffers).find("record g"), time.perf_counter_ns
        costs = []
        for _ in range(COST_TRIES):
            begun_ns = now()
            for i in range(COST_ACCESSES):
                record(0, i, None, now())
            costs.append((now() - begun_ns) // COST_ACCESSES)
        return min(costs)

    def prepare(self) -> None:
        """Load the script."""
        self._hooks.install()
        dataclass_fields.install(self._modules, self._note_fields)
        self._loading.install()
        self._loading.load_main()
        gc.collect()
        gc.freeze()  # else each full collection of the script's garbage would go through all that is ours

    def begin(self, each_tick: Callable[[], None]) -> None:
        """Begin to record; call `each_tick` every 20 ms."""

        def tick() -> None:
            self._rows.note_long_waits()
            self.flush_all()
            each_tick()

        timer = self._timer = Timer(tick)
        timer.start()
        self.buffers.wake = timer.wake
        os.register_at_fork(before=timer.stop, after_in_parent=timer.let_restart, after_in_child=timer.forget)
        os.register_at_fork(after_in_child=self.buffers.forget)

    def note_exception(self, error: BaseException) -> None:
        """Record the exception that ends the script."""
        self._hooks.note_exception(error)

    def end(self) -> None:
        """Send the rest and record nothing more; no thread of ours is left."""
        self._timer.stop()
        self.buffers.end()

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

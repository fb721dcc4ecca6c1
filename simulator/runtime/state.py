"""What the name ``state`` is made of: a recorded namespace of the storage that was chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.runtime.crew import Crew
from simulator.storage.base import Storage, namespace_class
from simulator.storage.context import ContextStorage
from simulator.storage.shared import SharedStorage
from simulator.storage.thread_local import ThreadLocalStorage

STORAGES: dict[str, type[Any]] = {
    "shared": SharedStorage,
    "locked": SharedStorage,
    "local": ThreadLocalStorage,
    "context": ContextStorage,
}


def state_maker(crew: Crew, sites: frozenset[tuple[str, int]]) -> Callable[..., Any]:
    """Return what the program's code calls ``SimpleNamespace``, ``threading.local`` or ``ContextNamespace``.

    Parameters
    ----------
    crew : Crew
        The run's threads.
    sites : frozenset of (str, int)
        Accesses that were compiled with their line.
    """
    program, recorder = crew.program, crew.recorder
    schedule = crew.schedule if crew.schedule.takes_turns else None
    values = {variable.name: i for i, variable in enumerate(program.variables) if not variable.is_lock}

    def state(**initial: Any) -> Any:
        storage: Storage = STORAGES[program.storage or "shared"](recorder)
        for name, value in initial.items():
            storage.set_initial(name, values[name], value)
        return namespace_class(storage, values, schedule, sites)()

    return state

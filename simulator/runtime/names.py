"""What the names in a program's code stand for while it is recorded.

Everything real and recorded that a program may use has a file of its own in this folder; here it gets its name.
"""

from __future__ import annotations

import ast
import builtins
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from itertools import cycle
from random import Random
from sys import _getframe
from types import SimpleNamespace
from typing import Any

from simulator.record.kinds import Kind
from simulator.runtime.classes import class_builder
from simulator.runtime.crew import Crew
from simulator.runtime.events import event_maker
from simulator.runtime.locks import lock_maker
from simulator.runtime.pauses import Pauses
from simulator.runtime.pool import pool_class
from simulator.runtime.state import state_maker
from simulator.runtime.threads import thread_class
from simulator.storage.context import CopiedContext

ON_DEMAND: dict[str, str] = {
    "asyncio": "simulator.runtime.event_loop",
    "DATABASE": "simulator.runtime.folder",
    "contextmanager": "simulator.runtime.blocks",
    "logging": "simulator.runtime.logs",
    "sqlite3": "simulator.runtime.sqlite",
}
"""Names of recorded things that few programs use, and the module whose function ``bind(crew)`` makes each.

They are imported only for a program whose code says the name: `sqlite3`, `logging` and `asyncio` take up to 50 ms.
"""


def build_names(crew: Crew, sites: frozenset[tuple[str, int]] = frozenset()) -> dict[str, Any]:
    """Bind every name that a program's code may use to its recorded kind.

    Parameters
    ----------
    crew : Crew
        The run's threads.
    sites : frozenset of (str, int)
        Accesses that were compiled with their line.

    Returns
    -------
    dict
        Globals for the program's code.
    """
    state = state_maker(crew, sites)
    thread, lock, event, pauses = thread_class(crew), lock_maker(crew), event_maker(crew), Pauses(crew)
    names: dict[str, Any] = {
        "__builtins__": vars(builtins) | {"__build_class__": class_builder(crew, sites, state)},
        "__name__": "__main__",
        "SimpleNamespace": state,
        "ContextNamespace": state,
        "threading": SimpleNamespace(
            local=state, Lock=lock, Event=event, Thread=thread, current_thread=threading.current_thread
        ),
        "Thread": thread,
        "Lock": lock,
        "Event": event,
        "ThreadPoolExecutor": pool_class(crew),
        "copy_context": CopiedContext,
        "Random": Random,
        "suppress": suppress,
        "sleep": pauses.sleep,
        "work": pauses.work,
        "show": lambda text: crew.recorder.instant(Kind.MARK, text[:1], line=_getframe(1).f_lineno) if text else None,
        "Callable": Callable,
        "cycle": cycle,
        "answer": lambda value: crew.recorder.instant(Kind.ANSWER, value, line=_getframe(1).f_lineno),
    }
    for name, module in import_on_demand(crew.program.code).items():
        names[name] = module.bind(crew)
    if crew.program.has_literal_globals:
        names["state"] = state()
    return names


def import_on_demand(code: str) -> dict[str, Any]:
    """Import what only some programs need, if this one does; return the modules by the name that its code says."""
    return {name: import_module(ON_DEMAND[name]) for name in _names_in(code) & ON_DEMAND.keys()}


def _names_in(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}

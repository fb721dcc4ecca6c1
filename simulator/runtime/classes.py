"""Classes that the program writes itself to hold its state: real ones, with recorded attributes and ``__init__``."""

from __future__ import annotations

import ast
import builtins
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from simulator.record.kinds import Kind
from simulator.runtime.crew import Crew
from simulator.storage.base import namespace_class
from simulator.storage.instance import InstanceStorage


def class_builder(crew: Crew, sites: frozenset[tuple[str, int]], local: object) -> Callable[..., type[Any]]:
    """Return what stands for ``__build_class__`` in the program's code.

    Parameters
    ----------
    crew : Crew
        The run's threads.
    sites : frozenset of (str, int)
        Accesses that were compiled with their line.
    local : object
        What the program's code calls ``threading.local``; as a base it stands for the real one.
    """
    program, recorder = crew.program, crew.recorder
    variables = {variable.name: i for i, variable in enumerate(program.variables) if not variable.is_lock}
    holders = _classes_that_set(program.code, frozenset(variables))
    schedule = crew.schedule if crew.schedule.takes_turns else None

    def build(body: Callable[..., Any], name: str, *bases: Any, **keywords: Any) -> type[Any]:
        real = tuple(threading.local if base is local else base for base in bases)
        made: type[Any] = builtins.__build_class__(body, name, *real, **keywords)
        if name in holders:
            recorded = namespace_class(InstanceStorage(recorder), variables, schedule, sites)
            for attribute, access in vars(recorded).items():
                if isinstance(access, property):
                    setattr(made, attribute, access)
            made.__init__ = _recorded_init(crew, made)
        return made

    return build


def _recorded_init(crew: Crew, made: type[Any]) -> Callable[..., None]:
    """Wrap the ``__init__`` of a class so that each call of it is a span, and a mark with its arguments."""
    init: Callable[..., None] = made.__init__

    @wraps(init)
    def recorded(state: Any, *arguments: Any, **keywords: Any) -> None:
        said = ", ".join([*map(repr, arguments), *(f"{name}={value!r}" for name, value in keywords.items())])
        line = init.__code__.co_firstlineno
        span = crew.recorder.begin(Kind.BLOCK, "__init__", line=line)
        crew.recorder.instant(Kind.MARK, f"__init__({said})", line=line)
        try:
            init(state, *arguments, **keywords)
        finally:
            crew.recorder.end(span)

    return recorded


def _classes_that_set(code: str, names: frozenset[str]) -> frozenset[str]:
    """Return the classes in a program's code whose methods set one of some attributes of their object."""
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ClassDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store) and inner.attr in names
        if isinstance(inner.value, ast.Name) and inner.value.id == "self"
    )

"""What a recording holds besides its columns, as JSON, and back with every type checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from simulator.analysis.ending import EVENT_LIMIT, NO_LIMIT, TIME_LIMIT, ScriptEnding
from simulator.analysis.observed import Settings
from simulator.analysis.recording import RUNNING, STATUSES, Recording
from simulator.lessons.base import RunSettings
from simulator.runtime.program import Variable
from simulator.script.settings import ScriptSettings
from simulator.trace.sites import SCRIPT_STORAGES
from simulator.trace.trace import Trace
from simulator.trace.tracks import Actor, ThreadInfo

_MAX_HEX_DIGITS = 3500
"""Longer whole numbers cannot be shown: Python writes no more than 4300 decimal digits."""
_STORAGES = ("shared", "locked", "local", "context", None)


class Fields:
    """A JSON object whose fields are fetched by type; a wrong one raises `ValueError` that names it."""

    def __init__(self, plain: object) -> None:
        if not isinstance(plain, dict):
            raise ValueError("it holds a list or a value where it should hold fields")
        self._plain: Mapping[str, Any] = plain

    def _get(self, name: str, *kinds: type) -> Any:
        value = self._plain.get(name)
        if type(value) not in kinds:
            raise ValueError(f"its field {name} is missing or of a wrong type")
        return value

    def text(self, name: str) -> str:
        """Return a text."""
        return str(self._get(name, str))

    def optional_text(self, name: str) -> str | None:
        """Return a text or None."""
        value: str | None = self._get(name, str, type(None))
        return value

    def number(self, name: str) -> int:
        """Return a whole number of at most 64 bits."""
        return _number(self._get(name, int), name)

    def real(self, name: str) -> float:
        """Return a finite number."""
        value = float(self._get(name, int, float))
        if not math.isfinite(value):
            raise ValueError(f"a number of its field {name} is out of range")
        return value

    def has(self, name: str) -> bool:
        """Tell whether there is such a field."""
        return name in self._plain

    def is_none(self, name: str) -> bool:
        """Tell whether a field that must be there holds nothing."""
        if name not in self._plain:
            raise ValueError(f"its field {name} is missing or of a wrong type")
        return self._plain[name] is None

    def flag(self, name: str) -> bool:
        """Return a truth value."""
        return bool(self._get(name, bool))

    def items(self, name: str) -> list[Any]:
        """Return a list, its items unchecked."""
        return list(self._get(name, list))

    def fields(self, name: str) -> dict[str, Any]:
        """Return an object, its fields unchecked."""
        return dict(self._get(name, dict))


def _number(value: object, name: str) -> int:
    if type(value) is not int or not -(1 << 63) <= value < 1 << 63:
        raise ValueError(f"a number of its field {name} is missing or out of range")
    return value


def to_plain(recording: Recording) -> dict[str, Any]:
    """Return everything of a recording that is neither a column nor derived, as JSON knows it."""
    trace = recording.trace
    ends = trace.actor_end_ns.tolist()
    return {
        "settings": recording.settings.to_plain(),
        "question": recording.question,
        "code": recording.code,
        "filename": recording.filename,
        "files": trace.files[1:],
        "other_sources": recording.other_sources,
        "variables": [[v.name, v.is_private, v.is_counter, v.is_lock] for v in recording.variables],
        "status": recording.status,
        "elapsed_ns": recording.elapsed_ns,
        "place": recording.place,
        "interpreter": recording.interpreter,
        "gil": recording.gil,
        "access_cost_ns": recording.access_cost_ns,
        "unstopped": list(recording.unstopped),
        "storage": trace.storage,
        "storages": list(trace.storages) if trace.storages is not None else None,
        "ending": _ending_to_plain(recording.ending),
        "origin_ns": trace.origin_ns,
        "threads": [[t.name, t.begin_ns, t.end_ns, t.has_failed] for t in trace.threads],
        "actors": [[a.thread, a.number, a.name, ends[a.index]] for a in trace.actors],
        "values": [_value_to_plain(value) for value in trace.objects],
    }


def _ending_to_plain(ending: ScriptEnding | None) -> dict[str, Any] | None:
    return asdict(ending) | {"untouched": [list(pair) for pair in ending.untouched]} if ending is not None else None


def ending_of(fields: Fields) -> ScriptEnding | None:
    """Return how a script ended; None for a lesson."""
    if fields.is_none("ending"):
        return None
    plain = Fields(fields.fields("ending"))
    limit = plain.text("limit")
    if limit not in (NO_LIMIT, TIME_LIMIT, EVENT_LIMIT):
        raise ValueError(f"its limit {limit!r} is not known")
    untouched = tuple((row[0], row[1]) for row in _rows(plain, "untouched", str, str))
    exit_code = None if plain.is_none("exit_code") else plain.number("exit_code")
    return ScriptEnding(exit_code, limit, plain.number("dropped"), plain.number("left_out"), untouched)


def settings_of(fields: Fields) -> Settings:
    """Return the settings of a run."""
    plain = Fields(fields.fields("settings"))
    return _script_settings(plain) if plain.has("path") else _lesson_settings(plain)


def _script_settings(plain: Fields) -> ScriptSettings:
    return ScriptSettings(
        path=plain.text("path"),
        argv=names_of(plain, "argv"),
        cwd=plain.optional_text("cwd"),
        python=plain.optional_text("python"),
        include=names_of(plain, "include"),
        widen=plain.flag("widen"),
        seed=plain.number("seed"),
        timeout_s=plain.real("timeout_s"),
        max_events=plain.number("max_events"),
    )


def _lesson_settings(plain: Fields) -> RunSettings:
    options = plain.fields("options")
    if not all(type(value) in (int, bool, str) for value in options.values()):
        raise ValueError("its field options holds something that is no option")
    return RunSettings(
        lesson=plain.text("lesson"),
        storage=_storage(plain),
        runner=plain.text("runner"),
        threads=plain.number("threads"),
        pool_size=plain.number("pool_size"),
        tasks=plain.number("tasks"),
        work_ms=plain.number("work_ms"),
        seed=plain.number("seed"),
        jitter=plain.flag("jitter"),
        options=options,
        place=plain.text("place"),
        python=plain.optional_text("python"),
    )


def status_of(fields: Fields) -> str:
    """Return how the run ended."""
    status = fields.text("status")
    if status not in STATUSES or status == RUNNING:
        raise ValueError(f"its status {status!r} is not known")
    return status


def variables_of(fields: Fields) -> tuple[Variable, ...]:
    """Return the variables by index."""
    rows = _rows(fields, "variables", str, bool, bool, bool)
    return tuple(Variable(*row) for row in rows)


def names_of(fields: Fields, name: str) -> tuple[str, ...]:
    """Return a list of texts."""
    items = fields.items(name)
    if not all(type(item) is str for item in items):
        raise ValueError(f"its field {name} holds something that is no text")
    return tuple(items)


def empty_trace(fields: Fields, variables: tuple[Variable, ...], version: int) -> Trace:
    """Return a trace without events."""
    names = [variable.name for variable in variables]
    trace = Trace(names, _storage(fields), fields.number("origin_ns"), filename=fields.text("filename"))
    trace.files += names_of(fields, "files") if version > 1 else ()
    if version > 2 and not fields.is_none("storages"):
        trace.storages = names_of(fields, "storages")
        if len(trace.storages) != len(names) or not set(trace.storages) <= set(SCRIPT_STORAGES):
            raise ValueError("its variables and their storages do not belong together")
    return trace


def threads_of(fields: Fields) -> list[ThreadInfo]:
    """Return the threads by serial."""
    rows = _rows(fields, "threads", str, int, int, bool)
    return [ThreadInfo(serial, *row) for serial, row in enumerate(rows)]


def actors_of(fields: Fields) -> list[tuple[Actor, int]]:
    """Return the actors by index, each with the nanoseconds of its end."""
    rows = _rows(fields, "actors", int, int, str, int)
    return [(Actor(index, thread, number, name), end_ns) for index, (thread, number, name, end_ns) in enumerate(rows)]


def values_of(fields: Fields) -> list[object]:
    """Return the values that are no 64-bit integers."""
    return [_value_from_plain(plain) for plain in fields.items("values")]


def _storage(fields: Fields) -> str | None:
    storage = fields.optional_text("storage")
    if storage not in _STORAGES:
        raise ValueError(f"its storage {storage!r} is not known")
    return storage


def _rows(fields: Fields, name: str, *kinds: type) -> list[list[Any]]:
    rows = fields.items(name)
    for row in rows:
        if not isinstance(row, list) or tuple(map(type, row)) != kinds:
            raise ValueError(f"its field {name} holds something else")
        for value in row:
            if type(value) is int:
                _number(value, name)
    return rows


def _value_to_plain(value: object) -> object:
    """Return None, bool and str as they are, tuples as lists, and numbers so that nothing of them is lost."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"int": hex(value)}
    return value


def _value_from_plain(plain: object) -> object:
    if plain is None or isinstance(plain, (bool, str)):
        return plain
    if isinstance(plain, list) and tuple(map(type, plain)) in ((str, int, int), (str, str, str, bool)):
        return tuple(plain)
    match plain:
        case {"float": str(digits)}:
            return float.fromhex(digits)
        case {"int": str(digits)} if len(digits) <= _MAX_HEX_DIGITS:
            return int(digits, 16)
    raise ValueError("its field values holds something that is no recorded value")

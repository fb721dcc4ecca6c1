"""Reads and writes of ContextVars. A context cannot be told from another, so a read is matched by the value it got."""

from __future__ import annotations

import time
from contextvars import ContextVar, Token, copy_context
from typing import Any

from simulator.record.kinds import Kind
from simulator.record.values import Portable, portable
from simulator.script.buffers import Buffer
from simulator.script.sites import SiteBook
from simulator.script.tables import CONTEXT, Tables

MAX_WRITES = 100_000
_Value = tuple[int, Portable]
"""The number of an object, and what is recorded of it: the number alone may have been another's before."""
_MISSING = id(Token.MISSING), portable(Token.MISSING)
_DEFAULT = -1
"""In place of a task's number: a context in which nothing was set, whatever others of the thread hold."""


class ContextAccess:
    """Records what happens to ContextVars.

    Notes
    -----
    A write carries its own id. A read carries the id of the write whose very object it got: the thread's own last one
    if that fits, else the last that anybody did, if only one write has set that object. One that got the default, in a
    context in which nothing was ever set, has a place of its own: the thread may have set something in others.
    """

    def __init__(self, tables: Tables, book: SiteBook) -> None:
        self._tables = tables
        self._book = book
        self._variables: dict[ContextVar[Any], int] = {}
        self._places: dict[tuple[ContextVar[Any], int, int], int] = {}
        self._own: dict[tuple[ContextVar[Any], int, int], tuple[_Value, int]] = {}
        self._writes: dict[tuple[ContextVar[Any], _Value], int] = {}

    def handlers(self) -> dict[tuple[type, str], Any]:
        """Return what is done before and after each method."""
        return {
            (ContextVar, "get"): (_stamp, self._got),
            (ContextVar, "set"): (_stamp, self._has_set),
            (ContextVar, "reset"): (_stamp, self._has_reset),
        }

    def _variable(self, var: ContextVar[Any]) -> int:
        known = self._variables.get(var)
        if known is None:
            variable = self._tables.variable(("context", object()), var.name)
            known = self._variables.setdefault(var, variable)
        return known

    def _place(self, var: ContextVar[Any], buffer: Buffer, is_default: bool = False) -> int:
        key = (var, buffer.serial, _DEFAULT if is_default else buffer.task)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._tables.place(var.name, CONTEXT, buffer.serial)
        return place

    def _row(
        self,
        buffer: Buffer,
        kind: Kind,
        site: int,
        var: ContextVar[Any],
        t: int,
        reference: int,
        value: Any,
        is_default: bool = False,
    ) -> None:
        of = self._book.of(site, kind, self._variable(var))
        buffer.rows.append((t, of, self._place(var, buffer, is_default), reference, portable(value)))

    def _write(self, buffer: Buffer, kind: Kind, site: int, var: ContextVar[Any], t: int, value: Any) -> None:
        own_id = buffer.next_id()
        self._row(buffer, kind, site, var, t, own_id, None if kind == Kind.DELETE else value)
        set_to = id(value), portable(value)
        self._own[var, buffer.serial, buffer.task] = set_to, own_id
        if len(self._writes) > MAX_WRITES:
            self._writes.clear()
        key = var, set_to
        self._writes[key] = 0 if key in self._writes else own_id

    def _has_set(self, buffer: Buffer, site: int, var: Any, first: Any, began: Any, result: Any, t: int) -> None:
        self._write(buffer, Kind.WRITE, site, var, t, first)

    def _has_reset(self, buffer: Buffer, site: int, var: Any, first: Any, began: Any, result: Any, t: int) -> None:
        old = first.old_value if isinstance(first, Token) else None
        self._write(buffer, Kind.DELETE if old is Token.MISSING else Kind.WRITE, site, var, t, old)

    def _got(self, buffer: Buffer, site: int, var: Any, first: Any, began: Any, result: Any, t: int) -> None:
        last, own_id = self._own.get((var, buffer.serial, buffer.task), (None, 0))
        got = id(result), portable(result)
        reference = own_id if got == last else self._writes.get((var, got), 0)
        is_default = not reference and var not in copy_context()
        if is_default:
            reference = -2 * (t - began) - 1
        self._row(buffer, Kind.READ, site, var, t, reference, result, is_default and last != _MISSING)


def _stamp(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
    return time.perf_counter_ns()

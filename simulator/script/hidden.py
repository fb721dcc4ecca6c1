"""Code of the user that runs where the source shows no call: operators, properties, destructors.

Accesses that follow each other without a place where threads could switch are recorded together, with one stamp behind
the last. If code of the user's has run among them a switch may have come after all. So each such function says when it
ends: what its thread records next lies anywhere between what it recorded before the function began and its stamp. In
the function itself, and after that one stretch, stamps are exact again.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from simulator.record.bundles import unbundle
from simulator.record.kinds import Kind
from simulator.record.recorder import Row
from simulator.script.buffers import Buffer, Buffers
from simulator.script.tables import Tables

_NAMES = (
    "__init__ __new__ __call__ __enter__ __exit__ __init_subclass__ __set_name__ __class_getitem__ __prepare__"
    " __reduce__ __reduce_ex__ __getstate__ __setstate__ __getnewargs__ __getnewargs_ex__ __copy__ __deepcopy__"
)
_CALLED = frozenset(_NAMES.split())
"""What runs where the source shows a call, or nowhere among other accesses."""
_MAKERS = frozenset(("setter", "getter", "deleter", "reify", "lazy"))


def is_hidden(node: ast.FunctionDef) -> bool:
    """Return whether a method of a class is run by Python itself, in the middle of an expression."""
    name = node.name
    is_special = name.startswith("__") and name.endswith("__") and name not in _CALLED
    return (is_special or any(map(_makes_property, node.decorator_list))) and not _is_generator(node)


def _makes_property(decorator: ast.expr) -> bool:
    one = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = one.attr if isinstance(one, ast.Attribute) else one.id if isinstance(one, ast.Name) else ""
    return "property" in name or name in _MAKERS


def _is_generator(node: ast.FunctionDef) -> bool:
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        one = waiting.pop()
        if isinstance(one, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(one)
    return False


class Blurred:
    """Stands in for a thread's rows until it has recorded the stretch that hidden code ran in.

    Parameters
    ----------
    buffer : Buffer
        The thread's.
    begin_ns : int
        When it recorded something for the last time before the hidden code.
    tables : Tables
        What sites mean.

    Attributes
    ----------
    stamp_ns : int
        Of the stretch, once it is being recorded; else 0.
    """

    def __init__(self, buffer: Buffer, begin_ns: int, tables: Tables) -> None:
        self.rows = buffer.rows
        self.begin_ns = begin_ns
        self.stamp_ns = 0
        self._buffer = buffer
        self._tables = tables

    def append(self, row: tuple[Any, ...]) -> None:
        """Append a row, its accesses as ones that may have come earlier; those of the next stretch are exact."""
        self.stamp_ns = self.stamp_ns or row[0]
        if row[0] == self.stamp_ns:
            self.rows += [self.blur(one) for one in unbundle([row], self._tables.bundles)]
        else:
            self._buffer.rows = self.rows
            self.rows.append(row)

    def blur(self, row: Row) -> Row:
        """Return a row that says since when its access may have come."""
        stamp, site, place, reference, value = row
        if reference > 0 or self._tables.subjects[site][0] > Kind.DELETE:
            return row
        return (stamp, site, place, min(reference, -2 * (stamp - self.begin_ns) - reference % 2), value)

    # what else is done with rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self.rows[index] = value

    def __delitem__(self, index: Any) -> None:
        del self.rows[index]

    def __iadd__(self, rows: list[Row]) -> Blurred:
        self.rows += rows
        return self

    def pop(self) -> Row:
        """Take the last row away."""
        return self.rows.pop()

    def clear(self) -> None:
        """Forget all rows."""
        self.rows.clear()


def hiding_helpers(buffers: Buffers, tables: Tables) -> Mapping[str, Callable[..., Any]]:
    """Return the functions that rewritten code calls where a hidden function begins and ends."""
    mine = buffers.mine

    def hide() -> None:
        """Keep when this thread recorded something for the last time, before all hidden code of this stretch."""
        buffer = mine.buffer
        rows: Any = buffer.rows
        begin_ns = 0
        if type(rows) is Blurred:
            begin_ns = 0 if rows.stamp_ns else rows.begin_ns
            buffer.rows = rows.rows
        buffer.hidden.append(begin_ns or _last_ns(buffer))

    def unhide() -> None:
        """Have what is recorded next say that it may have come since then."""
        buffer = mine.buffer
        rows: Any = buffer.rows
        if type(rows) is Blurred:  # of what ran within this
            buffer.rows = rows.rows
        buffer.rows = Blurred(buffer, buffer.hidden.pop(), tables)  # type: ignore[assignment]  # it stands in for them

    return {"hide": hide, "unhide": unhide}


def _last_ns(buffer: Buffer) -> int:
    try:
        return buffer.rows[-1][0]
    except IndexError:  # they have been sent
        return buffer.sent_ns

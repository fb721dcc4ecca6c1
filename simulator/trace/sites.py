"""What the rows of a script mean: its child sends each place in the source once, and then only the place's number.

A row of a script is ``(stamp_ns, site, place, reference, value)``. The *site* says what happens there: kind, variable,
file and line. The *place* says to which object, thread or context it happens. The reference of an access is

- positive: the id of the write, or for a read of the write whose value it got;
- 0: the order of stamps tells which write a read got (see `simulator.trace.stamp_order`);
- negative: the same, and ``-reference // 2`` nanoseconds before its stamp the access had not begun, since it is a call;
  an odd one is of a read that found nothing, with the default that it gave instead, if any, as its value; or of a
  change before which not everything that happened there is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.record.kinds import LINE_BITS, NO_VARIABLE, Kind
from simulator.runtime.program import Variable
from simulator.trace.columns import Column, IntArray

Names = tuple[str, Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any]]
"""``("names", files, variables, sites, places)`` as the child sends it."""

LOCAL, CONTEXT, SHARED = SCRIPT_STORAGES = "local", "context", "shared"

_LABEL_BITS = 32


class SiteTable:
    """The sites, places, variables and files of a script, as far as they are known.

    Attributes
    ----------
    variables : list of Variable
        What a reader tells apart: ``counter``, ``ctx.request_id``, ``self.v of C#1``; grows while the run goes on.
    names : list of str
        Their names.
    storages : list of str
        For each of them ``local`` (a cell each thread), ``context`` (one each context) or ``shared``.
    paths, sources : list of str
        The program's files by index, and their texts.
    """

    def __init__(self) -> None:
        self.variables: list[Variable] = []
        self.names: list[str] = []
        self.storages: list[str] = []
        self.paths: list[str] = []
        self.sources: list[str] = []
        self._raw: list[tuple[str, bool]] = []
        self._sites = {name: Column("i8") for name in ("kind", "variable", "line")}
        self._labels: dict[tuple[str, str], int] = {("", ""): 0}
        self._label_texts: list[tuple[str, str]] = [("", "")]
        self._label_of_place = Column("i8")
        self._label_of_place.append(0)
        self._index: dict[int, int] = {}
        self._of_raw = Column("i8")

    def learn(self, names: Names) -> None:
        """Take in what the child sent before the rows that use it."""
        _, files, variables, sites, places = names
        for index, path, text in files:
            _put(self.paths, index, path, "")
            _put(self.sources, index, text, "")
        for index, name, is_sync in variables:
            _put(self._raw, index, (name, is_sync), ("", False))
        for index, kind, variable, file, line, _column in sites:
            for name, value in (("kind", kind), ("variable", variable), ("line", file << LINE_BITS | line)):
                _set(self._sites[name], index, value)
        for serial, label, kind, _thread in places:
            number = self._labels.setdefault((kind, label), len(self._labels))
            if number == len(self._label_texts):
                self._label_texts.append((kind, label))
            _set(self._label_of_place, serial, number)

    def translate(self, site: IntArray, place: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Return kind, variable and line (with its file) of rows.

        Parameters
        ----------
        site, place : ndarray of int64, shape (n,)
            As recorded; all of them known.

        Returns
        -------
        kind, variable, line : ndarray of int64, shape (n,)
            The variable is an index into `variables`; `NO_VARIABLE` for events about none; of an `END` the result.
        """
        kind, raw = self._sites["kind"].values[site], self._sites["variable"].values[site]
        is_named = (kind != Kind.END) & (raw != NO_VARIABLE)
        variable = raw.copy()
        plain = np.flatnonzero(is_named & (place == 0))
        variable[plain] = self._plain_variables(raw[plain])
        named = np.flatnonzero(is_named & (place != 0))
        if len(named):
            keys = raw[named] << _LABEL_BITS | self._label_of_place.values[place[named]]
            different, inverse = np.unique(keys, return_inverse=True)
            indices = np.array([self._variable_of(key) for key in different.tolist()], np.int64)
            variable[named] = indices[inverse]
        return kind, variable, self._sites["line"].values[site]

    def _plain_variables(self, raw: IntArray) -> IntArray:
        """Return the variables of a module's globals and other things without a place, shape of `raw`."""
        found = self._of_raw.values
        if len(raw) and (len(found) <= raw.max() or (found[raw] < 0).any()):
            self._of_raw.resize(max(self._of_raw.n, len(self._raw)), -1)
            for one in np.unique(raw).tolist():
                self._of_raw.values[one] = self._variable_of(one << _LABEL_BITS)
            found = self._of_raw.values
        plain: IntArray = found[raw]
        return plain

    def _variable_of(self, key: int) -> int:
        index = self._index.get(key)
        if index is None:
            index = self._index[key] = len(self.variables)
            name, is_sync = self._raw[key >> _LABEL_BITS]
            kind, label = self._label_texts[key & ((1 << _LABEL_BITS) - 1)]
            self.names.append(full_name(name, label))
            self.variables.append(Variable(self.names[-1], is_lock=is_sync))
            self.storages.append(kind if kind in (LOCAL, CONTEXT) else SHARED)
        return index


def full_name(name: str, label: str) -> str:
    """Return what a reader calls a cell.

    Parameters
    ----------
    name : str
        What the source writes last: ``counter``, ``.v``, ``["k"]``.
    label : str
        The object that it is in: ``ctx``; with a number where the source has no name for it, ``C#1``; or nothing.

    Returns
    -------
    str
        ``counter``, ``ctx.v``, ``d["k"]``; ``self.v of C#1`` for an object without a name of its own.
    """
    if not label or name == label:
        return name
    if name.startswith(".") and "#" in label:
        return f"self{name} of {label}"
    return f"{label}{name}" if name.startswith((".", "[")) else f"{name} of {label}"


def _put(items: list[Any], index: int, value: Any, filler: Any) -> None:
    while len(items) <= index:
        items.append(filler)
    items[index] = value


def _set(column: Column, index: int, value: int) -> None:
    column.resize(max(column.n, index + 1), 0)
    column.values[index] = value

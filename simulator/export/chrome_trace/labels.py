"""Names and fixed arguments of the events of a Chrome trace, as pieces of JSON made once for each kind of event."""

from __future__ import annotations

import json

import numpy as np

from simulator.analysis.findings import Severity
from simulator.analysis.kind_words import ON_VARIABLES, RESULT_WORDS, does
from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.export.tables import narrow, value_cell
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import FLAG_UNCERTAIN
from simulator.trace.tracks import OPEN
from simulator.trace.values import TAG_MASK, TAG_OBJECT

_WINDOW = "read-modify-write"
_NAMED_BY_VALUE = (Kind.SIGNAL, Kind.WAIT, Kind.BLOCK, Kind.TRANSACTION)
_NAMED_BY_ACTOR = (Kind.TASK, Kind.STEP)


def compact(content: object) -> str:
    """Return JSON without blanks; letters beyond ASCII as they are, since Perfetto shows their escapes unread."""
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


class Labels:
    """Makes the pieces and keeps them.

    Parameters
    ----------
    recording : Recording
        A finished run.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._known: dict[int, str] = {}
        self._places: dict[int, str] = {0: ""}
        self.actors = [compact(actor.name) for actor in recording.trace.actors]
        self.objects = [_value_json(value) for value in recording.trace.objects]

    def names(self, rows: IntArray) -> list[str]:
        """Return for each row ``"cat":…,"name":…,"args":{…``, its last brace still open."""
        known = self._known
        keys = self._keys(rows).tolist()
        for key, row in {key: row for key, row in zip(keys, rows.tolist(), strict=True) if key not in known}.items():
            known[key] = self._name(row)
        return [known[key] for key in keys]

    def _keys(self, rows: IntArray) -> IntArray:
        """Return a number for each row; rows of the same number have the same piece."""
        trace, analysis = self._recording.trace, self._recording.analysis
        kind, flags = trace.kind[rows].astype(np.int64), trace.flags[rows].astype(np.int64)
        is_problem = analysis.severity[rows] >= Severity.WARNING
        is_open = trace.end_ns[rows] == OPEN
        key: IntArray = kind | analysis.outcome[rows].astype(np.int64) << 5
        key |= is_problem << 9 | is_open << 10 | flags >> 2 << 11
        key |= np.where(np.isin(kind, ON_VARIABLES), trace.variable_or_none(rows), 0) << 15
        is_told = np.isin(kind, _NAMED_BY_VALUE) & (flags & TAG_MASK == TAG_OBJECT)
        told = np.where(is_told, trace.value[rows] + 1, 0)
        told = np.where(np.isin(kind, _NAMED_BY_ACTOR), trace.actor[rows], told)
        key |= told << 36
        return key

    def _name(self, row: int) -> str:
        trace, analysis = self._recording.trace, self._recording.analysis
        kind, outcome = Kind(int(trace.kind[row])), Outcome(int(analysis.outcome[row]))
        is_problem = analysis.severity[row] >= Severity.WARNING
        variable = trace.variable_name(row)
        word = kind.name.lower().replace("_", "-")
        facts = {"kind": word} | ({"variable": variable} if variable else {})
        if outcome != Outcome.NONE:
            facts["outcome"] = outcome.name.lower()
        if trace.flags[row] & FLAG_UNCERTAIN:
            facts["order"] = "uncertain"
        if RESULT_WORDS[trace.result_of(row)]:
            facts["result"] = RESULT_WORDS[trace.result_of(row)]
        if trace.end_ns[row] == OPEN:
            facts["end"] = "not seen"
        return _piece(word, is_problem, self._title(row, kind, outcome), facts)

    def _title(self, row: int, kind: Kind, outcome: Outcome) -> str:
        trace = self._recording.trace
        if kind in _NAMED_BY_ACTOR:
            return str(trace.actors[trace.actor[row]].name)
        title = does(trace, row)
        if self._recording.analysis.severity[row] < Severity.WARNING:
            return title
        return f"{title}: {outcome.name.lower()}" if outcome != Outcome.NONE else f"{title}: problem"

    def places(self, rows: IntArray) -> list[str]:
        """Return for each row ``,"line":4,"file":"…"``, nothing where there is no line."""
        trace, known = self._recording.trace, self._places
        keys = trace.file[rows].astype(np.int64) << 32 | trace.line[rows]
        keys = np.where(trace.line[rows] > 0, keys, 0)
        for key in set(keys.tolist()) - known.keys():
            known[key] = f',"line":{key & 0xFFFFFFFF},"file":{compact(trace.files[key >> 32])}'
        return [known[key] for key in keys.tolist()]


def window_name(variable: str) -> str:
    """Return the piece of the window of a read-modify-write."""
    facts = {"kind": _WINDOW, "variable": variable}
    return _piece(_WINDOW, False, f"{variable}: read, then write", facts)


def _piece(category: str, is_problem: bool, title: str, facts: dict[str, str]) -> str:
    categories = f"{category},problem" if is_problem else category
    return f'"cat":"{categories}","name":{compact(title)},"args":{compact(facts)[:-1]}'


def _value_json(value: object) -> str:
    """Return a recorded value as JSON that every reader of 64-bit numbers understands."""
    return compact(narrow(value_cell(value)))

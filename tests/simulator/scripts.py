"""Rows of scripts made by hand: what a child would send, without a child."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.analysis.analysis import Analysis
from simulator.analysis.ending import ScriptEnding
from simulator.analysis.judges.registry import judge_for
from simulator.analysis.recording import Recording
from simulator.record.kinds import NO_VARIABLE, Kind, Result
from simulator.record.recorder import SERIAL_SHIFT
from simulator.runtime.program import Variable
from simulator.script.settings import ScriptSettings
from simulator.trace.sites import SiteTable
from simulator.trace.trace import Trace

Row = tuple[int, int, int, int, Any]


class ScriptRows:
    """Rows of several threads of a script, and the names that go before them.

    Variables are given as ``(name, label, kind of place)``: ``("counter", "", "")`` for a global,
    ``(".v", "C#1", "object")`` for an attribute; each thread has a place of its own of a ``local``.
    """

    def __init__(self, source: str = "x = 1\n") -> None:
        self.rows: dict[int, list[Row]] = {}
        self._new: tuple[list[Any], ...] = ([(0, "/home/me/app.py", source)], [], [], [])
        self._variables: dict[str, int] = {}
        self._sites: dict[tuple[int, ...], int] = {}
        self._places: dict[tuple[str, str, int], int] = {}
        self._ids: dict[int, int] = {}

    def add(
        self,
        thread: int,
        stamp: int,
        kind: Kind,
        variable: tuple[str, str, str] = ("x", "", ""),
        value: Any = None,
        reference: int = 0,
        line: int = 1,
        file: int = 0,
        is_sync: bool = False,
    ) -> int:
        """Write one row; return its id if it has one, else its reference."""
        rows = self.rows.setdefault(thread, [])
        if not rows:
            rows.append((stamp, self.site(Kind.THREAD_BEGIN, NO_VARIABLE, 0, 0), 0, 0, f"worker-{thread}"))
        name, label, place_kind = variable
        if kind in (Kind.SIGNAL, Kind.CLEAR) or Kind.SLEEP <= kind != Kind.END:
            reference = self.next_id(thread)
        site = self.site(kind, self.variable(name, is_sync), file, line)
        rows.append((stamp, site, self.place(label, place_kind, thread), reference, value))
        return reference

    def end(self, thread: int, stamp: int, span: int, result: Result = Result.NONE, met: int = 0) -> None:
        """End a span."""
        self.rows[thread].append((stamp, self.site(Kind.END, int(result), 0, 0), 0, span, met))

    def next_id(self, thread: int) -> int:
        """Return a thread's next id."""
        self._ids[thread] = self._ids.get(thread, 0) + 1
        return thread << SERIAL_SHIFT | self._ids[thread]

    def file(self, index: int, path: str, text: str) -> None:
        """Tell of another file."""
        self._new[0].append((index, path, text))

    def variable(self, name: str, is_sync: bool = False) -> int:
        """Return the index of a variable."""
        if name not in self._variables:
            self._variables[name] = len(self._variables)
            self._new[1].append((self._variables[name], name, is_sync))
        return self._variables[name]

    def site(self, kind: Kind, variable: int, file: int, line: int) -> int:
        """Return the number of a site."""
        key = int(kind), variable, file, line
        if key not in self._sites:
            self._sites[key] = len(self._sites)
            self._new[2].append((self._sites[key], *key, 0))
        return self._sites[key]

    def place(self, label: str, kind: str, thread: int) -> int:
        """Return the serial of a place, 0 for a module's global."""
        if not label:
            return 0
        owner = thread if kind in ("local", "context") else 0
        key = label, kind, owner
        if key not in self._places:
            self._places[key] = len(self._places) + 1
            self._new[3].append((self._places[key], label, kind, owner))
        return self._places[key]

    def take_names(self) -> tuple[Any, ...]:
        """Return the names that were not yet taken."""
        taken = ("names", *(list(part) for part in self._new))
        for part in self._new:
            part.clear()
        return taken

    def empty_trace(self) -> Trace:
        """Return a trace that knows all names and has no rows yet."""
        sites = SiteTable()
        sites.learn(self.take_names())
        return Trace((), None, filename="app.py", sites=sites)

    def trace(self, cuts: Sequence[int] = ()) -> Trace:
        """Append everything to a trace: up to each of the cuts in time, which nothing comes after, then the rest."""
        trace = self.empty_trace()
        sent = dict.fromkeys(self.rows, 0)
        for cut in cuts:
            trace.append(self._take(sent, cut), cut)
        trace.append(self._take(sent, None))
        trace.finish()
        return trace

    def _take(self, sent: dict[int, int], until: int | None) -> list[tuple[int, list[Row]]]:
        batches = []
        for thread, rows in self.rows.items():
            start = sent[thread]
            stop = next((i for i in range(start, len(rows)) if until is not None and rows[i][0] > until), len(rows))
            if stop > start:
                batches.append((thread, rows[start:stop]))
                sent[thread] = stop
        return batches


def record_script(script: ScriptRows, **fields: Any) -> Recording:
    """Make a finished recording of a script's rows."""
    trace = script.trace()
    assert trace.storages is not None
    settings = ScriptSettings("/home/me/app.py", ("--fast", "two words"), cwd="/home/me", widen=True, seed=7)
    variables = [Variable(name) for name in trace.variables]
    analysis = Analysis(trace, variables, settings.name, judge_for(settings))
    analysis.finish()
    given: dict[str, Any] = {
        "status": "done",
        "elapsed_ns": trace.duration_ns,
        "place": "own-process",
        "interpreter": "CPython 3.11.7",
        "ending": ScriptEnding(3, "", 0, 12, (("/home/me/odd.py", "its encoding is not known"),)),
    }
    return Recording(
        settings, settings.name, "x = 1\n", settings.name, variables, trace, analysis, **(given | fields)
    )


def small_script() -> Recording:
    """Two threads, a global, a thread-local, an attribute, a read of an unknown value and one of uncertain order."""
    script = ScriptRows()
    local, attribute = (".id", "request", "local"), (".v", "Box#1", "object")
    script.add(1, 1000, Kind.WRITE, ("x", "", ""), 1, line=1)
    script.add(1, 1100, Kind.WRITE, attribute, None, line=2)
    for thread in (2, 3):
        script.add(thread, 2000 + 10 * thread, Kind.WRITE, local, thread, line=4)
        script.add(thread, 2500, Kind.WRITE, ("x", "", ""), thread, line=5)
        script.add(thread, 2600 + thread, Kind.READ, ("x", "", ""), 3, line=6)
        script.add(thread, 2700 + thread, Kind.READ, local, thread, line=7)
    script.add(3, 2800, Kind.READ, attribute, ("list", 140, 2), line=8)
    script.add(1, 2900, Kind.READ, (".gone", "Box#1", "object"), None, reference=-1, line=9)
    return record_script(script)

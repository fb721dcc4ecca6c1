"""Recordings made by hand and by hypothesis, without threads: rows as the recorder writes them, in any order."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from simulator.analysis.analysis import Analysis
from simulator.analysis.recording import Recording
from simulator.lessons.base import RunSettings
from simulator.record.kinds import Kind, Result, pack
from simulator.record.recorder import SERIAL_SHIFT
from simulator.runtime.program import Variable
from simulator.trace.trace import COLUMNS, Trace

VARIABLES = (
    Variable("request_id", is_private=True),
    Variable("counter", is_counter=True),
    Variable("lock", is_lock=True),
)
CODE = "def handle(rid):\n    state.request_id = rid\n    work()\n    answer(state.request_id)\n"


class Script:
    """Rows of several threads, written one after the other."""

    def __init__(self) -> None:
        self.rows: dict[int, list[tuple[int, int, int, int, Any]]] = {}
        self.writes: list[tuple[int, int]] = []
        self.spans: dict[int, list[int]] = {}
        self.signals: list[int] = []
        self._ids: dict[int, int] = {}

    def add(
        self, thread: int, stamp: int, kind: Kind, value: Any = None, variable: int = 0, line: int = 0, ref: int = 0
    ) -> int:
        """Write one row; the stamp is raised to the thread's last if it lies before it. Return its id."""
        rows = self.rows.setdefault(thread, [])
        if not rows and thread:
            rows.append((stamp, pack(Kind.THREAD_BEGIN), 0, 0, f"worker-{thread}"))
        if kind in (Kind.WRITE, Kind.DELETE, Kind.SIGNAL, Kind.CLEAR) or Kind.SLEEP <= kind != Kind.END:
            self._ids[thread] = self._ids.get(thread, 0) + 1
            ref = thread << SERIAL_SHIFT | self._ids[thread]
        if kind in (Kind.WRITE, Kind.DELETE):
            self.writes.append((variable, ref))
        if rows:
            stamp = max(stamp, rows[-1][0])
        rows.append((stamp, pack(kind, variable), line, ref, value))
        return ref

    def begin(self, thread: int, stamp: int, kind: Kind, value: Any) -> None:
        """Begin a span."""
        self.spans.setdefault(thread, []).append(self.add(thread, stamp, kind, value, line=3))

    def end(self, thread: int, stamp: int, result: Result = Result.NONE, met: int = 0) -> None:
        """End the thread's innermost span, if any."""
        if self.spans.get(thread):
            self.add(thread, stamp, Kind.END, met, int(result), ref=self.spans[thread].pop())

    def trace(self, storage: str | None = "shared", batch: int = 1000) -> Trace:
        """Append everything to a trace, `batch` rows of each thread at a time."""
        trace = Trace([variable.name for variable in VARIABLES], storage, origin_ns=1000, filename="request-id.py")
        longest = max(map(len, self.rows.values()), default=0)
        for start in range(0, longest, batch):
            parts = ((thread, rows[start : start + batch]) for thread, rows in self.rows.items())
            trace.append([(thread, rows) for thread, rows in parts if rows])
        trace.finish()
        return trace


def record(trace: Trace, code: str = CODE, **fields: Any) -> Recording:
    """Make a finished recording of a trace."""
    settings = RunSettings("request-id", trace.storage, "threads", threads=2, work_ms=100, options={"literal": False})
    analysis = Analysis(trace, VARIABLES, "request-id.py")
    analysis.finish()
    given: dict[str, Any] = {
        "status": "done",
        "elapsed_ns": trace.duration_ns,
        "place": "in-process",
        "interpreter": "CPython 3.11.7",
    }
    return Recording(settings, "Whose request?", code, "request-id.py", VARIABLES, trace, analysis, **(given | fields))


def two_workers(values: Iterable[Any] = (1, "bob")) -> Recording:
    """Two threads store, then the first reads what the second stored, and the second its own."""
    script = Script()
    ids = []
    for thread, value in enumerate(values, 1):
        ids.append(script.add(thread, 1000 + 100 * thread, Kind.WRITE, value, line=2))
    script.add(1, 1500, Kind.READ, line=4, ref=ids[-1])
    script.add(2, 1600, Kind.READ, line=4, ref=ids[-1])
    script.begin(1, 1700, Kind.SLEEP, 100)
    script.add(2, 1800, Kind.DELETE, line=4)
    script.add(2, 1900, Kind.THREAD_END)
    return record(script.trace())


def assert_equal(one: Recording, other: Recording) -> None:
    """Compare everything that a recording holds or means."""
    for name in COLUMNS:
        left, right = getattr(one.trace, name), getattr(other.trace, name)
        assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right, err_msg=name)
    for name in ("variables", "storage", "files", "origin_ns", "threads", "actors", "failures", "duration_ns", "n"):
        assert getattr(one.trace, name) == getattr(other.trace, name), name
    assert list(map(repr, one.trace.objects)) == list(map(repr, other.trace.objects))  # NaN is not equal to itself
    assert list(map(type, one.trace.objects)) == list(map(type, other.trace.objects))
    np.testing.assert_array_equal(one.trace.actor_end_ns, other.trace.actor_end_ns)
    np.testing.assert_array_equal(one.trace.actor_thread, other.trace.actor_thread)
    np.testing.assert_array_equal(one.analysis.outcome, other.analysis.outcome)
    np.testing.assert_array_equal(one.analysis.severity, other.analysis.severity)
    assert one.findings == other.findings
    for name in ("settings", "question", "code", "filename", "variables", "verdict", "unstopped", "access_cost_ns"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.summary() == other.summary()


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 70), 1 << 70),
    st.floats(),
    st.text(max_size=80),
    st.tuples(st.text(max_size=8), st.integers(0, (1 << 63) - 1), st.integers(-1, 100)),
)


STEPS = [*["write", "read"] * 2, "delete", "begin", "end", "answer", "exception", "signal", "receive"]


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    """Any recording that a recorder could have made, and some that only a broken clock could."""
    script = Script()
    now = 1000
    for _ in range(draw(st.integers(0, 25))):
        now += draw(st.sampled_from([0, 1, 7, 300, 70_000, 5_000_000_000]))
        stamp = now + draw(st.sampled_from([0, 0, 0, 500]))
        _add_step(draw, script, draw(st.integers(0, 3)), stamp)
    storage = draw(st.sampled_from(["shared", "locked", "local", "context"]))
    status = draw(st.sampled_from(["done", "stopped", "failed", "limit"]))
    names = tuple(draw(st.lists(st.text(max_size=5), max_size=2)))
    trace = script.trace(storage, draw(st.sampled_from([2, 1000])))
    fields = {"status": status, "gil": draw(st.booleans()), "unstopped": names, "access_cost_ns": 310}
    return record(trace, draw(st.text(max_size=30)), **fields)


def _add_step(draw: st.DrawFn, script: Script, thread: int, stamp: int) -> None:
    variable, line = draw(st.integers(0, 1)), draw(st.integers(0, 4))
    match draw(st.sampled_from(STEPS)):
        case "write":
            script.add(thread, stamp, Kind.WRITE, draw(VALUES), variable, line)
        case "read" if thread:
            known = [ref for index, ref in script.writes if index == variable]
            ref = draw(st.sampled_from([0, 3 << SERIAL_SHIFT | 999, *known]))
            script.add(thread, stamp, Kind.READ, None, variable, line, ref)
        case "delete" if thread:
            script.add(thread, stamp, Kind.DELETE, None, variable, line)
        case "begin" if thread:
            kind = draw(st.sampled_from([Kind.SLEEP, Kind.WAIT, Kind.HOLD, Kind.TASK, Kind.BLOCK, Kind.TRANSACTION]))
            script.begin(thread, stamp, kind, draw(st.integers(1, 9)) if kind == Kind.TASK else draw(VALUES))
        case "end":
            script.end(thread, stamp, draw(st.sampled_from(Result)), draw(st.sampled_from([0, *script.signals])))
        case "answer" if thread:
            script.add(thread, stamp, Kind.ANSWER, draw(VALUES), line=line)
        case "signal" if thread:
            script.signals.append(script.add(thread, stamp, draw(st.sampled_from([Kind.SIGNAL, Kind.CLEAR])), "set"))
        case "receive" if thread:
            kind = draw(st.sampled_from([Kind.RECEIVE, Kind.CHECK]))
            script.add(thread, stamp, kind, True, 2, line, draw(st.sampled_from([0, *script.signals])))
        case "exception" if thread:
            script.add(
                thread, stamp, Kind.EXCEPTION, ("ValueError", "ValueError: no", "Traceback …", draw(st.booleans()))
            )

"""A Chrome trace holds the run: Perfetto's own trace processor finds every event, thread, arrow and count in it."""

import json
import re
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from simulator.analysis.findings import Severity
from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.export.chrome_trace import trace_texts, write_chrome_trace
from simulator.export.chrome_trace.events import SLICE_ROWS
from simulator.record.kinds import FIRST_SPAN, Kind, Result
from simulator.record.recorder import SERIAL_SHIFT
from simulator.synthetic import make_recording
from simulator.trace.tracks import OPEN
from tests.perfetto import TraceProcessor, needs_node
from tests.simulator import traces
from tests.simulator.recordings import Script, record, recordings, two_workers

SLICES = """
    select slice.id, slice.ts, slice.dur, slice.name, slice.depth, thread.name as track,
      extract_arg(slice.arg_set_id, 'args.kind') as kind,
      extract_arg(slice.arg_set_id, 'args.variable') as variable,
      extract_arg(slice.arg_set_id, 'args.value') as value,
      extract_arg(slice.arg_set_id, 'args.writer') as writer,
      extract_arg(slice.arg_set_id, 'args.outcome') as outcome,
      extract_arg(slice.arg_set_id, 'args.write_id') as write_id,
      extract_arg(slice.arg_set_id, 'args.reads_from') as reads_from,
      extract_arg(slice.arg_set_id, 'args.line') as line,
      extract_arg(slice.arg_set_id, 'args.result') as result
    from slice join thread_track on slice.track_id = thread_track.id join thread using (utid)
    order by slice.ts, slice.id
"""
FLOWS = """
    select source.ts as from_ns, target.ts as to_ns, target.dur as dur,
      extract_arg(source.arg_set_id, 'args.kind') as from_kind, extract_arg(target.arg_set_id, 'args.kind') as to_kind,
      extract_arg(source.arg_set_id, 'args.write_id') as write_id,
      extract_arg(target.arg_set_id, 'args.reads_from') as reads_from
    from flow join slice source on flow.slice_out = source.id join slice target on flow.slice_in = target.id
"""
COUNTERS = """
    select counter.ts, cast(counter.value as int) as value
    from counter join process_counter_track track on counter.track_id = track.id
    where track.name = '{}' order by counter.ts, counter.id
"""

LOCK_2 = 1


def second_lock_outlasts_the_first() -> Recording:
    """A thread that takes two locks and gives the first back first: two spans that overlap and do not nest."""
    script = Script()
    first = script.add(1, traces.at(1), Kind.HOLD, "lock", traces.LOCK, 2)
    second = script.add(1, traces.at(2), Kind.HOLD, "lock", LOCK_2, 3)
    script.add(1, traces.at(4), Kind.END, 0, ref=first)
    script.add(1, traces.at(5), Kind.WRITE, 5, line=3)
    script.add(1, traces.at(6), Kind.END, 0, ref=second)
    return record(script.trace("shared"))


def event_loop() -> Recording:
    """Three tasks of an event loop that take turns on one thread; the third begins when the first has ended."""
    script = Script()
    tasks = {}
    for number, (name, begin_ms) in enumerate((("fetch", 1), ("store", 2), ("tidy", 20))):
        tasks[name] = script.add(1, traces.at(begin_ms), Kind.TASK, name, line=1)
        if number == 1:
            for step, (task, at_ms) in enumerate((("fetch", 3), ("store", 5), ("fetch", 7), ("store", 9))):
                span = script.add(1, traces.at(at_ms), Kind.STEP, tasks[task])
                written = script.add(1, traces.at(at_ms + 1), Kind.WRITE, step, line=2)
                script.add(1, traces.at(at_ms + 1.2), Kind.READ, line=3, ref=written)
                script.add(1, traces.at(at_ms + 1.5), Kind.END, 0, ref=span)
            script.add(1, traces.at(12), Kind.END, 0, ref=tasks["fetch"])
    for name in ("store", "tidy"):
        script.add(1, traces.at(30), Kind.END, 0, ref=tasks[name])
    return record(script.trace("shared"))


def of_every_kind() -> Recording:
    """One event of each kind that there is, with results, a signal that ends a wait, and awkward values."""
    script = Script()
    values = [None, True, -5, 1 << 80, 2.5, float("nan"), '<b>&"', "µ 日本 🧵", "\udc80", ("list", 255, 3), 1 << 62]
    for step, value in enumerate(values):
        script.add(1, 1100 + step, Kind.WRITE, value, line=2)
    for step, frame in enumerate(("\\", "a\\\\", 'b\\"', "|", "/tmp\\n")):
        script.add(2, 1150 + step, Kind.MARK, frame)
    for step, kind in enumerate((Kind.LOG, Kind.OPEN, Kind.CLOSE, Kind.MARK, Kind.CLEAR, Kind.CHECK, Kind.ANSWER)):
        script.add(2, 1200 + step, kind, "word", variable=2)
    for result in Result:
        for kind in (Kind.TRANSACTION, Kind.BLOCK, Kind.SLEEP):
            span = script.add(3, 1300 + 10 * result, kind, "body", line=3)
            script.add(3, 1305 + 10 * result, Kind.END, 0, int(result), ref=span)
    wait = script.add(4, 1400, Kind.WAIT, "event", 2, 3)
    signal = script.add(5, 1500, Kind.SIGNAL, "set", 2, 4)
    script.add(4, 1600, Kind.END, signal, ref=wait)
    script.add(6, 1700, Kind.RECEIVE, "event", 2, 4, signal)
    script.add(6, 1800, Kind.EXCEPTION, ("KeyError", "KeyError: 1", "Traceback", False))
    return record(script.trace("shared"), status="failed")


CASES: dict[str, Callable[[], Recording]] = {
    "two workers": two_workers,
    "clobbered": traces.clobbered,
    "missing and erased": traces.missing_and_erased,
    "pool": traces.pool_of_one,
    "lock": traces.with_lock,
    "two locks": second_lock_outlasts_the_first,
    "event loop": event_loop,
    "every kind": of_every_kind,
    "long": lambda: make_recording(3 * SLICE_ROWS // 2, 4, n_problems=30),
}


@pytest.fixture(scope="module")
def processor() -> Iterator[TraceProcessor]:
    with TraceProcessor() as one:
        yield one


def word(kind: int) -> str:
    return Kind(kind).name.lower().replace("_", "-")


def expected_slices(recording: Recording) -> Counter[Any]:
    """Return what must be found of each event, without its track."""
    trace = recording.trace
    found: Counter[Any] = Counter()
    for row in range(trace.n):
        kind, source = int(trace.kind[row]), int(trace.reads_from[row])
        end_ns = trace.duration_ns if trace.end_ns[row] == OPEN else int(trace.end_ns[row])
        outcome = Outcome(int(recording.analysis.outcome[row]))
        is_read_of = kind == Kind.READ and source >= 0
        found[
            int(trace.begin_ns[row]),
            end_ns - int(trace.begin_ns[row]),
            word(kind),
            trace.variable_name(row) or None,
            outcome.name.lower() if outcome else None,
            trace.actors[trace.actor[source]].name if is_read_of else None,
            source + 1 if is_read_of else None,
            row + 1 if kind in (Kind.WRITE, Kind.DELETE) else None,
            int(trace.line[row]) or None,
            value_of(recording, row),
            trace.result_of(row).name.lower().replace("_", " ") if trace.result_of(row) else None,
        ] += 1
    return found


def value_of(recording: Recording, row: int) -> Any:
    """Return an event's value as Perfetto's columns hold it."""
    if not recording.trace.has_value(row):
        return None
    value = recording.trace.value_of(row)
    if isinstance(value, tuple) or value != value or (isinstance(value, int) and abs(value) >= 1 << 63):
        return rounded(as_shown(recording.trace.value_text(row).strip("'")))
    return rounded(as_shown(value) if isinstance(value, str) else value)


def as_shown(text: str) -> str:
    """Perfetto shows escapes of JSON unread, but for those of a single letter."""
    is_plain = [(c >= " " and not "\ud800" <= c <= "\udfff") or c in "\b\f\n\r\t" for c in text]
    return "".join(c if one else f"\\u{ord(c):04x}" for c, one in zip(text, is_plain, strict=True))


def rounded(value: Any) -> Any:
    """Leave out what Perfetto reads wrongly: the last digit of some numbers, and how many backslashes there are."""
    if isinstance(value, str):
        return re.sub(r"\\+", r"\\", value.replace("\\u005c", "\\"))
    return float(f"{value:.12g}") if isinstance(value, float) else value


def found_slices(rows: list[dict[str, Any]]) -> Counter[Any]:
    names = ("ts", "dur", "kind", "variable", "outcome", "writer", "reads_from", "write_id", "line", "value", "result")
    own = [row for row in rows if row["kind"] not in ("read-modify-write", "release")]
    return Counter(tuple(rounded(row[name]) for name in names) for row in own)


def expected_windows(recording: Recording) -> Counter[Any]:
    """Return begin, duration and variable of each read-modify-write, found one access after the other."""
    trace = recording.trace
    last: dict[tuple[int, int, int], int] = {}
    found: Counter[Any] = Counter()
    for row in range(trace.n):
        if trace.kind[row] > Kind.DELETE or not trace.thread[row]:
            continue
        cell = (int(trace.actor[row]), int(trace.place[row]), int(trace.variable[row]))
        read = last.get(cell)
        if trace.kind[row] == Kind.WRITE and read is not None and trace.kind[read] == Kind.READ:
            variable = recording.variables[cell[2]]
            if variable.is_counter or 0 < trace.line[read] == trace.line[row]:
                begin_ns = int(trace.begin_ns[read])
                found[begin_ns, int(trace.begin_ns[row]) - begin_ns, variable.name] += 1
        last[cell] = row
    return found


def expected_flows(recording: Recording, is_problem: bool) -> Counter[Any]:
    trace = recording.trace
    found: Counter[Any] = Counter()
    for row in range(trace.n):
        source = int(trace.reads_from[row])
        if source < 0 or (is_problem and recording.analysis.severity[row] < Severity.WARNING):
            continue
        if trace.kind[row] >= FIRST_SPAN:
            end_ns, kind = max(int(trace.end_ns[row]) - 1, int(trace.begin_ns[source])), "release"
        elif trace.begin_ns[source] > trace.begin_ns[row] or source > row:
            continue
        else:
            end_ns, kind = int(trace.begin_ns[row]), word(trace.kind[row])
        found[int(trace.begin_ns[source]), end_ns, word(trace.kind[source]), kind] += 1
    return found


def found_flows(processor: TraceProcessor) -> Counter[Any]:
    rows = processor.query(FLOWS)
    for row in rows:
        assert row["to_kind"] != "read" or row["reads_from"] == row["write_id"]
    return Counter((row["from_ns"], row["to_ns"], row["from_kind"], row["to_kind"]) for row in rows)


def assert_holds(processor: TraceProcessor, recording: Recording, path: Path) -> None:
    """Compare everything that Perfetto finds in the file with the run."""
    write_chrome_trace(recording, path, "all")
    processor.open(path)
    assert processor.import_errors() == []
    rows = processor.query(SLICES) if recording.trace.n else []
    assert found_slices(rows) == expected_slices(recording)
    windows = Counter((row["ts"], row["dur"], row["variable"]) for row in rows if row["kind"] == "read-modify-write")
    assert windows == expected_windows(recording)
    assert_on_their_tracks(recording, rows)
    assert found_flows(processor) == expected_flows(recording, False)
    problems = [(int(recording.trace.begin_ns[row]), i) for i, row in enumerate(recording.analysis.problems, 1)]
    counted = processor.query(COUNTERS.format("problems so far"))
    assert [(row["ts"], row["value"]) for row in counted] == [(0, 0), *problems]


def assert_on_their_tracks(recording: Recording, rows: list[dict[str, Any]]) -> None:
    """Each event stands on its thread's track, or on one that is named after the thread."""
    trace = recording.trace
    threads: dict[int, set[str]] = {}
    for row in range(trace.n):
        threads.setdefault(int(trace.begin_ns[row]), set()).add(trace.threads[trace.thread[row]].name)
    for row in rows:
        if row["kind"] != "release":
            assert any(str(row["track"]).startswith(name) for name in threads[row["ts"]]), row


@needs_node
@pytest.mark.parametrize("case", CASES)
def test_perfetto_finds_everything(processor: TraceProcessor, tmp_path: Path, case: str) -> None:
    assert_holds(processor, CASES[case](), tmp_path / "run.json")


@needs_node
@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recordings())
def test_perfetto_finds_everything_of_any_run(
    processor: TraceProcessor, tmp_path: Path, recording: Recording
) -> None:
    assert_holds(processor, recording, tmp_path / "run.json")


@needs_node
@pytest.mark.parametrize("case", ["clobbered", "two workers", "long"])
def test_arrows_are_those_of_problems_unless_all_are_wanted(
    processor: TraceProcessor, tmp_path: Path, case: str
) -> None:
    recording = CASES[case]()
    write_chrome_trace(recording, tmp_path / "run.json")
    processor.open(tmp_path / "run.json")
    wanted = expected_flows(recording, True)
    assert found_flows(processor) == wanted
    assert 0 < wanted.total() < expected_flows(recording, False).total()


@needs_node
def test_threads_have_their_names_and_order(processor: TraceProcessor, tmp_path: Path) -> None:
    write_chrome_trace(traces.many(12, 2), tmp_path / "run.json")
    processor.open(tmp_path / "run.json")
    names = [row["name"] for row in processor.query("select name from thread where name is not null order by tid")]
    assert names == [f"worker-{number}" for number in range(1, 13)]
    process = processor.query("select name from process where pid = 1")[0]
    assert process["name"] == "Whose request? (shared, 2 threads, work 100 ms, seed 0)"


@needs_node
def test_threads_alive_are_counted(processor: TraceProcessor, tmp_path: Path) -> None:
    write_chrome_trace(traces.clobbered(), tmp_path / "run.json")
    processor.open(tmp_path / "run.json")
    counted = [(row["ts"] // traces.MS, row["value"]) for row in processor.query(COUNTERS.format("threads alive"))]
    assert counted == [(0, 0), (1, 1), (10, 2), (84, 1), (93, 0)]


@needs_node
def test_tasks_of_an_event_loop_have_tracks_of_their_own(processor: TraceProcessor, tmp_path: Path) -> None:
    write_chrome_trace(event_loop(), tmp_path / "run.json")
    processor.open(tmp_path / "run.json")
    rows = processor.query(SLICES)
    tracks = {(row["name"], row["track"]) for row in rows if row["kind"] == "task"}
    assert tracks == {("fetch", "worker-1 tasks"), ("store", "worker-1 tasks (2)"), ("tidy", "worker-1 tasks")}
    steps = [(row["name"], row["track"]) for row in rows if row["kind"] == "step"]
    assert steps == [("fetch", "worker-1"), ("store", "worker-1")] * 2
    writes = [(row["value"], row["track"], row["depth"]) for row in rows if row["kind"] == "write"]
    first, second = "worker-1 tasks", "worker-1 tasks (2)"
    assert writes == [(0, first, 1), (1, second, 1), (2, first, 1), (3, second, 1)]


@needs_node
def test_a_span_that_sticks_out_goes_one_track_further(processor: TraceProcessor, tmp_path: Path) -> None:
    write_chrome_trace(second_lock_outlasts_the_first(), tmp_path / "run.json")
    processor.open(tmp_path / "run.json")
    holds = [(row["track"], row["dur"]) for row in processor.query(SLICES) if row["kind"] == "hold"]
    assert holds == [("worker-1", 3 * traces.MS), ("worker-1 (2)", 4 * traces.MS)]


@needs_node
def test_an_arrow_against_time_is_left_out(processor: TraceProcessor, tmp_path: Path) -> None:
    script = Script()
    script.add(1, 2000, Kind.READ, ref=2 << SERIAL_SHIFT | 1)
    script.add(2, 3000, Kind.WRITE, 7)
    write_chrome_trace(record(script.trace()), tmp_path / "run.json", "all")
    processor.open(tmp_path / "run.json")
    assert processor.import_errors() == []
    assert found_flows(processor) == Counter()
    read = next(row for row in processor.query(SLICES) if row["kind"] == "read")
    assert (read["value"], read["writer"]) == (7, "worker-2")


@needs_node
def test_every_nanosecond_is_kept(processor: TraceProcessor, tmp_path: Path) -> None:
    script = Script()
    stamps = [1000, 1001, 1999, 2_000_007, 3_600_000_001_003, (1 << 52) + 1]
    for stamp in stamps:
        script.add(1, stamp, Kind.WRITE, 1)
    write_chrome_trace(record(script.trace()), tmp_path / "run.json")
    processor.open(tmp_path / "run.json")
    found = [row["ts"] for row in processor.query(SLICES) if row["kind"] == "write"]
    assert found == [stamp - traces.ORIGIN for stamp in stamps]


@needs_node
@pytest.mark.parametrize("name", ["C:\\", "C:\\\\", "'\\\"", "\\"])
def test_a_name_that_ends_with_a_backslash_hides_nothing(processor: TraceProcessor, tmp_path: Path, name: str) -> None:
    script = Script()
    script.rows[1] = [(1500, int(Kind.THREAD_BEGIN), 0, 0, name)]
    script.add(1, 2000, Kind.WRITE, name)
    write_chrome_trace(record(script.trace()), tmp_path / "run.json")
    processor.open(tmp_path / "run.json")
    assert processor.import_errors() == []
    assert len(processor.query(SLICES)) == 2
    names = {event["args"].get("name") for event in json.loads((tmp_path / "run.json").read_text())["traceEvents"]}
    assert name in names  # other programs read it as it is


def test_the_file_is_json_with_one_event_a_line(tmp_path: Path) -> None:
    recording = of_every_kind()
    write_chrome_trace(recording, tmp_path / "run.json")
    text = (tmp_path / "run.json").read_text("utf-8")
    content = json.loads(text)
    assert content["displayTimeUnit"] == "ns"
    assert content["otherData"]["verdict"] == recording.verdict.text
    lines = text.splitlines()
    assert [json.loads(line.removesuffix(",")) for line in lines[1:-1]] == content["traceEvents"]
    problem = next(event for event in content["traceEvents"] if event.get("cat") == "exception,problem")
    assert problem["name"] == "raises: problem"


def test_an_empty_run_is_still_a_trace(tmp_path: Path) -> None:
    write_chrome_trace(record(Script().trace()), tmp_path / "run.json")
    content = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert {event["ph"] for event in content["traceEvents"]} == {"M", "C"}


@pytest.mark.parametrize("n_slices", [2, 6])
def test_a_long_trace_is_made_in_pieces(n_slices: int) -> None:
    recording = make_recording(n_slices * SLICE_ROWS, 4)
    tracemalloc.start()
    try:
        sizes = [text.count("\n") for text in trace_texts(recording)]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(sizes) >= recording.trace.n
    assert max(sizes) <= 2 * SLICE_ROWS
    assert peak < 2000 * SLICE_ROWS + 100 * recording.trace.n  # of a piece or two, and some columns

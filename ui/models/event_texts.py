"""What each column of the event table says about an event."""

from enum import IntEnum

from simulator.analysis.explain import actor_name
from simulator.analysis.findings import Severity
from simulator.analysis.kind_words import KIND_WORDS, WITH_VALUE
from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.picture.time_scale import duration_text, time_text
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.row_table import UNKNOWN_ROW
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN


class EventColumn(IntEnum):
    """The columns of the event table, from left to right."""

    TIME = 0
    THREAD = 1
    ACTOR = 2
    KIND = 3
    VARIABLE = 4
    VALUE = 5
    WRITER = 6
    OUTCOME = 7
    LINE = 8


HEADINGS = {
    EventColumn.TIME: "Time",
    EventColumn.THREAD: "Thread",
    EventColumn.ACTOR: "Actor",
    EventColumn.KIND: "Event",
    EventColumn.VARIABLE: "Variable",
    EventColumn.VALUE: "Value",
    EventColumn.WRITER: "Written by",
    EventColumn.OUTCOME: "Outcome",
    EventColumn.LINE: "Line",
}


def event_text(recording: Recording, row: int, column: EventColumn) -> str:
    """Return what a column says about the event at `row`; empty where there is nothing to say."""
    trace = recording.trace
    match column:
        case EventColumn.TIME:
            return time_text(int(trace.begin_ns[row]))
        case EventColumn.THREAD:
            return trace.threads[int(trace.thread[row])].name
        case EventColumn.ACTOR:
            return trace.actors[int(trace.actor[row])].name
        case EventColumn.KIND:
            return KIND_WORDS[Kind(int(trace.kind[row]))]
        case EventColumn.VARIABLE:
            return trace.variable_name(row)
        case EventColumn.VALUE:
            return _value(trace, row)
        case EventColumn.WRITER:
            return _writer(trace, row) if trace.kind[row] == Kind.READ else ""
        case EventColumn.OUTCOME:
            return _outcome(recording, row)
        case EventColumn.LINE:
            line = int(trace.line[row])
            has_files = line and len(trace.files) > 1
            return f"{trace.files[trace.file[row]]} {line}" if has_files else str(line or "")


def is_problem(recording: Recording, row: int) -> bool:
    """Return whether an event is a problem."""
    severity = recording.analysis.severity
    return row < len(severity) and int(severity[row]) >= Severity.WARNING


def event_sentence(recording: Recording, row: int) -> str:
    """Return all columns in one line, for a screen reader."""
    texts = {column: event_text(recording, row, column) for column in EventColumn}
    if texts[EventColumn.ACTOR] == texts[EventColumn.THREAD]:
        texts[EventColumn.ACTOR] = ""
    if texts[EventColumn.WRITER]:
        texts[EventColumn.WRITER] = f"from {texts[EventColumn.WRITER]}"
    if texts[EventColumn.LINE]:
        texts[EventColumn.LINE] = f"line {texts[EventColumn.LINE]}"
    return ", ".join(text for text in texts.values() if text)


def _value(trace: Trace, row: int) -> str:
    """Return the value, or how long a span lasted."""
    if trace.kind[row] in WITH_VALUE:
        return trace.value_text(row)
    if trace.kind[row] < FIRST_SPAN:
        return ""
    end_ns = int(trace.end_ns[row])
    return "still going on" if end_ns == OPEN else duration_text(end_ns - int(trace.begin_ns[row]))


def _writer(trace: Trace, row: int) -> str:
    source = int(trace.reads_from[row])
    if source < 0:
        return "unknown" if source == UNKNOWN_ROW else "nobody"
    if trace.thread[source] == BEFORE_RUN:
        return "before the run"
    name = actor_name(trace, source)
    return f"deleted by {name}" if trace.kind[source] == Kind.DELETE else name


def _outcome(recording: Recording, row: int) -> str:
    """Return the outcome of a read; for any other event only whether it is a problem."""
    trace, outcome = recording.trace, recording.analysis.outcome
    if trace.kind[row] != Kind.READ:
        return "problem" if is_problem(recording, row) else ""
    word = Outcome(int(outcome[row])).name.lower() if row < len(outcome) and outcome[row] else "not judged yet"
    return f"{word}, problem" if is_problem(recording, row) and word == "own" else word

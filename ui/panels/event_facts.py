"""What the inspector says about one event, as plain rows of text."""

from dataclasses import dataclass, field

from simulator.analysis.explain import actor_name
from simulator.analysis.findings import Severity
from simulator.analysis.kind_words import KIND_WORDS, RESULT_WORDS, WITH_VALUE, does
from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.analysis.relations import Related, related
from simulator.picture.time_scale import duration_text, time_text
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.runtime.program import LOCK_NAME
from simulator.trace.trace import FLAG_UNCERTAIN, Trace
from simulator.trace.tracks import OPEN

OUTCOME_WORDS = {
    Outcome.OWN: "own: the value it had stored itself",
    Outcome.INITIAL: "initial: set before the run",
    Outcome.INHERITED: "inherited: from a copied context",
    Outcome.UNKNOWN: "unknown: no recorded write explains it",
    Outcome.MISSING: "missing: no value was ever stored",
    Outcome.LEFTOVER: "leftover: from a task that had ended",
    Outcome.ERASED: "erased: another deleted it",
    Outcome.FOREIGN: "foreign: another's value",
}

TITLES = {
    Kind.READ: "Selected read",
    Kind.WRITE: "Selected write",
    Kind.DELETE: "Selected delete",
    Kind.THREAD_BEGIN: "Selected start of a thread",
    Kind.THREAD_END: "Selected end of a thread",
    Kind.EXCEPTION: "Selected exception",
    Kind.ANSWER: "Selected answer",
    Kind.SLEEP: "Selected sleep",
    Kind.WAIT: "Selected wait",
    Kind.HOLD: "Selected hold of the lock",
    Kind.TASK: "Selected task",
}
TITLES |= {kind: f"Selected {KIND_WORDS[kind]}" for kind in KIND_WORDS if kind not in TITLES}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the inspector.

    Attributes
    ----------
    label, text : str
        What it is, and what it says.
    is_problem : bool
        Whether this is what went wrong.
    """

    label: str
    text: str
    is_problem: bool = False


@dataclass(slots=True)
class EventFacts:
    """Everything that the inspector shows of one event.

    Attributes
    ----------
    title : str
        The kind of event.
    facts : list of Fact
        In the order in which they are shown.
    detail : str
        A longer text, such as a traceback; may be empty.
    """

    title: str
    facts: list[Fact] = field(default_factory=list)
    detail: str = ""


def describe_event(recording: Recording, row: int) -> EventFacts:
    """Describe the event at `row` of a recording."""
    trace = recording.trace
    kind = Kind(int(trace.kind[row]))
    facts = EventFacts(TITLES[kind])
    is_task = trace.actors[int(trace.actor[row])].is_task
    facts.facts.append(Fact("task" if is_task else "thread", actor_name(trace, row)))
    _describe_what(facts, recording, row, kind)
    facts.facts.append(Fact("at", time_text(int(trace.begin_ns[row]))))
    _describe_line(facts, recording, row)
    if kind is Kind.READ:
        outcome = Outcome(int(recording.analysis.outcome[row]))
        is_problem = int(recording.analysis.severity[row]) >= Severity.WARNING
        facts.facts.append(Fact("outcome", OUTCOME_WORDS.get(outcome, "not judged yet"), is_problem))
    facts.facts.append(Fact("event", f"{row + 1:,} of {trace.n:,}"))
    if int(trace.flags[row]) & FLAG_UNCERTAIN:
        facts.facts.append(Fact("order", "uncertain: the write was stamped after this read"))
    return facts


def _describe_what(facts: EventFacts, recording: Recording, row: int, kind: Kind) -> None:
    trace = recording.trace
    if kind in (Kind.READ, Kind.WRITE, Kind.DELETE):
        is_problem = int(recording.analysis.severity[row]) >= Severity.WARNING
        facts.facts.append(Fact("variable", trace.variables[int(trace.variable[row])]))
        if kind is not Kind.DELETE:
            facts.facts.append(Fact("value", trace.value_text(row), is_problem))
        links = related(trace, row)
        facts.facts += _read_facts(trace, row, links) if kind is Kind.READ else _write_facts(trace, row, links)
    elif kind >= FIRST_SPAN:
        facts.facts += _span_facts(trace, row, kind)
    elif kind is Kind.EXCEPTION:
        failure = next(failure for failure in trace.failures if failure.row == row)
        facts.facts.append(Fact("raised", failure.summary, not failure.is_declared))
        facts.detail = failure.traceback
    else:
        facts.facts += _instant_facts(trace, row, kind)


def _read_facts(trace: Trace, row: int, links: Related) -> list[Fact]:
    facts = []
    if links.source is not None:
        verb = "deleted by" if trace.kind[links.source] == Kind.DELETE else "written by"
        facts.append(Fact(verb, _writer_text(trace, row, links)))
    if links.own is not None and links.own != links.source:
        own = trace.value_text(links.own)
        if links.overwriter is None:
            facts.append(Fact("its own value", f"{own}, still there"))
        else:
            after = duration_text(int(trace.begin_ns[links.overwriter] - trace.begin_ns[links.own]))
            how = "deleted" if trace.kind[links.overwriter] == Kind.DELETE else "overwritten"
            facts.append(Fact("its own value", f"{own}, {how} by {actor_name(trace, links.overwriter)} after {after}"))
    return facts


def _writer_text(trace: Trace, row: int, links: Related) -> str:
    source = links.source
    assert source is not None
    if trace.thread[source] == BEFORE_RUN:
        return "nobody: it was set before the run"
    age = duration_text(int(trace.begin_ns[row] - trace.begin_ns[source]))
    if trace.actor[source] == trace.actor[row]:
        return f"{actor_name(trace, source)} itself, {age} earlier"
    who = actor_name(trace, source)
    if links.own is None:
        return f"{who}, {age} earlier"
    distance = int(trace.begin_ns[source] - trace.begin_ns[links.own])
    return f"{who}, {duration_text(abs(distance))} {'later' if distance >= 0 else 'earlier'}"


def _write_facts(trace: Trace, row: int, links: Related) -> list[Fact]:
    facts = []
    if links.readers:
        names = list(dict.fromkeys(actor_name(trace, reader) for reader in links.readers))
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        facts.append(Fact("read by", ", ".join(names[:4]) + more))
    else:
        facts.append(Fact("read by", "nobody"))
    if links.overwriter is not None:
        after = duration_text(int(trace.begin_ns[links.overwriter] - trace.begin_ns[row]))
        how = "deleted by" if trace.kind[links.overwriter] == Kind.DELETE else "overwritten by"
        facts.append(Fact(how, f"{actor_name(trace, links.overwriter)}, after {after}"))
    return facts


def _span_facts(trace: Trace, row: int, kind: Kind) -> list[Fact]:
    end_ns = int(trace.end_ns[row])
    took = "still going on" if end_ns == OPEN else duration_text(end_ns - int(trace.begin_ns[row]))
    facts = [Fact("took", took)]
    if trace.variable_name(row):
        facts.insert(0, Fact("lock" if trace.value_of(row) == LOCK_NAME else "object", trace.variable_name(row)))
    if kind in WITH_VALUE:
        facts.insert(0, Fact("name", str(trace.value_of(row))))
    if trace.result_of(row):
        facts.append(Fact("ended", RESULT_WORDS[trace.result_of(row)]))
    return facts + _met_facts(trace, row)


def _instant_facts(trace: Trace, row: int, kind: Kind) -> list[Fact]:
    facts = [Fact("object", trace.variable_name(row))] if trace.variable_name(row) else []
    if kind in WITH_VALUE:
        facts.append(Fact("value", trace.value_text(row)))
    return facts + _met_facts(trace, row)


def _met_facts(trace: Trace, row: int) -> list[Fact]:
    """Say which signal an event met."""
    signal = int(trace.reads_from[row])
    if signal < 0:
        return []
    return [Fact("after", f"{actor_name(trace, signal)} {does(trace, signal)}")]


def _describe_line(facts: EventFacts, recording: Recording, row: int) -> None:
    file, line = int(recording.trace.file[row]), int(recording.trace.line[row])
    lines = recording.source_of(file).splitlines()
    if 0 < line <= len(lines):
        where = f"{recording.trace.files[file]} {line}" if len(recording.trace.files) > 1 else str(line)
        facts.facts.append(Fact("line", f"{where}   {lines[line - 1].strip()}"))

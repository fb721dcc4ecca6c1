"""An event in words: what, who, which value, when, and whose value it was."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.analysis.findings import Severity
from simulator.analysis.kind_words import does, result_text
from simulator.analysis.outcomes import Outcome
from simulator.picture.index import PictureIndex
from simulator.picture.time_scale import duration_text, time_text
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.trace.tracks import OPEN, Actor

_PLURALS = {"thread": "threads", "access": "accesses", "problem": "problems"}


@dataclass(frozen=True, slots=True)
class Description:
    """An event in words.

    Attributes
    ----------
    title : str
        ``worker-2 reads request_id``.
    facts : tuple of (str, str)
        Names and values, in the order in which they are shown.
    is_problem : bool
        Whether it belongs to a finding of severity warning or error.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    is_problem: bool

    @property
    def sentence(self) -> str:
        """All of it in one line, for a screen reader."""
        return ", ".join([self.title, *(f"{name} {value}" for name, value in self.facts)])


def describe_event(index: PictureIndex, row: int, count: int = 1) -> Description:
    """Describe an event; `count` events are drawn as one shape with it."""
    trace = index.trace
    kind = Kind(trace.kind[row])
    facts: list[tuple[str, str]] = []
    if kind == Kind.READ:
        facts.append(("value", trace.value_text(row) if trace.has_value(row) else "nothing"))
        source = int(trace.reads_from[row])
        is_gone = source >= 0 and trace.kind[source] == Kind.DELETE
        facts.append(("deleted by" if is_gone else "written by", _whose(index, row)))
    elif kind in (Kind.WRITE, Kind.ANSWER, Kind.LOG, Kind.MARK, Kind.CHECK):
        facts.append(("value", trace.value_text(row)))
    elif kind == Kind.EXCEPTION:
        facts += [("", failure.summary) for failure in trace.failures if failure.row == row]
    facts.append(("at", time_text(int(trace.begin_ns[row]))))
    if kind >= FIRST_SPAN:
        facts.append(("took", _duration(index, row)))
        facts += [("ended", word) for word in [result_text(trace, row)] if word]
    if trace.line[row] > 0:
        facts.append(("line", str(trace.line[row])))
    if count > 1:
        facts.append(("here", f"{count} events, this is the worst" if _outcome(index, row) else f"{count} events"))
    is_problem = row < len(index.severity) and bool(index.severity[row] >= Severity.WARNING)
    return Description(_title(index, row, kind), tuple(facts), is_problem)


def _title(index: PictureIndex, row: int, kind: Kind) -> str:
    trace = index.trace
    actor = trace.actors[trace.actor[row]]
    if kind == Kind.TASK:
        return f"{trace.threads[actor.thread].name} runs {actor.name}"
    return f"{_full_name(index, actor)} {does(trace, row)}"


def _full_name(index: PictureIndex, actor: Actor) -> str:
    return f"{actor.name} on {index.trace.threads[actor.thread].name}" if actor.is_task else actor.name


def _outcome(index: PictureIndex, row: int) -> Outcome:
    return Outcome(int(index.outcome[row])) if row < len(index.outcome) else Outcome.NONE


def _whose(index: PictureIndex, row: int) -> str:
    """Say whose value a read got."""
    trace, outcome = index.trace, _outcome(index, row)
    source = int(trace.reads_from[row])
    if source < 0:
        return "an unrecorded write" if outcome == Outcome.UNKNOWN else "nobody yet"
    writer = trace.actors[trace.actor[source]]
    if writer.thread == 0:
        return "nobody: it was set before the run"
    itself = " itself" if outcome == Outcome.OWN else ""
    ago = duration_text(max(int(trace.begin_ns[row]) - int(trace.begin_ns[source]), 0))
    return f"{_full_name(index, writer)}{itself}, {ago} before"


def _duration(index: PictureIndex, row: int) -> str:
    begin_ns, end_ns = int(index.trace.begin_ns[row]), int(index.trace.end_ns[row])
    return f"{duration_text(index.now_ns - begin_ns)} so far" if end_ns == OPEN else duration_text(end_ns - begin_ns)


def describe_run(index: PictureIndex) -> str:
    """Describe the run in one line, for a screen reader."""
    counts = ((len(index.cast.lanes), "thread"), (index.cells.n_accesses, "access"), (len(index.problems), "problem"))
    said = [f"{n} {word if n == 1 else _PLURALS[word]}" for n, word in counts]
    return ", ".join([*said, duration_text(index.now_ns)])

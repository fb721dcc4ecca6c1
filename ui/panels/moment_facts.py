"""What the inspector says about a moment of the run: what stands in each cell, and what each thread does."""

from simulator.analysis.cells_at import CellMoment
from simulator.analysis.explain import actor_name
from simulator.analysis.moment import NOT_STARTED, TrackMoment
from simulator.picture.time_scale import time_text
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.trace import Trace
from ui.models.moment import MomentModel
from ui.panels.event_facts import EventFacts, Fact

MOST_THREADS = 32
MOST_CELLS = 32


def describe_moment(moment: MomentModel) -> EventFacts | None:
    """Describe the moment at the playhead; None while nothing is known of it."""
    recording = moment.recording
    if recording is None:
        return None
    trace, threads = recording.trace, moment.threads()
    facts = EventFacts(f"At {time_text(moment.time_ns)}")
    facts.facts += [Fact(trace.variables[variable], _flag_text(trace, row)) for variable, row in moment.flags()]
    facts.facts += [Fact(_cell_name(trace, cell), _cell_text(trace, cell)) for cell in moment.cells(MOST_CELLS)]
    facts.facts += _rest("cells", moment.n_cells - MOST_CELLS)
    facts.facts += [Fact(trace.tracks[track].name, _thread_text(trace, at)) for track, at in threads[:MOST_THREADS]]
    facts.facts += _rest("threads", len(threads) - MOST_THREADS)
    facts.facts.append(Fact("events", f"{moment.n:,} of {trace.n:,} have happened"))
    return facts


def _thread_text(trace: Trace, moment: TrackMoment) -> str:
    """Return a thread's state and line: ``sleeping, line 5``; with the file if it is not the script itself."""
    if not moment.line or moment.state == NOT_STARTED:
        return moment.state
    of = f" of {trace.files[moment.file]}" if moment.file else ""
    return f"{moment.state}, line {moment.line}{of}"


def _cell_name(trace: Trace, cell: CellMoment) -> str:
    """Return the variable, and where every thread or context has its own, whose it is."""
    name = trace.variables[cell.variable]
    is_own = trace.storage_of(cell.variable) in ("local", "context")
    return f"{name} of {trace.tracks[cell.owner].name}" if is_own else name


def _cell_text(trace: Trace, cell: CellMoment) -> str:
    if not cell.has_value:
        return f"no value, deleted by {actor_name(trace, cell.row)}"
    is_initial = trace.thread[cell.row] == BEFORE_RUN
    who = "set before the run" if is_initial else f"written by {actor_name(trace, cell.row)}"
    return f"{trace.value_text(cell.row)}, {who}"


def _flag_text(trace: Trace, row: int) -> str:
    if row < 0:
        return "False, not set yet"
    is_set = trace.kind[row] == Kind.SIGNAL
    return f"True, set by {actor_name(trace, row)}" if is_set else f"False, cleared by {actor_name(trace, row)}"


def _rest(what: str, n_more: int) -> list[Fact]:
    return [Fact(what, f"and {n_more:,} more")] if n_more > 0 else []

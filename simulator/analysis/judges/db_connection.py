"""`db-connection`: rows asked for and found, connections opened and closed, uses that sqlite3 refused."""

from __future__ import annotations

import numpy as np

from simulator.analysis.explain import actor_name
from simulator.analysis.findings import Finding, Severity, make_finding
from simulator.analysis.judges.base import Judge
from simulator.analysis.judges.transactions import count_results, failures_of, last_read_before
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import BAD, GOOD, NEUTRAL, Verdict
from simulator.record.kinds import Kind, Result
from simulator.trace.trace import Trace
from simulator.trace.tracks import Failure

REFUSAL = "ProgrammingError"
_VARIABLE = 0


class DbConnectionJudge(Judge):
    """Facts: rows and connections. ``rows_found`` is what ``main`` found in the end, and missing until it has looked.

    ``rows_asked`` are transactions that were begun, each to insert one row.
    """

    def facts(self, observed: Observed) -> Facts:
        """Count rows and connections."""
        trace, results = observed.trace, count_results(observed.trace)
        facts = {"rows_asked": sum(results.values()), "rows_committed": results[Result.DONE]}
        answers = np.flatnonzero(trace.kind == Kind.ANSWER)
        if len(answers):
            facts["rows_found"] = int(trace.value[answers[-1]])
        opened, closed = (int(np.count_nonzero(trace.kind == kind)) for kind in (Kind.OPEN, Kind.CLOSE))
        ends = {"rolled_back": results[Result.ROLLED_BACK], "refused": results[Result.REFUSED]}
        return facts | ends | {"connections_opened": opened, "connections_closed": closed}

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say how many rows were found, and why not all."""
        asked, refused = facts["rows_asked"], facts["refused"]
        if not asked:
            return Verdict("No row was asked for" + (" yet" if observed.is_running else ""), NEUTRAL)
        if refused:
            uses = (
                f"{refused:,} of {asked:,} uses{observed.so_far} of another thread's connection were refused by sqlite3"
            )
            return Verdict(f"{uses}: {_rows(facts)}" if "rows_found" in facts else uses, BAD)
        if observed.is_running or "rows_found" not in facts:
            return Verdict(f"{facts['rows_committed']:,} of {asked:,} rows were committed{observed.so_far}", NEUTRAL)
        return _judge_rows(facts)

    def severity_of(self, trace: Trace, failure: Failure) -> Severity:
        """Call a refused use of a connection an error, although the lesson declares it."""
        return Severity.ERROR if failure.kind == REFUSAL else super().severity_of(trace, failure)

    def findings(self, trace: Trace, filename: str) -> list[Finding]:
        """Explain the refusals: one finding for all."""
        refusals = failures_of(trace, REFUSAL)
        if not refusals:
            return []
        row = refusals[0].row
        who, line = actor_name(trace, row), int(trace.line[row])
        message = (
            f"{who} used a connection{_opener(trace, row)}. sqlite3 refused (line {line}): a connection is for the "
            "thread that opened it. Its state, above all the open transaction, belongs to one thread."
        )
        rows, cure = [refusal.row for refusal in refusals], "state = threading.local()"
        name = trace.variables[_VARIABLE]
        value = refusals[0].kind
        return [
            make_finding(
                "refused", rows, filename, line, message, variable=name, threads=(who,), value=value, cure=cure
            )
        ]


def _rows(facts: Facts) -> str:
    return f"{facts['rows_found']:,} of {facts['rows_asked']:,} rows were found"


def _judge_rows(facts: Facts) -> Verdict:
    found, committed = facts["rows_found"], facts["rows_committed"]
    opened, closed = facts["connections_opened"], facts["connections_closed"]
    if found != committed:
        return Verdict(f"{_rows(facts)}, but {committed:,} were committed", BAD)
    rolled_back = facts["rolled_back"]
    text = f"All {found:,} rows that were committed were found" if rolled_back else f"All {found:,} rows were found"
    text += f", {rolled_back:,} were rolled back" if rolled_back else ""
    if opened != closed:
        return Verdict(f"{text}; but {opened:,} connections were opened and {closed:,} closed", BAD)
    each = "1 connection was opened" if opened == 1 else f"{opened:,} connections were opened, one a thread"
    return Verdict(f"{text}; {each}, and closed at the end", GOOD)


def _opener(trace: Trace, row: int) -> str:
    """Say who had opened the connection that was used last before an event."""
    read = last_read_before(trace, row, _VARIABLE)
    source = -1 if read is None else int(trace.reads_from[read])
    return f" that {actor_name(trace, source)} had opened (line {int(trace.line[source])})" if source >= 0 else ""

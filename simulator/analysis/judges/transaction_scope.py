"""`transaction-scope`: how transactions ended, and operations that went to a neighbour's."""

from __future__ import annotations

import numpy as np

from simulator.analysis.explain import actor_name
from simulator.analysis.findings import Finding, Severity, make_finding
from simulator.analysis.judges.base import Judge
from simulator.analysis.judges.transactions import count_results, failures_of, last_read_before, transactions
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.outcomes import Outcome
from simulator.analysis.relations import last_own_write, overwriter_of
from simulator.analysis.verdict import BAD, GOOD, NEUTRAL, Verdict
from simulator.lessons.transaction_scope import BREAKS, OPERATION
from simulator.record.kinds import Kind, Result
from simulator.trace.trace import Trace
from simulator.trace.tracks import Failure

REFUSAL = "Refused"
CURE = "state = threading.local()"
_VARIABLE = 0
_TIMES = ((Result.DONE, "committed"), (Result.ROLLED_BACK, "rolled_back"), (Result.REFUSED, "refused"),
          (Result.BROKEN, "broken"))  # fmt: skip


class TransactionScopeJudge(Judge):
    """Facts: transactions ``asked`` for, and how they ended; ``refused_by_neighbour`` and ``strayed`` operations.

    At the end of a run ``committed``, ``rolled_back``, ``refused`` and ``broken`` sum to ``asked``.
    """

    def facts(self, observed: Observed) -> Facts:
        """Count transactions and operations."""
        trace, results = observed.trace, count_results(observed.trace)
        by_neighbour = sum(_is_by_neighbour(trace, failure.row) for failure in failures_of(trace, REFUSAL))
        return {
            "asked": sum(results.values()),
            **{name: results[result] for result, name in _TIMES},
            "refused_by_neighbour": by_neighbour,
            "strayed": _count_strayed(observed),
        }

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say how the transactions ended, and what neighbours did to them."""
        if not facts["asked"]:
            return Verdict("No transaction was asked for" + (" yet" if observed.is_running else ""), NEUTRAL)
        text = f"Of {facts['asked']:,} transactions {_ends(facts)}{observed.so_far}"
        strayed = facts["strayed"]
        if strayed:
            text += f"; {strayed:,} operation{'s' if strayed > 1 else ''} went to a neighbour's transaction"
        is_bad = facts["refused_by_neighbour"] or facts["broken"] or strayed
        return Verdict(text, BAD if is_bad else GOOD)

    def severity_of(self, trace: Trace, failure: Failure) -> Severity:
        """Call it an error that a neighbour was in the way, a note that nesting was refused as it should be."""
        if failure.kind == REFUSAL:
            return Severity.ERROR if _is_by_neighbour(trace, failure.row) else Severity.NOTE
        return Severity.ERROR if failure.kind in BREAKS else super().severity_of(trace, failure)

    def findings(self, trace: Trace, filename: str) -> list[Finding]:
        """Explain refusals by a neighbour, refused nesting and broken transactions, one finding each."""
        refusals = [failure.row for failure in failures_of(trace, REFUSAL)]
        by_neighbour = [row for row in refusals if _is_by_neighbour(trace, row)]
        nested = [row for row in refusals if row not in by_neighbour]
        broken = sorted(failure.row for kind in BREAKS for failure in failures_of(trace, kind))
        explained = (_explain_neighbour, by_neighbour), (_explain_broken, broken), (_explain_nesting, nested)
        return [explain(trace, filename, rows) for explain, rows in explained if rows]


def _check_of(trace: Trace, row: int) -> int:
    """Return the read with which the transaction began whose refusal led to an exception."""
    is_own = trace.actor[:row] == trace.actor[row]
    begun = transactions(trace)
    begun = begun[(begun < row) & (trace.actor[begun] == trace.actor[row])]
    refused = int(begun[trace.results_of(begun) == Result.REFUSED][-1])
    is_check = is_own[refused:] & (trace.kind[refused:row] == Kind.READ)
    return refused + int(np.flatnonzero(is_check)[0])


def _is_by_neighbour(trace: Trace, row: int) -> bool:
    """Return whether the transaction that was open belonged to another."""
    source = int(trace.reads_from[_check_of(trace, row)])
    return source >= 0 and bool(trace.actor[source] != trace.actor[row])


def _count_strayed(observed: Observed) -> int:
    """Count the operations that went to a transaction of another thread."""
    lines = [number for number, line in enumerate(observed.code.splitlines(), 1) if OPERATION in line]
    trace, outcome = observed.trace, observed.analysis.outcome
    is_operation = (trace.kind == Kind.READ) & np.isin(trace.line, lines)
    return int(np.count_nonzero(is_operation[: len(outcome)] & (outcome == Outcome.FOREIGN)))


def _ends(facts: Facts) -> str:
    """Say how many ended how, as far as there are any: ``5 committed, 3 rolled back, 1 refused on purpose``."""
    by_neighbour, refused = facts["refused_by_neighbour"], facts["refused"]
    numbers = (
        (facts["committed"], "committed"),
        (facts["rolled_back"], "rolled back"),
        (refused - by_neighbour, "refused because it nested on purpose"),
        (by_neighbour, "refused because a neighbour had begun"),
        (facts["broken"], "broken by a neighbour"),
    )
    return ", ".join(f"{number:,} {word}" for number, word in numbers if number) or "none has ended"


def _explain_neighbour(trace: Trace, filename: str, rows: list[int]) -> Finding:
    row = rows[0]
    read = _check_of(trace, row)
    source = int(trace.reads_from[read])
    who, neighbour, value = actor_name(trace, row), actor_name(trace, source), trace.value_text(source)
    message = (
        f"{who} wanted to begin a transaction and found {value} open (line {int(trace.line[read])}). {neighbour} had "
        f"begun that one (line {int(trace.line[source])}). With one current transaction for all threads, whoever comes "
        "second is turned away."
    )
    return _finding("refused", trace, filename, rows, message, (who, neighbour), value)


def _explain_nesting(trace: Trace, filename: str, rows: list[int]) -> Finding:
    who = actor_name(trace, rows[0])
    message = f"{who} began a transaction inside its own (line {int(trace.line[rows[0]])}). That is refused on purpose."
    return _finding("refused", trace, filename, rows, message, (who,), "", Severity.NOTE)


def _explain_broken(trace: Trace, filename: str, rows: list[int]) -> Finding:
    row = rows[0]
    who, line = actor_name(trace, row), int(trace.line[row])
    read = last_read_before(trace, row, _VARIABLE)
    own = None if read is None else last_own_write(trace, read)
    culprit = None if own is None else overwriter_of(trace, own, before=row)
    message = f"{who} could not end its transaction (line {line})."
    threads = [who]
    if own is not None and culprit is not None:
        neighbour = actor_name(trace, culprit)
        threads.append(neighbour)
        did = "ended what was current" if trace.kind[culprit] == Kind.DELETE else "set its own"
        message += (
            f" It had found none open and set its own (line {int(trace.line[own])}); then {neighbour} {did} "
            f"(line {int(trace.line[culprit])}). Check and set are two steps, and another thread came between."
        )
    return _finding("atomicity", trace, filename, rows, message, threads, "")


def _finding(
    kind: str,
    trace: Trace,
    filename: str,
    rows: list[int],
    message: str,
    threads: tuple[str, ...] | list[str],
    value: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    cure = CURE if severity == Severity.ERROR else ""
    return make_finding(
        kind,
        rows,
        filename,
        int(trace.line[rows[0]]),
        message,
        severity=severity,
        variable=trace.variables[_VARIABLE],
        threads=threads,
        value=value,
        cure=cure,
    )

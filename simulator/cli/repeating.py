"""Numbers over several runs of the same lesson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_COUNTS = (
    "events",
    "reads",
    "writes",
    "deletes",
    "own_reads",
    "inherited_reads",
    "leftover_reads",
    "foreign_reads",
    "erased_reads",
    "missing_reads",
    "initial_reads",
    "unknown_reads",
    "lost_updates",
    "elapsed_ns",
)


def sum_up(summaries: list[dict[str, Any]]) -> dict[str, Any]:
    """Return numbers over all runs: least, most and total of each count."""
    statuses = [summary["status"] for summary in summaries]
    return {
        "runs": len(summaries),
        "runs_with_problems": sum(any(_is_problem(f) for f in summary["findings"]) for summary in summaries),
        "statuses": {status: statuses.count(status) for status in sorted(set(statuses))},
        **{name: _spread([summary[name] for summary in summaries]) for name in _COUNTS},
    }


def _is_problem(finding: Mapping[str, Any]) -> bool:
    return finding["severity"] in ("warning", "error")


def _spread(numbers: list[int]) -> dict[str, int]:
    return {"least": min(numbers), "most": max(numbers), "total": sum(numbers)}

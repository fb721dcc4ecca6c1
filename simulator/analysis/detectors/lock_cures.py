"""Cures of deadlocks: locks taken in one order everywhere, a lock that its holder may take again."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.edits import in_place, lock_of, renamed, with_header
from simulator.analysis.detectors.sources import SourceFile, header_end

Nested = tuple[SourceFile, ast.With, ast.With]
"""A file, and in it a ``with`` for a lock round one for another."""


def one_order(case: Case, rows: Sequence[tuple[int, int]]) -> str:
    """Return how locks that are taken in different orders are taken in one.

    Parameters
    ----------
    case : Case
        The run.
    rows : sequence of (int, int)
        Where each thread takes the outer lock, and where it takes the inner one or waits for it.
    """
    nested = [_nested(case, *pair) for pair in rows]
    known = [one for one in nested if one is not None]
    if len(known) < len(nested):
        names = sorted({case.name(row) for row, _ in rows})
        return f"with {', '.join(names)}:  # in this order everywhere\n    ..."
    lines = {(source.name, outer.lineno, inner.lineno) for source, outer, inner in known}
    if len(lines) == 1:
        return _sorted_first(*known[0])
    swapped = [one for one in known if lock_of(one[1]) > lock_of(one[2])]
    blocks = []
    for source, outer, inner in swapped:
        blocks += [with_header(source, outer, lock_of(inner)), with_header(source, inner, lock_of(outer))]
    return "\n\n".join(dict.fromkeys(blocks))


def _nested(case: Case, outer: int, inner: int) -> Nested | None:
    source = case.source(outer)
    blocks = [source.statement_at(case.line(row)) for row in (outer, inner)]
    plain = [block for block in blocks if isinstance(block, ast.With) and len(block.items) == 1]
    return (source, plain[0], plain[1]) if source is case.source(inner) and len(plain) == 2 else None


def _sorted_first(source: SourceFile, outer: ast.With, inner: ast.With) -> str:
    """Return how two locks that a function was given are put in order before it takes them."""
    one, other = lock_of(outer), lock_of(inner)
    ordered = f"{one}, {other} = sorted(({one}, {other}), key=id)"
    lines = source.block(outer.lineno, header_end(outer)).splitlines()
    return in_place(source, outer.lineno, header_end(outer), [ordered, *lines])


def may_be_taken_again(case: Case, hold: int) -> str:
    """Return how a Lock becomes an RLock, which its holder may take once more."""
    source, name = case.source(hold), case.name(hold)
    last = name.partition(" of ")[0].rpartition(".")[2]
    for node in source.nodes:
        targets = node.targets if isinstance(node, ast.Assign) else []
        made = node.value if isinstance(node, ast.Assign) else None
        is_named = any(last in (getattr(target, "id", ""), getattr(target, "attr", "")) for target in targets)
        if is_named and isinstance(made, ast.Call) and ast.unparse(made) in ("threading.Lock()", "Lock()"):
            changed = renamed(source, [(made, ast.unparse(made).replace("Lock", "RLock"))])
            return changed[0] if changed else ""
    return f"{name} = threading.RLock()  # may be taken again by its holder"

"""Lines of a program changed: what stands in place of which lines, as a cure shows it.

The first line of what is put in place ends in a comment that says of which lines: ``# line 7``, ``# lines 7–9``.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Sequence

from simulator.analysis.detectors.sources import SourceFile, header_end

MOST_LINES = 20
"""Longer blocks are shortened in the middle."""


def in_place(source: SourceFile, first: int, last: int, lines: Sequence[str]) -> str:
    """Return lines to be put in place of others of a file."""
    where = f"line {first}" if first == last else f"lines {first}–{last}"
    of = "" if source.is_script else f" of {source.short_name}"
    shown = [*lines[: MOST_LINES - 1], "    ...", lines[-1]] if len(lines) > MOST_LINES else lines
    return "\n".join([f"{shown[0]}  # {where}{of}", *shown[1:]])


def at_top(source: SourceFile, line: str, module: str = "threading") -> str:
    """Return a line to be added at the top of a file, with the import that it needs."""
    of = "" if source.is_script else f" of {source.short_name}"
    imported = [] if source.imports(module) else [f"import {module}"]
    return "\n".join([*imported, f"{line}  # once, at the top{of}"])


def indented(lines: Iterable[str], levels: int = 1) -> list[str]:
    """Return lines moved to the right."""
    return [f"{'    ' * levels}{line}" if line else line for line in lines]


def locked_lines(source: SourceFile, first: int, last: int, lock: str) -> list[str]:
    """Return some lines inside one ``with LOCK:``, without those that were in there for the same lock."""
    return [f"with {lock}:", *indented(_without(source, first, last, lock))]


def _without(source: SourceFile, first: int, last: int, lock: str) -> list[str]:
    gone: set[int] = set()
    moved: dict[int, int] = {}
    for node in source.nodes:
        if isinstance(node, ast.With) and first <= node.lineno <= last and is_with(node, lock):
            body = node.body[0]
            if body.lineno == node.lineno:
                continue
            gone.update(range(node.lineno, body.lineno))
            for line in range(body.lineno, (node.end_lineno or node.lineno) + 1):
                moved[line] = moved.get(line, 0) + body.col_offset - node.col_offset
    kept = [line for line in range(first, last + 1) if line not in gone]
    texts = [source.lines[line - 1][moved.get(line, 0) :] for line in kept]
    return textwrap.dedent("\n".join(texts)).splitlines()


def is_with(node: ast.With, lock: str) -> bool:
    """Tell whether a ``with`` takes just this lock."""
    return len(node.items) == 1 and ast.unparse(node.items[0].context_expr) == lock


def locked_statement(source: SourceFile, line: int, lock: str) -> tuple[int, int, list[str]]:
    """Return which lines what happens at a line is in, and the same with a lock held.

    A loop is not held up as a whole: of ``while`` only the test is locked, of ``for`` only a copy is made.
    """
    statement = source.statement_at(line)
    first, last = source.whole_lines(line)
    if isinstance(statement, ast.While) and not statement.orelse:
        test = statement.test
        is_over = ast.unparse(test.operand if _is_not(test) else ast.UnaryOp(ast.Not(), test))  # type: ignore[attr-defined]
        lines = ["while True:", f"    with {lock}:", f"        if {is_over}:", "            break"]
        return first, header_end(statement), lines
    if isinstance(statement, ast.For):
        copied, target = ast.unparse(statement.iter), ast.unparse(statement.target)
        lines = [f"with {lock}:", f"    copied = list({copied})", f"for {target} in copied:"]
        return first, header_end(statement), lines
    return first, last, locked_lines(source, first, last, lock)


def _is_not(test: ast.expr) -> bool:
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def with_header(source: SourceFile, node: ast.With, lock: str) -> str:
    """Return the first line of a ``with`` for another lock."""
    return in_place(source, node.lineno, header_end(node), [f"with {lock}:"])


def renamed(source: SourceFile, changes: Iterable[tuple[ast.expr | ast.stmt, str]]) -> list[str]:
    """Return the lines in which parts of the source are replaced by other texts, in their order."""
    by_line: dict[int, list[tuple[int, int, str]]] = {}
    for node, text in changes:
        if node.end_lineno == node.lineno:
            by_line.setdefault(node.lineno, []).append((node.col_offset, node.end_col_offset or 0, text))
    found = []
    for line, parts in sorted(by_line.items()):
        data = source.lines[line - 1].encode()
        for start, end, text in sorted(parts, reverse=True):
            data = data[:start] + text.encode() + data[end:]
        found.append(in_place(source, line, line, [data.decode().strip()]))
    return found


def names_in(source: SourceFile, name: str) -> list[ast.Name]:
    """Return all places where a plain name stands."""
    return [node for node in source.nodes if isinstance(node, ast.Name) and node.id == name]


def with_round(source: SourceFile, line: int, locks: Sequence[str]) -> ast.With | None:
    """Return the innermost ``with`` round a line that takes one of some locks, by what a reader calls them."""
    around = [block for block in source.blocks_at(line) if isinstance(block, ast.With) and len(block.items) == 1]
    named = [block for block in around if any(_is_called(lock_of(block), lock) for lock in locks)]
    return named[-1] if named else None


def lock_of(block: ast.With) -> str:
    """Return what a ``with`` takes, as the source says it."""
    return ast.unparse(block.items[0].context_expr)


def _is_called(text: str, name: str) -> bool:
    """Tell whether what the source calls ``self._lock`` may be ``account._lock`` or ``self._lock of Account#1``."""
    last = name.partition(" of ")[0].rpartition(".")[2]
    return name.startswith(text) or text.rpartition(".")[2] == last

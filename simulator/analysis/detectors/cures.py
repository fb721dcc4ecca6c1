"""Cures: the lines of the program itself, changed as one usually would."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.sources import SourceFile

MOST_LINES = 12
NEW_LOCK = "lock"


def under_lock(case: Case, rows: Iterable[int], lock: str = "") -> str:
    """Return the statements of some events, each in a ``with`` of a lock; a new one if none is named."""
    blocks = []
    for source, first, last in _distinct(case, rows):
        blocks.append(with_block(source, first, last, lock or NEW_LOCK))
    made = "" if lock else f"{NEW_LOCK} = threading.Lock()  # once, at the top\n\n"
    return made + "\n\n".join(blocks)


def with_block(source: SourceFile, first: int, last: int, lock: str) -> str:
    """Return some lines of a file inside ``with LOCK:``; long ones are shortened in the middle."""
    lines = source.block(first, last).splitlines()
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 2], "...", lines[-1]]
    body = textwrap.indent("\n".join(lines), "    ")
    return f"with {lock}:  # line {first}\n{body}"


def make_local(case: Case, row: int) -> str:
    """Return how the object that a variable is in becomes one for each thread."""
    source, name = case.source(row), case.name(row)
    root = name.partition(".")[0].partition("[")[0]
    line = source.assignment_of(root)
    if "." in name and line and "#" not in name:
        return f"{root} = threading.local()  # line {line}, in place of: {source.text_of(line)}"
    last = name.rpartition(" of ")[0] or name
    last = last.rpartition(".")[2]
    return f"local = threading.local()  # once, at the top\nlocal.{last} = ...  # in place of {name}"


def span_of(source: SourceFile, *lines: int) -> tuple[int, int]:
    """Return the first and last line of the statements at some lines of one function."""
    spans = [source.whole_lines(line) for line in lines]
    return min(first for first, _ in spans), max(last for _, last in spans)


def with_context(case: Case, row: int) -> str:
    """Return the call at an event (a submit or the making of a thread) with the caller's context handed on."""
    source, line = case.source(row), case.line(row)
    statement = source.statement_at(line)
    call = _find_call(statement, ("submit", "run_in_executor", "Thread", "Timer", "map"))
    if call is None:
        return "pool.submit(contextvars.copy_context().run, function, ...)"
    return f"{ast.unparse(_with_run(call))}  # line {line}"


def _with_run(call: ast.Call) -> ast.Call:
    """Return a call that runs its function in a copy of the context."""
    run = ast.parse("contextvars.copy_context().run", mode="eval").body
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keywords = {keyword.arg: keyword for keyword in call.keywords}
    if name == "Thread" and "target" in keywords:
        target = keywords["target"].value
        given = keywords["args"].value if "args" in keywords else ast.Tuple([], ast.Load())
        items = given.elts if isinstance(given, ast.Tuple | ast.List) else [ast.Starred(given, ast.Load())]
        new = [ast.keyword("target", run), ast.keyword("args", ast.Tuple([target, *items], ast.Load()))]
        kept = [keyword for keyword in call.keywords if keyword.arg not in ("target", "args")]
        return ast.fix_missing_locations(ast.Call(call.func, call.args, [*new, *kept]))
    at = 1 if name in ("run_in_executor", "Timer") else 0
    arguments = [*call.args[:at], run, *call.args[at:]]
    return ast.fix_missing_locations(ast.Call(call.func, arguments, call.keywords))


def _find_call(statement: ast.stmt | None, names: tuple[str, ...]) -> ast.Call | None:
    for node in ast.walk(statement) if statement is not None else ():
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in names:
                return node
    return None


def _distinct(case: Case, rows: Iterable[int]) -> list[tuple[SourceFile, int, int]]:
    """Return the statements of some events, each once, in the order of their lines."""
    found: dict[tuple[str, int], tuple[SourceFile, int, int]] = {}
    for row in rows:
        source = case.source(row)
        if case.line(row) and source.text_of(case.line(row)):
            first, last = source.whole_lines(case.line(row))
            found.setdefault((source.name, first), (source, first, last))
    return [found[key] for key in sorted(found)]

"""Cures: the lines of the program itself, changed as one usually would."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.edits import (
    at_top,
    in_place,
    indented,
    lock_of,
    locked_lines,
    locked_statement,
    names_in,
    renamed,
    with_round,
)
from simulator.analysis.detectors.sources import SourceFile, span_of

Spot = tuple[SourceFile, int]
"""A line of a file."""


def spots_of(case: Case, rows: Iterable[int]) -> list[Spot]:
    """Return the lines of some events; those without one are left out, and those of a lambda: no ``with`` fits in."""
    spots = [(case.source(row), case.line(row)) for row in rows]
    return [(source, line) for source, line in spots if source.text_of(line) and not source.has_lambda(line)]


def under_lock(spots: Iterable[Spot], name: str, lock: str = "") -> str:
    """Return the statements at some lines, each in a ``with`` of a lock.

    Parameters
    ----------
    spots : iterable of Spot
        The lines.
    name : str
        The variable that is to be guarded; a new lock is made in its module.
    lock : str
        The lock; a new one if it is empty.
    """
    known = list(dict.fromkeys(spots))
    if not known:
        return ""
    owner = next((source for source, _ in known if source.module == name.partition(".")[0]), known[0][0])
    made = [] if lock else [at_top(owner, f"{new_lock(owner)} = threading.Lock()")]
    blocks = []
    for source, line in known:
        outside = "" if source is owner else f"{owner.module}."
        blocks.append((source, *locked_statement(source, line, lock or f"{outside}{new_lock(owner)}")))
    blocks = [one for one in _distinct(blocks) if not any(_is_inside(one, other) for other in blocks)]
    return "\n\n".join([*made, *(in_place(*block) for block in blocks)])


Block = tuple[SourceFile, int, int, list[str]]


def _distinct(blocks: list[Block]) -> list[Block]:
    found = {(source.name, first): (source, first, last, lines) for source, first, last, lines in blocks}
    return [found[key] for key in sorted(found)]


def _is_inside(one: Block, other: Block) -> bool:
    return one[0] is other[0] and one[1:3] != other[1:3] and other[1] <= one[1] and one[2] <= other[2]


def new_lock(source: SourceFile) -> str:
    """Return a name for a lock that the file does not use yet."""
    return "new_lock" if source.has_name("lock") else "lock"


def lock_for(case: Case, guarded: int, bare: int) -> str:
    """Return how the lock that is held at one event is to be written at the line of another."""
    names = case.lock_names(guarded)
    block = with_round(case.source(guarded), case.line(guarded), names)
    if block is None:
        return names[0]
    text, function = lock_of(block), case.source(bare).function_at(case.line(bare))
    arguments = function.args.args if function is not None else []
    has_self = bool(arguments) and arguments[0].arg == "self"
    if has_self or not text.startswith("self."):
        return text
    owner, dot, _ = case.name(bare).partition(".")
    return f"{owner}{text.removeprefix('self')}" if dot and owner.isidentifier() and owner != "self" else names[0]


def lock_between(source: SourceFile, one: int, other: int, lock: str) -> str:
    """Return the statements at two lines of one function, and all between, with one lock held throughout."""
    first, last = span_of(source, one, other)
    name = lock or new_lock(source)
    made = [] if lock else [at_top(source, f"{name} = threading.Lock()")]
    return "\n\n".join([*made, in_place(source, first, last, locked_lines(source, first, last, name))])


def make_local(case: Case, row: int) -> str:
    """Return how the object that a variable is in becomes one for each thread, or the variable itself."""
    source, name = case.source(row), case.name(row)
    root = name.partition(".")[0].partition("[")[0]
    value = source.value_assigned_to(root)
    if "." in name and "#" not in name and value is not None:
        old = source.text_of(value.lineno)
        changed = renamed(source, [(value, "threading.local()")])
        return f"{changed[0]}, in place of: {old}" if changed else ""
    if name == root and value is not None:
        inside = [node for node in names_in(source, name) if source.function_at(node.lineno) is not None]
        made = at_top(source, "local = threading.local()")
        return "\n".join([made, "", *renamed(source, [(node, f"local.{name}") for node in inside])])
    last = (name.rpartition(" of ")[0] or name).rpartition(".")[2]
    return f"{at_top(source, 'local = threading.local()')}\nlocal.{last} = ...  # in place of {name}"


def make_context(case: Case, row: int) -> str:
    """Return how a variable becomes one for each task of an event loop."""
    source, name = case.source(row), case.name(row)
    value = source.value_assigned_to(name)
    if value is None:
        last = name.partition(" of ")[0].rpartition(".")[2]
        return f"{last} = contextvars.ContextVar({last!r})  # in place of {name}; {last}.set(...) and {last}.get()"
    new = f"{name}_of_task"
    default = ast.unparse(value) if isinstance(value, ast.Constant) else "None"
    made = at_top(source, f'{new} = contextvars.ContextVar("{new}", default={default})', "contextvars")
    stores: list[tuple[ast.expr | ast.stmt, str]] = [
        (node, f"{new}.set({ast.unparse(node.value)})")
        for node in source.nodes
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name and source.function_at(node.lineno)
    ]
    lines = {node.lineno for node, _ in stores}
    loads = [node for node in names_in(source, name) if source.function_at(node.lineno) and node.lineno not in lines]
    return "\n".join([made, "", *renamed(source, [*stores, *((node, f"{new}.get()") for node in loads)])])


def for_tasks(source: SourceFile, cure: str) -> str:
    """Return a cure that makes and takes a lock as tasks of an event loop need it: one that is awaited."""
    imported = "" if source.imports("asyncio") else "import asyncio\n"
    cure = re.sub(r"^import threading\n", "", cure, flags=re.MULTILINE)
    cure = re.sub(r"^(\s*)with (\w*lock):", r"\1async with \2:", cure, flags=re.MULTILINE)
    return imported + cure.replace("threading.Lock()", "asyncio.Lock()")


def clean_up(case: Case, write: int) -> str:
    """Return how what a task stores is removed when the task ends, whatever happens in between."""
    source, line = case.source(write), case.line(write)
    statement, function = source.statement_at(line), source.function_at(line)
    name = case.name(write)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        name = ast.unparse(statement.targets[0])
    if function is None or statement not in function.body or statement is function.body[-1]:
        return f"{source.text_of(line) or '...'}  # line {line}\ntry:\n    ...\nfinally:\n    del {name}"
    first, last = source.whole_lines(line)[0], function.end_lineno or line
    stored = source.block(first, statement.end_lineno or line).splitlines()
    rest = source.block((statement.end_lineno or line) + 1, last).splitlines()
    return in_place(source, first, last, [*stored, "try:", *indented(rest), "finally:", f"    del {name}"])


def with_context(case: Case, row: int) -> str:
    """Return the call at an event (a submit or the making of a thread) with the caller's context handed on."""
    source, line = case.source(row), case.line(row)
    statement = source.statement_at(line)
    call = _find_call(statement, ("submit", "run_in_executor", "Thread", "Timer", "map"))
    if call is None:
        return "pool.submit(contextvars.copy_context().run, function, ...)"
    changed = renamed(source, [(call, ast.unparse(_with_run(call)))])
    return changed[0] if changed else f"{ast.unparse(_with_run(call))}  # line {line}"


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

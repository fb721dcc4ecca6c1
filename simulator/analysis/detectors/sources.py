"""What the source says about a line: its function, its statement, and what a value that was read is used for.

Lines come from the trace, so a file that cannot be parsed only makes findings poorer.
"""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = (ast.If, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Try, ast.Match)


LONGEST_OWNER = 24
"""A longer expression is no name for an object."""


class Use(Enum):
    """What a value that was read is for a later write."""

    NONE = "none"
    UPDATE = "update"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class _Step:
    """A statement of a function, and the ``if``, ``while`` and other blocks that it stands in, outermost first."""

    statement: ast.stmt
    blocks: tuple[ast.stmt, ...]


class SourceFile:
    """One file of the program.

    Parameters
    ----------
    name : str
        What it is called.
    text : str
        Its text; may be empty or no Python at all.
    is_script : bool
        Whether it is the one that was run, not a module of it.
    """

    def __init__(self, name: str, text: str, is_script: bool = True) -> None:
        self.name = name
        self.is_script = is_script
        self.lines = text.splitlines()
        self._functions: list[Function] = []
        self._steps: dict[int, _Step] = {}
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            self.tree = ast.Module([], [])
        self._walk(self.tree.body, ())

    def _walk(self, body: list[ast.stmt], blocks: tuple[ast.stmt, ...]) -> None:
        for statement in body:
            step = _Step(statement, blocks)
            for line in range(_first_line(statement), header_end(statement) + 1):
                self._steps[line] = step
            if isinstance(statement, Function | ast.ClassDef):
                if not isinstance(statement, ast.ClassDef):
                    self._functions.append(statement)
                self._walk(statement.body, ())
                continue
            inner = (*blocks, statement) if isinstance(statement, _BLOCKS) else blocks
            for part in _bodies(statement):
                self._walk(part, inner)

    @property
    def short_name(self) -> str:
        """Its name without folders."""
        return self.name.replace("\\", "/").rpartition("/")[2]

    @property
    def module(self) -> str:
        """What the program imports it as, if it lies beside the script."""
        return self.short_name.removesuffix(".py")

    def imports(self, module: str) -> bool:
        """Tell whether a module is imported under its own name at the top of the file."""
        return any(
            alias.name == module and alias.asname is None
            for statement in self.tree.body
            if isinstance(statement, ast.Import)
            for alias in statement.names
        )

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the file; a cure is looked for at each finding, and a walk takes its time."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def _plain_names(self) -> frozenset[str]:
        return frozenset(node.id for node in self.nodes if isinstance(node, ast.Name))

    def has_name(self, name: str) -> bool:
        """Tell whether a plain name stands anywhere in the file."""
        return name in self._plain_names

    def blocks_at(self, line: int) -> tuple[ast.stmt, ...]:
        """Return the ``if``, ``with`` and other blocks that the statement at a line stands in, outermost first."""
        step = self._steps.get(line)
        return step.blocks if step is not None else ()

    def text_of(self, line: int) -> str:
        """Return a line without its indentation."""
        return self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""

    def function_at(self, line: int) -> Function | None:
        """Return the innermost function that a line stands in."""
        around = [one for one in self._functions if _first_line(one) <= line <= (one.end_lineno or line)]
        return max(around, key=lambda one: one.lineno, default=None)

    def function_name(self, line: int) -> str:
        """Return the name of the function that a line stands in, empty outside of functions."""
        function = self.function_at(line)
        return function.name if function is not None else ""

    def use(self, read_line: int, write_line: int) -> Use:
        """Tell what a value read at one line is for a write at another.

        Parameters
        ----------
        read_line, write_line : int
            Lines of this file.

        Returns
        -------
        Use
            ``UPDATE`` if the written value is made of it, ``CHECK`` if it decides whether there is a write,
            ``NONE`` if neither can be seen.
        """
        read, write = self._steps.get(read_line), self._steps.get(write_line)
        if self.updates_by_property(read_line, write_line):
            return Use.UPDATE
        if read is None or write is None or self.function_at(read_line) is not self.function_at(write_line):
            return Use.NONE
        if read.statement is write.statement:
            return Use.UPDATE if isinstance(read.statement, ast.AugAssign | ast.Assign | ast.AnnAssign) else Use.NONE
        if read.statement in write.blocks and isinstance(read.statement, ast.If | ast.While):
            return Use.CHECK
        names = self._carriers(read_line, write_line)
        if not isinstance(write.statement, _BLOCKS) and names & _names(_value_of(write.statement)):
            return Use.UPDATE
        tests = [block.test for block in write.blocks if isinstance(block, ast.If | ast.While)]
        return Use.CHECK if any(names & _names(test) for test in tests) else Use.NONE

    def updates_by_property(self, read_line: int, write_line: int) -> list[int]:
        """Return the lines of ``o.p += 1`` for a property ``p`` whose getter reads and whose setter writes."""
        getter, setter = self.function_at(read_line), self.function_at(write_line)
        if getter is None or setter is None or getter is setter or getter.name != setter.name:
            return []
        kinds = [ast.unparse(decorator) for decorator in (*getter.decorator_list, *setter.decorator_list)]
        if f"{getter.name}.setter" not in kinds:
            return []
        return sorted(
            node.lineno
            for node in self.nodes
            if isinstance(node, ast.AugAssign)
            and isinstance(node.target, ast.Attribute)
            and node.target.attr == getter.name
        )

    def is_checked_first(self, line: int, name: str) -> bool:
        """Tell whether the statement at `line` runs only if a look at `name` says so.

        A test of what is stored, as in ``if user is not None: session.user = user``, looks at no such thing.
        """
        step = self._steps.get(line)
        if step is None:
            return False
        looks: list[ast.AST] = [block.test for block in step.blocks if isinstance(block, ast.If | ast.While)]
        tried = [block for block in step.blocks if isinstance(block, ast.Try) and block.handlers]
        looks += [statement for block in tried for statement in block.body]
        stored = _names(_value_of(step.statement))
        return any(_looks_at(look, name, stored) for look in looks)

    def _carriers(self, read_line: int, write_line: int) -> set[str]:
        """Return the local names that carry the value read at one line when another is reached."""
        names: set[str] = set()
        last: ast.stmt | None = None
        for line in range(read_line, write_line):
            step = self._steps.get(line)
            if step is None or step.statement is last:
                continue
            last = step.statement
            is_carried = line == read_line or names & _names(_value_of(last))
            if is_carried and isinstance(last, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.With | ast.For):
                names |= _targets(last)
        return names

    def block(self, first_line: int, last_line: int) -> str:
        """Return whole lines as they stand, with their common indentation taken off."""
        return textwrap.dedent("\n".join(self.lines[first_line - 1 : last_line]))

    def whole_lines(self, line: int) -> tuple[int, int]:
        """Return the first and last line of the statement at a line, with all that belongs to it."""
        step = self._steps.get(line)
        if step is None:
            return line, line
        return _first_line(step.statement), step.statement.end_lineno or line

    def statement_at(self, line: int) -> ast.stmt | None:
        """Return the statement at a line."""
        step = self._steps.get(line)
        return step.statement if step is not None else None

    def has_lambda(self, line: int) -> bool:
        """Tell whether a function without a name begins at a line."""
        statement = self.statement_at(line)
        nodes = ast.walk(statement) if statement is not None else ()
        return any(isinstance(node, ast.Lambda) and node.lineno == line for node in nodes)

    def owner_of(self, attribute: str, line: int) -> str:
        """Return what stands before an attribute at a line: ``job`` for ``job.n += 1``; empty if there are several."""
        text = "\n".join(self.lines)
        owners = {
            ast.get_source_segment(text, node.value) or ""
            for node in self.nodes
            if isinstance(node, ast.Attribute) and node.attr == attribute and (node.end_lineno or node.lineno) == line
        }
        owner = owners.pop() if len(owners) == 1 else ""
        return owner if len(owner) <= LONGEST_OWNER else ""

    def has_timeout(self, line: int) -> bool:
        """Tell whether a call at a line waits and is given a time: ``acquire(timeout=2)``, ``wait(2)``."""
        return any(
            isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or line) and _is_given_time(node)
            for node in self.nodes
        )

    def value_assigned_to(self, name: str) -> ast.expr | None:
        """Return the value that is first assigned to a name at the top of the file; None if that cannot be told."""
        for statement in self.tree.body:
            if isinstance(statement, ast.AnnAssign) and name in _targets(statement):
                return statement.value
            if isinstance(statement, ast.Assign) and name in _targets(statement):
                return _part_for(name, statement.targets[0], statement.value)
        return None


def _part_for(name: str, target: ast.expr, value: ast.expr) -> ast.expr | None:
    if isinstance(target, ast.Name):
        return value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        parts = zip(target.elts, value.elts, strict=True)
        return next((part for one, part in parts if isinstance(one, ast.Name) and one.id == name), None)
    return None


def span_of(source: SourceFile, one: int, other: int) -> tuple[int, int]:
    """Return first and last line of the statements that two lines are in, both of the innermost block that has both."""
    ways = [(*source.blocks_at(line), source.statement_at(line)) for line in (one, other)]
    depth = next((i for i, (a, b) in enumerate(zip(*ways, strict=False)) if a is not b), min(map(len, ways)) - 1)
    statements = [statement for way in ways if (statement := way[depth]) is not None]
    if len(statements) < 2:
        return min(one, other), max(one, other)
    first = min(_first_line(statement) for statement in statements)
    return first, max(statement.end_lineno or statement.lineno for statement in statements)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


def header_end(statement: ast.stmt) -> int:
    """Return the last line of a statement before the block that it opens."""
    if isinstance(statement, ast.If | ast.While):
        return statement.test.end_lineno or statement.lineno
    if isinstance(statement, ast.For | ast.AsyncFor):
        return statement.iter.end_lineno or statement.lineno
    if isinstance(statement, ast.With | ast.AsyncWith):
        return max(item.context_expr.end_lineno or statement.lineno for item in statement.items)
    if isinstance(statement, (*_BLOCKS, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return statement.lineno
    return statement.end_lineno or statement.lineno


def _bodies(statement: ast.stmt) -> list[list[ast.stmt]]:
    parts = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
    parts += [handler.body for handler in getattr(statement, "handlers", [])]
    parts += [case.body for case in getattr(statement, "cases", [])]
    return parts


def _targets(statement: ast.stmt) -> set[str]:
    """Return the plain names that a statement assigns."""
    if isinstance(statement, ast.Assign):
        nodes: list[ast.AST] = list(statement.targets)
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign | ast.For):
        nodes = [statement.target]
    elif isinstance(statement, ast.With):
        nodes = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    else:
        return set()
    return {one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name) and _is_stored(one)}


_TIME_AT = {"wait": 0, "join": 0, "result": 0, "exception": 0, "wait_for": 1, "acquire": 1, "get": 1, "put": 2}
"""Which argument of a call that waits is the time."""


def _is_given_time(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _TIME_AT:
        return False
    given = [keyword.value for keyword in call.keywords if keyword.arg == "timeout"]
    given += call.args[_TIME_AT[name] :][:1]
    return any(not (isinstance(one, ast.Constant) and one.value is None) for one in given)


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _value_of(statement: ast.stmt) -> ast.AST | None:
    """Return what a statement makes its value of."""
    if isinstance(statement, ast.For):
        return statement.iter
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return):
        return statement.value
    return None


def _names(node: ast.AST | None) -> set[str]:
    """Return the plain names that are read in an expression."""
    if node is None:
        return set()
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


def _looks_at(tree: ast.AST, name: str, stored: set[str]) -> bool:
    """Tell whether code looks at a variable: at its attribute, by its name in a text, or at a local of its name."""
    wanted = name.rpartition(".")[2]
    return any(
        (isinstance(node, ast.Attribute) and node.attr == wanted)
        or (isinstance(node, ast.Constant) and node.value == wanted)
        or (isinstance(node, ast.Name) and node.id == wanted and wanted not in stored)
        for node in ast.walk(tree)
    )

"""Accesses that follow each other without a place where threads could switch, recorded together behind the last one.

CPython with its lock looks for a thread switch only at the entry of a function, at a taken jump backwards and after a
call (3.10 and later). Between them statements run as one; a record in the middle would be such a place where the
program has none, and could lose updates that the program cannot lose. So values are put aside and recorded behind the
last access, with one stamp: no other thread's access can lie in between.
"""

from __future__ import annotations

import ast
from itertools import count
from typing import TypeVar

from simulator.script.forms import OF_LOOPS, ONCE_FORM
from simulator.script.placeholders import call, clock, helper

Node = TypeVar("Node", bound=ast.AST)

TEMPORARY = "@threadloom."


def load(name: str) -> ast.Name:
    """Return a name that is read."""
    return ast.Name(name, ast.Load())


def store(name: str) -> ast.Name:
    """Return a name that is assigned."""
    return ast.Name(name, ast.Store())


class Temporaries:
    """Gives out names that no source can spell."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def make(self) -> str:
        """Return a new name."""
        return f"{TEMPORARY}{next(self._numbers)}"


class Region:
    """What is to be recorded at the end of a stretch without thread switches.

    Attributes
    ----------
    names : set of str
        Names of the user's that the records will read; they must not change before.
    unset : list of str
        Temporaries that may not get a value; they must be set to nothing first.
    """

    def __init__(self, temporaries: Temporaries) -> None:
        self._temporaries = temporaries
        self._accesses: list[tuple[str, int, tuple[ast.expr, ...]]] = []
        self._used: list[str] = []
        self.names: set[str] = set()
        self.unset: list[str] = []

    def copy(self) -> Region:
        """Return the same for one of several ways that the code can go on."""
        other = Region(self._temporaries)
        other._accesses, other._used, other.names = list(self._accesses), list(self._used), set(self.names)
        return other

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to record and nothing to clean up."""
        return not self._accesses and not self._used

    def temporary(self) -> str:
        """Return a new name that is deleted at the end of the region."""
        name = self._temporaries.make()
        self._used.append(name)
        return name

    def add(self, form: str, site: int, *arguments: ast.expr) -> None:
        """Note an access: its form, its site, and what the form needs; see `simulator.script.forms`."""
        is_neighbour = form != ONCE_FORM  # of the others those that follow each other are recorded as one row
        self._accesses.insert(len(self._accesses) if is_neighbour else 0, (form, site, arguments))
        self.names |= {one.id for one in arguments if isinstance(one, ast.Name) and not one.id.startswith(TEMPORARY)}

    def add_first(self, form: str, site: int, *arguments: ast.expr) -> None:
        """Note an access that came before all others."""
        others, self._accesses = self._accesses, []
        self.add(form, site, *arguments)
        self._accesses += others

    def preset(self, at: ast.AST) -> list[ast.stmt]:
        """Return the statements that set what may get no value to nothing."""
        names, self.unset = self.unset, []
        return [placed(ast.Assign([store(name) for name in names], helper("unset")), at)] if names else []

    def record(self, at: ast.AST) -> list[ast.stmt]:
        """Return the statement that records what was noted; temporaries stay."""
        if not self._accesses:
            return []
        spelled, arguments = _stretch(self._accesses)
        made: ast.stmt = ast.Expr(call(f"stretch {spelled}", *arguments, clock()))
        (form, _, own), *others = self._accesses
        if form in OF_LOOPS and not others:
            walk = load(own[0].id)  # type: ignore[attr-defined]  # a name of ours
            made = ast.If(ast.Attribute(walk, "on", ast.Load()), [made], [])
        self._accesses, self.names = [], set()
        return [placed(made, at)]

    def flush(self, at: ast.AST) -> list[ast.stmt]:
        """Return the statements that record and clean up, and begin anew."""
        made = self.record(at)
        if self._used:
            made.append(placed(ast.Delete([ast.Name(name, ast.Del()) for name in self._used]), at))
        self._used = []
        return made

    def clear(self) -> None:
        """Begin anew: what was noted is recorded in each of the ways that the code goes on."""
        self._accesses, self._used, self.names = [], [], set()


def _stretch(accesses: list[tuple[str, int, tuple[ast.expr, ...]]]) -> tuple[str, list[ast.expr]]:
    """Spell a stretch as `simulator.script.stretches` reads it, and return its arguments: each name once."""
    numbers: dict[str | int, int] = {}
    arguments: list[ast.expr] = []
    words = []
    for form, site, own in accesses:
        for one in own:
            if numbers.setdefault(_key(one), len(arguments)) == len(arguments):
                arguments.append(one)
        words.append(f"{form}{site}:{','.join(str(numbers[_key(one)]) for one in own)}")
    return " ".join(words), arguments


def _key(argument: ast.expr) -> str | int:
    """Return what tells arguments apart: names that are the same have the same value."""
    return argument.id if isinstance(argument, ast.Name) else id(argument)


def placed(node: Node, at: ast.AST) -> Node:
    """Give a node and everything new in it the place of another node."""
    for one in ast.walk(node):
        if not hasattr(one, "lineno") and "lineno" in one._attributes:
            ast.copy_location(one, at)
    return node

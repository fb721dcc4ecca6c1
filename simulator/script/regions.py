"""Accesses that follow each other without a place where threads could switch, recorded together behind the last one.

CPython with its lock looks for a thread switch only at the entry of a function, at a taken jump backwards and after a
call (3.10 and later). Between them statements run as one; a record in the middle would be such a place where the
program has none, and could lose updates that the program cannot lose. So values are put aside and recorded behind the
last access, with one stamp: no other thread's access can lie in between, or else the stretch finds out; see
`simulator.script.interleaving`.
"""

from __future__ import annotations

import ast
from itertools import count

from simulator.script.forms import OF_LOOPS, ONCE_FORM
from simulator.script.interleaving import close_stretch, find_token, forget_opened, open_stretch
from simulator.script.leaving import PROGRESS, clear_mark
from simulator.script.lone_reads import Lone, LoneLook, LonePair, LoneRead, Seen
from simulator.script.nodes import load, placed, store
from simulator.script.placeholders import call, clock, helper

TEMPORARY = "@threadloom."


class Temporaries:
    """Gives out names that no source can spell.

    Parameters
    ----------
    is_checked : bool
        Whether stretches look for what was recorded inside them; see `simulator.script.interleaving`.

    Attributes
    ----------
    lone_reads : list of Lone
        The reads that stretches began with.
    """

    def __init__(self, is_checked: bool) -> None:
        self._numbers = count(1)
        self.is_checked = is_checked
        self.lone_reads: list[Lone] = []

    def make(self) -> str:
        """Return a new name."""
        return f"{TEMPORARY}{next(self._numbers)}"


class _Guard:
    """A stretch that began with a step of a loop: nothing need be done for that unless the loop is on.

    Attributes
    ----------
    opening : ast.If
        Opens the stretch.
    records : list of ast.If
        Record the step alone, in some of the ways that the code can go on.
    """

    def __init__(self, opening: ast.If) -> None:
        self.opening = opening
        self.records: list[ast.If] = []

    def take_away(self) -> None:
        """Open the stretch in any case: other accesses follow."""
        self.opening.test = placed(ast.Constant(True), self.opening)
        for record in self.records:
            record.orelse = record.orelse or [placed(forget_opened(), record)]


class Region:
    """What is to be recorded at the end of a stretch without thread switches.

    Parameters
    ----------
    temporaries : Temporaries
        Where names come from.

    Attributes
    ----------
    names : set of str
        Names of the user's that the records will read; they must not change before.
    owners : set of str
        What the source calls the containers that were looked at or into.
    unset : list of str
        Temporaries that may not get a value; they must be set to nothing first.
    lone : Lone or None
        The read that is the only access so far.
    """

    def __init__(self, temporaries: Temporaries) -> None:
        self._temporaries = temporaries
        self._accesses: list[tuple[str, int, tuple[ast.expr, ...]]] = []
        self._used: list[str] = []
        self._token = ""
        self._guard: _Guard | None = None
        self._recorded: list[Lone] = []
        self._changed, self._marked, self._is_unmarked = 0, 0, False
        self.names: set[str] = set()
        self.owners: set[str] = set()
        self.unset: list[str] = []
        self.lone: Lone | None = None

    def copy(self) -> Region:
        """Return the same for one of several ways that the code can go on."""
        other = Region(self._temporaries)
        other._accesses, other._used, other.names = list(self._accesses), list(self._used), set(self.names)
        other._token, other._guard, other._recorded = self._token, self._guard, list(self._recorded)
        other._changed, other._marked, other._is_unmarked = self._changed, self._marked, self._is_unmarked
        other.lone, other.owners = self.lone, set(self.owners)
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
        if self.lone is not None:
            self.lone.is_alone, self.lone = False, None
        if form == ONCE_FORM:
            self._changed += bool(self._changed)
            self._marked += bool(self._marked)
        is_neighbour = form != ONCE_FORM  # of the others those that follow each other are recorded as one row
        self._accesses.insert(len(self._accesses) if is_neighbour else 0, (form, site, arguments))
        self.names |= {one.id for one in arguments if isinstance(one, ast.Name) and not one.id.startswith(TEMPORARY)}

    def add_change(self, form: str, site: int, *arguments: ast.expr) -> None:
        """Note an access that others see."""
        self.add(form, site, *arguments)
        self._changed = len(self._accesses)

    @property
    def is_to_mark(self) -> bool:
        """Whether there are changes that would be lost if an exception left the stretch now."""
        return self._changed > self._marked

    def mark(self) -> tuple[str, list[tuple[str, int, tuple[ast.expr, ...]]]]:
        """Take it that what was noted so far is marked; return the name of the stretch's token, and what it is."""
        self._marked = len(self._accesses)
        return self._token, list(self._accesses)

    def add_read(self, read: ast.NamedExpr, form: str, site: int, *parts: ast.expr) -> None:
        """Note a read whose value is put aside."""
        arguments = (*parts, load(read.target.id))
        is_first = not self._accesses
        self.add(form, site, *arguments)
        if is_first:
            self._note_lone(LoneRead(read, form, site, arguments))

    def add_looks(self, at: ast.expr, seen: Seen) -> None:
        """Note that an expression looks at what may be containers."""
        is_first = not self._accesses
        for form, site, one in zip(seen.forms, seen.sites, seen.ones, strict=True):
            self.add(form, site, one)
        if is_first and "".join(seen.forms).islower():  # they are looked at in any case
            self._note_lone(LoneLook(at, seen))

    def add_pair(self, assign: ast.stmt, form: str, site: int, one: ast.expr) -> None:
        """Note that a statement unpacks what may be a container."""
        is_first = not self._accesses
        self.add(form, site, one)
        if is_first and isinstance(assign, ast.Assign) and isinstance(assign.value, ast.Name):
            is_simple = isinstance(one, ast.Name) and not one.id.startswith(TEMPORARY)
            if is_simple and all(isinstance(target, (ast.Tuple, ast.List)) for target in assign.targets):
                self._note_lone(LonePair(assign.value, site))

    def _note_lone(self, lone: Lone) -> None:
        if self._temporaries.is_checked:
            self.lone = lone
            self._temporaries.lone_reads.append(lone)

    def open(self, at: ast.AST, walk: ast.expr | None = None) -> list[ast.stmt]:
        """Return the statement that opens the stretch, if that has not been done; accesses must follow it.

        With a walk the first of these will be a step of that loop.
        """
        if self._token or not self._temporaries.is_checked:
            return []
        token = self._token = self.temporary()
        opening = open_stretch(token)
        if walk is not None:
            opening = ast.If(_is_on(walk), [opening], [ast.Assign([store(token)], ast.Constant(True))])
            self._guard = _Guard(opening)
        if self.lone is not None:
            self.lone.token = token
            self.lone.needless.append(opening)
        return [placed(opening, at)]

    def preset(self, at: ast.AST) -> list[ast.stmt]:
        """Return the statements that come before what was noted last: they open the stretch and set what must be."""
        made = self.open(at) if self._accesses else []
        names, self.unset = self.unset, []
        if names:
            unset = placed(ast.Assign([store(name) for name in names], helper("unset")), at)
            made.append(unset)
            if self.lone is not None:
                self.lone.shared.append(unset)
        return made

    def record(self, at: ast.AST) -> list[ast.stmt]:
        """Return the statements that record what was noted; temporaries stay."""
        if not self._accesses:
            return []
        spelled, arguments = _stretch(self._accesses)
        token: ast.expr = load(self._token) if self._token else ast.Constant(True)
        made: list[ast.stmt] = close_stretch(self._token) if self._token else self._disturb()
        made.append(ast.Expr(call(f"stretch {spelled}", *arguments, token, clock())))
        (form, _, own), *others = self._accesses
        if form in OF_LOOPS and not others:
            step = ast.If(_is_on(own[0]), made, [])
            made = [step]
            if self._guard is not None:
                self._guard.records.append(step)
        elif self._guard is not None:
            self._guard.take_away()
        if self.lone is not None:
            self.lone.needless += made
            self._recorded.append(self.lone)
        if self._marked:
            made.append(clear_mark())
            self._is_unmarked = False
        self._begin_anew()
        return [placed(one, at) for one in made]

    def record_here(self, value: ast.expr, form: str, site: int, *parts: ast.expr) -> ast.expr:
        """Return an expression that evaluates the last access and records everything; it has that one's value."""
        self.add(form, site, *parts, value)
        spelled, arguments = _stretch(self._accesses, value)
        token: ast.expr = ast.Constant(True)
        if self._token:
            unmarked = [ast.NamedExpr(store(PROGRESS), ast.Constant(0))] if self._marked else []
            token = ast.BoolOp(ast.Or(), [*unmarked, *find_token(self._token)])
            self._is_unmarked = self._is_unmarked or bool(self._marked)
        if self._guard is not None:
            self._guard.take_away()
        self._begin_anew()
        return placed(call(f"value {spelled}", *arguments, token, clock()), value)

    def _begin_anew(self) -> None:
        self._accesses, self.names, self.owners = [], set(), set()
        self._token, self._guard, self.lone = "", None, None
        self._changed, self._marked = 0, 0

    def _disturb(self) -> list[ast.stmt]:
        """Return what lets another's stretch notice accesses that were made before theirs could be opened."""
        return [forget_opened()] if self._temporaries.is_checked else []

    def flush(self, at: ast.AST) -> list[ast.stmt]:
        """Return the statements that record and clean up, and begin anew."""
        made = self.record(at)
        if self._used:
            clean = placed(ast.Delete([ast.Name(name, ast.Del()) for name in self._used]), at)
            made.append(clean)
            for lone in self._recorded:
                lone.shared.append(clean)
        if self._is_unmarked:
            made.append(placed(clear_mark(), at))
        self._used, self._recorded, self._is_unmarked = [], [], False
        return made

    def clear(self) -> None:
        """Begin anew: what was noted is recorded in each of the ways that the code goes on."""
        self._used, self._recorded, self._is_unmarked = [], [], False
        self._begin_anew()


def _is_on(walk: ast.expr) -> ast.expr:
    """Return the test whether the steps of a loop are recorded."""
    assert isinstance(walk, ast.Name)
    return ast.Attribute(load(walk.id), "on", ast.Load())


def _stretch(accesses: list[tuple[str, int, tuple[ast.expr, ...]]], *first: ast.expr) -> tuple[str, list[ast.expr]]:
    """Spell a stretch as `simulator.script.stretches` reads it, and return its arguments: each name once."""
    numbers: dict[str | int, int] = {_key(one): i for i, one in enumerate(first)}
    arguments: list[ast.expr] = list(first)
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

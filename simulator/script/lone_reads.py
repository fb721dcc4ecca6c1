"""Reads that have a stretch to themselves: these are recorded on the spot after all, which costs less.

Nothing of a stretch that is a single read is seen by other threads. So a thread switch right behind the read does no
harm, and what follows it in the stretch needs no look at what was recorded meanwhile.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection

from simulator.script.interleaving import opened, stamp, stamped
from simulator.script.nodes import load, placed
from simulator.script.placeholders import call, helper


class Lone:
    """A read that is the first access of a stretch, and alone until another one follows.

    Attributes
    ----------
    is_alone : bool
        Whether no other access has followed so far, in any of the ways that the code can go on.
    token : str
        The name of the stretch's token.
    needless : list of ast.stmt
        Statements that are not needed if it stays alone.
    shared : list of ast.Assign or ast.Delete
        Statements that set or delete names of the stretch, and others.
    """

    def __init__(self) -> None:
        self.is_alone = True
        self.token = ""
        self.needless: list[ast.stmt] = []
        self.shared: list[ast.Assign | ast.Delete] = []

    def settle(self) -> None:
        """Record the read on the spot, if it is alone."""
        if not self.is_alone:
            return
        self.is_alone = False
        names = {*self._record(), self.token}
        for statement in self.needless:
            _become_nothing(statement)
        for one in self.shared:
            one.targets = [target for target in one.targets if getattr(target, "id", "") not in names]
            if not one.targets:
                _become_nothing(one)

    def _record(self) -> Collection[str]:
        """Record it; return the names that are not needed for that."""
        raise NotImplementedError


class LoneRead(Lone):
    """A read whose value is recorded.

    Parameters
    ----------
    read : ast.NamedExpr
        Puts its value aside.
    form, site, arguments
        See `simulator.script.regions.Region.add`.
    """

    def __init__(self, read: ast.NamedExpr, form: str, site: int, arguments: tuple[ast.expr, ...]) -> None:
        super().__init__()
        self._read = read
        self._form = form.lower()
        self._site = site
        self._parts = arguments[:-1]

    def _record(self) -> Collection[str]:
        node, target = self._read.value, self._read.target.id
        first = [_moved(one, node) for one in self._parts]
        record = call(f"record {self._form}", ast.Constant(self._site), *first, node, *stamp())
        _become(self._read, placed(record, self._read))
        return [target]


class LoneLook(Lone):
    """An expression that looks at containers.

    Parameters
    ----------
    at : ast.expr
        The expression.
    seen : Seen
        What it looks at.
    """

    def __init__(self, at: ast.expr, seen: Seen) -> None:
        super().__init__()
        self._at = at
        self._seen = seen

    def _record(self) -> Collection[str]:
        _become(self._at, placed(looked(copy.copy(self._at), self._seen), self._at))
        return ()


class Seen:
    """The things that an expression looks at, which may be containers.

    Parameters
    ----------
    is_test : bool
        Whether only is asked if the expression is true: then that is the look.

    Attributes
    ----------
    sites, forms : list
        Of each: its site and its form; see `simulator.script.forms`.
    ones : list of ast.expr
        What has it.
    clear : list of ast.expr
        What clears up names.
    """

    def __init__(self, is_test: bool = False) -> None:
        self.is_test = is_test
        self.sites: list[int] = []
        self.forms: list[str] = []
        self.ones: list[ast.expr] = []
        self.clear: list[ast.expr] = []


class LonePair(Lone):
    """A name whose value is unpacked by an assignment.

    Parameters
    ----------
    name : ast.Name
        The name there.
    site : int
        Where.
    """

    def __init__(self, name: ast.Name, site: int) -> None:
        super().__init__()
        self._name = name
        self._site = site

    def _record(self) -> Collection[str]:
        same, again = copy.copy(self._name), copy.copy(self._name)
        unpacked = call("unpacked", ast.Constant(self._site), again)
        made = ast.IfExp(_is_plain(self._name), same, unpacked)
        _become(self._name, placed(made, self._name))
        return ()


def _is_plain(name: ast.Name) -> ast.expr:
    """Return the test whether a name has a number, a text or a tuple, as most have."""
    return ast.Compare(call("id", call("type", copy.copy(name))), [ast.In()], [helper("scalars")])


def looked(node: ast.expr, seen: Seen) -> ast.expr:
    """Return an expression recorded on the spot: ``looked(site, latest.stamped, f(o), latest.opened, o)``.

    Where a name is all that is evaluated before the look, its type is asked for first, which costs less.
    """
    made = _looked(copy.deepcopy(node), seen)
    first, (one, *others) = _first(node, seen), seen.ones
    if isinstance(first, ast.Name) and isinstance(one, ast.Name) and first.id == one.id and not others:
        return ast.IfExp(_is_plain(one), node, made)
    return made


def _first(node: ast.expr, seen: Seen) -> ast.expr | None:
    """Return what is evaluated first, for some expressions."""
    if isinstance(node, ast.JoinedStr):
        return next((part.value for part in node.values if isinstance(part, ast.FormattedValue)), None)
    return node.value if isinstance(node, ast.Subscript) else node if seen.is_test else None


def _looked(node: ast.expr, seen: Seen) -> ast.expr:
    if seen.is_test:
        node = ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), node))
    is_one = len(seen.sites) == 1
    where = ast.Constant(seen.sites[0] if is_one else tuple(seen.sites))  # type: ignore[arg-type]  # may be a tuple
    name = "looked" if is_one else "looked each"
    return call(name, where, stamped(), node, opened(), *seen.ones, *seen.clear)


def _moved(part: ast.expr, node: ast.expr) -> ast.expr:
    """Return a part of a read as it is to be evaluated first; in the read itself its name takes its place."""
    for name, value in ast.iter_fields(node):
        own = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(part, ast.Name) and isinstance(own, ast.NamedExpr) and own.target.id == part.id:
            again = ast.copy_location(load(part.id), own)
            setattr(node, name, [again] if isinstance(value, list) else again)
            return own
    return part


def _become_nothing(statement: ast.stmt) -> None:
    """Take a statement out of a tree, wherever in it that is."""
    _become(statement, ast.copy_location(ast.Pass(), statement))


def _become(node: ast.AST, other: ast.AST) -> None:
    """Turn a node of a tree into another one."""
    node.__class__ = other.__class__
    node.__dict__.clear()
    node.__dict__.update(other.__dict__)

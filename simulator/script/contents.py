"""What the source says of its names: which only ever have numbers and texts, which have containers."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator

from simulator.script.scopes import FUNCTION, MODULE, Scope, ScopeMap
from simulator.script.spelling import spell

MAKERS = frozenset(("list", "dict", "set", "bytearray", "defaultdict", "deque", "OrderedDict", "Counter", "array"))
_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_PLAIN_MAKERS = frozenset(("int", "float", "str", "bool", "len", "abs", "round", "min", "max", "sum"))
_USUAL = {"acquire": "lock", "release": "lock"}
"""What parameters that are bound methods are often called."""
_NAMING = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler),
    *(ast.MatchAs, ast.MatchStar),
)
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def is_plain(value: ast.expr | None) -> bool:
    """Return whether an expression makes a number, a text, or a tuple of such, as far as its source tells."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in _PLAIN_MAKERS
    if isinstance(value, ast.Tuple):
        return all(map(is_plain, value.elts))
    if isinstance(value, (ast.UnaryOp, ast.BinOp)):
        return all(is_plain(one) for one in ast.iter_child_nodes(value) if isinstance(one, ast.expr))
    return isinstance(value, (ast.Constant, ast.JoinedStr, ast.Compare))


def is_made(value: ast.expr | None) -> bool:
    """Return whether an expression makes a container, as far as its source tells."""
    if isinstance(value, ast.Call):
        function = value.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        factories = [one.value for one in value.keywords if one.arg == "default_factory"]
        return name in MAKERS or any(isinstance(one, ast.Name) and one.id in MAKERS for one in factories)
    return isinstance(value, _DISPLAYS) or (isinstance(value, ast.BinOp) and is_made(value.left))


def pairs(target: ast.expr | None, value: ast.expr) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """Yield what is assigned to what: ``a, b = 1, 2`` is two."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        yield from zip(target.elts, value.elts, strict=True)
    else:
        yield target, value


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """Yield what a statement or ``:=`` assigns to what, without what a loop does."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from pairs(target, node.value)
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value is not None:
        yield node.target, node.value


class Contents:
    """What the attributes and names of all files have, by name alone.

    Attributes
    ----------
    holders : set of str
        Names and attributes that are somewhere assigned a container that is made there.
    loaded : dict of str to dict of str to str
        By name or attribute: the attributes that it is somewhere assigned, and how the source spells their objects.
    """

    def __init__(self) -> None:
        self.holders: set[str] = set()
        self.loaded: dict[str, dict[str, str]] = {}
        self._stores: Counter[str] = Counter()
        self._plain: Counter[str] = Counter()

    def take_in(self, node: ast.AST) -> None:
        """Take in a node of a file."""
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            self._stores[node.attr] += 1
        elif isinstance(node, ast.keyword) and node.arg is not None and is_made(node.value):
            self.holders.add(node.arg)
        for target, value in _assigned(node):
            if isinstance(target, ast.Attribute) and (is_plain(value) or isinstance(node, ast.AugAssign)):
                self._plain[target.attr] += 1
            elif isinstance(target, (ast.Name, ast.Attribute)):
                self._take_in_value(target.id if isinstance(target, ast.Name) else target.attr, value)

    def _take_in_value(self, name: str, value: ast.expr) -> None:
        if is_made(value):
            self.holders.add(name)
        elif isinstance(value, ast.Attribute):
            self.loaded.setdefault(name, {})[value.attr] = spell(value.value)

    def find_aliases(self, methods: Collection[str]) -> dict[str, str]:
        """Return the names that may mean a bound method, each with how the source spells the method's object."""
        found = {
            name: text
            for name, texts in self.loaded.items()
            for attribute, text in texts.items()
            if attribute in methods
        }
        return {**_USUAL, **found}

    @property
    def scalars(self) -> frozenset[str]:
        """Attributes that are only assigned numbers and texts."""
        return frozenset(name for name, n in self._stores.items() if n == self._plain[name]) - self.holders


def find_scalars(scopes: ScopeMap) -> dict[Scope, frozenset[str]]:
    """Return the names of each function, and of the module, that are only assigned numbers and texts.

    Parameters
    ----------
    scopes : ScopeMap
        Of the file.
    """
    stores: dict[Scope, Counter[str]] = {}
    plain: dict[Scope, Counter[str]] = {}
    for node, scope in scopes.scopes.items():
        if scope.kind not in (MODULE, FUNCTION):
            continue
        for one in _within(node):
            for name in _stored(one):
                stores.setdefault(_owner(scope, name, scopes.module), Counter())[name] += 1
            for name in _stored_plainly(one):
                plain.setdefault(_owner(scope, name, scopes.module), Counter())[name] += 1
    return {
        scope: frozenset(name for name, n in names.items() if n == plain.get(scope, Counter())[name])
        for scope, names in stores.items()
    }


def _owner(scope: Scope, name: str, module: Scope) -> Scope:
    return scope.owner(name) or module


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """Yield everything that runs in the scope of a function or module itself, comprehensions included."""
    if not isinstance(node, ast.Module):
        yield from ast.walk(node.args)  # type: ignore[attr-defined]  # a function has them
    waiting: list[ast.AST] = list(node.body)  # type: ignore[attr-defined]  # both have one
    while waiting:
        one = waiting.pop()
        yield one
        if not isinstance(one, _INNER):
            waiting += ast.iter_child_nodes(one)


def _stored(node: ast.AST) -> Iterator[str]:
    """Name what a node binds; deleting a name and leaving it unbound does no harm."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).split(".")[0]
    elif isinstance(node, _NAMING):
        yield node.name or ""
    elif isinstance(node, ast.MatchMapping):
        yield node.rest or ""


def _stored_plainly(node: ast.AST) -> Iterator[str]:
    for target, value in _assigned(node):
        if isinstance(target, ast.Name) and (isinstance(node, ast.AugAssign) or is_plain(value)):
            yield target.id
    if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and isinstance(node.iter, ast.Call):
        function = node.iter.func
        if isinstance(function, ast.Name) and function.id == "range":
            yield node.target.id

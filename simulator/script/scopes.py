"""Which variable a name means: Python's rules of scope, over the tree of a file."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass

MODULE, FUNCTION, CLASS, LAMBDA, COMPREHENSION = "module", "function", "class", "lambda", "comprehension"

LOOKING = frozenset(("locals", "globals", "vars", "dir", "eval", "exec"))
"""Who calls one of these could see a temporary of ours."""
_LOOKING_ATTRIBUTES = frozenset(("f_locals", "f_globals", "__dict__"))


class Scope:
    """A scope of the source.

    Attributes
    ----------
    kind : str
        ``module``, ``function``, ``class``, ``lambda`` or ``comprehension``.
    parent : Scope or None
        The one around it.
    class_name : str
        Of the innermost class around, for private names; empty outside classes.
    bound : set of str
        Names that are bound here and belong here.
    stores : Counter of str
        How often a name is assigned here; more than once in a loop.
    declared_global, declared_nonlocal : set of str
        Names that are bound here and belong elsewhere.
    used : set of str
        Names that are read or bound here.
    is_looking : bool
        Whether the code here may look at its own names.
    shared_cells : set of str
        Names of this function that a nested one rebinds.
    captured : set of str
        Names of this function that a nested one uses.
    """

    def __init__(self, kind: str, parent: Scope | None, class_name: str) -> None:
        self.kind = kind
        self.parent = parent
        self.class_name = class_name
        self.bound: set[str] = set()
        self.stores: Counter[str] = Counter()
        self.declared_global: set[str] = set()
        self.declared_nonlocal: set[str] = set()
        self.used: set[str] = set()
        self.is_looking = False
        self.first_parameter = ""
        self.shared_cells: set[str] = set()
        self.captured: set[str] = set()

    def owner(self, name: str) -> Scope | None:
        """Return the function scope whose variable a (mangled) name is, None for a global or a class's own name."""
        scope: Scope | None = self
        while scope is not None and scope.kind != MODULE:
            if name in scope.declared_global:
                return None
            if name in scope.bound and name not in scope.declared_nonlocal and (scope.kind != CLASS or scope is self):
                return scope
            scope = scope.parent
        return None

    def is_global(self, name: str) -> bool:
        """Return whether a (mangled) name means a global of the module here."""
        return self.owner(name) is None


def mangle(name: str, class_name: str) -> str:
    """Return a private name as the compiler spells it inside a class."""
    if not class_name or not name.startswith("__") or name.endswith("__") or "." in name:
        return name
    stripped = class_name.lstrip("_")
    return f"_{stripped}{name}" if stripped else name


@dataclass(frozen=True)
class ScopeMap:
    """The scopes of a file.

    Attributes
    ----------
    module : Scope
        The file's own.
    scopes : dict of ast.AST to Scope
        By the node that opens it.
    """

    module: Scope
    scopes: dict[ast.AST, Scope]


def find_scopes(tree: ast.Module) -> ScopeMap:
    """Return the scopes of a file."""
    visitor = _Visitor(tree)
    return ScopeMap(visitor.module, visitor.scopes)


_HOLDING = (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)
"""Statements that have names of ours while they run."""
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def is_looking(statement: ast.stmt) -> bool:
    """Return whether the code of a statement may look at its own names; of branches and the like their heads."""
    blocks = () if isinstance(statement, _HOLDING) else _BLOCKS
    inner = {id(one) for name in blocks if isinstance(block := getattr(statement, name, 0), list) for one in block}
    parts = (part for part in ast.iter_child_nodes(statement) if id(part) not in inner)
    return any(_is_look(one) for part in parts for one in ast.walk(part))


def _is_look(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id in LOOKING
    return isinstance(node, ast.Attribute) and node.attr in _LOOKING_ATTRIBUTES


class _Visitor(ast.NodeVisitor):
    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope(MODULE, None, "")
        self.scopes: dict[ast.AST, Scope] = {tree: self.module}
        self._scope = self.module
        self._loops = 0
        for statement in tree.body:
            self.visit(statement)
        for scope in self.scopes.values():
            for name in scope.used:
                owner = scope.owner(name)
                if owner is not None and owner is not scope:
                    owner.captured.add(name)
            for name in scope.declared_nonlocal:
                owner = scope.parent.owner(name) if scope.parent is not None else None
                if owner is not None and owner.kind == FUNCTION and scope.stores[name]:
                    owner.shared_cells.add(name)

    def _name(self, name: str) -> str:
        return mangle(name, self._scope.class_name)

    def _bind(self, name: str, is_assigned: bool = True) -> None:
        scope, name = self._scope, self._name(name)
        while scope.kind == COMPREHENSION and scope.parent is not None:  # only a walrus gets here
            scope = scope.parent
        scope.used.add(name)
        if name not in scope.declared_global and name not in scope.declared_nonlocal:
            scope.bound.add(name)
        if is_assigned:
            scope.stores[name] += 2 if self._loops else 1

    def _enter(self, node: ast.AST, kind: str, class_name: str | None = None) -> Scope:
        name = self._scope.class_name if class_name is None else class_name
        scope = self.scopes[node] = Scope(kind, self._scope, name)
        return scope

    def _within(self, scope: Scope, *nodes: ast.AST | None) -> None:
        outer, loops = self._scope, self._loops
        self._scope, self._loops = scope, 0
        for node in nodes:
            if node is not None:
                self.visit(node)
        self._scope, self._loops = outer, loops

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._scope.used.add(self._name(node.id))
            if node.id in LOOKING:
                self._note_looking()
        else:
            self._bind(node.id)
            if isinstance(node.ctx, ast.Del):
                self._bind(node.id)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Name) and function.id in ("vars", "dir") and node.args:  # at another's names
            self._scope.used.add(self._name(function.id))
        else:
            self.visit(function)
        for one in (*node.args, *node.keywords):
            self.visit(one)

    def _note_looking(self) -> None:
        scope: Scope | None = self._scope
        while scope is not None:
            scope.is_looking = True
            scope = scope.parent if scope.kind in (LAMBDA, COMPREHENSION) else None

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr in _LOOKING_ATTRIBUTES:
            self._note_looking()
        self.visit(node.value)

    def visit_Global(self, node: ast.Global) -> None:
        names = set(map(self._name, node.names))
        self._scope.declared_global |= names
        self._scope.bound -= names

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        names = set(map(self._name, node.names))
        self._scope.declared_nonlocal |= names
        self._scope.bound -= names

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.target)
        if isinstance(node.target, ast.Name):
            self._bind(node.target.id)
        self.visit(node.value)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name, False)
        for one in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if one is not None:
                self.visit(one)
        scope = self._enter(node, FUNCTION)
        self._bind_parameters(scope, node.args)
        scope.bound |= {one.name for one in getattr(node, "type_params", ())}
        self._declare(scope, node.body)
        self._within(scope, *node.body)

    visit_FunctionDef = _visit_function
    visit_AsyncFunctionDef = _visit_function

    def _declare(self, scope: Scope, body: list[ast.stmt]) -> None:
        """Take in the declarations of a function first: they hold for the whole of it."""
        outer, self._scope = self._scope, scope
        waiting: list[ast.AST] = list(body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, (ast.Global, ast.Nonlocal)):
                self.visit(node)
            elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
                waiting += ast.iter_child_nodes(node)
        self._scope = outer

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for one in (*node.args.defaults, *node.args.kw_defaults):
            if one is not None:
                self.visit(one)
        scope = self._enter(node, LAMBDA)
        self._bind_parameters(scope, node.args)
        self._within(scope, node.body)

    def _bind_parameters(self, scope: Scope, arguments: ast.arguments) -> None:
        every = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
        names = [mangle(one.arg, scope.class_name) for one in every if one is not None]
        scope.bound |= set(names)
        if names and self._scope.kind == CLASS:
            scope.first_parameter = names[0]

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, False)
        for one in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(one)
        scope = self._enter(node, CLASS, node.name)
        scope.bound |= {one.name for one in getattr(node, "type_params", ())}
        self._declare(scope, node.body)
        self._within(scope, *node.body)

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        first = node.generators[0]
        self.visit(first.iter)
        scope = self._enter(node, COMPREHENSION)
        for generator in node.generators:
            for one in ast.walk(generator.target):
                if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load):
                    scope.bound.add(self._name(one.id))
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for i, generator in enumerate(node.generators):
            parts += [*([generator.iter] if i else []), *generator.ifs]
        self._within(scope, *parts)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    def _visit_loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        self._loops += 1
        self.generic_visit(node)
        self._loops -= 1

    visit_For = visit_AsyncFor = visit_While = _visit_loop

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._bind((alias.asname or alias.name).split(".")[0], False)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name, False)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, False)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.visit(node.target)
        else:
            self._bind(node.target.id, False)
        if node.value is not None:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        pass  # annotations are left alone

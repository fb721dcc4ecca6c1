"""A look at the script and at everything of it that it imports, before anything runs: which names are variables at all.

An attribute that no source ever assigns is a constant, as is a global that is bound once to a function, a class, a
module or an object: recording them would cost much and show nothing. Of a global that is bound once to a plain value
each thread's first read at each place is recorded.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from simulator.script.contents import Contents, is_plain, pairs
from simulator.script.scopes import MODULE, ScopeMap

MAX_FILES = 2000
_STARTERS = frozenset(("start", "submit", "run", "map", "start_new_thread", "run_in_executor", "create_task"))
_SETTERS = frozenset(("setattr", "delattr", "__setattr__"))


class Everything(Collection[str]):
    """All attributes are variables: the source assigns some whose names it does not spell."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Survey:
    """What the files of a script assign.

    Parameters
    ----------
    find_file : callable
        Returns the file of a dotted module name if it is one that is recorded, else None.

    Attributes
    ----------
    attributes : collection of str
        Names of attributes that are assigned somewhere.
    contents : Contents
        What names and attributes have, as far as the source tells.
    """

    def __init__(self, find_file: Callable[[str], Path | None]) -> None:
        self._find_file = find_file
        self._stored: set[str] = set()
        self._by_name: set[str] = set()
        self._seen: set[Path] = set()
        self._is_open = False
        self.contents = Contents()

    @property
    def scalars(self) -> frozenset[str]:
        """Names of attributes that only ever have numbers and texts."""
        return frozenset() if self._is_open else self.contents.scalars - self._by_name

    @property
    def stored(self) -> Collection[str]:
        """Names of attributes that the source assigns by their names."""
        return self._stored | self._by_name

    @property
    def attributes(self) -> Collection[str]:
        """Names of attributes that are variables."""
        return Everything() if self._is_open else self._stored

    def look_at(self, path: Path, package: str = "") -> None:
        """Take in a file and what it imports; one that cannot be read or parsed is left out."""
        waiting = [(path, package)]
        while waiting and len(self._seen) < MAX_FILES:
            path, package = waiting.pop()
            if path in self._seen:
                continue
            self._seen.add(path)
            tree = parse_file(path)
            if tree is not None:
                self._take_in(tree)
                for name in _imported(tree, package):
                    found = self._find_file(name)
                    if found is not None:
                        waiting.append((found, name if found.name == "__init__.py" else name.rpartition(".")[0]))

    def _take_in(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            self.contents.take_in(node)
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                self._store(node.attr)
            elif isinstance(node, ast.Global):  # other files read them as attributes of the module
                self._stored.update(node.names)
            elif isinstance(node, ast.Call):
                self._take_in_call(node)
            elif isinstance(node, ast.ClassDef):
                self._take_in_private(node)

    def _store(self, name: str) -> None:
        self._stored.add(name)

    def _take_in_private(self, node: ast.ClassDef) -> None:
        """Take in ``self.__x`` of a class as the compiler spells it."""
        for one in ast.walk(node):
            if isinstance(one, ast.Attribute) and one.attr.startswith("__") and not isinstance(one.ctx, ast.Load):
                self._stored.add(f"_{node.name.lstrip('_')}{one.attr}")

    def _take_in_call(self, node: ast.Call) -> None:
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if name not in _SETTERS:
            return
        names = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if names:
            self._stored.update(names)
            self._by_name.update(names)
        else:
            self._is_open = True


def find_variables(
    scopes: ScopeMap, tree: ast.Module, attributes: Collection[str], stored: Collection[str] = ()
) -> frozenset[str]:
    """Return the globals of a file that are variables.

    Parameters
    ----------
    scopes : ScopeMap
        Of the file.
    tree : ast.Module
        The file.
    attributes : collection of str
        Attributes that are assigned anywhere: ``module.name`` may be one of them.
    stored : collection of str
        Attributes whose names the source spells where it assigns them, if the file is one that others import.

    Returns
    -------
    frozenset of str
        Those that are assigned by more than one statement, in a loop, in a function, from another module, or after
        the file has begun to start threads, and that some function of the file or another file uses.
    """
    module = scopes.module
    inner = [scope for scope in scopes.scopes.values() if scope.kind != MODULE]
    rebound = {name for scope in inner for name in scope.declared_global if scope.stores[name]}
    used = {name for scope in inner for name in scope.used if scope.is_global(name)} | set(stored)
    rebound |= {name for name, n in module.stores.items() if n > 1 or name in attributes}
    rebound |= _bound_late(tree, set(module.stores))
    return frozenset(rebound & used)


def find_constants(scopes: ScopeMap, tree: ast.Module) -> frozenset[str]:
    """Return the globals of a file that are bound once, to a plain value, and that some function uses."""
    inner = [scope for scope in scopes.scopes.values() if scope.kind != MODULE]
    used = {name for scope in inner for name in scope.used if scope.is_global(name)}
    bound = (name for statement in _outside(tree.body) for name in _bound_to_plain(statement))
    return frozenset(name for name in bound if name in used and not name.startswith("__"))


def _outside(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a file that are outside of functions and classes."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            for name in ("body", "orelse", "finalbody"):
                yield from _outside(getattr(statement, name, ()))


def _bound_to_plain(statement: ast.stmt) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
        for target in targets:
            parts = list(pairs(target, statement.value))
            yield from (one.id for one, value in parts if isinstance(one, ast.Name) and is_plain(value))


def _bound_late(tree: ast.Module, names: set[str]) -> set[str]:
    """Return the globals that are assigned below the first line that may start a thread."""
    starters = {node.name for node in ast.walk(tree) if isinstance(node, _FUNCTIONS) and _starts_in(node, set())}
    lines = [statement.lineno for statement in tree.body if _runs(statement) and _starts_in(statement, starters)]
    if not lines:
        return set()
    return {
        node.id
        for statement in tree.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.lineno > min(lines)
    } & names


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _runs(statement: ast.stmt) -> bool:
    """Return whether a statement of a file runs what is in it."""
    return not isinstance(statement, (*_FUNCTIONS, ast.ClassDef))


def _starts_in(node: ast.AST, starters: set[str]) -> bool:
    """Return whether something in a piece of code may start a thread: a method's name, or a function that does."""
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    return any(
        (isinstance(one, ast.Attribute) and one.attr in _STARTERS) or (isinstance(one, ast.Name) and one.id in starters)
        for one in calls
    )


def _imported(tree: ast.Module, package: str) -> Iterator[str]:
    """Name the modules that a file imports; of ``from a import b`` both ``a`` and ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_parents(alias.name)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".") if package else []
            base = ".".join([*parts[: len(parts) - node.level + 1 or None], node.module or ""]).strip(".")
            base = base if node.level else node.module or ""
            yield from _with_parents(base)
            for alias in node.names:
                yield f"{base}.{alias.name}".strip(".")


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    for i in range(1, len(parts) + 1):
        yield ".".join(parts[:i])


def parse_file(path: Path) -> ast.Module | None:
    """Return the tree of a file, None if it cannot be read or parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are given when the file is compiled
            return ast.parse(read_source(path.read_bytes()), str(path))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def read_source(data: bytes) -> str:
    """Return the text of a source file in the encoding that it declares; raises `SyntaxError`, `UnicodeDecodeError`."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.IncrementalNewlineDecoder(None, True).decode(data.decode(encoding), True)

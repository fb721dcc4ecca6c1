"""Compiles a program so that each access to ``state`` knows its own line.

The text is not changed: ``state.request_id`` on line 4 becomes an access to the attribute ``request_id@4``, which is
recorded with that line without looking at the call stack. Code that says ``global request_id`` is treated alike: the
name becomes that attribute of ``state``. Lines and columns stay as they are on show.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import CodeType

from simulator.storage.base import site_name

STATE = "state"


class _Sites(ast.NodeTransformer):
    def __init__(self, names: frozenset[str], has_literal_globals: bool) -> None:
        self._names = names
        self._has_literal_globals = has_literal_globals
        self.found: set[tuple[str, int]] = set()

    def _access(self, node: ast.expr, state: ast.expr, name: str, context: ast.expr_context) -> ast.expr:
        self.found.add((name, node.lineno))
        return ast.copy_location(ast.Attribute(state, site_name(name, node.lineno), context), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == STATE and node.attr in self._names:
            return self._access(node, node.value, node.attr, node.ctx)
        return self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> ast.stmt:
        kept = [name for name in node.names if not (self._has_literal_globals and name in self._names)]
        return ast.copy_location(ast.Global(kept) if kept else ast.Pass(), node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not (self._has_literal_globals and node.id in self._names):
            return node
        state = ast.copy_location(ast.Name(STATE, ast.Load()), node)
        return self._access(node, state, node.id, node.ctx)


def compile_sites(
    source: str, filename: str, names: Iterable[str], has_literal_globals: bool = False
) -> tuple[CodeType, frozenset[tuple[str, int]]]:
    """Compile a program's code.

    Parameters
    ----------
    source, filename : str
        The code on show and what tracebacks call it.
    names : iterable of str
        Names of the variables whose accesses are recorded.
    has_literal_globals : bool
        Whether the code spells them as globals rather than as attributes of ``state``.

    Returns
    -------
    code
        To be run with a name ``state`` in its globals, or making it itself.
    frozenset of (str, int)
        Variable and line of each access that the text shows; to be given to
        `simulator.storage.base.namespace_class`.
    """
    sites = _Sites(frozenset(names), has_literal_globals)
    tree = sites.visit(ast.parse(source, filename))
    return compile(tree, filename, "exec", dont_inherit=True), frozenset(sites.found)

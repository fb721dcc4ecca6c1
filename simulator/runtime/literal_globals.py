"""Runs code that says ``global request_id`` on the recorded storage: the name becomes an attribute of ``state``.

Only the names of the program's variables are replaced, in place, so that lines and columns stay as they are on show. A
name that is replaced is reached through a call, as an attribute is, so the recorded program has the same switch points.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import CodeType


class _GlobalsToState(ast.NodeTransformer):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def visit_Global(self, node: ast.Global) -> ast.stmt:  # the name that ast looks for
        kept = [name for name in node.names if name not in self._names]
        return ast.copy_location(ast.Global(kept) if kept else ast.Pass(), node)

    def visit_Name(self, node: ast.Name) -> ast.expr:  # the name that ast looks for
        if node.id not in self._names:
            return node
        state = ast.copy_location(ast.Name("state", ast.Load()), node)
        return ast.copy_location(ast.Attribute(state, node.id, node.ctx), node)


def compile_with_state(source: str, filename: str, names: Iterable[str]) -> CodeType:
    """Compile code whose globals `names` live in the recorded ``state``.

    Parameters
    ----------
    source, filename : str
        The code on show and what tracebacks call it.
    names : iterable of str
        Global names to record.

    Returns
    -------
    code
        To be run with a name ``state`` in its globals.
    """
    tree = _GlobalsToState(frozenset(names)).visit(ast.parse(source, filename))
    return compile(tree, filename, "exec", dont_inherit=True)

"""Small nodes of a tree, and where in the source a new one stands."""

from __future__ import annotations

import ast
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)


def load(name: str) -> ast.Name:
    """Return a name that is read."""
    return ast.Name(name, ast.Load())


def store(name: str) -> ast.Name:
    """Return a name that is assigned."""
    return ast.Name(name, ast.Store())


def placed(node: Node, at: ast.AST) -> Node:
    """Give a node and everything new in it the place of another node."""
    for one in ast.walk(node):
        if not hasattr(one, "lineno") and "lineno" in one._attributes:
            ast.copy_location(one, at)
    return node

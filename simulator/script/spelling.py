"""Questions about expressions as the source has them: how they are spelled, whether threads could switch inside."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from simulator.script.nodes import load
from simulator.script.sites import spelled

MAX_OWNER_TEXT = 40

_STRAIGHT = (
    ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare,
    ast.IfExp, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.JoinedStr, ast.FormattedValue,
)  # fmt: skip
_NO_EXPRESSION = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)


def is_straight(node: ast.AST | None) -> bool:
    """Return whether an expression has no place where a thread switch could happen."""
    if node is None:
        return True
    return all(isinstance(one, (*_STRAIGHT, *_NO_EXPRESSION)) for one in ast.walk(node))


def first_call(node: ast.expr) -> ast.Call | None:
    """Return the call before which an expression has no place where a thread switch could happen.

    None if there is none, if something else comes first, or if it might not be evaluated.
    """
    for part in _first_parts(node):
        if part is not None and not is_straight(part):
            return first_call(part)
    return node if isinstance(node, ast.Call) else None


def _first_parts(node: ast.expr) -> Sequence[ast.expr | None]:
    """Return the parts of an expression that are evaluated in any case, in order."""
    if isinstance(node, ast.Call):
        return [node.func, *node.args, *(keyword.value for keyword in node.keywords)]
    if isinstance(node, ast.BoolOp):
        return node.values[:1]
    if isinstance(node, ast.IfExp):
        return [node.test]
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators[:1]]
    if isinstance(node, ast.Dict):
        return [part for pair in zip(node.keys, node.values, strict=True) for part in pair]
    if isinstance(node, (*_STRAIGHT, ast.Starred, ast.Await, ast.NamedExpr)):
        return [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]
    return []


def name_of(node: ast.expr) -> str:
    """Return what decides which lock an access takes: the name of a variable or attribute, nothing for items."""
    if isinstance(node, ast.Attribute):
        return node.attr.lstrip("_")
    return node.id if isinstance(node, ast.Name) else ""


def note_texts(tree: ast.AST) -> None:
    """Give what can own something the attribute ``text``: how the source spells it, before rewriting."""
    for node in ast.walk(tree):
        for owner in _owners(node):
            owner.text = spell(owner)[:MAX_OWNER_TEXT]  # type: ignore[attr-defined]  # an attribute of ours


def note_text(owner: ast.expr) -> None:
    """Give an expression that has not been rewritten the attribute ``text``, if it has none."""
    if not hasattr(owner, "text"):
        owner.text = spell(owner)[:MAX_OWNER_TEXT]  # type: ignore[attr-defined]  # an attribute of ours


def _owners(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        return [node.value]
    if isinstance(node, ast.withitem):
        return [node.context_expr]
    if isinstance(node, ast.Compare):
        return node.comparators
    if isinstance(node, ast.Call):
        return node.args[:1]
    return [node.iter] if isinstance(node, (ast.For, ast.comprehension)) else []


def spell(node: ast.expr) -> str:
    """Return how the source spells something, in short."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{spell(node.value)}.{node.attr}"
    if isinstance(node, ast.Constant):
        return spelled(node.value)
    if isinstance(node, ast.Subscript):
        return f"{spell(node.value)}[{spell(node.slice)}]"
    return f"{spell(node.func)}()" if isinstance(node, ast.Call) else "…"


_VIEWS = frozenset(("items", "keys", "values"))
_THROUGH = frozenset(("enumerate", "reversed", "iter"))


def is_owner(node: ast.expr) -> bool:
    """Return whether an expression may be a container that others know, too: it is not made here."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))


def owner_in(node: ast.expr) -> ast.expr | None:
    """Return what a loop over an expression goes through: ``d`` of ``d``, ``d.items()`` and ``enumerate(d)``."""
    if is_owner(node):
        return node
    if not isinstance(node, ast.Call) or node.keywords:
        return None
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in _VIEWS and not node.args:
        return function.value if is_owner(function.value) else None
    is_through = isinstance(function, ast.Name) and function.id in _THROUGH and len(node.args) == 1
    return owner_in(node.args[0]) if is_through else None


def with_owner(node: ast.expr, owner: ast.expr) -> ast.expr:
    """Put something else in the place of what `owner_in` found, and return the expression."""
    if not isinstance(node, ast.Call):
        return owner
    if isinstance(node.func, ast.Attribute):
        node.func.value = owner
    else:
        node.args[0] = with_owner(node.args[0], owner)
    return node


def copy_simple(node: ast.expr) -> ast.expr:
    """Return a constant or a name once more."""
    return ast.copy_location(load(node.id) if isinstance(node, ast.Name) else node, node)


def is_single_item(node: ast.Subscript) -> bool:
    """Return whether a subscript names one item: no slice, nothing starred."""
    return not any(isinstance(one, (ast.Slice, ast.Starred)) for one in ast.walk(node.slice))

"""Functions of ours inside the user's code as constants: no name in any namespace, nothing to shadow, nothing to see.

The tree holds a text in place of the function; once compiled, the text in ``co_consts`` is exchanged for it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import CodeType
from typing import Any

_MARK = "\0threadloom:"


def helper(name: str) -> ast.expr:
    """Return the expression that is a function of ours.

    Notes
    -----
    A conditional expression that is always true compiles to the bare constant; a constant that is called would be
    warned of.
    """
    return ast.IfExp(ast.Constant(True), ast.Constant(_MARK + name), ast.Constant(None))


def call(name: str, *arguments: ast.expr) -> ast.Call:
    """Return the call of a function of ours."""
    return ast.Call(helper(name), list(arguments), [])


def clock() -> ast.Call:
    """Return the reading of the clock."""
    return call("now")


def fill_in(code: CodeType, find: Callable[[str], Any]) -> CodeType:
    """Return the code with functions in place of their names, nested code included."""
    constants = tuple(_filled(constant, find) for constant in code.co_consts)
    return code.replace(co_consts=constants)


def _filled(constant: object, find: Callable[[str], Any]) -> object:
    if isinstance(constant, CodeType):
        return fill_in(constant, find)
    if type(constant) is str and constant.startswith(_MARK):
        return find(constant[len(_MARK) :])
    return constant

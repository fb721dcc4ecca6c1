"""Rewriting calls: of methods that synchronise or access, and of functions that access an attribute by its name."""

from __future__ import annotations

import ast

from simulator.record.kinds import Kind
from simulator.script.expressions import Expressions
from simulator.script.interleaving import stamp
from simulator.script.placeholders import call, clock
from simulator.script.regions import placed
from simulator.script.sites import CALL, WHOLE, SiteInfo
from simulator.script.spelling import MAX_OWNER_TEXT, copy_simple, owner_in, spell, with_owner

_FIRST = frozenset(("blocking", "item", "key", "value", "token", "secs"))
"""Names under which the first argument of a recorded method can be given."""
_BY_NAME = frozenset(("getattr", "setattr", "hasattr", "delattr"))
_GIVEN = frozenset(("enter_context", "push", "callback"))
"""Methods that do something with what they are given."""
_MAKERS = frozenset(("list", "dict", "set", "bytearray", "defaultdict", "deque", "OrderedDict", "Counter"))
_READERS = frozenset(("len", "list", "tuple", "set", "frozenset", "dict", "sorted", "sum", "min", "max", "any", "all"))
"""Built-in functions that go through their first argument."""


class Calls(Expressions):
    """Rewrites the calls of one file; see `Names` for the parameters."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Visit the arguments; the attribute of a method call is a read only where such attributes are assigned."""
        if isinstance(node.func, ast.Attribute) and node.func.attr in self.plan.methods and self._can_split(node):
            return self._visit_method(node, node.func)
        if isinstance(node.func, ast.Name) and node.func.id in _BY_NAME and self._is_by_name(node, node.func):
            return self._visit_by_name(node, node.func.id)
        is_new = isinstance(node.func, ast.Name) and node.func.id in _MAKERS and self.scope.is_global(node.func.id)
        made = self._visit_reader(node) or self._visit_plain(node)
        return self.note_new(made) if is_new else made

    def _visit_plain(self, node: ast.Call) -> ast.expr:
        if isinstance(node.func, ast.Attribute) and not self.is_recorded_attribute(node.func):
            node.func.value = self.visit(node.func.value)
        else:
            node.func = self.visit(node.func)
        node.args = [self.visit(one) for one in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return node

    def _visit_reader(self, node: ast.Call) -> ast.expr | None:
        """Record that a built-in function goes through something: ``looked(site, now(), len(o), now(), o)``."""
        function, owner = node.func, owner_in(node.args[0]) if node.args else None
        if owner is None or not isinstance(function, ast.Name) or function.id not in _READERS:
            return None
        is_built_in = self.scope.is_global(function.id) and function.id not in self.scopes.module.bound
        if not is_built_in or not (self.has_walrus or self.is_simple(owner)):
            return None
        site = ast.Constant(self.owned_site(node, WHOLE, "", owner))
        clear: list[ast.expr] = []
        one, again = self.split(owner, clear)
        node.args[0] = with_owner(node.args[0], one)
        node.args[1:] = [self.visit(other) for other in node.args[1:]]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return placed(call("looked", site, clock(), node, *stamp(), again, *clear), node)

    def _can_split(self, node: ast.Call) -> bool:
        """Return whether a call's object and arguments can be evaluated before it."""
        owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        if any(isinstance(one, ast.Constant) for one in owner):
            return False
        if any(isinstance(one, ast.Starred) for one in node.args):
            return False
        values = [*owner, *node.args, *(keyword.value for keyword in node.keywords)]
        return self.has_walrus or all(map(self.is_simple, values))

    def _is_by_name(self, node: ast.Call, function: ast.Name) -> bool:
        """Return whether a call is one of the built-in functions that access an attribute by its name."""
        is_built_in = self.scope.is_global(function.id) and function.id not in self.scopes.module.bound
        return is_built_in and len(node.args) in (2, 3) and not node.keywords and self._can_split(node)

    def _visit_by_name(self, node: ast.Call, what: str) -> ast.expr:
        """Record a native call that accesses an attribute whose name is a value."""
        owner = node.args[0]
        is_self = isinstance(owner, ast.Name) and owner.id == self.first_parameter()
        text = spell(owner)[:MAX_OWNER_TEXT]
        at = (self.plan.file, node.lineno, node.col_offset)
        site = self.book.add_unsent(SiteInfo(CALL, what, text, is_self, Kind.READ, *at))
        clear: list[ast.expr] = []
        split = [self.split(one, clear) for one in node.args]
        node.args = [again for _, again in split]
        first = [one for one, _ in split]
        first += [ast.Constant(None)] * (3 - len(first))
        which = (ast.Constant(what), ast.Constant(site))
        return placed(call("by name", *which, *first, clock(), node, *stamp(), *clear), node)

    def _visit_method(self, node: ast.Call, method: ast.Attribute) -> ast.expr:
        """Record a native call of a method: ``after(site, o, a, before(site, o, a), o.method(a), now())``."""
        named = node.args[0] if method.attr in _GIVEN and node.args else method.value
        site = self.owned_site(node, CALL, method.attr, named)
        clear: list[ast.expr] = []
        owner, method.value = self.split(method.value, clear)
        rest: list[ast.expr] = []
        first: ast.expr = ast.Constant(None)
        again: ast.expr = ast.Constant(None)
        for i, one in enumerate(node.args):
            made, node.args[i] = self.split(one, clear)
            if i == 0:
                first, again = made, copy_simple(node.args[0])
            else:
                rest.append(made)
        for keyword in node.keywords:
            made, keyword.value = self.split(keyword.value, clear)
            if not node.args and keyword.arg in _FIRST:
                first, again = made, copy_simple(keyword.value)
            else:
                rest.append(made)
        number = ast.Constant(site)
        rest = [one for one in rest if isinstance(one, ast.NamedExpr)]
        before = call("before", number, copy_simple(method.value), again, *rest)
        return placed(call("after", number, owner, first, before, node, *stamp(), *clear), node)

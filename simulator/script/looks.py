"""Rewriting looks at containers that show no item: whether there is something in them, compared, printed, unpacked."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from simulator.script.expressions import Expressions
from simulator.script.forms import LOOK_FORM
from simulator.script.lone_reads import Seen, looked
from simulator.script.nodes import load, placed
from simulator.script.placeholders import call
from simulator.script.scopes import COMPREHENSION
from simulator.script.sites import WHOLE
from simulator.script.spelling import is_owner, is_single_item, note_text

_LAZY = frozenset(("enumerate", "reversed", "iter", "zip", "map", "filter"))
_VIEWS = frozenset(("items", "keys", "values"))
_DISPLAYS = (ast.List, ast.Set, ast.Tuple, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)
_OF_CONTAINERS = (ast.Add, ast.Mult, ast.Sub, ast.BitOr, ast.BitAnd, ast.BitXor)


class Looks(Expressions):
    """Rewrites what looks at containers as such in one file; see `Names` for the parameters.

    Notes
    -----
    What is looked at may be anything; that it is a container is only seen when the code runs. In a region it is noted
    there. Elsewhere the whole expression is evaluated first: see `looked`.
    """

    # -- one container -------------------------------------------------------------------------------------------

    def may_hold(self, node: ast.expr) -> bool:
        """Return whether an expression may be a container that others know, too."""
        if isinstance(node, ast.Name):
            is_own = self.scope.kind == COMPREHENSION and node.id in self.scope.bound
            return not (is_own or self.is_scalar(node.id))
        if isinstance(node, ast.Attribute):
            return self.mangled(node.attr) not in self.plan.scalars
        return isinstance(node, ast.Subscript) and is_single_item(node)

    def look_at(self, node: ast.expr, seen: Seen) -> ast.expr:
        """Visit an operand, and note it if it may be a container."""
        if not self.may_hold(node) or not (self.region or self.has_walrus or self.is_simple(node)):
            return self.visit(node)
        note_text(node)
        site = self.owned_site(node, WHOLE, "", node)
        form = self.book.form(LOOK_FORM, site)
        if self.region is None:
            one, again = self.split(node, seen.clear)
        else:
            self.region.owners.add(node.text)  # type: ignore[attr-defined]  # an attribute of ours
            one, again = self.aside(node)
        seen.sites.append(site)
        seen.forms.append(form.upper() if self.is_conditional else form)
        seen.ones.append(again)
        return one

    def whole_site(self, owner: ast.expr) -> int:
        """Return the site of what a statement does to a container as such; 0 if it is none."""
        if not (is_owner(owner) and self.may_hold(owner)):
            return 0
        note_text(owner)
        return self.owned_site(owner, WHOLE, "", owner)

    def change_site(self, owner: ast.expr) -> int:
        """Return the site of a change of a container as such; 0 if that cannot be recorded."""
        return self.whole_site(owner) if self.has_temporaries and not self.plan.is_locked else 0

    def looked(self, node: ast.expr, seen: Seen) -> ast.expr:
        """Return an expression, recorded as having looked at what was noted."""
        if not seen.sites:
            return node
        if self.region is None:
            return placed(looked(node, seen), node)
        self.region.add_looks(node, seen)
        return node

    def look_into(self, node: ast.expr, seen: Seen) -> ast.expr:
        """Visit what is gone through; note each container in it: of ``zip(a, b.items())`` both."""
        if is_owner(node):
            return self.look_at(node, seen)
        if isinstance(node, ast.Starred):
            node.value = self.look_into(node.value, seen)
            return node
        if isinstance(node, ast.JoinedStr):
            return self._visit_text(node, seen)
        if not isinstance(node, ast.Call) or node.keywords:
            return self.visit(node)
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in _VIEWS and not node.args:
            function.value = self.look_into(function.value, seen)
            return node
        if self.is_built_in(function, _LAZY):
            node.args = [self.look_into(one, seen) for one in node.args]
            return node
        return self.visit(node)

    def is_built_in(self, function: ast.expr, names: frozenset[str]) -> bool:
        """Return whether a function is one of these built-in ones."""
        if not isinstance(function, ast.Name) or function.id not in names:
            return False
        return self.scope.is_global(function.id) and function.id not in self.scopes.module.bound

    # -- whether there is something in it --------------------------------------------------------------------------

    def tested(self, node: ast.expr) -> ast.expr:
        """Visit an expression of which only is asked whether it is true."""
        if isinstance(node, ast.BoolOp):
            node.values = [self.tested(node.values[0]), *map(self._tested_maybe, node.values[1:])]
            return node
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self.tested(node.operand)
            return node
        if not is_owner(node):
            return self.visit(node)
        seen = Seen(is_test=True)
        return self.looked(self.look_at(node, seen), seen)

    def _tested_maybe(self, node: ast.expr) -> ast.expr:
        outer, self.is_conditional = self.is_conditional, True
        node = self.tested(node)
        self.is_conditional = outer
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """Visit the operand."""
        if isinstance(node.op, ast.Not):
            return self.tested(node)
        node.operand = self.visit(node.operand)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Visit the condition first."""
        node.test = self.tested(node.test)
        node.body, node.orelse = self.visit_maybe(node.body), self.visit_maybe(node.orelse)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """Visit the operands; all but the first may not be evaluated, all but the last are tested."""
        *tested, last = node.values
        if self.region is not None and self.is_on_spot(node):
            node.values = [self.visit(tested[0]), *map(self.visit_maybe, node.values[1:])]
            return node
        if self.region is not None:
            seen = Seen()
            first, *others = tested
            node.values = [self._operand(first, seen), *(self._operand_maybe(one, seen) for one in others)]
            self.region.add_looks(node, seen)
            node.values.append(self.visit_maybe(last))
            return node
        made = self.visit_maybe(last)
        for i in range(len(tested) - 1, -1, -1):
            outer, self.is_conditional = self.is_conditional, self.is_conditional or i > 0
            made = self._either(node, tested[i], made)
            self.is_conditional = outer
        return made

    def _operand(self, node: ast.expr, seen: Seen) -> ast.expr:
        return self.look_at(node, seen) if is_owner(node) else self.visit(node)

    def _operand_maybe(self, node: ast.expr, seen: Seen) -> ast.expr:
        outer, self.is_conditional = self.is_conditional, True
        node = self._operand(node, seen)
        self.is_conditional = outer
        return node

    def _either(self, at: ast.BoolOp, node: ast.expr, other: ast.expr) -> ast.expr:
        """Return ``node and other`` or ``node or other``; `other` is visited."""
        if not (isinstance(node, ast.Name) and self.is_simple(node)):
            return _joined(at, self.visit(node), other)
        seen = Seen(is_test=True)
        one = self.look_at(node, seen)
        if not seen.sites:
            return _joined(at, one, other)
        test = self.looked(one, seen)
        same = placed(load(node.id), node)
        body, orelse = (other, same) if isinstance(at.op, ast.And) else (same, other)
        return placed(ast.IfExp(test, body, orelse), at)

    # -- in expressions ------------------------------------------------------------------------------------------

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Look at both sides where one is known to hold something."""
        is_order = len(node.ops) == 1 and not isinstance(node.ops[0], (ast.In, ast.NotIn, ast.Is, ast.IsNot))
        if not is_order or not self._is_about_containers([node.left, node.comparators[0]]):
            return super().visit_Compare(node)
        seen = Seen()
        node.left = self._operand(node.left, seen)
        node.comparators = [self._operand(node.comparators[0], seen)]
        return self.looked(node, seen)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Look at both sides where one is known to hold something."""
        is_text = isinstance(node.op, ast.Mod) and isinstance(node.left, (ast.Constant, ast.JoinedStr))
        is_sum = isinstance(node.op, _OF_CONTAINERS) and self._is_about_containers([node.left, node.right])
        if not (is_text or is_sum) or (isinstance(node.left, ast.List) and isinstance(node.op, ast.Mult)):
            return super().visit_BinOp(node)
        seen = Seen()
        node.left = self._operand(node.left, seen)
        if isinstance(node.right, ast.Tuple) and is_text:
            node.right.elts = [self._operand(one, seen) for one in node.right.elts]
        else:
            node.right = self._operand(node.right, seen)
        return self.looked(node, seen)

    def _is_about_containers(self, operands: Iterable[ast.expr]) -> bool:
        """Return whether one operand is made here, or has a name under which the source keeps containers."""
        owners = [one for one in operands if is_owner(one)]
        return any(map(self.holds, owners)) or any(isinstance(one, _DISPLAYS) for one in operands if owners)

    def may_change(self, node: ast.AugAssign) -> bool:
        """Return whether ``x += y`` may change a container instead of making another."""
        return isinstance(node.op, _OF_CONTAINERS) and self.holds(node.target)

    def holds(self, node: ast.expr) -> bool:
        """Return whether an expression has a name under which the source keeps containers."""
        name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        return name in self.plan.holders and self.may_hold(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        """Look at what is written into a text."""
        seen = Seen()
        return self.looked(self._visit_text(node, seen), seen)

    def _visit_text(self, node: ast.JoinedStr, seen: Seen) -> ast.expr:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                part.value = self._operand(part.value, seen)
                part.format_spec = part.format_spec and self.visit(part.format_spec)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Look at what a slice is taken of."""
        if not isinstance(node.ctx, ast.Load) or is_single_item(node) or not is_owner(node.value):
            return super().visit_Subscript(node)
        seen = Seen()
        node.value = self.look_at(node.value, seen)
        node.slice = self.visit(node.slice)
        return self.looked(node, seen)

    def visit_display(self, node: ast.expr) -> ast.expr:
        """Visit the parts of a display; look at what is unpacked in it."""
        seen = Seen()
        if isinstance(node, ast.Dict):
            for i, key in enumerate(node.keys):
                node.keys[i] = key and self.visit(key)
                node.values[i] = self.visit(node.values[i]) if key else self.look_into(node.values[i], seen)
        elif isinstance(node, (ast.List, ast.Set, ast.Tuple)):
            node.elts = [
                self.look_into(one, seen) if isinstance(one, ast.Starred) else self.visit(one) for one in node.elts
            ]
        return self.looked(node, seen)

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        """Visit the parts of a tuple."""
        return self.visit_display(node) if isinstance(node.ctx, ast.Load) else self.visit_parts(node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.expr:
        """Look at what is gone through."""
        if not is_owner(node.value) or not self.may_hold(node.value):
            return self.visit_parts(node)
        if not (self.has_walrus or self.is_simple(node.value)):
            return self.visit_parts(node)
        note_text(node.value)
        site = ast.Constant(self.owned_site(node.value, WHOLE, "", node.value))
        clear: list[ast.expr] = []
        one, again = self.split(node.value, clear)
        node.value = placed(call("begin", site, call("walk"), one, again, *clear), node.value)
        return node


def _joined(at: ast.BoolOp, one: ast.expr, other: ast.expr) -> ast.expr:
    """Return ``one and other``, or ``or``, in one operator with what `other` joins in the same way."""
    is_same = isinstance(other, ast.BoolOp) and type(other.op) is type(at.op)
    others = other.values if is_same and isinstance(other, ast.BoolOp) else [other]
    return placed(ast.BoolOp(at.op, [one, *others]), at)

"""Rewriting calls: of methods that synchronise or access, and of functions that access an attribute by its name."""

from __future__ import annotations

import ast

from simulator.record.kinds import Kind
from simulator.script.forms import METHOD_FORM
from simulator.script.interleaving import stamp
from simulator.script.lone_reads import Seen
from simulator.script.looks import Looks
from simulator.script.nodes import placed
from simulator.script.placeholders import call, clock
from simulator.script.regions import Region
from simulator.script.sites import CALL, WHOLE, SiteInfo
from simulator.script.spelling import MAX_OWNER_TEXT, copy_simple, first_call, is_owner, note_text, spell

_FIRST = frozenset(("blocking", "item", "key", "value", "token", "secs"))
"""Names under which the first argument of a recorded method can be given."""
_BY_NAME = frozenset(("getattr", "setattr", "hasattr", "delattr"))
_GIVEN = frozenset(("enter_context", "push", "callback"))
"""Methods that do something with what they are given."""
_MAKERS = frozenset(("list", "dict", "set", "bytearray", "defaultdict", "deque", "OrderedDict", "Counter"))
_READERS = frozenset((
    "len", "list", "tuple", "set", "frozenset", "dict", "sorted", "sum", "min", "max", "any", "all", "bytes",
    "bytearray", "bool", "print", "str", "repr", "ascii", "format", "zip", "map", "filter", "iter", "next", "enumerate",
    "reversed",
))  # fmt: skip
"""Built-in functions that look at what they are given, or go through it."""
_CALLING = frozenset(("map", "filter"))
"""Those that are given a function first."""
_SWIFT = frozenset((
    "append", "appendleft", "pop", "popleft", "popitem", "insert", "add", "discard", "setdefault", "remove", "reverse",
    "rotate", "move_to_end",
))  # fmt: skip
"""Methods of containers that run no code of the user but where keys of a type of its own are hashed or compared."""
_OF_TEXTS = frozenset(("join", "format"))


class Calls(Looks):
    """Rewrites the calls of one file; see `Names` for the parameters."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Visit the arguments; the attribute of a method call is a read only where such attributes are assigned."""
        if node is self.leading and isinstance(node.func, ast.Attribute):
            return self._visit_leading(node, node.func)
        if isinstance(node.func, ast.Attribute) and node.func.attr in self.plan.methods and self._can_split(node):
            return self._visit_method(node, node.func)
        if self._is_alias(node.func) and self._can_split(node):
            return self._visit_alias(node)
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
        node.args = [self._visit_argument(one) for one in node.args]
        for keyword in node.keywords:
            keyword.value = self._unpacked("unpacked names", keyword.value, keyword.arg is None)
        return node

    def _visit_argument(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Starred):
            node.value = self._unpacked("unpacked", node.value, True)
            return node
        return self.visit(node)

    def _unpacked(self, how: str, node: ast.expr, is_unpacked: bool) -> ast.expr:
        """Visit an argument; record at once that one is unpacked: the call itself may last."""
        if not (is_unpacked and is_owner(node) and self.may_hold(node)):
            return self.visit(node)
        note_text(node)
        site = self.owned_site(node, WHOLE, "", node)
        return placed(call(how, ast.Constant(site), self.visit(node)), node)

    def _visit_reader(self, node: ast.Call) -> ast.expr | None:
        """Record that a built-in function goes through what it is given: ``looked(site, now(), len(o), now(), o)``."""
        is_text = isinstance(node.func, ast.Attribute) and node.func.attr in _OF_TEXTS
        is_text = is_text and isinstance(node.func.value, (ast.Constant, ast.JoinedStr))  # type: ignore[attr-defined]
        if not (is_text or self.is_built_in(node.func, _READERS)):
            return None
        seen = Seen()
        n_functions = isinstance(node.func, ast.Name) and node.func.id in _CALLING
        node.args = [
            self.visit(one) if i < n_functions else self.look_into(one, seen) for i, one in enumerate(node.args)
        ]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value) if keyword.arg else self.look_into(keyword.value, seen)
        return self.looked(node, seen)

    def _can_split(self, node: ast.Call) -> bool:
        """Return whether a call's object and arguments can be evaluated before it."""
        owner = [node.func.value] if isinstance(node.func, ast.Attribute) else [node.func]
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
        return self._around("", node, site, owner, copy_simple(method.value), clear)

    def find_leading(self, node: ast.expr, region: Region) -> ast.Call | None:
        """Return the call of a container's method up to which an expression belongs to the stretch before it.

        Such a method is C code: threads cannot switch between what comes before and what it does.
        """
        one = first_call(node)
        if one is None or not isinstance(one.func, ast.Attribute) or one.func.attr not in _SWIFT & self.plan.stamped:
            return None
        owner = one.func.value
        is_known = self.holds(owner) or getattr(owner, "text", "") in region.owners
        is_plain = is_owner(owner) and all(keyword.arg for keyword in one.keywords)
        return one if is_known and is_plain else None

    def _visit_leading(self, node: ast.Call, method: ast.Attribute) -> ast.expr:
        """Record a native call of a container's method together with what came before it."""
        region = self.region
        assert region is not None
        site = self.owned_site(node, CALL, method.attr, method.value)
        method.value, owner = self.aside(method.value)
        first: ast.expr = ast.Constant(None)
        for i, one in enumerate(node.args):
            if i:
                node.args[i] = self.visit(one)
            else:
                node.args[i], first = self.aside(one)
        for keyword in node.keywords:
            if not node.args and keyword.arg in _FIRST:
                keyword.value, first = self.aside(keyword.value)
            else:
                keyword.value = self.visit(keyword.value)
        self.region = self.leading = None
        return region.record_here(node, self.book.form(METHOD_FORM, site), site, owner, first)

    def _is_alias(self, function: ast.expr) -> bool:
        """Return whether a function may be a recorded method of an object, under a name of its own."""
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        return name in self.plan.aliases and is_owner(function)

    def _visit_alias(self, node: ast.Call) -> ast.expr:
        """Record a native call of a method by another name; which it is, and whose, is seen when it is called."""
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        at = (self.plan.file, node.lineno, node.col_offset)
        site = self.book.add_unsent(SiteInfo(CALL, name, self.plan.aliases[name], False, Kind.READ, *at))
        clear: list[ast.expr] = []
        function, node.func = self.split(node.func, clear)
        return self._around(" alias", node, site, function, copy_simple(node.func), clear)

    def _around(
        self, how: str, node: ast.Call, site: int, owner: ast.expr, same: ast.expr, clear: list[ast.expr]
    ) -> ast.expr:
        """Visit the arguments of a call, and record it; `owner` is evaluated first, `same` is its value again."""
        if node.keywords:
            self.book.keywords[site] = bool(node.args), tuple(keyword.arg for keyword in node.keywords)
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
        before = call(f"before{how}", number, same, again, *rest)
        return placed(call(f"after{how}", number, owner, first, before, node, *stamp(), *clear), node)

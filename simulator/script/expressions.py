"""Rewriting expressions: each recorded read is either put aside for its region or recorded on the spot."""

from __future__ import annotations

import ast
from collections.abc import Collection

from simulator.record.kinds import Kind
from simulator.script.forms import ATTRIBUTE_FORM, ITEM_FORM, KEY_FORM, NEW_FORM
from simulator.script.interleaving import stamp
from simulator.script.names import Names
from simulator.script.nodes import load, placed, store
from simulator.script.placeholders import call
from simulator.script.plan import Plan
from simulator.script.regions import TEMPORARY, Region
from simulator.script.scopes import COMPREHENSION, LAMBDA, MODULE, ScopeMap
from simulator.script.sites import ITEM, WHOLE, SiteBook
from simulator.script.spelling import copy_simple, is_owner, is_single_item, name_of, owner_in, with_owner
from simulator.script.straight import stripe_of


class Expressions(Names):
    """Rewrites the expressions of one file; see `Names` for the parameters."""

    def __init__(self, plan: Plan, book: SiteBook, scopes: ScopeMap) -> None:
        super().__init__(plan, book, scopes)
        self.region: Region | None = None
        self.leftover: list[str] = []
        self.has_made = False
        self.is_conditional = False
        self.assigned: Collection[str] = ()
        self.leading: ast.Call | None = None

    # -- recording -----------------------------------------------------------------------------------------------

    def record(self, form: str, site: int, arguments: list[ast.expr], node: ast.expr) -> ast.expr:
        """Record the access `node`, the last of `arguments`, which is evaluated here, and return what has its value."""
        region = self.region
        if region is None and self.plan.is_locked and not isinstance(node, ast.NamedExpr):
            return placed(self._read_locked(form, site, arguments, node), node)
        if region is None:
            return placed(call(f"record {form}", ast.Constant(site), *arguments, *stamp()), node)
        temporary = region.temporary()
        if self.is_conditional:
            region.unset.append(temporary)
        value = placed(ast.NamedExpr(store(temporary), arguments[-1]), node)
        region.add_read(value, form.upper() if self.is_conditional else form, site, *arguments[:-1])
        return value

    def _read_locked(self, form: str, site: int, arguments: list[ast.expr], node: ast.expr) -> ast.expr:
        nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        parts = ast.Tuple(arguments[:-1], ast.Load())
        stripe = ast.Constant(stripe_of(name_of(node)))
        return call("read", stripe, ast.Constant(form), ast.Constant(site), parts, ast.Lambda(nothing, arguments[-1]))

    def aside(self, node: ast.expr) -> tuple[ast.expr, ast.expr]:
        """Return an expression to evaluate and one that has its value again later.

        A name has it unless the statement assigns it, or might not come to it.
        """
        if isinstance(node, ast.Constant):
            return node, node
        is_kept = isinstance(node, ast.Name) and not self.is_conditional and node.id not in self.assigned
        if is_kept and self.is_simple(node):
            return node, copy_simple(node)
        region = self.region
        assert region is not None
        value = self.visit(node)
        if isinstance(value, ast.NamedExpr) and value.target.id.startswith(TEMPORARY):
            return value, load(value.target.id)
        temporary = region.temporary()
        if self.is_conditional:
            region.unset.append(temporary)
        return placed(ast.NamedExpr(store(temporary), value), node), load(temporary)

    # -- visiting ------------------------------------------------------------------------------------------------

    def visit(self, node: ast.expr) -> ast.expr:
        """Return the expression rewritten."""
        method = getattr(self, f"visit_{type(node).__name__}", None)
        if method is not None:
            result: ast.expr = method(node)
            return result
        return self.visit_parts(node)

    def visit_parts(self, node: ast.expr) -> ast.expr:
        """Visit all parts of an expression."""
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                setattr(node, name, self.visit(value))
            elif isinstance(value, list):
                setattr(node, name, [self._visit_part(one) for one in value])
        return node

    def _visit_part(self, part: object) -> object:
        if isinstance(part, ast.keyword):
            part.value = self.visit(part.value)
        return self.visit(part) if isinstance(part, ast.expr) else part

    def visit_maybe(self, node: ast.expr) -> ast.expr:
        """Visit a part that may not be evaluated."""
        outer, self.is_conditional = self.is_conditional, True
        node = self.visit(node)
        self.is_conditional = outer
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Leave it alone."""
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Record a read of a variable."""
        if not isinstance(node.ctx, ast.Load) or not self.is_variable(node.id):
            return node
        form, site, arguments = self.name_access(node, Kind.READ, node)
        return self.record(form, site, arguments, node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Record a read of an attribute that is a variable."""
        if not isinstance(node.ctx, ast.Load) or not self.is_recorded_attribute(node):
            node.value = self.visit(node.value)
            return node
        site = self.attribute_site(node, Kind.READ)
        return self._visit_owned(node, ATTRIBUTE_FORM, site)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Record a read of an item."""
        if not isinstance(node.ctx, ast.Load) or not is_single_item(node):
            return self.visit_parts(node)
        site = self.item_site(node, Kind.READ)
        return self._visit_owned(node, self.book.form(ITEM_FORM, site), site)

    def _visit_owned(self, node: ast.Attribute | ast.Subscript, form: str, site: int) -> ast.expr:
        """Record a read of something that belongs to an object."""
        if self.region is None or self.is_on_spot(node):
            return self._visit_owned_now(node, form, site)
        if isinstance(node, ast.Subscript):
            self.region.owners.add(getattr(node.value, "text", ""))
        node.value, owner = self.aside(node.value)
        arguments = [owner]
        if isinstance(node, ast.Subscript):
            node.slice, key = self.aside(node.slice)
            arguments.append(key)
        return self.record(form, site, [*arguments, node], node)

    def _visit_owned_now(self, node: ast.Attribute | ast.Subscript, form: str, site: int) -> ast.expr:
        """Record it on the spot: ``record(site, owner, owner.name, now())``, with the owner put aside."""
        parts: list[ast.expr] = [node.value, *([node.slice] if isinstance(node, ast.Subscript) else [])]
        if not all(map(self.is_simple, parts)) and not self.has_walrus:
            return self.visit_parts(node)
        clear: list[ast.expr] = []
        split = [self.split(part, clear) for part in parts]
        first = [one for one, _ in split]
        again = [one for _, one in split]
        node.value = again[0]
        if isinstance(node, ast.Subscript):
            node.slice = again[1]
        if self.plan.is_locked:
            return self._read_owned_locked(node, form, site, first, clear)
        name = f"record {form}" + "-" * len(clear)
        return placed(call(name, ast.Constant(site), *first, node, *stamp(), *clear), node)

    def _read_owned_locked(
        self,
        node: ast.Attribute | ast.Subscript | ast.Compare,
        form: str,
        site: int,
        first: list[ast.expr],
        clear: list[ast.expr],
    ) -> ast.expr:
        read = self._read_locked(form, site, [*first, node], node)
        return placed(call("first", read, *clear) if clear else read, node)

    def is_on_spot(self, node: ast.expr) -> bool:
        """Return whether what an expression does last is recorded on the spot: its region ends within."""
        return self.region is None or (self.leading is not None and any(one is self.leading for one in ast.walk(node)))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        """Record the write of a variable."""
        node.value = self.visit(node.value)
        if not self.is_variable(node.target.id):
            return node
        form, site, arguments = self.name_access(node.target, Kind.WRITE, node)
        return self.record(form, site, arguments, node)

    def split(self, node: ast.expr, clear: list[ast.expr]) -> tuple[ast.expr, ast.expr]:
        """Return an expression to evaluate now, and one that has its value again; say how to clear up behind."""
        if self.is_simple(node):
            return node, copy_simple(node)
        temporary = self.plan.temporaries.make()
        clear.append(ast.NamedExpr(store(temporary), ast.Constant(None)))
        self._note_leftover(temporary)
        return placed(ast.NamedExpr(store(temporary), self.visit(node)), node), placed(load(temporary), node)

    def _note_leftover(self, temporary: str) -> None:
        """Note a name of ours that will be left without a value, if it has one in any case."""
        if not self.is_conditional and self.scope.kind not in (LAMBDA, COMPREHENSION):
            self.leftover.append(temporary)

    def tested(self, node: ast.expr) -> ast.expr:
        """Visit an expression of which only is asked whether it is true."""
        return self.visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Visit the operands; all but the first two may not be evaluated."""
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)) and is_owner(node.comparators[0]):
            return self._visit_contains(node)
        node.left = self.visit(node.left)
        node.comparators = [self.visit(node.comparators[0]), *map(self.visit_maybe, node.comparators[1:])]
        return node

    def _visit_contains(self, node: ast.Compare) -> ast.expr:
        """Record a look for a key: ``record(site, key, owner, key in owner, now())``."""
        parts = [node.left, owner := node.comparators[0]]
        is_on_spot = self.is_on_spot(node)
        if is_on_spot and not (self.has_walrus or all(map(self.is_simple, parts))):
            return self.visit_parts(node)
        name = "in" if isinstance(node.ops[0], ast.In) else "not in"
        site = self.owned_site(node, ITEM, name, owner)
        form = self.book.form(KEY_FORM, site)
        if self.region is not None and not is_on_spot:
            self.region.owners.add(getattr(owner, "text", ""))
            node.left, key = self.aside(node.left)
            node.comparators[0], one = self.aside(owner)
            return self.record(form, site, [key, one, node], node)
        clear: list[ast.expr] = []
        split = [self.split(part, clear) for part in parts]
        node.left, node.comparators[0] = split[0][1], split[1][1]
        first = [one for one, _ in split]
        if self.plan.is_locked:
            return self._read_owned_locked(node, form, site, first, clear)
        name = f"record {form}" + "-" * len(clear)
        return placed(call(name, ast.Constant(site), *first, node, *stamp(), *clear), node)

    def _visit_display(self, node: ast.List | ast.Dict | ast.Set) -> ast.expr:
        """Note that a container is made here: lists and dictionaries do not tell when they die."""
        if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            return self.visit_parts(node)
        return self.note_new(self.visit_display(node))

    visit_List = visit_Dict = visit_Set = _visit_display

    def visit_display(self, node: ast.expr) -> ast.expr:
        """Visit the parts of a display."""
        return self.visit_parts(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Note that ``[0] * n`` makes a list."""
        if not (isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List)):
            return self.visit_parts(node)
        self.visit_parts(node.left)
        node.right = self.visit(node.right)
        return self.note_new(node)

    def note_new(self, node: ast.expr) -> ast.expr:
        """Note that an expression makes a container, unless it is only gone through."""
        if self._in_iterable:
            return node
        site = 0
        if self.scope.kind == MODULE:
            site = self.book.add(self.book.whole(), self.info(node, WHOLE, "", node, Kind.WRITE))
            self.has_made = True  # what it holds is looked at before the next statement
        if self.region is None and not site:
            return placed(call("made", node), node)
        if self.region is None:
            return placed(call(f"record {NEW_FORM}", ast.Constant(site), node, *stamp()), node)
        return self.record(NEW_FORM, site, [node], node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        """Visit the defaults here and the body in its own scope."""
        self.visit_defaults(node.args)
        outer, self.scope = self.scope, self.scopes.scopes[node]
        node.body = self.visit(node.body)
        self.scope = outer
        return node

    def visit_defaults(self, arguments: ast.arguments) -> None:
        """Visit the defaults of parameters."""
        arguments.defaults = [self.visit(one) for one in arguments.defaults]
        arguments.kw_defaults = [one and self.visit(one) for one in arguments.kw_defaults]

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> ast.expr:
        first = node.generators[0]
        are_made = isinstance(node, ast.ListComp) and isinstance(node.elt, (ast.List, ast.Dict, ast.Set))
        around = self._go_through(first)
        self._in_generator += isinstance(node, ast.GeneratorExp)
        outer, self.scope = self.scope, self.scopes.scopes[node]
        for i, generator in enumerate(node.generators):
            if i:
                generator.iter = self._visit_iterable(generator.iter)
            generator.ifs = [self.tested(one) for one in generator.ifs]
        if isinstance(node, ast.ListComp) and isinstance(node.elt, ast.Call):
            node.elt = placed(call("fresh", node.elt), node.elt)
        if isinstance(node, ast.DictComp):
            node.key, node.value = self.visit(node.key), self.visit(node.value)
        else:
            node.elt = self.visit_parts(node.elt) if are_made else self.visit(node.elt)
        self.scope = outer
        self._in_generator -= isinstance(node, ast.GeneratorExp)
        made = node if around is None else placed(call("walked", *around[:2], node, *stamp(), *around[2:]), node)
        made = placed(call("made each", made), node) if are_made else made
        return made if isinstance(node, ast.GeneratorExp) else self.note_new(made)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    def _go_through(self, first: ast.comprehension) -> list[ast.expr] | None:
        """Visit what a comprehension goes through, and record that; return what is needed to record its end."""
        owner = owner_in(first.iter)
        if owner is None or first.is_async or not (self.has_walrus or self.is_simple(owner)):
            first.iter = self._visit_iterable(first.iter)
            return None
        site = ast.Constant(self.owned_site(owner, WHOLE, "", owner))
        whole = first.iter
        if not self.has_walrus:
            again = [copy_simple(owner), with_owner(first.iter, copy_simple(owner))]
            first.iter = placed(call("begin", site, call("walk"), *again), whole)
            return None
        clear: list[ast.expr] = []
        walk = self.plan.temporaries.make()
        one, again_one = self.split(owner, clear)
        iterable = with_owner(whole, copy_simple(again_one))
        first.iter = placed(call("begin", site, load(walk), again_one, iterable), whole)
        clear.append(ast.NamedExpr(store(walk), ast.Constant(None)))
        self._note_leftover(walk)
        return [ast.NamedExpr(store(walk), call("walk")), one, *clear]

    def _visit_iterable(self, node: ast.expr) -> ast.expr:
        """Visit what a comprehension goes through: no ``:=`` is allowed there; what is made there is not kept."""
        self._in_iterable += 1
        node = self.visit(node)
        self._in_iterable -= 1
        return node

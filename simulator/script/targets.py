"""Rewriting what is assigned to: the parts of a target first, then the store, natively, then its record."""

from __future__ import annotations

import ast

from simulator.record.kinds import Kind
from simulator.script.calls import Calls
from simulator.script.forms import ATTRIBUTE_FORM, CHANGE_FORM, ITEM_FORM
from simulator.script.leaving import set_mark
from simulator.script.nodes import load, placed, store
from simulator.script.placeholders import call
from simulator.script.regions import Region
from simulator.script.scopes import FUNCTION
from simulator.script.sites import Argument, Mark
from simulator.script.spelling import is_single_item, is_straight, name_of
from simulator.script.straight import stripe_of


class Targets(Calls):
    """Rewrites values and the targets that they are stored in; see `Names` for the parameters."""

    # -- values ----------------------------------------------------------------------------------------------------

    def _within(self, region: Region, node: ast.expr, is_test: bool = False) -> ast.expr:
        """Rewrite a straight expression, its reads put aside for `region`."""
        self.region = region
        node = self.tested(node) if is_test else self.visit(node)
        self.region = None
        return node

    def _can_defer(self, node: ast.expr) -> bool:
        return self.plan.is_deferred and self.has_temporaries and is_straight(node)

    def _value(self, value: ast.expr, region: Region, out: list[ast.stmt], is_test: bool = False) -> ast.expr:
        """Rewrite a value: in the region if it is straight, else behind a record of everything before it."""
        if self._can_defer(value):
            value = self._within(region, value, is_test)
            out += region.preset(value)
            return value
        leading = self._find_leading(value, region)
        if leading is not None:
            return self._led(value, leading, region, out)
        out += region.record(value)
        return self.tested(value) if is_test else self.visit(value)

    def _find_leading(self, value: ast.expr, region: Region) -> ast.Call | None:
        return self.find_leading(value, region) if self.plan.is_deferred and self.has_temporaries else None

    def _led(self, value: ast.expr, leading: ast.Call, region: Region, out: list[ast.stmt]) -> ast.expr:
        """Rewrite a value that begins with the last access of a region."""
        out += region.open(value)
        self.region, self.leading = region, leading
        value = self.visit(value)
        self.region = self.leading = None
        out += region.preset(value)
        return value

    def _keep(self, node: ast.expr, region: Region, out: list[ast.stmt]) -> ast.expr:
        """Evaluate an expression in a statement of its own, unless it is simple; return what has its value."""
        if self.is_simple(node):
            return node
        name = region.temporary()
        out += self._mark(region, node)
        value = self._value(node, region, out)
        out.append(placed(ast.Assign([store(name)], value), node))
        return load(name)

    def _mark(self, region: Region, at: ast.AST) -> list[ast.stmt]:
        """Return what keeps the changes of a stretch from being lost if what follows raises an exception."""
        if not region.is_to_mark:
            return []
        if self.scope.kind != FUNCTION:
            return region.record(at)
        token, accesses = region.mark()
        noted = [(form, site, tuple(map(self._argument, own))) for form, site, own in accesses]
        self.book.marks.append(Mark(tuple(noted), token))
        return [placed(set_mark(len(self.book.marks)), at)]

    def _argument(self, node: ast.expr) -> Argument:
        return (self.mangled(node.id), None) if isinstance(node, ast.Name) else ("", ast.literal_eval(node))

    # -- targets -------------------------------------------------------------------------------------------------

    def _is_plain(self, target: ast.expr) -> bool:
        """Return whether nothing of a target is recorded, nor anything on the way to it."""
        return not any(
            isinstance(one, (ast.Attribute, ast.Subscript)) or (isinstance(one, ast.Name) and self.is_variable(one.id))
            for one in ast.walk(target)
        )

    def _is_recorded(self, target: ast.expr) -> bool:
        if isinstance(target, ast.Name):
            return self.is_variable(target.id)
        return self.is_recorded_attribute(target) if isinstance(target, ast.Attribute) else True

    def _access(
        self, target: ast.expr, kind: Kind, parts: list[ast.expr], value: ast.expr
    ) -> tuple[str, int, list[ast.expr]]:
        if isinstance(target, ast.Name):
            return self.name_access(target, kind, value)
        if isinstance(target, ast.Attribute):
            return ATTRIBUTE_FORM, self.attribute_site(target, kind), [*map(again, parts), value]
        assert isinstance(target, ast.Subscript)
        site = self.item_site(target, kind)
        return self.book.form(ITEM_FORM, site), site, [*map(again, parts), value]

    def _note(self, target: ast.expr, kind: Kind, parts: list[ast.expr], value: ast.expr, region: Region) -> None:
        """Note an access for the region's record, if such accesses are recorded."""
        if self._is_recorded(target):
            form, site, arguments = self._access(target, kind, parts, value)
            add = region.add if kind == Kind.READ else region.add_change
            add(form, site, *arguments)

    def _store(self, target: ast.expr, value: ast.expr, region: Region, out: list[ast.stmt], at: ast.stmt) -> None:
        """Add the statements that store a kept value in a target, and note it."""
        if isinstance(target, (ast.Tuple, ast.List)) and not self._is_plain(target):
            self._unpack(target, value, region, out, at)
        elif isinstance(target, ast.Subscript) and not is_single_item(target):
            self._change_slice(target, placed(ast.Assign([target], again(value)), at), region, out)
        else:
            parts = [self._keep(part, region, out) for part in parts_of(target)]
            self._store_parts(target, parts, value, region, out, at)

    def _change_slice(self, target: ast.Subscript, change: ast.stmt, region: Region, out: list[ast.stmt]) -> None:
        """Add the statement that stores or deletes a slice, and note that the container changes."""
        site = self.change_site(target.value)
        if site and not self.is_simple(target.value):
            target.value = placed(again(self._keep(target.value, region, out)), target.value)
        elif not site:
            out += region.record(change)
            target.value = self.visit(target.value)
        target.slice = self._value(target.slice, region, out)
        out += [*self._mark(region, change), *(region.open(change) if site else []), change]
        if site:
            self.note_change(site, target.value, region)

    def note_change(self, site: int, one: ast.expr, region: Region) -> None:
        """Note that a container changes as such, if it is one."""
        region.add_change(self.book.form(CHANGE_FORM, site), site, again(one))

    def _store_parts(
        self,
        target: ast.expr,
        parts: list[ast.expr],
        value: ast.expr,
        region: Region,
        out: list[ast.stmt],
        at: ast.stmt,
    ) -> None:
        if assigned_names(target) & region.names:
            out += region.record(at)
        change = placed(ast.Assign([placed(respelled(target, parts, ast.Store()), target)], again(value)), at)
        if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
            self._change(target, Kind.WRITE, parts, again(value), change, region, out)
        else:
            out.append(change)

    def _change(
        self,
        target: ast.expr,
        kind: Kind,
        parts: list[ast.expr],
        value: ast.expr,
        change: ast.stmt,
        region: Region,
        out: list[ast.stmt],
    ) -> None:
        """Add the statement that changes a target, and note it; under a lock where that is needed."""
        if not (self.plan.is_locked and self._is_recorded(target)):
            out += [] if isinstance(target, ast.Name) else self._mark(region, change)
            out += region.open(change) if self._is_recorded(target) else []
            out.append(change)
            self._note(target, kind, parts, value, region)
            return
        out += region.record(change)
        self._note(target, kind, parts, value, region)
        stripe = ast.Constant(stripe_of(name_of(target)))
        unlock = placed(ast.Expr(call("unlock", stripe)), change)
        out.append(placed(ast.Expr(call("lock", stripe)), change))
        out.append(placed(ast.Try([change, *region.record(change)], [], [], [unlock]), change))

    def _unpack(
        self, target: ast.Tuple | ast.List, value: ast.expr, region: Region, out: list[ast.stmt], at: ast.stmt
    ) -> None:
        """Unpack into names of ours from the first recorded target on, then store one after the other."""
        later: list[tuple[ast.expr, str]] = []

        def aside(one: ast.expr) -> ast.expr:
            if isinstance(one, ast.Starred):
                one.value = aside(one.value)
                return one
            if not later and isinstance(one, ast.Name) and not self.is_variable(one.id):
                return one
            name = region.temporary()
            later.append((one, name))
            return placed(store(name), one)

        names = [one.id for one in target.elts if isinstance(one, ast.Name)]
        if set(names) & region.names:
            out += region.record(at)
        target.elts = [aside(one) for one in target.elts]
        out.append(placed(ast.Assign([target], again(value)), at))
        for one, name in later:
            self._store(one, load(name), region, out, at)

    def store_first(self, target: ast.expr, region: Region, out: list[ast.stmt], at: ast.stmt) -> ast.expr:
        """Return what a loop or ``with`` is to assign in place of `target`; add what is to be done with it first."""
        if self._is_plain(target) or not self.has_temporaries:
            return target
        name = region.temporary()
        self._store(target, load(name), region, out, at)
        return placed(store(name), target)


def parts_of(target: ast.expr) -> list[ast.expr]:
    """Return what must be evaluated before a target can be assigned."""
    if isinstance(target, ast.Attribute):
        return [target.value]
    return [target.value, target.slice] if isinstance(target, ast.Subscript) else []


def respelled(target: ast.expr, parts: list[ast.expr], context: ast.expr_context) -> ast.expr:
    """Return a target again, its parts replaced by what has their values."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, context)
    if isinstance(target, ast.Attribute):
        return ast.Attribute(again(parts[0]), target.attr, context)
    if isinstance(target, ast.Subscript):
        return ast.Subscript(again(parts[0]), again(parts[1]), context)
    return target


def again(node: ast.expr) -> ast.expr:
    """Return a simple expression once more."""
    return load(node.id) if isinstance(node, ast.Name) else node


def assigned_names(node: ast.AST) -> set[str]:
    """Name what a statement or target assigns or deletes."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}

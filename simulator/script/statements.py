"""Rewriting simple statements: stores stay native and are recorded behind, together with the reads around them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from simulator.record.kinds import Kind
from simulator.script.calls import Calls
from simulator.script.expressions import is_single_item, is_straight, name_of
from simulator.script.helpers import ATTRIBUTE_FORM, ITEM_FORM
from simulator.script.placeholders import call
from simulator.script.regions import Region, load, placed, store
from simulator.script.straight import stripe_of


class Statements(Calls):
    """Rewrites the simple statements of one file; see `Expressions` for the parameters.

    Notes
    -----
    Each ``_on_…`` takes a statement and the region that it may add to, and returns the statements in its place.
    """

    def block(self, statements: Sequence[ast.stmt], begun: Region | None = None) -> list[ast.stmt]:
        """Rewrite the statements of a block.

        Parameters
        ----------
        statements : sequence of ast.stmt
            In order, at least one.
        begun : Region, optional
            What is still to be recorded when the block begins.

        Returns
        -------
        list of ast.stmt
            Everything is recorded where they end.
        """
        region = begun or Region(self.plan.temporaries)
        out: list[ast.stmt] = []
        self.leftover = []
        for statement in statements:
            if _assigned_names(statement) & region.names:
                out += region.flush(statement)
            out += self._statement(statement, region)
            out += self._clean_up(statement)
            if not (self.plan.is_deferred or _leaves(statement)):
                out += region.flush(statement)
        if not _leaves(statements[-1]):
            out += region.flush(statements[-1])
        return out

    def _statement(self, statement: ast.stmt, region: Region) -> list[ast.stmt]:
        method = getattr(self, f"_on_{type(statement).__name__}", None)
        if method is None:
            return [*region.flush(statement), statement]
        made: list[ast.stmt] = method(statement, region)
        return made

    def _clean_up(self, statement: ast.stmt) -> list[ast.stmt]:
        """Delete the names of ours that a statement has left without a value."""
        names, self.leftover = self.leftover, []
        if not names or _leaves(statement) or not isinstance(statement, _SIMPLE):
            return []
        return [placed(ast.Delete([ast.Name(name, ast.Del()) for name in names]), statement)]

    def _within(self, region: Region, node: ast.expr) -> ast.expr:
        """Rewrite a straight expression, its reads put aside for `region`."""
        self.region = region
        node = self.visit(node)
        self.region = None
        return node

    def _can_defer(self, node: ast.expr) -> bool:
        return self.plan.is_deferred and self.has_temporaries and is_straight(node)

    def _value(self, value: ast.expr, region: Region, out: list[ast.stmt]) -> ast.expr:
        """Rewrite a value: in the region if it is straight, else behind a record of everything before it."""
        if self._can_defer(value):
            value = self._within(region, value)
            out += region.preset(value)
            return value
        out += region.record(value)
        return self.visit(value)

    def _keep(self, node: ast.expr, region: Region, out: list[ast.stmt]) -> ast.expr:
        """Evaluate an expression in a statement of its own, unless it is simple; return what has its value."""
        if self.is_simple(node):
            return node
        name = region.temporary()
        value = self._value(node, region, out)
        out.append(placed(ast.Assign([store(name)], value), node))
        return load(name)

    # -- statements with one expression --------------------------------------------------------------------------

    def _on_Pass(self, node: ast.stmt, region: Region) -> list[ast.stmt]:
        return [node]

    _on_Global = _on_Nonlocal = _on_Pass

    def _on_Expr(self, node: ast.Expr, region: Region) -> list[ast.stmt]:
        return self._with_value(node, "value", region)

    def _on_Assert(self, node: ast.Assert, region: Region) -> list[ast.stmt]:
        if node.msg is None or isinstance(node.msg, ast.Constant):
            return self._with_value(node, "test", region)
        before = region.flush(node)
        node.test, node.msg = self.visit(node.test), self.visit(node.msg)
        return [*before, node]

    def _with_value(self, node: Any, name: str, region: Region) -> list[ast.stmt]:
        value = getattr(node, name)
        if not self._can_defer(value):
            before = region.flush(node)
            setattr(node, name, self.visit(value))
            return [*before, node]
        setattr(node, name, self._within(region, value))
        return [*region.preset(node), node]

    def _on_Raise(self, node: ast.Raise, region: Region) -> list[ast.stmt]:
        before = region.flush(node)
        node.exc, node.cause = node.exc and self.visit(node.exc), node.cause and self.visit(node.cause)
        return [*before, node]

    def _on_Return(self, node: ast.Return, region: Region) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        if node.value is None or not self._can_defer(node.value):
            out += region.flush(node)
            node.value = node.value and self.visit(node.value)
            return [*out, node]
        node.value = self._value(node.value, region, out)
        if not region.is_empty:
            kept = self.plan.temporaries.make()
            out += [placed(ast.Assign([store(kept)], node.value), node), *region.flush(node)]
            node.value = placed(load(kept), node)
        return [*out, node]

    def _on_Break(self, node: ast.stmt, region: Region) -> list[ast.stmt]:
        return [*region.flush(node), node]

    _on_Continue = _on_Break

    def _on_Import(self, node: ast.Import | ast.ImportFrom, region: Region) -> list[ast.stmt]:
        out = [*region.flush(node), node]
        for alias in node.names:
            name = ast.copy_location(store((alias.asname or alias.name).split(".")[0]), node)
            if name.id != "*" and self.is_variable(name.id):
                self._note(name, Kind.WRITE, [], load(name.id), region)
        return out

    _on_ImportFrom = _on_Import

    # -- assignments ---------------------------------------------------------------------------------------------

    def _on_Assign(self, node: ast.Assign, region: Region) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        if all(map(self._is_plain, node.targets)):
            node.value = self._value(node.value, region, out)
            return [*out, node]
        if not self.has_temporaries:
            return self._assign_natively(node, region)
        kept = self._keep(node.value, region, out)
        for target in node.targets:
            self._store(target, kept, region, out, node)
        return out

    def _assign_natively(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, region: Region) -> list[ast.stmt]:
        """Leave a statement where no names of ours may be; a single recorded name is read back for the record."""
        assert node.value is not None
        node.value = self.visit(node.value)
        out: list[ast.stmt] = [*region.flush(node), node]
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if len(targets) == 1 and isinstance(targets[0], ast.Name) and self.is_variable(targets[0].id):
            self._note(targets[0], Kind.WRITE, [], load(targets[0].id), region)
            out += region.flush(node)
        return out

    def _on_AnnAssign(self, node: ast.AnnAssign, region: Region) -> list[ast.stmt]:
        if node.value is None:
            return [*region.flush(node), node]
        if isinstance(node.target, ast.Name):
            return [*region.flush(node), *self._assign_natively(node, region)]
        return self._on_Assign(placed(ast.Assign([node.target], node.value), node), region)

    def _on_AugAssign(self, node: ast.AugAssign, region: Region) -> list[ast.stmt]:
        target = node.target
        if self._is_plain(target):
            out: list[ast.stmt] = []
            node.value = self._value(node.value, region, out)
            return [*out, node]
        if not self.has_temporaries or (isinstance(target, ast.Subscript) and not is_single_item(target)):
            return [*region.flush(node), *self._assign_natively(node, region)]
        return self._update(node, region)

    def _update(self, node: ast.AugAssign, region: Region) -> list[ast.stmt]:
        """Rewrite ``x += y``: read, compute, store, and only then record, so that no switch comes between."""
        target, out = node.target, list[ast.stmt]()
        parts = [self._keep(part, region, out) for part in _parts(target)]
        source = placed(_spelled(target, parts, ast.Load()), target)
        value = region.temporary()
        if self._can_defer(node.value):
            read = region.temporary()
            out.append(placed(ast.Assign([store(read)], source), node))
            self._note(target, Kind.READ, parts, load(read), region)
            source = load(read)
        else:
            out += region.record(node)
            if self._is_recorded(target):
                form, site, arguments = self._access(target, Kind.READ, parts, source)
                source = self.record(form, site, arguments, target)
        out.append(placed(ast.Assign([store(value)], source), node))
        added = self._value(node.value, region, out)
        out.append(placed(ast.AugAssign(store(value), node.op, added), node))
        self._store_parts(target, parts, load(value), region, out, node)
        return out

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
            return ATTRIBUTE_FORM, self.attribute_site(target, kind), [*map(_again, parts), value]
        assert isinstance(target, ast.Subscript)
        return ITEM_FORM, self.item_site(target, kind), [*map(_again, parts), value]

    def _note(self, target: ast.expr, kind: Kind, parts: list[ast.expr], value: ast.expr, region: Region) -> None:
        """Note an access for the region's record, if such accesses are recorded."""
        if self._is_recorded(target):
            form, site, arguments = self._access(target, kind, parts, value)
            region.add(form, site, *arguments)

    def _store(
        self, target: ast.expr, value: ast.expr, region: Region, out: list[ast.stmt], at: ast.stmt
    ) -> None:
        """Add the statements that store a kept value in a target, and note it."""
        if isinstance(target, (ast.Tuple, ast.List)) and not self._is_plain(target):
            self._unpack(target, value, region, out, at)
        elif isinstance(target, ast.Subscript) and not is_single_item(target):
            out += region.record(at)
            target.value, target.slice = self.visit(target.value), self.visit(target.slice)
            out.append(placed(ast.Assign([target], _again(value)), at))
        else:
            parts = [self._keep(part, region, out) for part in _parts(target)]
            self._store_parts(target, parts, value, region, out, at)

    def _store_parts(
        self,
        target: ast.expr,
        parts: list[ast.expr],
        value: ast.expr,
        region: Region,
        out: list[ast.stmt],
        at: ast.stmt,
    ) -> None:
        if _assigned_names(target) & region.names:
            out += region.record(at)
        change = placed(ast.Assign([placed(_spelled(target, parts, ast.Store()), target)], _again(value)), at)
        if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
            self._change(target, Kind.WRITE, parts, _again(value), change, region, out)
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
        out.append(placed(ast.Assign([target], _again(value)), at))
        for one, name in later:
            self._store(one, load(name), region, out, at)

    def store_first(self, target: ast.expr, region: Region, out: list[ast.stmt], at: ast.stmt) -> ast.expr:
        """Return what a loop or ``with`` is to assign in place of `target`; add what is to be done with it first."""
        if self._is_plain(target) or not self.has_temporaries:
            return target
        name = region.temporary()
        self._store(target, load(name), region, out, at)
        return placed(store(name), target)

    def _on_Delete(self, node: ast.Delete, region: Region) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for target in node.targets:
            if self._is_plain(target) or not self.has_temporaries or not _has_parts(target):
                out += region.record(node)
                out.append(placed(ast.Delete([self._visited_target(target)]), node))
                continue
            parts = [self._keep(part, region, out) for part in _parts(target)]
            change = placed(ast.Delete([placed(_spelled(target, parts, ast.Del()), target)]), node)
            self._change(target, Kind.DELETE, parts, ast.Constant(None), change, region, out)
        return out

    def _visited_target(self, target: ast.expr) -> ast.expr:
        return target if isinstance(target, ast.Name) else self.visit(target)


_SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Assert, ast.Delete)


def _parts(target: ast.expr) -> list[ast.expr]:
    """Return what must be evaluated before a target can be assigned."""
    if isinstance(target, ast.Attribute):
        return [target.value]
    return [target.value, target.slice] if isinstance(target, ast.Subscript) else []


def _has_parts(target: ast.expr) -> bool:
    return isinstance(target, (ast.Name, ast.Attribute)) or (
        isinstance(target, ast.Subscript) and is_single_item(target)
    )


def _spelled(target: ast.expr, parts: list[ast.expr], context: ast.expr_context) -> ast.expr:
    """Return a target again, its parts replaced by what has their values."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, context)
    if isinstance(target, ast.Attribute):
        return ast.Attribute(_again(parts[0]), target.attr, context)
    if isinstance(target, ast.Subscript):
        return ast.Subscript(_again(parts[0]), _again(parts[1]), context)
    return target


def _again(node: ast.expr) -> ast.expr:
    """Return a simple expression once more."""
    return load(node.id) if isinstance(node, ast.Name) else node


def _assigned_names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}


def _leaves(statement: ast.stmt) -> bool:
    """Return whether a statement always leaves its block."""
    return isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue))

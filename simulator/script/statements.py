"""Rewriting simple statements: stores stay native and are recorded behind, together with the reads around them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from simulator.record.kinds import Kind
from simulator.script.forms import LOOK_FORM
from simulator.script.nodes import load, placed, store
from simulator.script.placeholders import call
from simulator.script.regions import Region
from simulator.script.scopes import is_looking
from simulator.script.spelling import is_single_item
from simulator.script.targets import Targets, again, assigned_names, parts_of, respelled


class Statements(Targets):
    """Rewrites the simple statements of one file; see `Names` for the parameters.

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
        self.leftover, outer = [], self.is_looking
        for statement in statements:
            self.is_looking = self.scope.is_looking and is_looking(statement)
            if self.is_looking or assigned_names(statement) & region.names:
                out += region.flush(statement)
            self.has_made = False
            self.assigned = assigned_names(getattr(statement, "test", statement))
            if self._begins_with_value(statement, region):
                out += self._mark(region, statement)
            if self._begins_elsewhere(statement, region):
                out += region.flush(statement)
            out += self._statement(statement, region)
            out += self._clean_up(statement)
            if not ((self.plan.is_deferred and not self.has_made) or _leaves(statement)):
                out += region.flush(statement)
        if not _leaves(statements[-1]):
            out += region.flush(statements[-1])
        self.is_looking = outer
        return out

    def _statement(self, statement: ast.stmt, region: Region) -> list[ast.stmt]:
        method = getattr(self, f"_on_{type(statement).__name__}", None)
        if method is None:
            return [*region.flush(statement), statement]
        made: list[ast.stmt] = method(statement, region)
        return made

    def _begins_with_value(self, statement: ast.stmt, region: Region) -> bool:
        """Return whether what a statement does first belongs to the stretch before it, and may raise."""
        if isinstance(statement, (ast.AugAssign, ast.Delete)):
            return True
        first = getattr(statement, "test" if isinstance(statement, (ast.If, ast.Assert)) else "value", None)
        if not isinstance(first, ast.expr) or isinstance(first, ast.Constant):
            return False
        return self._can_defer(first) or self._find_leading(first, region) is not None

    def _begins_elsewhere(self, statement: ast.stmt, region: Region) -> bool:
        """Return whether what an assignment does first does not belong to the stretch before it, which may keep it."""
        value = getattr(statement, "value", None) if isinstance(statement, (ast.Assign, ast.AugAssign)) else None
        return value is not None and not self._can_defer(value) and self._find_leading(value, region) is None

    def _clean_up(self, statement: ast.stmt) -> list[ast.stmt]:
        """Delete the names of ours that a statement has left without a value."""
        names, self.leftover = self.leftover, []
        if not names or _leaves(statement) or not isinstance(statement, _SIMPLE):
            return []
        return [placed(ast.Delete([ast.Name(name, ast.Del()) for name in names]), statement)]

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
        node.test, node.msg = self.tested(node.test), self.visit(node.msg)
        return [*before, node]

    def _with_value(self, node: Any, name: str, region: Region) -> list[ast.stmt]:
        value = getattr(node, name)
        leading = None if self._can_defer(value) or name == "test" else self._find_leading(value, region)
        if leading is not None:
            out: list[ast.stmt] = []
            setattr(node, name, self._led(value, leading, region, out))
            return [*out, node, *region.flush(node)]
        if not self._can_defer(value):
            before = region.flush(node)
            setattr(node, name, self.tested(value) if name == "test" else self.visit(value))
            return [*before, node]
        setattr(node, name, self._within(region, value, name == "test"))
        return [*region.preset(node), node]

    def _on_Raise(self, node: ast.Raise, region: Region) -> list[ast.stmt]:
        before = region.flush(node)
        node.exc, node.cause = node.exc and self.visit(node.exc), node.cause and self.visit(node.cause)
        return [*before, node]

    def _on_Return(self, node: ast.Return, region: Region) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        leading = None
        if node.value is not None and not self._can_defer(node.value):
            leading = self._find_leading(node.value, region)
        if node.value is not None and leading is not None:
            node.value = self._led(node.value, leading, region, out)
            region.clear()
            return [*out, node]
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
        if isinstance(node.value, ast.Call) and not all(map(self.is_own_local, node.targets)):
            node.value = placed(call("fresh", node.value), node.value)
        are_pairs = [isinstance(one, (ast.Tuple, ast.List)) for one in node.targets]
        site = self.whole_site(node.value) if any(are_pairs) else 0
        if site and self._can_defer(node.value):
            return self._unpack_container(node, site, region)
        if site and all(are_pairs):
            node.value = placed(call("unpacked", ast.Constant(site), node.value), node.value)
        if all(map(self._is_plain, node.targets)):
            is_straight = self._can_defer(node.value)
            node.value = self._value(node.value, region, out)
            return [*out, node, *([] if is_straight else region.flush(node))]
        if not self.has_temporaries:
            return self._assign_natively(node, region)
        return self._store_kept(node, region)

    def _store_kept(self, node: ast.Assign, region: Region) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        kept = self._keep(node.value, region, out)
        for target in node.targets:
            self._store(target, kept, region, out, node)
        return out

    def _unpack_container(self, node: ast.Assign, site: int, region: Region) -> list[ast.stmt]:
        """Rewrite ``a, b = pair``: what it looks at must not be another when that is recorded."""
        out: list[ast.stmt] = []
        if isinstance(node.value, ast.Name) and node.value.id in self.assigned:
            name = region.temporary()
            out.append(placed(ast.Assign([store(name)], node.value), node))
            node.value = placed(load(name), node.value)
        kept = self._keep(node.value, region, out)
        out += region.open(node)
        for i, target in enumerate(node.targets):
            self._store(target, kept, region, out, node)
            if not i:
                region.add_pair(out[-1], self.book.form(LOOK_FORM, site), site, again(kept))
        return out

    def _assign_natively(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, region: Region) -> list[ast.stmt]:
        """Leave a statement where no names of ours may be; names are read back, if it assigns nothing else."""
        assert node.value is not None
        node.value = self.visit(node.value)
        out: list[ast.stmt] = [*region.flush(node), node]
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = [one for target in targets for one in getattr(target, "elts", [target])]
        names = [one for one in parts if isinstance(one, ast.Name)]
        for one in names if len(names) == len(parts) else ():
            if self.is_variable(one.id):
                self._note(one, Kind.WRITE, [], load(one.id), region)
        return [*out, *region.flush(node)]

    def _on_AnnAssign(self, node: ast.AnnAssign, region: Region) -> list[ast.stmt]:
        if node.value is None:
            return [*region.flush(node), node]
        if isinstance(node.target, ast.Name):
            return [*region.flush(node), *self._assign_natively(node, region)]
        return self._on_Assign(placed(ast.Assign([node.target], node.value), node), region)

    def _on_AugAssign(self, node: ast.AugAssign, region: Region) -> list[ast.stmt]:
        target = node.target
        if self._is_plain(target):
            return self._update_plainly(node, region)
        if not self.has_temporaries or (isinstance(target, ast.Subscript) and not is_single_item(target)):
            return [*region.flush(node), *self._assign_natively(node, region)]
        return self._update(node, region)

    def _update_plainly(self, node: ast.AugAssign, region: Region) -> list[ast.stmt]:
        """Rewrite ``x += y`` for a name that is not recorded; the container that it has may change."""
        out: list[ast.stmt] = []
        site = self.change_site(node.target) if self.may_change(node) else 0
        node.value = self._value(node.value, region, out)
        out += [*(region.open(node) if site else []), node]
        if site:
            self.note_change(site, node.target, region)
        return out

    def _update(self, node: ast.AugAssign, region: Region) -> list[ast.stmt]:
        """Rewrite ``x += y``: read, compute, store, and only then record, so that no switch comes between."""
        target, out = node.target, list[ast.stmt]()
        parts = [self._keep(part, region, out) for part in parts_of(target)]
        source = placed(respelled(target, parts, ast.Load()), target)
        value = region.temporary()
        if self._can_defer(node.value):
            read = region.temporary()
            out += region.open(node) if self._is_recorded(target) else []
            out.append(placed(ast.Assign([store(read)], source), node))
            self._note(target, Kind.READ, parts, load(read), region)
            source = load(read)
        else:
            out += region.record(node)
            if self._is_recorded(target):
                form, site, arguments = self._access(target, Kind.READ, parts, source)
                source = self.record(form, site, arguments, target)
        out.append(placed(ast.Assign([store(value)], source), node))
        site = self.change_site(target) if self.may_change(node) else 0
        added = self._value(node.value, region, out)
        out += region.open(node) if site else []
        out.append(placed(ast.AugAssign(store(value), node.op, added), node))
        if site:
            self.note_change(site, load(value), region)
        self._store_parts(target, parts, load(value), region, out, node)
        return out

    def _on_Delete(self, node: ast.Delete, region: Region) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Subscript) and not is_single_item(target):
                self._change_slice(target, placed(ast.Delete([target]), node), region, out)
                continue
            if self._is_plain(target) or not self.has_temporaries or not _has_parts(target):
                out += region.record(node)
                out.append(placed(ast.Delete([self._visited_target(target)]), node))
                continue
            parts = [self._keep(part, region, out) for part in parts_of(target)]
            change = placed(ast.Delete([placed(respelled(target, parts, ast.Del()), target)]), node)
            self._change(target, Kind.DELETE, parts, ast.Constant(None), change, region, out)
        return out

    def _visited_target(self, target: ast.expr) -> ast.expr:
        return target if isinstance(target, ast.Name) else self.visit(target)


_SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Assert, ast.Delete)


def _has_parts(target: ast.expr) -> bool:
    return isinstance(target, (ast.Name, ast.Attribute)) or (
        isinstance(target, ast.Subscript) and is_single_item(target)
    )


def _leaves(statement: ast.stmt) -> bool:
    """Return whether a statement always leaves its block."""
    return isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue))

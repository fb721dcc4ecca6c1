"""Rewriting a file: a tree of the same program that records its accesses."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from simulator.record.kinds import Kind
from simulator.script.class_bodies import assigned_in
from simulator.script.forms import END_FORM, STEP_FORM
from simulator.script.leaving import guarded, record_marked
from simulator.script.names import CELL_PLACE
from simulator.script.nodes import load, placed, store
from simulator.script.placeholders import call
from simulator.script.regions import Region
from simulator.script.scopes import CLASS
from simulator.script.sites import CALL, WHOLE
from simulator.script.spelling import note_texts, owner_in, with_owner
from simulator.script.statements import Statements


class Rewriter(Statements):
    """Rewrites one file; see `Names` for the parameters."""

    def file(self, tree: ast.Module) -> ast.Module:
        """Return the tree of the file, rewritten in place."""
        note_texts(tree)
        if tree.body:
            tree.body = self.block(tree.body)
        for one in self.plan.temporaries.lone_reads:
            one.settle()
        return tree

    # -- branches and loops --------------------------------------------------------------------------------------

    def _on_If(self, node: ast.If, region: Region) -> list[ast.stmt]:
        """Carry what the test read into both branches: ``if free: free = False`` has no switch in between."""
        out: list[ast.stmt] = []
        if self._can_defer(node.test):
            node.test = self._value(node.test, region, out, is_test=True)
        else:
            out += region.flush(node)
            node.test = self.tested(node.test)
        node.body = self.block(node.body, region.copy())
        node.orelse = self._branch(node.orelse, region.copy(), node)
        region.clear()
        return [*out, node]

    def _branch(self, body: list[ast.stmt], begun: Region, at: ast.stmt) -> list[ast.stmt]:
        """Rewrite a branch that may not be there."""
        return self.block(body, begun) if body else begun.flush(at)

    def _on_While(self, node: ast.While, region: Region) -> list[ast.stmt]:
        """Carry what the test read into the body, and behind the loop; see `_leave_within`."""
        out = region.flush(node)
        if not self._can_defer(node.test) or _has_jump(node.orelse):
            node.test = self.tested(node.test)
            node.body, node.orelse = self.block(node.body), self._block_or_none(node.orelse)
            return [*out, node]
        begun = Region(self.plan.temporaries)
        node.test = self._within(begun, node.test, is_test=True)
        opening, lone = begun.preset(node), begun.lone
        node.body = self.block(node.body, begun.copy())
        node.orelse = self._branch(node.orelse, begun, node)
        if lone is not None and lone.is_alone:
            lone.settle()
        elif opening:
            self._leave_within(node, opening)
        return [*out, node]

    def _leave_within(self, node: ast.While, opening: list[ast.stmt]) -> None:
        """Test within the body of a loop, so that something can come before each test."""
        leave = placed(ast.Break(), node)
        test = placed(ast.If(ast.UnaryOp(ast.Not(), node.test), [*node.orelse, leave], []), node)
        node.test, node.orelse = placed(ast.Constant(True), node), []
        node.body = [*opening, test, *node.body]

    def _on_For(self, node: ast.For | ast.AsyncFor, region: Region) -> list[ast.stmt]:
        out = region.flush(node)
        key_and_value = self._key_and_value(node)
        walk = self._go_through_loop(node, out) if isinstance(node, ast.For) else ""
        if not walk:
            node.iter = self.visit(node.iter)
        begun = Region(self.plan.temporaries)
        first: list[ast.stmt] = []
        if walk:
            self._step(node, begun, first, load(walk), key_and_value)
        else:
            node.target = self.store_first(node.target, begun, first, node)
        node.body = [*first, *self.block(node.body, begun)]
        ended = Region(self.plan.temporaries)
        if walk:
            ended.add(END_FORM, 0, load(walk))
        node.orelse = self._branch(node.orelse, ended, node) if walk else self._block_or_none(node.orelse)
        clear = [placed(ast.Delete([ast.Name(walk, ast.Del())]), node)] if walk else []
        return [*out, node, *clear]

    def _step(
        self,
        node: ast.For | ast.AsyncFor,
        region: Region,
        first: list[ast.stmt],
        walk: ast.expr,
        key_and_value: list[ast.expr],
    ) -> None:
        """Note a step of a loop before its target is assigned: what that had before may run code when it dies."""
        target, name = node.target, region.temporary()
        node.target = placed(store(name), target)
        first += region.open(node, walk)
        if self._is_plain(target):
            first.append(placed(ast.Assign([target], load(name)), target))
            region.add(STEP_FORM, 0, walk, *key_and_value)
        else:
            region.add(STEP_FORM, 0, walk, *key_and_value)
            self._store(target, load(name), region, first, node)

    def _key_and_value(self, node: ast.For | ast.AsyncFor) -> list[ast.expr]:
        """Return what has key and value at each step of ``for key, value in d.items()``; nothings for other loops."""
        names = node.target.elts if isinstance(node.target, ast.Tuple) else []
        if _is_items(node.iter) and len(names) == 2 and self._is_plain(node.target):
            key, value = names
            if isinstance(key, ast.Name) and isinstance(value, ast.Name):
                return [load(key.id), load(value.id)]
        return [ast.Constant(None), ast.Constant(None)]

    def _go_through_loop(self, node: ast.For, out: list[ast.stmt]) -> str:
        """Rewrite what a loop goes through, if that may be a container; return the name that holds its `Walk`."""
        owner = owner_in(node.iter)
        if owner is None or not self.has_temporaries:
            return ""
        site = self.owned_site(owner, WHOLE, "", owner)
        walk = self.plan.temporaries.make()
        out.append(placed(ast.Assign([store(walk)], call("walk")), node))
        clear: list[ast.expr] = []
        one, again = self.split(owner, clear)
        whole = node.iter
        iterable = with_owner(whole, again)
        node.iter = placed(call("begin", ast.Constant(site), load(walk), one, iterable, *clear), whole)
        return walk

    def _block_or_none(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return self.block(body) if body else []

    # -- blocks --------------------------------------------------------------------------------------------------

    def _on_With(self, node: ast.With, region: Region) -> list[ast.stmt]:
        """Record what a ``with`` acquires and lets go."""
        if not self.has_temporaries:
            return self._on_AsyncWith(node, region)
        if len(node.items) > 1:  # the same as one within the other
            inner = placed(ast.With(node.items[1:], node.body), node)
            return self._on_With(placed(ast.With(node.items[:1], [inner]), node), region)
        item = node.items[0]
        enter, leave = (
            ast.Constant(self.book.add_unsent(self.info(item.context_expr, CALL, name, item.context_expr, Kind.READ)))
            for name in ("__enter__", "__exit__")
        )
        one, token = self.plan.temporaries.make(), self.plan.temporaries.make()
        out = self._on_Assign(placed(ast.Assign([store(one)], item.context_expr), node), region)
        out += [*region.flush(node), *self._clean_up(out[-1])]
        begin = placed(ast.Assign([store(token)], call("entering", enter, load(one))), node)
        item.context_expr = placed(load(one), item.context_expr)
        entered = placed(ast.Expr(call("entered", enter, load(one), load(token))), node)
        begun = Region(self.plan.temporaries)
        first: list[ast.stmt] = []
        if item.optional_vars is not None:
            item.optional_vars = self.store_first(item.optional_vars, begun, first, node)
        body = self._guarded(lambda: [*first, *self.block(node.body, begun)])
        end = placed(ast.Expr(call("entering", leave, load(one))), node)
        clear = placed(ast.Delete([ast.Name(name, ast.Del()) for name in (one, token)]), node)
        node.body = [entered, placed(ast.Try(body, [], [], [end, clear]), node)]
        return [*out, begin, node]

    def _on_AsyncWith(self, node: ast.With | ast.AsyncWith, region: Region) -> list[ast.stmt]:
        out = region.flush(node)
        begun = Region(self.plan.temporaries)
        first: list[ast.stmt] = []
        for item in node.items:
            item.context_expr = self.visit(item.context_expr)
            if item.optional_vars is not None and len(node.items) == 1:
                item.optional_vars = self.store_first(item.optional_vars, begun, first, node)
        node.body = self._guarded(lambda: [*first, *self.block(node.body, begun)])
        return [*out, node]

    def _guarded(self, make: Callable[[], list[ast.stmt]]) -> list[ast.stmt]:
        """Return a block with what it needs if its stretches are marked; see `simulator.script.leaving`."""
        n_marks = len(self.book.marks)
        body = make()
        return [placed(guarded(body), body[0])] if len(self.book.marks) > n_marks else body

    def _on_Try(self, node: Any, region: Region) -> list[ast.stmt]:
        out, n_marks = region.flush(node), len(self.book.marks)
        node.body = self.block(node.body)
        are_marked = len(self.book.marks) > n_marks
        for handler in node.handlers:
            handler.type = handler.type and self.visit(handler.type)
            handler.body = self.block(handler.body)
            if isinstance(node, ast.Try):
                handler.body.insert(0, placed(ast.Expr(call("caught")), handler))
            handler.body[:0] = [placed(one, handler) for one in record_marked()] if are_marked else []
        node.orelse = self._block_or_none(node.orelse)
        if node.finalbody and len(self.book.marks) > n_marks:
            inner = (
                [placed(type(node)(node.body, node.handlers, node.orelse, []), node)] if node.handlers else node.body
            )
            node.body, node.handlers, node.orelse = [placed(guarded(inner), node)], [], []
        node.finalbody = self._block_or_none(node.finalbody)
        return [*out, node]

    _on_TryStar = _on_Try

    def _on_Match(self, node: ast.Match, region: Region) -> list[ast.stmt]:
        out = region.flush(node)
        node.subject = self.visit(node.subject)
        for case in node.cases:
            case.guard = case.guard and self.tested(case.guard)
            case.body = self.block(case.body)
        return [*out, node]

    # -- functions and classes -----------------------------------------------------------------------------------

    def _on_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, region: Region) -> list[ast.stmt]:
        out = region.flush(node)
        node.decorator_list = [self.visit(one) for one in node.decorator_list]
        self.visit_defaults(node.args)
        outer, self.scope = self.scope, self.scopes.scopes[node]
        start = 1 if ast.get_docstring(node, clean=False) is not None else 0
        body = self._guarded(lambda: self.block(node.body[start:])) if node.body[start:] else []
        if self.scope.shared_cells:
            place = call("cells", ast.Constant(f"{node.name}()"))
            body.insert(0, placed(ast.Assign([store(CELL_PLACE)], place), node.body[0]))
        node.body[start:] = body
        self.scope = outer
        return [*out, node]

    _on_AsyncFunctionDef = _on_FunctionDef

    def _on_ClassDef(self, node: ast.ClassDef, region: Region) -> list[ast.stmt]:
        out = region.flush(node)
        node.decorator_list = [self.visit(one) for one in node.decorator_list]
        node.bases = [self.visit(one) for one in node.bases]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        outer, self.scope = self.scope, self.scopes.scopes[node]
        assert self.scope.kind == CLASS
        written = [self.class_site(node, one) for one in assigned_in(node.body) if self.is_class_variable(one)]
        node.body = self.block(node.body)
        self.scope = outer
        if written:
            node.decorator_list.append(placed(call("class made", *map(ast.Constant, written)), node))
        return [*out, node]


def _is_items(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items"


def _has_jump(body: list[ast.stmt]) -> bool:
    """Return whether a block may leave a loop around it, or begin its next round."""
    return any(isinstance(one, (ast.Break, ast.Continue)) for statement in body for one in ast.walk(statement))

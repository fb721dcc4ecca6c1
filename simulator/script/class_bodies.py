"""Attributes that the body of a class assigns: they are written when the class has been made."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator
from typing import Any

from simulator.script.buffers import Buffers
from simulator.script.own_names import class_dict, is_computed
from simulator.script.sites import SiteBook
from simulator.script.wholes import Access


def assigned_in(body: list[ast.stmt]) -> Iterator[ast.Name]:
    """Yield the names that a class body assigns itself, not within other statements."""
    for statement in body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        for one in (one for target in targets for one in ast.walk(target)):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                yield one


def class_helper(book: SiteBook, buffers: Buffers, access: Access) -> Callable[..., Any]:
    """Return the function that rewritten code calls with sites, to get an innermost decorator for their class."""
    mine, infos, now, names_of = buffers.mine, book.infos, time.perf_counter_ns, class_dict

    def made(*sites: int) -> Callable[[Any], Any]:
        def note(one: Any) -> Any:
            if issubclass(type(one), type):
                names, buffer, t = names_of(one), mine.buffer, now()
                for site in sites:
                    name = infos[site].name
                    if name in names and not is_computed(names[name]):
                        access(buffer, t, site, site, one, names[name], 0)
            return one

        return note

    return made

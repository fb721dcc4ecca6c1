"""What rewritten code calls around the call of a method that is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from sys import getrefcount
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from simulator.script.buffers import FLUSH_ROWS, Buffers
from simulator.script.by_type import ByType
from simulator.script.fresh import BESIDE
from simulator.script.identity import Identity
from simulator.script.interleaving import Latest, stamping_again
from simulator.script.methods import Handler
from simulator.script.sites import SiteBook


def calling_helpers(
    calls: ByType[Handler | None], book: SiteBook, buffers: Buffers, identity: Identity, latest: Latest
) -> dict[str, Callable[..., Any]]:
    """Return the functions that rewritten code calls before and after a method, by name."""
    known, new_type = calls.known.get, calls.make
    own, things_get, gone = book.locals, identity.things.get, identity.note_gone
    mine, flush, limit, again = buffers.mine, buffers.flush, FLUSH_ROWS, stamping_again(latest)

    def before(site: int, one: Any, first: Any, *_: Any) -> Any:
        kind = type(one)
        if site in own:
            thing = things_get(id(one))
            is_known = thing is not None and (thing.place or thing.owner is not mine.buffer)
            if is_known and getrefcount(one) <= BESIDE:
                gone(id(one))
        handler = (known(id(kind)) or new_type(kind))[site]
        return None if handler is None else handler[0](mine.buffer, site, one, first)

    def after(site: int, one: Any, first: Any, begun: Any, result: Any, token: int | None, t: int, *_: Any) -> Any:
        if begun is not None:
            if token is not None:
                t = again()
            kind = type(one)
            handler = (known(id(kind)) or new_type(kind))[site]
            if handler is not None:
                buffer = mine.buffer
                latest.stamped = t or latest.stamped
                handler[1](buffer, site, one, first, begun, result, t)
                if len(buffer.rows) >= limit:
                    flush(buffer)
        return result

    def entering(site: int, one: Any) -> Any:
        return before(site, one, None)

    def entered(site: int, one: Any, begun: Any) -> None:
        after(site, one, None, begun, True, None, 0)

    sites: dict[tuple[int, str], int] = {}

    def site_of(site: int, name: str) -> int:
        found = sites.get((site, name))
        if found is None:
            found = book.add_unsent(replace(book.infos[site], name=name))
            book.keywords[found] = book.keywords.get(site, (True, ()))
            sites[site, name] = found
        return found

    def before_alias(site: int, function: Any, first: Any, *_: Any) -> Any:
        one, name = bound_to(function)
        return None if one is None else before(site_of(site, name), one, first)

    def after_alias(
        site: int, function: Any, first: Any, before: Any, result: Any, token: int | None, t: int, *_: Any
    ) -> Any:
        one, name = bound_to(function)
        return result if one is None else after(site_of(site, name), one, first, before, result, token, t)

    aliases = {"before alias": before_alias, "after alias": after_alias}
    return {"before": before, "after": after, "entering": entering, "entered": entered, **aliases}


def bound_to(function: Any) -> tuple[Any, str]:
    """Return the object that a function is a method of, and the method's name; nothing if it is none."""
    kind = type(function)
    if kind is BuiltinMethodType:
        return function.__self__, function.__name__
    if kind is MethodType and type(function.__func__) is FunctionType:
        return function.__self__, function.__func__.__name__
    return None, ""

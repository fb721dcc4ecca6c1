"""Attributes whose names are values: `getattr`, `setattr`, `hasattr` and `delattr`."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from simulator.record.kinds import Kind
from simulator.script.buffers import Buffers
from simulator.script.identity import Identity
from simulator.script.interleaving import Latest, stamping_again
from simulator.script.own_names import LOOK, NEVER
from simulator.script.sites import SiteBook
from simulator.script.wholes import Access

KINDS = {"getattr": Kind.READ, "hasattr": Kind.READ, "setattr": Kind.WRITE, "delattr": Kind.DELETE}


def naming_helper(
    identity: Identity,
    book: SiteBook,
    buffers: Buffers,
    access: Access,
    access_module: Callable[..., None],
    latest: Latest,
) -> Callable[..., Any]:
    """Return the function that rewritten code calls behind such a call; it returns the call's result.

    Notes
    -----
    Of `hasattr` only is recorded that something was not there: it gets no value.
    """

    def record(
        what: str,
        site: int,
        one: object,
        name: object,
        value: object,
        began: int,
        result: Any,
        token: int | None,
        t: int,
        *_: Any,
    ) -> Any:
        if token is not None:
            t = again()
        if type(name) is not str or (what == "hasattr" and result):
            return result
        kind = KINDS[what]
        of = book.of_name(site, name, kind)
        way = identity.way(type(one), of)
        found = identity.holder(one, of)
        is_read = kind == Kind.READ
        if way == NEVER or (way == LOOK and not is_read and (found is one) is not (kind == Kind.WRITE)):
            return result
        buffer, latest.stamped = mine.buffer, t
        shown = None if kind == Kind.DELETE else value if kind == Kind.WRITE else result
        is_missing = is_read and found is None and (what == "hasattr" or result is value)
        owner, reference = found if is_read and found is not None else one, -2 * (t - began) - is_missing
        if issubclass(type(owner), ModuleType):
            access_module(buffer, t, of, owner, shown, reference)
        else:
            access(buffer, t, of, of, owner, shown, reference)
        return result

    mine, again = buffers.mine, stamping_again(latest)
    return record

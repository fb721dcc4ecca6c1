"""Methods of built-in containers: those that change one as a whole, or look at all of it, or for a key."""

from __future__ import annotations

import time
from typing import Any

from simulator.record.kinds import Kind
from simulator.script.buffers import Buffer
from simulator.script.containers import MAPPINGS, SEQUENCES, WHOLES
from simulator.script.sites import SiteBook
from simulator.script.wholes import Access, Wholes

_CHANGES = {
    MAPPINGS: "clear update popitem setdefault move_to_end",
    SEQUENCES: "append extend insert pop remove clear sort reverse appendleft extendleft popleft rotate",
    WHOLES: "add discard remove pop clear update difference_update intersection_update symmetric_difference_update",
}

_LOOKS = {
    MAPPINGS: "copy",
    SEQUENCES: "copy count index",
    WHOLES: "copy union intersection difference symmetric_difference issubset issuperset isdisjoint",
}


class ContainerAccess:
    """Records calls that access a container.

    Parameters
    ----------
    book : SiteBook
        Where sites get their numbers.
    access : callable
        Appends the row of an access; see `Wholes`.
    wholes : Wholes
        Records accesses to containers as such.
    """

    def __init__(self, book: SiteBook, access: Access, wholes: Wholes) -> None:
        self._book = book
        self._access = access
        self._wholes = wholes

    def handlers(self) -> dict[tuple[type, str], Any]:
        """Return what is done before and after each method."""
        made: dict[tuple[type, str], Any] = {}
        for kinds, names in _CHANGES.items():
            made |= {(kind, name): (stamp_before, self._has_changed) for kind in kinds for name in names.split()}
        for kind in MAPPINGS:
            made[kind, "get"] = (stamp_before, self._got)
            made[kind, "pop"] = (stamp_before, self._popped)
        for kinds, names in _LOOKS.items():
            made |= {(kind, name): (stamp_before, self._looked) for kind in kinds for name in names.split()}
        return made

    def _has_changed(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        self._wholes.change(buffer, t, site, one, -2 * (t - began))

    def _got(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        of = self._book.of_key(site, first, Kind.READ)
        is_missing = type(first) in _PLAIN_KEYS and not dict.__contains__(one, first)
        self._access(buffer, t, site, of, one, result, -2 * (t - began) - is_missing)

    def _popped(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        of = self._book.of_key(site, first, Kind.DELETE)
        self._access(buffer, t, site, of, one, None, -2 * (t - began))
        self._has_changed(buffer, site, one, first, began, result, t)

    def _looked(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        self._wholes.read(buffer, t, site, one, -2 * (t - began))


_PLAIN_KEYS = frozenset((int, str, bool, float, bytes, type(None)))


def stamp_before(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
    """Note the time before a call, where nothing else need be known."""
    return time.perf_counter_ns()

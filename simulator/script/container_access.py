"""Methods of built-in containers: those that change one as a whole, and those that look for a key."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from simulator.record.kinds import Kind
from simulator.script.buffers import Buffer
from simulator.script.containers import MAPPINGS, SEQUENCES, WHOLES
from simulator.script.sites import SiteBook

_CHANGES = {
    MAPPINGS: "clear update popitem setdefault move_to_end",
    SEQUENCES: "append extend insert pop remove clear sort reverse appendleft extendleft popleft rotate",
    WHOLES: "add discard remove pop clear update difference_update intersection_update symmetric_difference_update",
}

Access = Callable[[Buffer, int, int, int, object, object, int], None]


class ContainerAccess:
    """Records calls that access a container.

    Parameters
    ----------
    book : SiteBook
        Where sites get their numbers.
    access : callable
        Appends the row of an access: buffer, stamp, the site that tells what the object is, the one for the row, the
        object, the value, the reference.
    """

    def __init__(self, book: SiteBook, access: Access) -> None:
        self._book = book
        self._access = access

    def handlers(self) -> dict[tuple[type, str], Any]:
        """Return what is done before and after each method."""
        made: dict[tuple[type, str], Any] = {}
        for kinds, names in _CHANGES.items():
            made |= {(kind, name): (_stamp, self._has_changed) for kind in kinds for name in names.split()}
        for kind in MAPPINGS:
            made[kind, "get"] = (_stamp, self._got)
            made[kind, "pop"] = (_stamp, self._popped)
        return made

    def _has_changed(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        of = self._book.of(site, Kind.WRITE, self._book.whole())
        self._access(buffer, t, site, of, one, one, -2 * (t - began))

    def _got(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        of = self._book.of_key(site, first, Kind.READ)
        is_missing = type(first) in _PLAIN_KEYS and not dict.__contains__(one, first)
        self._access(buffer, t, site, of, one, result, -2 * (t - began) - is_missing)

    def _popped(self, buffer: Buffer, site: int, one: Any, first: Any, began: Any, result: Any, t: int) -> None:
        of = self._book.of_key(site, first, Kind.DELETE)
        self._access(buffer, t, site, of, one, None, -2 * (t - began))


_PLAIN_KEYS = frozenset((int, str, bool, float, bytes, type(None)))


def _stamp(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
    return time.perf_counter_ns()

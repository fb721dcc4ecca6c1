"""What the numbers in a script's rows stand for: files, variables, sites and places, each told to the host once."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import count
from typing import Any

from simulator.record.bundles import FIRST_BUNDLE, Part
from simulator.record.kinds import Kind, Result

OBJECT, LOCAL, CONTEXT, CELL, CONTAINER, SYNC = "object", "local", "context", "cell", "container", "sync"


class Tables:
    """The tables of one run.

    Attributes
    ----------
    subjects : dict of int to (int, int)
        Kind and variable of each site.
    bundles : dict of int to tuple of (int, int, int)
        The parts of each bundle; see `simulator.record.bundles`.

    Notes
    -----
    Thread: any. No lock is taken: signal handlers and callbacks of dying objects come here in the middle of anything.
    An entry is put up for sending before anybody can learn its number; a number that lost a race stays unused.
    Sites 0 to 6 are the ends of spans, one for each `Result`.
    """

    def __init__(self) -> None:
        self._counts = {name: count() for name in ("files", "variables", "sites")}
        self._counts["bundles"] = count(FIRST_BUNDLE)
        self._serials = count(1)
        self._known: dict[Hashable, int] = {}
        self._sites: dict[tuple[Kind, int, int, int, int], int] = {}
        self._new: dict[str, list[Any]] = {"files": [], "variables": [], "sites": [], "places": [], "bundles": []}
        self.bundles: dict[int, tuple[Part, ...]] = {}
        self.subjects: dict[int, tuple[int, int]] = {}
        for result in Result:
            self.site(Kind.END, int(result), 0, 0, 0)

    def _intern(self, table: str, key: Hashable, *fields: Any) -> int:
        known = self._known.get((table, key))
        if known is not None:
            return known
        index = next(self._counts[table])
        self._new[table].append((index, *fields))
        return self._known.setdefault((table, key), index)

    def file(self, path: str, text: str) -> int:
        """Return the index of a file, given its text when it is first seen."""
        return self._intern("files", path, path, text)

    def variable(self, key: Hashable, name: str, is_sync: bool = False) -> int:
        """Return the index of a variable."""
        return self._intern("variables", key, name, is_sync)

    def site(self, kind: Kind, variable: int, file: int, line: int, column: int) -> int:
        """Return the index of a site: what happens to which variable at which place of the source."""
        key = (kind, variable, file, line, column)
        site = self._sites.get(key)
        if site is None:
            site = next(self._counts["sites"])
            self.subjects[site] = (int(kind), variable)
            self._new["sites"].append((site, int(kind), variable, file, line, column))
            site = self._sites.setdefault(key, site)
        return site

    def bundle(self, parts: tuple[Part, ...]) -> int:
        """Return the number of a row that holds several accesses."""
        bundle = self._intern("bundles", parts, parts)
        self.bundles[bundle] = parts
        return bundle

    def place(self, label: str, kind: str, thread: int = 0) -> int:
        """Return the serial of a new place: an object, one thread's part of a local, a context, a cell."""
        serial = next(self._serials)
        self._new["places"].append((serial, label, kind, thread))
        return serial

    def take(self) -> tuple[Any, ...] | None:
        """Return the message that tells what is new, None if nothing is. One at a time may call it."""
        taken = []
        for entries in self._new.values():
            n = len(entries)
            taken.append(entries[:n])
            del entries[:n]
        return ("names", *taken) if any(taken) else None

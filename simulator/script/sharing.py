"""The moment an object becomes shared: what its only thread did so far is sent late, and what that tells is certain.

While one thread alone touches an object only its last access at each line is kept, in `Thing.last`. A second thread
shares it: it gives it a place, then takes what is kept at once, as a copy. Why no read is given a wrong write then:

1. The owner looks at the place behind each access that it has kept. So an access that finds no place comes, stamp and
   all, before the sharing; it is in the copy, or it is found later, by whoever comes last of the two: the owner, who
   looks for the place after keeping it, or the one who shares, who looks once more after taking the copy. Nothing that
   comes after the copy is lost, and nothing is sent twice.
2. The copy shows one moment: of each variable it has the owner's last change until then, for that is the last one at
   its own line. A change is lost only to a later one at the same line. So all changes that are lost come before the
   last one that is kept of that variable; behind it every change of every thread is recorded.
3. That change is marked (an odd reference): what came before it is not known. A read before it, which another thread
   made while the owner still thought itself alone, is of an unknown writer even if an older change has its value,
   unless its own thread has changed the variable in the same stretch: see `simulator.trace.stamp_order`. Reads of the
   owner's are only sent if they came after that change.
4. Most of those reads are of the thread that shares the object, in the stretch in which it does so. Of these it is
   known here, and they are left out and counted: see `Buffers.flush`.

Out of this are two accesses of one thread at one line of which one comes in the middle of recording the other, by a
destructor or signal handler: the one that is recorded last is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from simulator.record.bundles import unbundle
from simulator.record.kinds import Kind
from simulator.record.recorder import Row
from simulator.script.buffers import Buffer, Buffers, Overtaken
from simulator.script.tables import Tables
from simulator.script.things import PRIVATE, Thing

_EVERYBODY = Buffer(0, "")
"""Among the places of a thing, whose place it is once it is shared: the first that is put there is the one."""

_SENT: dict[int, tuple[Any, ...]] = {}
"""What is known of a thing whose kept accesses have been sent: whatever turns up now came later."""


class Sharing:
    """Shares things among threads.

    Parameters
    ----------
    tables : Tables
        Tell what sites and bundles mean.
    buffers : Buffers
        Take the rows.
    find_place : callable
        Returns a new place for a thing.
    """

    def __init__(self, tables: Tables, buffers: Buffers, find_place: Callable[[Thing], int]) -> None:
        self._tables = tables
        self._buffers = buffers
        self._find_place = find_place

    def share(self, thing: Thing, buffer: Buffer, row: Row) -> None:
        """Note that a second thread has come to a thing, and record its access."""
        overtaken = self._open(thing, row[0]) if thing.place == PRIVATE else None
        stamp, site, _, reference, value = row
        if overtaken is not None:
            buffer.overtaken.append(overtaken)
        buffer.rows.append((stamp, site, thing.place, reference, value))

    def _open(self, thing: Thing, stamp: int) -> Overtaken | None:
        """Give a thing its place and send what its owner has kept.

        Returns
        -------
        (int, int, set of int) or None
            The place, the stamp and the variables that the owner has changed after it, if any.
        """
        own = self._find_place(thing)
        thing.place = place = thing.places.setdefault(_EVERYBODY, own)
        if thing.walk is not None:
            thing.walk.on, thing.walk = True, None
        if place != own:  # another thread does it
            return None
        kept = dict(thing.last)
        thing.kept = kept
        later = self._take(thing, kept)
        thing.kept = _SENT
        rows, changed = self._trusted(thing, kept.values())
        self._send(thing, rows + self._unbundled(thing, later))
        variables = {variable for variable, last in changed.items() if last > stamp}
        return (place, stamp, variables) if variables else None

    def surrender(self, thing: Thing) -> None:
        """Send what its owner has kept of a thing that was shared in that very moment."""
        known = thing.kept
        if known is not None:  # else whoever shares it has not looked yet
            self._send(thing, self._unbundled(thing, self._take(thing, known)))

    @staticmethod
    def _take(thing: Thing, known: dict[int, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Take what is kept of a thing; return what is not in the copy."""
        taken = []
        while thing.last:
            try:
                site, row = thing.last.popitem()
            except KeyError:  # another thread took the last one
                break
            if known.get(site) is not row:
                taken.append(row)
        return taken

    def _unbundled(self, thing: Thing, kept: Iterable[tuple[Any, ...]]) -> list[Row]:
        rows = unbundle(kept, self._tables.bundles)
        return [(stamp, site, thing.place, reference, value) for stamp, site, _, reference, value in rows]

    def _trusted(self, thing: Thing, kept: Iterable[tuple[Any, ...]]) -> tuple[list[Row], dict[int, int]]:
        """Return what can be sent of a copy, and when each variable was changed for the last time.

        Reads are left out unless they came after the last change, in a later stretch or behind it in one bundle.
        """
        subjects = self._tables.subjects
        rows: list[Row] = []
        last: dict[int, int] = {}
        bundle_of: list[int] = []
        for nth, bundle in enumerate(sorted(kept, key=lambda row: row[0])):
            for row in self._unbundled(thing, [bundle]):
                if subjects[row[1]][0] != Kind.READ:
                    last[subjects[row[1]][1]] = len(rows)
                rows.append(row)
                bundle_of.append(nth)
        trusted = []
        for i, row in enumerate(rows):
            kind, variable = subjects[row[1]]
            change = last.get(variable, -1)
            if change == i:
                trusted.append(_marked(row))
            elif kind != Kind.READ or change < 0 or self._is_behind(rows, bundle_of, i, change):
                trusted.append(row)
        return trusted, {variable: rows[i][0] for variable, i in last.items()}

    @staticmethod
    def _is_behind(rows: list[Row], bundle_of: list[int], i: int, change: int) -> bool:
        return rows[i][0] > rows[change][0] or (i > change and bundle_of[i] == bundle_of[change])

    def _send(self, thing: Thing, rows: list[Row]) -> None:
        if rows:
            thing.owner.left_out -= len(rows)
            self._buffers.flush_late(thing.owner.serial, rows)


def _marked(row: Row) -> Row:
    """Return a change as one before which not everything is known."""
    stamp, site, place, reference, value = row
    return (stamp, site, place, min(reference, 0) - 1, value)

"""What rewritten code calls behind a stretch of accesses without a thread switch: a function for each stretch.

A stretch is spelled as its accesses, ``g7:0 a9:1,2``: the form, the site, and which arguments it is about (see
`simulator.script.helpers` for forms). Arguments are passed once however many accesses they belong to. Accesses to
globals, cells and attributes that follow each other are written as one row, a bundle, once nothing about their objects
is left to be found out; see `simulator.record.bundles`. An object that no other thread has touched keeps its bundle.
The accesses of a stretch that was interleaved with others are recorded one by one; see `simulator.script.interleaving`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.record.bundles import NO_PLACE, Part
from simulator.script.buffers import FLUSH_ROWS
from simulator.script.forms import ATTRIBUTE_FORM, CELL_FORM, GLOBAL_FORM, spell_access, spell_value
from simulator.script.identity import Identity
from simulator.script.own_names import PLAIN
from simulator.script.tables import Tables

_BUNDLED = frozenset((GLOBAL_FORM, CELL_FORM, ATTRIBUTE_FORM))
_FIRST_PLACE = 2

Access = tuple[str, tuple[int, ...]]
"""The form of an access, upper case where it may not have happened, and the numbers of its arguments."""


@dataclass
class _Run:
    """Accesses that are written as one row: numbers of the first and the one behind the last, and what the row has.

    Attributes
    ----------
    owners : list of int
        The arguments whose attributes are accessed.
    places : list of str
        What the row's places are, spelled; values follow.
    parts : list of (int, int, int)
        For each access its own number, and where its place and its value are in the row.
    values : list of str
        What the row's values are, spelled.
    """

    first: int
    stop: int
    owners: list[int]
    places: list[str]
    values: list[str]
    parts: list[Part]

    @property
    def bundle(self) -> str:
        """The name of its layout's number."""
        return f"b{self.first}"

    def row(self) -> str:
        """Spell the row."""
        return f"(t, {', '.join([self.bundle, *self.places, *self.values])})"


class Stretches:
    """The functions of all stretches of a run.

    Parameters
    ----------
    names : dict of str to object
        What the written functions may use; see `simulator.script.helpers`.
    identity : Identity
        Tells objects apart.
    tables : Tables
        Where layouts of bundles get their numbers.
    pause : str
        A line that ends each function, or nothing.
    find_late : callable
        Returns the function that records an access of a form that lies somewhere in an interval; see
        `simulator.script.helpers`.
    """

    def __init__(
        self,
        names: dict[str, Any],
        identity: Identity,
        tables: Tables,
        pause: str,
        find_late: Callable[[str], Callable[..., Any]],
    ) -> None:
        self._names = {**names, "learn": _learning(identity), "loosely": self._loosely}
        self._tables = tables
        self._pause = pause
        self._find_late = find_late
        self._makers: dict[str, tuple[Callable[..., Any], list[list[Part]]]] = {}

    def find(self, spelled: str, has_value: bool = False) -> Callable[..., Any]:
        """Return the function of a stretch; one with a value closes the stretch and returns its first argument."""
        accesses: list[Access] = []
        sites: list[int] = []
        for text in spelled.split(" "):
            about, numbers = text.split(":")
            accesses.append((about[0], tuple(map(int, numbers.split(",")))))
            sites.append(int(about[1:]))
        words = [f"{form}{','.join(map(str, numbers))}" for form, numbers in accesses]
        shape = " ".join([*words, "value"] if has_value else words)
        if shape not in self._makers:
            self._makers[shape] = self._write(accesses, has_value)
        make, layouts = self._makers[shape]
        parts = [tuple((sites[i], place, value) for i, place, value in layout) for layout in layouts]
        function: Callable[..., Any] = make(
            list(zip(accesses, sites, strict=True)), *sites, *map(self._tables.bundle, parts)
        )
        return function

    def _loosely(self, own: list[tuple[Access, int]], arguments: tuple[Any, ...], token: int, t: int) -> None:
        """Record the accesses of a stretch that has lost its token, each as lying anywhere since it was opened."""
        for (form, numbers), site in own:
            values = [arguments[i] for i in numbers]
            if form.islower() or values[-1] is not self._names["unset"]:
                self._find_late(form.lower())(site, *values, -token, t)

    def _write(self, accesses: list[Access], has_value: bool) -> tuple[Callable[..., Any], list[list[Part]]]:
        """Return what makes the functions of a shape, given sites and bundles, and the layouts of the bundles."""
        runs = {run.first: run for run in _find_runs(accesses)}
        bundles, layouts, body = [], [], []
        i = 0
        while i < len(accesses):
            run = runs.get(i)
            if run is None:
                body += _spell_one(i, *accesses[i])
                i += 1
                continue
            bundles.append(run.bundle)
            layouts.append(run.parts)
            for owner in run.owners:
                bundles.append(f"{run.bundle}_{owner}")
                layouts.append(_own_parts(run, owner, accesses))
            body += _spell_run(run, accesses)
            i = run.stop
        value = " a0" if has_value else ""
        arguments = [f"a{i}" for i in range(1 + max(i for _, numbers in accesses for i in numbers))]
        text = "\n ".join([
            f"def make({', '.join(['own', *(f's{i}' for i in range(len(accesses))), *bundles])}):",
            f"def record({', '.join([*arguments, 'token', 't'])}):",
            *([" latest.opened = None"] if has_value else []),
            " if token is not True:",
            f"  loosely(own, ({', '.join(arguments)},), token, t)",
            f"  return{value}",
            " latest.stamped = t",
            *(f" {line}" for line in ["buffer = mine.buffer", "rows = buffer.rows", *body]),
            f" if len(rows) >= {FLUSH_ROWS}:",
            "  flush(buffer)",
            *([f" {self._pause}"] if self._pause else []),
            f" return{value}",
            "return record",
        ])  # fmt: skip
        made: dict[str, Any] = {}
        exec(compile(text, "<record>", "exec"), self._names, made)
        return made["make"], layouts


def _find_runs(accesses: Sequence[Access]) -> list[_Run]:
    """Return where accesses that follow each other can be written as one row."""
    runs, first = [], 0
    for i in range(len(accesses) + 1):
        if i == len(accesses) or accesses[i][0] not in _BUNDLED:
            if i > first:
                runs.append(_make_run(first, i, accesses))
            first = i + 1
    return runs


def _make_run(first: int, stop: int, accesses: Sequence[Access]) -> _Run:
    own = range(first, stop)
    owners = list(dict.fromkeys(accesses[i][1][0] for i in own if accesses[i][0] == ATTRIBUTE_FORM))
    cells = list(dict.fromkeys(accesses[i][1][0] for i in own if accesses[i][0] == CELL_FORM))
    values = list(dict.fromkeys(accesses[i][1][-1] for i in own))
    places = [*(f"p{one}" for one in owners), *(f"a{one}" for one in cells)]
    parts = []
    for i in own:
        form, numbers = accesses[i]
        name = f"{'p' if form == ATTRIBUTE_FORM else 'a'}{numbers[0]}"
        place = NO_PLACE if form == GLOBAL_FORM else _FIRST_PLACE + places.index(name)
        parts.append((i, place, _FIRST_PLACE + len(places) + values.index(numbers[-1])))
    return _Run(first, stop, owners, places, [spell_value(f"a{one}") for one in values], parts)


def _own_parts(run: _Run, owner: int, accesses: Sequence[Access]) -> list[Part]:
    """Return the layout of the accesses to one owner alone."""
    own = [i for i in range(run.first, run.stop) if accesses[i][0] == ATTRIBUTE_FORM and accesses[i][1][0] == owner]
    return [(i, _FIRST_PLACE, _FIRST_PLACE + 1 + n) for n, i in enumerate(own)]


def _spell_one(i: int, form: str, numbers: tuple[int, ...]) -> list[str]:
    """Spell the record of a single access."""
    lines = spell_access(form.lower(), f"s{i}", [f"a{number}" for number in numbers])
    if form.islower():
        return lines
    lines = [line.replace("<= DIRECT", "<= DIRECT + 1") for line in lines]  # a name of ours has the object, too
    return [f"if a{numbers[-1]} is not unset:", *(f" {line}" for line in lines)]


def _spell_run(run: _Run, accesses: Sequence[Access]) -> list[str]:
    """Spell the record of several accesses: a bundle if everything is known and shared, else each on its own."""
    append = f"rows.append({run.row()})"
    if not run.owners:
        return [append]
    each = [line for i in range(run.first, run.stop) for line in _spell_one(i, *accesses[i])]
    lines = [f"p{one} = buffer.place_of(id(a{one}))" for one in run.owners]
    are_known = " and ".join(f"p{one}" for one in run.owners)
    lines += [f"if {are_known}:", f" {append}", "else:", *_spell_look(run)]
    lines += [f"  if {are_known}:", f"   {append}"]
    for one in run.owners:
        lines += [f"   if h{one}.is_simple:", f"    remember(h{one}, buffer, p{one})"]
    if len(run.owners) == 1:
        lines += _spell_private(run, run.owners[0], accesses)
    lines += ["  else:", *(f"   {line}" for line in each)]
    lines += [" else:", *(f"  {line}" for line in each)]
    lines += [f"  learn(a{one}, {run.bundle}_{one})" for one in run.owners]
    return lines


def _spell_look(run: _Run) -> list[str]:
    """Spell how the places of a run's owners are found: a block that is entered if their attributes are plain."""
    lines = [f" h{one} = things_get(id(a{one}))" for one in run.owners]
    are_plain = " and ".join(f"h{one} is not None and {run.bundle}_{one} in h{one}.plain" for one in run.owners)
    lines += [f" if {are_plain}:"]
    for one in run.owners:
        lines += [f"  p{one} = h{one}.place", f"  if p{one} < 0:"]
        lines += [f"   p{one} = h{one}.places.get(buffer) or enter(h{one}, buffer)"]
    return lines


def _spell_private(run: _Run, owner: int, accesses: Sequence[Access]) -> list[str]:
    """Spell what is done with the accesses to an object that only this thread has touched."""
    others = [i for i in range(run.first, run.stop) if accesses[i][0] != ATTRIBUTE_FORM]
    own = [i for i in range(run.first, run.stop) if accesses[i][0] == ATTRIBUTE_FORM]
    bundle = f"{run.bundle}_{owner}"
    values = ", ".join(spell_value(f"a{accesses[i][1][-1]}") for i in own)
    return [
        f"  elif h{owner}.owner is buffer and h{owner}.task == buffer.task:",
        *(f"   {line}" for i in others for line in _spell_one(i, *accesses[i])),
        f"   h{owner}.last[{bundle}] = (t, {bundle}, 0, {values})",
        f"   buffer.left_out += {len(own)}",
        f"   if h{owner}.place:",
        f"    surrender(h{owner})",
    ]


def _learning(identity: Identity) -> Callable[[object, int], None]:
    """Return what notes that all attributes of a bundle are known to be an object's own."""
    things_get, types_get, new_type = identity.things.get, identity.types.known.get, identity.types.make

    def learn(one: object, bundle: int) -> None:
        thing = things_get(id(one))
        if thing is not None and (types_get(id(type(one))) or new_type(type(one)))[bundle] == PLAIN:
            thing.plain.add(bundle)

    return learn

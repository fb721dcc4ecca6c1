"""What rewritten code calls right after an access: functions written out on demand.

The function of a form takes the site and what the form needs, then the token of an open stretch, if there is one, and
the clock; it appends a row and returns the value. If there is a token it calls its other, late form, which takes the
time since when in place of the token; see `simulator.script.interleaving`. Those of whole stretches are in
`simulator.script.stretches`. Nothing here looks anything up in a module: at the interpreter's end modules are emptied
before the last objects die.
"""

from __future__ import annotations

import sys
import time
import types
from collections.abc import Callable
from typing import Any

from simulator.record.kinds import Kind
from simulator.record.values import portable
from simulator.script.buffers import FLUSH_ROWS, Buffer, Buffers
from simulator.script.by_type import ByType
from simulator.script.forms import ARGUMENTS, EXACT, spell_access
from simulator.script.fresh import DIRECT
from simulator.script.identity import Identity
from simulator.script.interleaving import losing, stamping_again
from simulator.script.leaving import leaving_helper
from simulator.script.methods import Handler
from simulator.script.own_names import LOOK, PLAIN, SCALARS, find_own_names
from simulator.script.sites import SiteBook
from simulator.script.stretches import Stretches
from simulator.script.wholes import Wholes


class Helpers:
    """The functions that rewritten code calls, by name.

    Parameters
    ----------
    identity : Identity
        Tells objects apart.
    book : SiteBook
        Tells what sites mean.
    buffers : Buffers
        Takes the rows.
    pause : callable, optional
        Called with the thread's buffer after each record; see `simulator.script.widening`.
    is_locked : bool
        Whether threads run at once; see `simulator.script.straight`.

    Attributes
    ----------
    wholes : Wholes
        Records accesses to containers as such.
    calls : ByType
        What is done before and after a method is called, by type and site.
    find_handler : callable
        Tells that for a type and a name; see `simulator.script.methods`.
    latest : Latest
        See `simulator.script.interleaving`.
    """

    def __init__(
        self,
        identity: Identity,
        book: SiteBook,
        buffers: Buffers,
        pause: Callable[[Buffer], None] | None = None,
        is_locked: bool = False,
    ) -> None:
        unset = object()
        self.latest = buffers.latest
        self._known: dict[str, Any] = {"now": time.perf_counter_ns, "unset": unset, "latest": self.latest}
        self._known |= {"id": id, "type": type, "scalars": SCALARS}
        self._known["too deep"] = RecursionError
        look, self.access, self.access_module = _slow_ways(identity, book)
        self.wholes = Wholes(identity, book, buffers, self.access, self.latest, is_locked)
        self.find_handler: Callable[[type, str], Handler | None] = lambda kind, name: None
        self.calls: ByType[Handler | None] = ByType(lambda kind, site: self.find_handler(kind, book.infos[site].name))
        self._pause = "pause(buffer)" if pause is not None else ""
        self._names: dict[str, Any] = {
            "pause": pause,
            "mine": buffers.mine,
            "flush": buffers.flush,
            "unset": unset,
            "EXACT": EXACT,
            "portable": portable,
            "types_get": identity.types.known.get,
            "new_type": identity.types.make,
            "things_get": identity.things.get,
            "enter": identity.enter,
            "remember": identity.remember,
            "new": identity.note_new,
            "share": identity.share,
            "surrender": identity.surrender,
            "look": look,
            "item": self.wholes.item,
            "contains": self.wholes.contains,
            "step": self.wholes.step,
            "getrefcount": sys.getrefcount,
            "DIRECT": DIRECT,
            "gone": identity.note_gone,
            "end": self.wholes.end,
            "latest": self.latest,
            "calls_get": self.calls.known.get,
            "new_call": self.calls.make,
            "again": stamping_again(self.latest),
            "whole": self.wholes.read,
            "change": self.wholes.change_anyhow,
        }
        self._late: dict[str, Callable[..., Any]] = {}
        self.add("lose", losing(self.latest))
        self.add("left", leaving_helper(book, self.latest, self._find_late, unset))
        self._stretches = Stretches(self._names, identity, book.tables, self._pause, self._find_late)

    def add(self, name: str, function: Callable[..., Any]) -> None:
        """Make a function known under a name."""
        self._known[name] = function

    def find(self, name: str) -> Any:
        """Return the function of a name; those of forms and stretches are made when they are first asked for."""
        known = self._known.get(name)
        if known is None:
            what, _, spelled = name.partition(" ")
            is_stretch = what in ("stretch", "value")
            known = self._stretches.find(spelled, what == "value") if is_stretch else self._write(spelled)
            self._known[name] = known
        return known

    def _write(self, form: str) -> Callable[..., Any]:
        """Return the function of a form; each ``-`` behind it is an argument more, which only clears up a name."""
        n_cleared = form.count("-")
        form = form.rstrip("-")
        names = "".join(_NAMES[form])
        late = [
            "if token is not None:",
            f" return late(s, {', '.join(names)}, t, again())",
        ]
        parameters = [*names, "token", "t", *(f"_{i}" for i in range(n_cleared))]
        return self._compile(form, parameters, late, "0", {"late": self._find_late(form)})

    def _find_late(self, form: str) -> Callable[..., Any]:
        """Return the function of a form for accesses that lie anywhere since a time before the stamp."""
        known = self._late.get(form)
        if known is None:
            known = self._late[form] = self._compile(form, [*_NAMES[form], "began", "t"], [], "2 * (began - t)", {})
        return known

    def _compile(
        self, form: str, parameters: list[str], first: list[str], reference: str, names: dict[str, Any]
    ) -> Callable[..., Any]:
        lines = [
            *first,
            "latest.stamped = t",
            "buffer = mine.buffer",
            "rows = buffer.rows",
            *spell_access(form, "s", _NAMES[form], reference),
            f"if len(rows) >= {FLUSH_ROWS}:",
            " flush(buffer)",
            *([self._pause] if self._pause else []),
            "return v",
        ]
        source = "\n ".join([f"def record({', '.join(['s', *parameters])}):", *lines])
        made: dict[str, Any] = {}
        exec(compile(source, f"<record {form}>", "exec"), {**self._names, **names}, made)
        function: Callable[..., Any] = made["record"]
        return function


_NAMES = {form: {1: "v", 2: "ov", 3: "okv"}[n] for form, n in ARGUMENTS.items()}


def _slow_ways(identity: Identity, book: SiteBook) -> tuple[Callable[..., None], ...]:
    """Return what the written functions call for what is not plain: first looks, items, calls."""
    things_get, meet, enter = identity.things.get, identity.meet, identity.enter
    share, surrender, holder, own_names = identity.share, identity.surrender, identity.holder, find_own_names
    types_get, new_type = identity.types.known.get, identity.types.make
    tables, infos, module, described = book.tables, book.infos, types.ModuleType, portable

    def private(thing: Any, buffer: Any, row: Any) -> None:
        if thing.owner is buffer and thing.task == buffer.task:
            thing.last[row[1]] = row
            buffer.left_out += 1
            if thing.place:  # another thread came in between
                surrender(thing)
        else:
            share(thing, buffer, row)

    def access(buffer: Any, t: int, site: int, of: int, one: object, value: object, reference: int) -> None:
        """Append the row of an access to `one`; `site` tells what it is, `of` names the variable as well."""
        thing = things_get(id(one)) or meet(one, site, buffer)
        place = thing.place
        if place < 0:
            place = enter(thing, buffer)
        row = (t, of, place, reference, described(value))
        if place:
            buffer.rows.append(row)
        else:
            private(thing, buffer, row)

    def look(buffer: Any, t: int, site: int, one: object, value: object, reference: int) -> None:
        """Record an access to an attribute of something that is not known to have it plainly."""
        way = (types_get(id(type(one))) or new_type(type(one)))[site]
        if way == PLAIN:
            thing = things_get(id(one)) or meet(one, site, buffer)
            thing.plain.add(site)
            access(buffer, t, site, site, one, value, reference)
            return
        found = holder(one, site) if way == LOOK else None
        if found is not None and issubclass(type(found), module):
            access_module(buffer, t, site, found, value, reference)
        elif found is not None:
            access(buffer, t, site, site, found, value, reference)

    def access_module(buffer: Any, t: int, site: int, one: object, value: object, reference: int) -> None:
        """Append the row of an access to a module's global; of modules that are not recorded if the script sets it."""
        info, module_name = infos[site], str(own_names(one).get("__name__"))
        if module_name not in recorded and (module_name, info.name) not in stored:
            if info.kind == read:
                buffer.left_out += 1
                return
            stored.add((module_name, info.name))
        of = book.of_variable(site, module_variable(tables, module_name, info.name))
        buffer.rows.append((t, of, 0, reference, described(value)))

    recorded, stored, read = identity.modules, set[tuple[str, str]](), Kind.READ
    return look, access, access_module


def module_variable(tables: Any, module: str, name: str) -> int:
    """Return the index of the variable that is a global of a module."""
    index: int = tables.variable(("global", module, name), name if module == "__main__" else f"{module}.{name}")
    return index

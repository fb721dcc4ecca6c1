"""What rewritten code calls right after an access: one function for each sequence of forms, written out on demand.

A sequence of forms is a text such as ``ga``: a module global, then an attribute. The function for it takes, for each
access, the site and what the form needs, then the clock; it appends a row for each and returns the last value. Nothing
here looks anything up in a module: at the interpreter's end modules are emptied before the last objects die.
"""

from __future__ import annotations

import time
import types
from collections.abc import Callable
from typing import Any

from simulator.record.values import portable
from simulator.script.buffers import FLUSH_ROWS, Buffer, Buffers
from simulator.script.identity import LOOK, PLAIN, Identity, find_own_names
from simulator.script.sites import SiteBook

GLOBAL_FORM, ATTRIBUTE_FORM, ITEM_FORM, CELL_FORM, NEW_FORM = "g", "a", "i", "c", "n"
ARGUMENTS = {GLOBAL_FORM: 1, ATTRIBUTE_FORM: 2, ITEM_FORM: 3, CELL_FORM: 2, NEW_FORM: 1}
"""How many arguments an access of a form needs besides its site: owner, key or place if it has one, and the value."""

_EXACT = frozenset((float, bool, type(None)))
_SMALL = 1 << 63

_VALUE = f"{{v}} if type({{v}}) is int and {-_SMALL} < {{v}} < {_SMALL} or type({{v}}) in EXACT else portable({{v}})"
_BODY = {
    GLOBAL_FORM: """
 rows.append((t, {s}, 0, 0, {value}))""",
    CELL_FORM: """
 rows.append((t, {s}, {o}, 0, {value}))""",
    ATTRIBUTE_FORM: """
 thing = things_get(id({o}))
 if thing is not None and {s} in thing.plain:
  place = thing.place
  if place > 0:
   rows.append((t, {s}, place, 0, {value}))
  elif place:
   rows.append((t, {s}, thing.places.get(buffer) or enter(thing, buffer), 0, {value}))
  elif thing.owner is buffer and thing.task == buffer.task:
   thing.last[{s}] = (t, {s}, 0, 0, {value})
   buffer.left_out += 1
   if thing.place:
    surrender(thing)
  else:
   share(thing, buffer, (t, {s}, 0, 0, {value}))
 else:
  look(buffer, t, {s}, {o}, {v})""",
    NEW_FORM: """
 new({v})""",
    ITEM_FORM: """
 if (types_get(id(type({o}))) or new_type(type({o})))[{s}]:
  item(buffer, t, {s}, {o}, {k}, {v})""",
}


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
    """

    def __init__(
        self, identity: Identity, book: SiteBook, buffers: Buffers, pause: Callable[[Buffer], None] | None = None
    ) -> None:
        unset = object()
        self._known: dict[str, Any] = {"now": time.perf_counter_ns, "unset": unset, "new": identity.note_new}
        look, item, self.access = _slow_ways(identity, book)
        self._pause = "\n pause(buffer)" if pause is not None else ""
        self._names: dict[str, Any] = {
            "pause": pause,
            "mine": buffers.mine,
            "flush": buffers.flush,
            "unset": unset,
            "EXACT": _EXACT,
            "portable": portable,
            "types_get": identity.types.known.get,
            "new_type": identity.types.make,
            "things_get": identity.things.get,
            "enter": identity.enter,
            "new": identity.note_new,
            "share": identity.share,
            "surrender": identity.surrender,
            "look": look,
            "item": item,
        }

    def add(self, name: str, function: Callable[..., Any]) -> None:
        """Make a function known under a name."""
        self._known[name] = function

    def find(self, name: str) -> Any:
        """Return the function of a name; one that is a sequence of forms is made when it is first asked for."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._write(name[len("record ") :])
        return known

    def _write(self, forms: str) -> Callable[..., Any]:
        parameters, body = [], ""
        n_cleared = forms.count("-")
        last = "None"
        for i, form in enumerate(forms.rstrip("-")):
            names = {"s": f"s{i}", "o": f"o{i}", "k": f"k{i}", "v": f"v{i}"}
            own = {1: "sv", 2: "sov", 3: "sokv"}[ARGUMENTS[form.lower()]]
            parameters += [names[letter] for letter in own]
            text = _BODY[form.lower()].format(**names, value=_VALUE.format(v=names["v"]))
            body += text if form.islower() else f"\n if {names['v']} is not unset:" + text.replace("\n ", "\n  ")
            last = names["v"]
        parameters += ["t", *(f"_{i}" for i in range(n_cleared))]
        source = f"""def record({", ".join(parameters)}):
 buffer = mine.buffer
 rows = buffer.rows{body}
 if len(rows) >= {FLUSH_ROWS}:
  flush(buffer){self._pause}
 return {last}"""
        made: dict[str, Any] = {}
        exec(compile(source, f"<record {forms}>", "exec"), self._names, made)
        function: Callable[..., Any] = made["record"]
        return function


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

    def look(buffer: Any, t: int, site: int, one: object, value: object) -> None:
        """Record an access to an attribute of something that is not known to have it plainly."""
        way = (types_get(id(type(one))) or new_type(type(one)))[site]
        if way == PLAIN:
            thing = things_get(id(one)) or meet(one, site, buffer)
            thing.plain.add(site)
            access(buffer, t, site, site, one, value, 0)
            return
        found = holder(one, site) if way == LOOK else None
        if found is not None and issubclass(type(found), module):
            module_name = own_names(found).get("__name__")
            of = book.of_variable(site, module_variable(tables, str(module_name), infos[site].name))
            buffer.rows.append((t, of, 0, 0, described(value)))
        elif found is not None:
            access(buffer, t, site, site, found, value, 0)

    def item(buffer: Any, t: int, site: int, one: object, key: object, value: object) -> None:
        access(buffer, t, site, book.of_key(site, key, infos[site].kind), one, value, 0)

    return look, item, access


def module_variable(tables: Any, module: str, name: str) -> int:
    """Return the index of the variable that is a global of a module."""
    index: int = tables.variable(("global", module, name), name if module == "__main__" else f"{module}.{name}")
    return index

"""The forms of accesses, and the source text that records one: written into functions made on demand."""

from __future__ import annotations

from collections.abc import Sequence

GLOBAL_FORM, ATTRIBUTE_FORM, ITEM_FORM, CELL_FORM, NEW_FORM = "g", "a", "i", "c", "n"
KEY_FORM, STEP_FORM, END_FORM, ONCE_FORM, LOOK_FORM = "k", "s", "e", "o", "w"
METHOD_FORM, CHANGE_FORM = "f", "x"
LOCAL_FORMS = {ITEM_FORM: "j", KEY_FORM: "m", LOOK_FORM: "l", METHOD_FORM: "q", CHANGE_FORM: "y"}
"""Their forms where the object is reached by a local name; see `simulator.script.fresh`."""
OF_LOOPS = frozenset((STEP_FORM, END_FORM))
"""These need not be recorded unless the loop is on: see `simulator.script.wholes.Walk`."""
ARGUMENTS = {
    GLOBAL_FORM: 1,
    ATTRIBUTE_FORM: 2,
    ITEM_FORM: 3,
    CELL_FORM: 2,
    NEW_FORM: 1,
    KEY_FORM: 3,
    STEP_FORM: 3,
    END_FORM: 1,
    ONCE_FORM: 1,
    LOOK_FORM: 1,
    LOCAL_FORMS[ITEM_FORM]: 3,
    LOCAL_FORMS[KEY_FORM]: 3,
    LOCAL_FORMS[LOOK_FORM]: 1,
    LOCAL_FORMS[METHOD_FORM]: 3,
    METHOD_FORM: 3,
    CHANGE_FORM: 1,
    LOCAL_FORMS[CHANGE_FORM]: 1,
}
"""How many arguments an access of a form needs besides its site: owner, key or place if it has one, and the value.

A test for a key has the key first, as it is evaluated; the call of a method its first argument for a key."""

EXACT = frozenset((float, bool, type(None)))
"""Types whose values are recorded as they are, however large; ints and texts are if they are small."""

_SMALL = 1 << 63
_VALUE = f"{{v}} if type({{v}}) is int and -{_SMALL} < {{v}} < {_SMALL} or type({{v}}) in EXACT else portable({{v}})"
_BODY = {
    GLOBAL_FORM: """
rows.append((t, {s}, 0, {r}, {value}))""",
    CELL_FORM: """
rows.append((t, {s}, {o}, {r}, {value}))""",
    ATTRIBUTE_FORM: """
place = buffer.place_of(id({o}))
if place:
 rows.append((t, {s}, place, {r}, {value}))
else:
 thing = things_get(id({o}))
 if thing is not None and {s} in thing.plain:
  place = thing.place
  if place:
   if place < 0:
    place = thing.places.get(buffer) or enter(thing, buffer)
   rows.append((t, {s}, place, {r}, {value}))
   if thing.is_simple:
    remember(thing, buffer, place)
  elif thing.owner is buffer and thing.task == buffer.task:
   thing.last[{s}] = (t, {s}, 0, {r}, {value})
   buffer.left_out += 1
   if thing.place:
    surrender(thing)
  else:
   share(thing, buffer, (t, {s}, 0, {r}, {value}))
 else:
  look(buffer, t, {s}, {o}, {v}, {r})""",
    NEW_FORM: """
new({v}, t, {s}, buffer)""",
    ITEM_FORM: """
if (types_get(id(type({o}))) or new_type(type({o})))[{s}]:
 item(buffer, t, {s}, {o}, {k}, {v}, {r})""",
    ONCE_FORM: """
if buffer.once.get({s}) == id({v}):
 buffer.left_out += 1
else:
 buffer.once[{s}] = id({v})
 rows.append((t, {s}, 0, {r}, {value}))""",
    KEY_FORM: """
if (types_get(id(type({k}))) or new_type(type({k})))[{s}]:
 contains(buffer, t, {s}, {k}, {o}, {v}, {r})""",
    STEP_FORM: """
if {o}.on:
 step(buffer, t, {o}, {k}, {v}, {r})""",
    LOOK_FORM: """
if (types_get(id(type({v}))) or new_type(type({v})))[{s}]:
 whole(buffer, t, {s}, {v}, {r})""",
    METHOD_FORM: """
handler = (calls_get(id(type({o}))) or new_call(type({o})))[{s}]
if handler is not None:
 handler[1](buffer, {s}, {o}, {k}, t + ({r}) // 2, {v}, t)""",
    END_FORM: """
if {v}.on:
 end(buffer, t, {v}, {r})""",
}
_FRESH = """
thing = things_get(id({c}))
if thing is not None and (thing.place or thing.owner is not buffer) and getrefcount({c}) <= DIRECT:
 gone(id({c}))"""
_BODY[LOCAL_FORMS[ITEM_FORM]] = _FRESH.replace("{c}", "{o}") + _BODY[ITEM_FORM]
_BODY[LOCAL_FORMS[KEY_FORM]] = _FRESH.replace("{c}", "{k}") + _BODY[KEY_FORM]
_BODY[LOCAL_FORMS[METHOD_FORM]] = _FRESH.replace("{c}", "{o}") + _BODY[METHOD_FORM]
_LOOK_AT_OWN = """
if (types_get(id(type({v}))) or new_type(type({v})))[{s}]:
 thing = things_get(id({v}))
 if thing is not None and (thing.place or thing.owner is not buffer) and getrefcount({v}) <= DIRECT:
  gone(id({v}))
 whole(buffer, t, {s}, {v}, {r})"""
_BODY[CHANGE_FORM] = _BODY[LOOK_FORM].replace("whole(", "change(")
_BODY[LOCAL_FORMS[LOOK_FORM]] = _LOOK_AT_OWN
_BODY[LOCAL_FORMS[CHANGE_FORM]] = _LOOK_AT_OWN.replace("whole(", "change(")


def spell_value(name: str) -> str:
    """Spell what is recorded of the value that has a name."""
    return _VALUE.format(v=name)


def spell_access(form: str, site: str, arguments: Sequence[str], reference: str = "0") -> list[str]:
    """Spell the record of one access.

    Parameters
    ----------
    form : str
        In lower case.
    site : str
        Name of its site.
    arguments : sequence of str
        Names of its owner or place, key and value, as far as the form has them.
    reference : str
        The row's; see `simulator.trace.sites`.

    Returns
    -------
    list of str
        Lines; blocks are indented by one. ``t``, ``buffer`` and ``rows`` must be there.
    """
    value = arguments[-1]
    names = {"r": reference, "o": arguments[0], "k": arguments[-2] if len(arguments) > 1 else "", "v": value}
    return _BODY[form].format(s=site, value=f"({spell_value(value)})", **names).strip("\n").split("\n")

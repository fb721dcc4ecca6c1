"""Fields of dataclasses: the ``__init__`` that `dataclasses` writes for a recorded class says what it has stored.

That function is no code of the user's, so nothing of it is rewritten. But its text passes through one function of
`dataclasses`. There a call is added behind its last store, on the same line: signature, line numbers, frames and
exceptions stay as they are, and ``__post_init__`` comes after it. All that a program could notice is one name more in
``__closure__``; pickled by value it becomes `id`. Classes of modules that are not recorded are left alone.

The stores are recorded as of the line, in a recorded file, that is constructing the object.
"""

from __future__ import annotations

import dataclasses
import re
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple

from simulator.record.kinds import Kind
from simulator.record.values import portable
from simulator.script.buffers import Buffers
from simulator.script.by_type import ByType
from simulator.script.identity import Identity
from simulator.script.own_names import NEVER, class_dict, class_mro
from simulator.script.sites import ATTRIBUTE, SiteBook, SiteInfo
from simulator.script.wholes import Access

_NAME = "__dataclass_stored__"
_STORE = re.compile(r"\s*(?:\w+\.(\w+)=|__dataclass_builtins_object__\.__setattr__\(\w+,'(\w+)',)")
_POST_INIT = re.compile(r"\s*\w+\.__post_init__\(")

Note = Callable[[object, "Fields"], None]


class Fields:
    """What one generated function stores; such a function calls it with the object.

    Attributes
    ----------
    names : tuple of str
        Of the fields.
    is_direct : bool
        Whether they are stored past the class's own ``__setattr__``, as those of frozen classes are.
    layouts : dict of (int, int, int) to int
        What is recorded, by file, line and how many attributes the program has; see `noting`.
    """

    def __init__(self, names: Sequence[str], is_direct: bool, note: Note) -> None:
        self.names = tuple(names)
        self.is_direct = is_direct
        self.layouts: dict[tuple[int, int, int], int] = {}
        self._note = note

    def __call__(self, one: object) -> None:
        """Record that an object has got its fields."""
        self._note(one, self)

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, ("id",)


class _Layout(NamedTuple):
    """Which fields of objects of one type are recorded: sites, names, and the number of their bundle."""

    sites: tuple[int, ...]
    names: tuple[str, ...]
    bundle: int


def install(modules: Sequence[str], note: Note) -> None:
    """From now on have `dataclasses` write functions that tell what they store, for classes of these modules."""
    module: Any = dataclasses
    if hasattr(module, "_FuncBuilder"):  # Python 3.13 and later
        add = module._FuncBuilder.add_fn

        def add_fn(builder: Any, name: str, args: Any, body: Any, **rest: Any) -> Any:
            if name == "__init__" and _is_of(builder.globals, modules):
                body = told(args[0], body, rest.get("locals"), note)
            return add(builder, name, args, body, **rest)

        module._FuncBuilder.add_fn = add_fn
    elif hasattr(module, "_create_fn"):
        create = module._create_fn

        def create_fn(name: str, args: Any, body: Any, **rest: Any) -> Any:
            if name == "__init__" and _is_of(rest.get("globals"), modules):
                body = told(args[0], body, rest.get("locals"), note)
            return create(name, args, body, **rest)

        module._create_fn = create_fn


def _is_of(names: object, modules: Sequence[str]) -> bool:
    return type(names) is dict and names.get("__name__") in modules


def told(owner: str, body: Sequence[str], outer: dict[str, Any] | None, note: Note) -> Sequence[str]:
    """Return the lines of a generated function with a call behind the last store.

    Parameters
    ----------
    owner : str
        What its first parameter is called.
    body : sequence of str
        Its lines.
    outer : dict of str to object
        The names around it; takes the function that is called.
    note : callable
        Called with the object and its `Fields`.
    """
    lines = list(body)
    stores = lines[:-1] if lines and _POST_INIT.match(lines[-1]) else lines
    found = [_STORE.match(line) for line in stores]
    if outer is None or not stores or not all(found):
        return body
    fields = [one[1] or one[2] for one in found if one]
    outer[_NAME] = Fields(fields, all(one is not None and one[2] for one in found), note)
    lines[len(stores) - 1] += f";{_NAME}({owner})"
    return lines


def noting(
    identity: Identity, book: SiteBook, buffers: Buffers, access: Access, file_of: Callable[[str], int | None]
) -> Note:
    """Return what records that an object has just got its fields.

    Parameters
    ----------
    identity, book, buffers
        Tell objects apart, what sites mean, where rows go.
    access : callable
        Appends the row of an access; see `simulator.script.wholes`.
    file_of : callable
        Returns the index of a recorded file given its path, None for others.
    """
    now, frame_of, get, described, never = time.perf_counter_ns, sys._getframe, object.__getattribute__, portable, NEVER
    mine, attributes, subjects, numbers = buffers.mine, book.attributes, book.tables, count()
    wanted: dict[int, tuple[Fields, int, int]] = {}

    def find(kind: type, number: int) -> _Layout | None:
        fields, file, line = wanted[number]
        is_hooked = any("__setattr__" in class_dict(base) for base in class_mro(kind) if base is not object)
        if is_hooked and not fields.is_direct:
            return None
        infos = {
            name: SiteInfo(ATTRIBUTE, name, "", False, Kind.WRITE, file, line, 0)
            for name in fields.names
            if name in attributes
        }
        sites = {name: book.add(subjects.variable(("attribute", name), f".{name}"), infos[name]) for name in infos}
        found = {name: site for name, site in sites.items() if identity.way(kind, site) != never}
        parts = tuple((site, 2, 3 + nth) for nth, site in enumerate(found.values()))
        return _Layout(tuple(found.values()), tuple(found), subjects.bundle(parts)) if found else None

    layouts: ByType[_Layout | None] = ByType(find)

    def note(one: object, fields: Fields) -> None:
        t = now()
        frame = frame_of(2).f_back
        file = None
        while frame is not None:
            file = file_of(frame.f_code.co_filename)
            if file is not None:
                break
            frame = frame.f_back
        if frame is None or file is None:
            return
        at = file, frame.f_lineno, len(attributes)
        number = fields.layouts.get(at)
        if number is None:
            number = fields.layouts[at] = next(numbers)
            wanted[number] = fields, at[0], at[1]
        kind = type(one)
        layout = (layouts.known.get(id(kind)) or layouts.make(kind))[number]
        if layout is not None:
            try:
                record(one, layout, [described(get(one, name)) for name in layout.names], t)
            except AttributeError:  # a field that stores itself elsewhere
                return

    def record(one: object, layout: _Layout, values: list[Any], t: int) -> None:
        buffer = mine.buffer
        if id(one) in identity.silent:
            identity.note_gone(id(one))  # what had this number before did not tell when it died
        thing = identity.meet(one, layout.sites[0], buffer)
        if id(one) in identity.silent:
            buffer.newborn = thing, type(one)
        if thing.place == 0 and thing.owner is buffer and thing.task == buffer.task:
            thing.last[layout.bundle] = (t, layout.bundle, 0, *values)
            buffer.left_out += len(values)
            if thing.place:
                identity.surrender(thing)
        else:  # known to others before it was complete: stored at any time before
            for site, name in zip(layout.sites, layout.names, strict=True):
                access(buffer, t, site, site, one, get(one, name), -2 * t)

    return note

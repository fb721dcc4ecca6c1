"""What the recorder must know of a site of the source while the script runs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from simulator.record.kinds import Kind
from simulator.script.forms import LOCAL_FORMS
from simulator.script.tables import Tables

ATTRIBUTE, ITEM, WHOLE, CALL = "attribute", "item", "whole", "call"


@dataclass(frozen=True)
class SiteInfo:
    """A place of the source where something that lives in an object is accessed.

    Attributes
    ----------
    form : str
        ``attribute``, ``item``, ``whole`` (a container as such) or ``call`` (of a method).
    name : str
        Of the attribute or method; empty for items.
    owner_text : str
        How the source spells the object.
    is_self : bool
        Whether that is the first parameter of a method.
    kind : Kind
        What happens.
    file, line, column : int
        Where.
    """

    form: str
    name: str
    owner_text: str
    is_self: bool
    kind: Kind
    file: int
    line: int
    column: int


Argument = tuple[str, Any]
"""The name of a variable, or an empty name and a constant."""


@dataclass(frozen=True)
class Mark:
    """What a stretch has done so far.

    Attributes
    ----------
    accesses : tuple of (str, int, tuple of Argument)
        Form, site and arguments of each; see `simulator.script.forms`.
    token : str
        Name of the stretch's token.
    """

    accesses: tuple[tuple[str, int, tuple[Argument, ...]], ...]
    token: str


class SiteBook:
    """All sites of the rewritten files.

    Parameters
    ----------
    tables : Tables
        Where they get their numbers.

    Attributes
    ----------
    infos : dict of int to SiteInfo
        By the site's number, for those whose object decides what they mean.
    reads : dict of (int, int, str) to int
        The site of a read by file, line and name.
    attributes : set of str
        Names of attributes that the source accesses.
    looks : dict of (int, int) to list of int
        The sites of reads of items by file and line.
    locals : set of int
        Sites whose object is reached by a local name; see `simulator.script.fresh`.
    keywords : dict of int to (bool, tuple of str or None)
        By the site of a call with keywords: whether it has other arguments, too; and their names, None for ``**``.
    marks : list of Mark
        How far stretches may have come when an exception leaves them, from number 1; see `simulator.script.leaving`.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.infos: dict[int, SiteInfo] = {}
        self.reads: dict[tuple[int, int, str], int] = {}
        self.attributes: set[str] = set()
        self.looks: dict[tuple[int, int], list[int]] = {}
        self.locals: set[int] = set()
        self.keywords: dict[int, tuple[bool, tuple[str | None, ...]]] = {}
        self.marks: list[Mark] = []
        self._calls = count(-1, -1)
        self._of_item: dict[tuple[int, object, type, Kind], int] = {}

    def add(self, variable: int, info: SiteInfo) -> int:
        """Return the number of a site whose object decides."""
        site = self.tables.site(info.kind, variable, info.file, info.line, info.column)
        self.infos[site] = info
        return site

    def add_unsent(self, info: SiteInfo) -> int:
        """Return a number for a call or an item, which only mean something together with what they are about."""
        site = next(self._calls)
        self.infos[site] = info
        return site

    def form(self, form: str, site: int) -> str:
        """Return the form of an access to an item or key, which differs if its object is reached by a local name."""
        return LOCAL_FORMS[form] if site in self.locals else form

    def of_variable(self, site: int, variable: int) -> int:
        """Return the number of the same place of the source for another variable."""
        return self.of(site, self.infos[site].kind, variable)

    def of(self, site: int, kind: Kind, variable: int) -> int:
        """Return the number of the same place of the source for something else that happens there."""
        info = self.infos[site]
        return self.tables.site(kind, variable, info.file, info.line, info.column)

    def of_key(self, site: int, key: object, kind: Kind) -> int:
        """Return the number of an item's site for one key."""
        key_type = type(key)
        if key_type not in KEY_TYPES:
            return self.of(site, kind, self.whole())
        known = self._of_item.get((site, key, key_type, kind))
        if known is None:
            if len(self._of_item) >= MAX_KEYS:
                return self.of(site, kind, self.whole())
            text = spelled(key)
            name = f"[{text}]" if len(text) <= MAX_KEY_TEXT else f"[{text[:MAX_KEY_TEXT]}…]"
            known = self.of(site, kind, self.tables.variable(("item", key, key_type), name))
            self._of_item[site, key, key_type, kind] = known
        return known

    def of_name(self, site: int, name: str, kind: Kind) -> int:
        """Return the number of an attribute's site whose name is only known when it is accessed."""
        known = self._of_item.get((site, name, Kind, kind))
        if known is None:
            at = self.infos[site]
            info = SiteInfo(ATTRIBUTE, name, at.owner_text, at.is_self, kind, at.file, at.line, at.column)
            known = self.add(self.tables.variable(("attribute", name), f".{name}"), info)
            if len(self._of_item) < MAX_KEYS:
                self._of_item[site, name, Kind, kind] = known
        return known

    def whole(self) -> int:
        """Return the variable that stands for a container as such."""
        return self.tables.variable(("whole",), WHOLE_NAME)


def spelled(value: object) -> str:
    """Return a constant as most sources spell it: text in double quotes."""
    text = repr(value)
    return f'"{text[1:-1]}"' if type(value) is str and text[0] == "'" and '"' not in text else text


KEY_TYPES = frozenset((int, str, bool, float, bytes, type(None)))
MAX_KEYS = 50_000
MAX_KEY_TEXT = 60
IMPORT = "import"
"""What the value of the span begins with in which a module's code runs."""
WHOLE_NAME = "[…]"

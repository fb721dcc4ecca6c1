"""What the recorder must know of a site of the source while the script runs."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.record.kinds import Kind
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
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.infos: dict[int, SiteInfo] = {}
        self._of_item: dict[tuple[int, object, type], int] = {}

    def add(self, variable: int, info: SiteInfo) -> int:
        """Return the number of a site whose object decides."""
        site = self.tables.site(info.kind, variable, info.file, info.line, info.column)
        self.infos[site] = info
        return site

    def of_variable(self, site: int, variable: int) -> int:
        """Return the number of the same place of the source for another variable."""
        info = self.infos[site]
        return self.tables.site(info.kind, variable, info.file, info.line, info.column)

    def of_key(self, site: int, key: object) -> int:
        """Return the number of an item's site for one key."""
        kind = type(key)
        if kind not in KEY_TYPES:
            return self.of_variable(site, self.whole())
        known = self._of_item.get((site, key, kind))
        if known is None:
            if len(self._of_item) >= MAX_KEYS:
                return self.of_variable(site, self.whole())
            text = repr(key)
            name = f"[{text}]" if len(text) <= MAX_KEY_TEXT else f"[{text[:MAX_KEY_TEXT]}…]"
            known = self.of_variable(site, self.tables.variable(("item", key, kind), name))
            self._of_item[site, key, kind] = known
        return known

    def whole(self) -> int:
        """Return the variable that stands for a container as such."""
        return self.tables.variable(("whole",), WHOLE_NAME)


KEY_TYPES = frozenset((int, str, bool, float, bytes, type(None)))
MAX_KEYS = 50_000
MAX_KEY_TEXT = 60
WHOLE_NAME = "[…]"

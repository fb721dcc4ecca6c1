"""What of a file is recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from simulator.script.regions import Temporaries
from simulator.script.scopes import Scope


@dataclass
class Plan:
    """What of a file is recorded.

    Attributes
    ----------
    module : str
        The module's name.
    file : int
        Index of the file.
    variables : frozenset of str
        Globals of the module that are variables.
    constants : frozenset of str
        Those of them that are bound once, before anything is started, to a plain value.
    attributes : Collection of str
        Names of attributes that are variables.
    methods : frozenset of str
        Names of methods whose calls are recorded.
    stamped : frozenset of str
        Names of those methods before which nothing but the time is noted: only containers have them.
    scalars : frozenset of str
        Names of attributes that only ever have numbers and texts.
    own_scalars : dict of Scope to frozenset of str
        Names of functions and of the module that do so.
    holders : Collection of str
        Names and attributes to which the source assigns containers.
    aliases : Mapping of str to str
        Names that may mean a bound method, each with how the source spells the method's object.
    is_deferred : bool
        Whether accesses are recorded region by region; else each at once.
    is_locked : bool
        Whether each access is done under a lock; see `simulator.script.straight`.
    temporaries : Temporaries
        Names of ours for the file.
    """

    module: str
    file: int
    variables: frozenset[str]
    constants: frozenset[str]
    attributes: Collection[str]
    methods: frozenset[str] = frozenset()
    is_deferred: bool = True
    is_locked: bool = False
    stamped: frozenset[str] = frozenset()
    scalars: frozenset[str] = frozenset()
    own_scalars: Mapping[Scope, frozenset[str]] = field(default_factory=dict)
    holders: Collection[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    temporaries: Temporaries = field(init=False)

    def __post_init__(self) -> None:
        self.temporaries = Temporaries(not self.is_locked)

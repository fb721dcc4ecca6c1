"""Which types are containers whose items are cells: those whose way to an item runs no code of the user."""

from __future__ import annotations

import array
from collections import Counter, OrderedDict, defaultdict, deque

from simulator.script.own_names import class_dict, class_mro

MAPPINGS = (dict, defaultdict, OrderedDict, Counter)
SEQUENCES = (list, deque, bytearray, array.array)
WHOLES = (set,)

KINDS = frozenset(map(id, (*MAPPINGS, *SEQUENCES, *WHOLES)))
"""The `id` of each built-in one: to ask a type for its own hash would run code of a metaclass."""
_WAYS = ("__getitem__", "__setitem__", "__delitem__", "__missing__")


def is_container(kind: type) -> bool:
    """Return whether items of objects of this type are recorded."""
    if id(kind) in KINDS:
        return True
    if not issubclass(kind, (*MAPPINGS, *SEQUENCES, *WHOLES)):
        return False
    bases = class_mro(kind)
    own = bases[: next(i for i, base in enumerate(bases) if id(base) in KINDS)]
    return not any(way in class_dict(base) for base in own for way in _WAYS)

"""Which types are containers whose items are cells: those whose way to an item runs no code of the user."""

from __future__ import annotations

import array
from collections import Counter, OrderedDict, defaultdict, deque

MAPPINGS = (dict, defaultdict, OrderedDict, Counter)
SEQUENCES = (list, deque, bytearray, array.array)
WHOLES = (set,)

_KNOWN = frozenset((*MAPPINGS, *SEQUENCES, *WHOLES))
_WAYS = ("__getitem__", "__setitem__", "__delitem__", "__missing__")


def is_container(kind: type) -> bool:
    """Return whether items of objects of this type are recorded."""
    if kind in _KNOWN:
        return True
    if not issubclass(kind, (*MAPPINGS, *SEQUENCES, *WHOLES)):
        return False
    own = kind.__mro__[: next(i for i, base in enumerate(kind.__mro__) if base in _KNOWN)]
    return not any(way in base.__dict__ for base in own for way in _WAYS)

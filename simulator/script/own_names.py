"""How an attribute is found on objects of a type, and what an object itself has, without running any code of a user."""

from __future__ import annotations

import threading
import types
from collections.abc import Callable
from typing import Any

PLAIN, LOOK, NEVER = 1, 2, 0
"""How an attribute is found: on the object; only a look at the object tells; computed, so that it is no variable."""

class_dict: Callable[[type], Any] = type.__dict__["__dict__"].__get__
_module_dict: Callable[[object], object] = vars(types.ModuleType)["__dict__"].__get__
_mro_of: Callable[[type], tuple[type, ...] | None] = type.__dict__["__mro__"].__get__


def class_mro(kind: type) -> tuple[type, ...]:
    """Return a class's order of look-up; a class that is just being made has none."""
    return _mro_of(kind) or (kind,)


def find_own_names(one: object) -> dict[str, object]:
    """Return the attributes that an object itself has, without running any code of its type."""
    kind = type(one)
    if issubclass(kind, types.ModuleType):
        own: object = _module_dict(one)
    elif issubclass(kind, threading.local):
        own = threading.local.__getattribute__(one, "__dict__")  # type: ignore[arg-type]  # it is one
    else:
        members = (class_dict(base) for base in class_mro(kind))
        way = next((names["__dict__"] for names in members if "__dict__" in names), None)
        own = way.__get__(one) if type(way) is types.GetSetDescriptorType else None
    return own if type(own) is dict else {}


SCALARS = frozenset(map(id, (int, str, float, bool, bytes, complex, type(None), tuple, frozenset)))
"""The `id` of each type whose objects have no variables."""


def look_up(kind: type, name: str) -> int:
    """Tell how an attribute of objects of a type is found, without running any code of the type."""
    if name.startswith("__") and name.endswith("__"):
        return NEVER
    if issubclass(kind, (type, types.ModuleType)):
        return LOOK
    has_hooks = False
    for base in class_mro(kind):
        members = class_dict(base)
        if name in members:
            found = members[name]
            if type(found) is types.MemberDescriptorType:
                return LOOK if has_hooks else PLAIN
            return NEVER if is_computed(found) else LOOK
        if base is not object and base is not threading.local:
            has_hooks = has_hooks or any(hook in members for hook in _HOOKS)
    return LOOK if has_hooks else PLAIN


_HOOKS = ("__getattr__", "__getattribute__", "__setattr__", "__delattr__")


def is_computed(member: object) -> bool:
    """Return whether what a class has under a name decides itself what an attribute is."""
    return any("__get__" in class_dict(base) or "__set__" in class_dict(base) for base in class_mro(type(member)))

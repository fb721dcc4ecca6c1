"""Values as they are recorded: scalars pass through, everything else is described without running its code."""

from __future__ import annotations

Described = tuple[str, int, int]
Portable = bool | int | float | str | Described | None

MAX_TEXT = 80
MAX_BITS = 256
_SCALARS = frozenset((int, float, bool, type(None)))
_SIZED = (list, tuple, dict, set, frozenset, bytes, bytearray)


class _Absent:
    """The value of a variable that holds none: never written, or deleted."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


def portable(value: object) -> Portable:
    """Describe a value so that it can be kept and sent without keeping the object alive.

    Parameters
    ----------
    value : object
        Anything. None of its methods is called, neither ``__repr__`` nor ``__len__``, ``__eq__`` or ``__hash__``.

    Returns
    -------
    None, bool, int, float, str or (str, int, int)
        Exact scalars as they are (an int up to 256 bits), text cut at 80 characters, everything else as
        ``(type name, id, length)`` with length -1 where it is not a built-in container.
    """
    kind = type(value)
    if kind is int and value.bit_length() > MAX_BITS:  # type: ignore[attr-defined]  # an exact int
        return ("int", id(value), -1)
    if kind in _SCALARS:
        return value  # type: ignore[return-value]  # an exact scalar, by the look-up above
    if kind is str:
        text = str(value)
        return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
    length = len(value) if kind in _SIZED else -1  # type: ignore[arg-type]  # exact built-in types only
    return (kind.__name__, id(value), length)

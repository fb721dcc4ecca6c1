"""Arithmetic on colours: parsing, mixing, and how well two of them can be told apart."""

from __future__ import annotations

from functools import cache

NO_COLOUR = 0
"""In columns of packed colours: draw nothing."""

_OPAQUE = 0xFF000000


@cache
def pack(colour: str) -> int:
    """Return ``#rrggbb`` as the integer 0xFFrrggbb, the form in which draw lists keep colours.

    Raises
    ------
    ValueError
        If it is not ``#`` and six hexadecimal digits.
    """
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"expected a colour like #1b2430, got {colour!r}")
    return _OPAQUE | int(colour[1:], 16)


def unpack(packed: int) -> str:
    """Return a packed colour as ``#rrggbb``."""
    return f"#{packed & 0xFFFFFF:06x}"


def _channels(colour: str) -> tuple[int, int, int]:
    packed = pack(colour)
    return packed >> 16 & 255, packed >> 8 & 255, packed & 255


@cache
def mix(colour: str, other: str, share: float) -> str:
    """Mix two colours; `share` between 0 (only `colour`) and 1 (only `other`)."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@cache
def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2, 0 (black) to 1 (white)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2, 1 (the same) to 21 (black on white)."""
    low, high = sorted((luminance(colour), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@cache
def readable_on(colour: str, dark: str = "#000000", light: str = "#ffffff") -> str:
    """Return which of two inks is read better on `colour`; black or white has at least 4.5:1 on any."""
    return dark if contrast(dark, colour) >= contrast(light, colour) else light

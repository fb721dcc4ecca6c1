"""How wide a text will be, without a font engine: advance widths of the font that comes with Threadloom."""

from __future__ import annotations

from functools import lru_cache

# Advances of the characters 32 to 126 in IBM Plex Sans, in thousandths of the font size.
# fmt: off
_REGULAR = (
    236, 284, 419, 713, 598, 927, 694, 242, 335, 335, 450, 600, 272, 399, 272, 383, 600, 600, 600, 600, 600, 600, 600,
    600, 600, 600, 292, 292, 600, 600, 600, 477, 891, 641, 653, 621, 671, 583, 559, 695, 707, 400, 510, 634, 501, 812,
    707, 708, 606, 708, 640, 581, 572, 678, 609, 891, 613, 593, 580, 317, 383, 317, 600, 565, 600, 534, 580, 503, 580,
    549, 324, 528, 568, 250, 250, 527, 272, 873, 568, 560, 580, 580, 367, 487, 351, 568, 492, 768, 507, 499, 464, 343,
    314, 343, 600,
)
_SEMIBOLD = (
    236, 309, 471, 656, 600, 960, 713, 260, 337, 337, 556, 600, 299, 402, 299, 437, 600, 600, 600, 600, 600, 600, 600,
    600, 600, 600, 319, 319, 600, 600, 600, 493, 899, 672, 663, 642, 689, 600, 577, 712, 719, 423, 545, 678, 521, 817,
    719, 712, 641, 712, 664, 611, 580, 689, 638, 949, 655, 632, 599, 329, 437, 329, 600, 559, 600, 559, 600, 513, 600,
    558, 350, 545, 588, 275, 275, 562, 294, 888, 588, 563, 600, 600, 393, 499, 374, 588, 524, 819, 544, 524, 502, 363,
    376, 363, 600,
)
# fmt: on
_OTHERS = 620
_WIDE = 1000
_FIRST_WIDE = 0x1100


def _advance(character: str, is_bold: bool) -> int:
    code = ord(character) - 32
    widths = _SEMIBOLD if is_bold else _REGULAR
    if 0 <= code < len(widths):
        return widths[code]
    return _WIDE if ord(character) >= _FIRST_WIDE and not 0x2000 <= ord(character) < 0x2200 else _OTHERS


@lru_cache(maxsize=4096)
def text_width_px(text: str, size_px: float, is_bold: bool = False) -> float:
    """Return the width of `text`, pixels; exact for Latin letters in our own font, an estimate elsewhere."""
    return sum(_advance(character, is_bold) for character in text) * size_px / 1000


def cut_to_width(text: str, size_px: float, width_px: float, is_bold: bool = False) -> str:
    """Return `text`, cut with an ellipsis if it is wider than `width_px`; empty if not even one letter fits."""
    if text_width_px(text, size_px, is_bold) <= width_px:
        return text
    for n in range(len(text) - 1, 0, -1):
        shorter = text[:n].rstrip() + "…"
        if text_width_px(shorter, size_px, is_bold) <= width_px:
            return shorter
    return ""

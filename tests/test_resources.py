"""Fonts and icons that come with Threadloom."""

import re

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from ui import resources

LETTERS = "Aa09 µ × – … → ← − ≤ ≥ “” ä ß ñ Ł"


@pytest.mark.parametrize("family", [resources.SANS_FAMILY, resources.MONO_FAMILY])
def test_font_is_there_and_has_our_letters(qapp: QApplication, family: str) -> None:
    font = QFont(family)
    assert QFontInfo(font).family() == family
    metrics = QFontMetrics(font)
    assert [letter for letter in LETTERS if not metrics.inFontUcs4(ord(letter))] == []


def test_semibold_is_a_face_of_its_own(qapp: QApplication) -> None:
    regular, semibold = QFont(resources.SANS_FAMILY, 40), QFont(resources.SANS_FAMILY, 40)
    semibold.setWeight(QFont.Weight.DemiBold)
    assert QFontInfo(semibold).weight() == QFont.Weight.DemiBold
    assert QFontMetrics(semibold).horizontalAdvance("weave") > QFontMetrics(regular).horizontalAdvance("weave")


def test_digits_are_equally_wide(qapp: QApplication) -> None:
    metrics = QFontMetrics(QFont(resources.SANS_FAMILY, 12))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_fonts_come_with_their_licences() -> None:
    assert len(resources.font_paths()) == 3
    texts = [entry.name for entry in (resources._ROOT / "fonts").iterdir() if entry.name.endswith("OFL.txt")]
    assert sorted(texts) == ["IBMPlexSans-OFL.txt", "JetBrainsMono-OFL.txt"]


@pytest.mark.parametrize("name", resources.icon_names())
def test_icon_is_readable_and_can_be_tinted(qapp: QApplication, name: str) -> None:
    svg = resources.icon_svg(name)
    assert QSvgRenderer(QByteArray(svg)).isValid()
    colours = set(re.findall(r'(?:stroke|fill)="([^"]+)"', svg.decode()))
    assert name == "app" or colours <= {"currentColor", "none"}


def test_unknown_icon_is_named() -> None:
    with pytest.raises(KeyError, match="no icon 'nowhere'; there are app, "):
        resources.icon_svg("nowhere")

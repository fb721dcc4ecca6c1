"""How the window looks: palette, stylesheet and icons, all made from the tokens of one `Theme`."""

from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from simulator.picture.colours import mix
from simulator.picture.theme import DARK, LIGHT, Theme
from ui.resources import MONO_FAMILY, icon_svg
from ui.scaling import SIZES_PX, TEXT_PX, next_size_px, text_px
from ui.stylesheet import stylesheet_of

SYSTEM = "system"

_ROLES = {
    "text": "text",
    "dim": "muted",
    "accent": "accent",
    "on_accent": "accent_text",
    "good": "good",
    "bad": "problem",
    "note": "note",
}
_ICON_SIZES = (16, 20, 24, 32)


class ThemeModel(QObject):
    """Which theme is on.

    Parameters
    ----------
    choice : str
        ``light``, ``dark`` or ``system``.
    parent : QObject, optional
        Owner.
    text_px : int
        Size of ordinary text; everything else is in proportion to it.

    Signals
    -------
    changed
        Another theme or another size is on.
    """

    changed = Signal()

    def __init__(self, choice: str = SYSTEM, parent: QObject | None = None, text_px: int = TEXT_PX) -> None:
        super().__init__(parent)
        self._choice = choice
        self._text_px = text_px
        self._theme = self._chosen_theme()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def theme(self) -> Theme:
        """The theme that is on."""
        return self._theme

    @property
    def choice(self) -> str:
        """``light``, ``dark`` or ``system``."""
        return self._choice

    @property
    def is_dark(self) -> bool:
        """Whether the dark theme is on."""
        return self._theme is DARK

    def choose(self, choice: str) -> None:
        """Choose ``light``, ``dark`` or ``system``."""
        self._choice = choice
        theme = self._chosen_theme()
        if theme is not self._theme:
            self._theme = theme
            self.changed.emit()

    @property
    def text_px(self) -> int:
        """Size of ordinary text, pixels."""
        return self._text_px

    def set_text_px(self, text_px: int) -> None:
        """Choose a size of ordinary text, within reason."""
        text_px = min(max(text_px, SIZES_PX[0]), SIZES_PX[-1])
        if text_px != self._text_px:
            self._text_px = text_px
            self.changed.emit()

    def grow(self, step: int) -> None:
        """Make everything larger (+1) or smaller (-1)."""
        self.set_text_px(next_size_px(self._text_px, step))

    def toggle(self) -> None:
        """Choose dark instead of light, or light instead of dark."""
        self.choose("light" if self.is_dark else "dark")

    def colour(self, role: str) -> str:
        """Return the colour of a role: ``text``, ``dim``, ``accent``, ``on_accent``, ``good``, ``bad``, ``note``."""
        colour: str = getattr(self._theme, _ROLES[role])
        return colour

    def icon(self, name: str, role: str = "text") -> QIcon:
        """Return an icon in a role's colour; paler where its button is disabled."""
        colour, pale = self.colour(role), mix(self._theme.text, self._theme.panel, 0.6)
        icon = QIcon()
        for size in _ICON_SIZES:
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
                icon.addPixmap(tinted(name, colour, size), mode)
            icon.addPixmap(tinted(name, pale, size), QIcon.Mode.Disabled)
        return icon

    def pixmap(self, name: str, role: str, size_px: int) -> QPixmap:
        """Return an icon in a role's colour as a picture, sharp on this screen."""
        ratio = QGuiApplication.primaryScreen().devicePixelRatio() if QGuiApplication.primaryScreen() else 1.0
        pixmap = tinted(name, self.colour(role), round(size_px * ratio))
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def blank_icon(self, size_px: int) -> QIcon:
        """Return an icon that shows nothing and keeps the place of one."""
        pixmap = QPixmap(QSize(size_px, size_px))
        pixmap.fill(Qt.GlobalColor.transparent)
        return QIcon(pixmap)

    def _chosen_theme(self) -> Theme:
        is_dark = self._choice == "dark" or (
            self._choice == SYSTEM and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        return DARK if is_dark else LIGHT

    def _on_system_changed(self) -> None:
        self.choose(self._choice)


def tinted(name: str, colour: str, size_px: int) -> QPixmap:
    """Draw an icon in one colour on a transparent square, unless that has been done before."""
    key = f"threadloom {name} {colour} {size_px}"
    known = QPixmap()
    if QPixmapCache.find(key, known):
        return known
    svg = icon_svg(name).replace(b"currentColor", colour.encode())
    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    QPixmapCache.insert(key, pixmap)
    return pixmap


def apply_theme(application: QApplication, theme: Theme, size_px: int = TEXT_PX) -> None:
    """Give the whole application the theme's palette and stylesheet, and a size of text."""
    set_text_size(application, size_px)
    application.setPalette(palette_of(theme))
    application.setStyleSheet(stylesheet_of(theme, size_px))


def set_text_size(application: QApplication, size_px: int) -> None:
    """Give the whole application a size of text; before a stylesheet is set, only what is made later follows."""
    font = application.font()
    if font.pixelSize() != size_px:
        font.setPixelSize(size_px)
        application.setFont(font)


@cache
def palette_of(theme: Theme) -> QPalette:
    """Return the palette of a theme, disabled colours included."""
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.card_alternate,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Text: theme.text,
        role.Button: theme.panel,
        role.ButtonText: theme.text,
        role.BrightText: theme.problem,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: mix(theme.panel, "#ffffff", 0.3),
        role.Midlight: theme.card_alternate,
        role.Mid: theme.border,
        role.Dark: mix(theme.border, theme.text, 0.25),
        role.Shadow: mix(theme.panel, "#000000", 0.5),
        role.Accent: theme.accent,
    }
    for one, colour in colours.items():
        palette.setColor(one, QColor(colour))
    pale = QColor(mix(theme.text, theme.panel, 0.55))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, pale)
    return palette


def code_font() -> QFont:
    """Return the font for code and tracebacks, without ligatures: code is shown as it is typed."""
    font = QFont(MONO_FAMILY)
    font.setPixelSize(text_px() - 1)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a widget a tone (``good``, ``bad``, ``neutral``, ``note``) that the stylesheet knows."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()

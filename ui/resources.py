"""Typed access to the data in the package ``resources``: fonts, icons and texts."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from PySide6.QtGui import QFontDatabase

SANS_FAMILY = "IBM Plex Sans"
MONO_FAMILY = "JetBrains Mono"

_ROOT = files("resources")


def font_paths() -> tuple[Traversable, ...]:
    """Return the font files that come with Threadloom, by name."""
    fonts = [entry for entry in (_ROOT / "fonts").iterdir() if entry.name.endswith(".ttf")]
    return tuple(sorted(fonts, key=lambda entry: entry.name))


@cache
def load_fonts() -> tuple[str, ...]:
    """Give our fonts to Qt, once; return the families they brought.

    Returns
    -------
    tuple of str
        Contains `SANS_FAMILY` and `MONO_FAMILY`.

    Raises
    ------
    RuntimeError
        If Qt does not accept a font (a damaged installation).

    Notes
    -----
    Thread: the window's, after QApplication was made. Without fonts of its own Qt draws hollow boxes on a machine
    that has none.
    """
    families: dict[str, None] = {}
    for entry in font_paths():
        number = QFontDatabase.addApplicationFontFromData(entry.read_bytes())
        if number < 0:
            raise RuntimeError(f"Qt does not accept the font {entry.name}; install Threadloom again")
        families.update(dict.fromkeys(QFontDatabase.applicationFontFamilies(number)))
    return tuple(families)


def icon_names() -> tuple[str, ...]:
    """Return the names of all icons."""
    names = (entry.name for entry in (_ROOT / "icons").iterdir())
    return tuple(sorted(name.removesuffix(".svg") for name in names if name.endswith(".svg")))


def icon_svg(name: str) -> bytes:
    """Return an icon as SVG text; all but ``app`` are drawn in ``currentColor``, to be replaced by the reader's colour.

    Raises
    ------
    KeyError
        If there is no such icon.
    """
    entry = _ROOT / "icons" / f"{name}.svg"
    if not entry.is_file():
        raise KeyError(f"no icon {name!r}; there are {', '.join(icon_names())}")
    return entry.read_bytes()


def lesson_text(lesson_id: str) -> str:
    """Return the text of a lesson in Markdown; one sentence that says so where a lesson has none."""
    entry = _ROOT / "lessons" / f"{lesson_id}.md"
    return entry.read_text(encoding="utf-8") if entry.is_file() else "There is no text for this lesson yet.\n"


def lesson_text_ids() -> tuple[str, ...]:
    """Return the ids of the lessons that have a text."""
    names = (entry.name for entry in (_ROOT / "lessons").iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in names if name.endswith(".md")))

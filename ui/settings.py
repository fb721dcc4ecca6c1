"""What the window remembers from one start to the next: one dataclass for each group, kept in an injected QSettings."""

from dataclasses import Field, dataclass, field, fields
from typing import Any, TypeVar

from PySide6.QtCore import QByteArray, QSettings


def _setting(default: Any, help_text: str, *, choices: tuple[str, ...] = (), low: int = 0, high: int = 0) -> Any:
    """Declare a setting: default, help text, and the choices or the range it must stay in."""
    return field(default=default, metadata={"help": help_text, "choices": choices, "low": low, "high": high})


@dataclass(slots=True)
class Appearance:
    """How the window looks."""

    theme: str = _setting("system", "light, dark, or as the system has it", choices=("system", "light", "dark"))
    text_px: int = _setting(13, "size of ordinary text in pixels; everything grows with it", low=10, high=26)


@dataclass(slots=True)
class Layout:
    """Where the window and its panels stand."""

    geometry: bytes = _setting(b"", "position and size of the window")
    columns: bytes = _setting(b"", "widths of the three columns")
    left: bytes = _setting(b"", "heights of the left panels")
    right: bytes = _setting(b"", "heights of the right panels")


@dataclass(slots=True)
class LastRun:
    """What was chosen when the window was closed."""

    lesson: str = _setting("request-id", "id of the lesson")
    storage: str = _setting("", "storage of the lesson; empty: the lesson's first")
    numbers: str = _setting("{}", "the other settings of the run, as JSON")
    tried: str = _setting("", "ids of the lessons that were run, separated by spaces")


@dataclass(slots=True)
class ExportChoices:
    """What the export dialog offers next time."""

    folder: str = _setting("", "folder of the last export; empty: the home folder")
    suffix: str = _setting(".svg", "format of the last export")
    theme: str = _setting("light", "colours of exported pictures", choices=("light", "dark"))
    width_px: int = _setting(1600, "width of exported pictures in pixels", low=400, high=8000)


@dataclass(slots=True)
class SessionEnd:
    """What happens when the window is closed."""

    asks: bool = _setting(True, "offer to save runs that are saved nowhere")


@dataclass(slots=True)
class Recent:
    """What was opened or saved lately."""

    paths: str = _setting("[]", "paths of recordings, the latest first, as JSON")


@dataclass(slots=True)
class Silences:
    """What is not to be told any more."""

    rules: str = _setting("{}", "rules by the lesson's id or the script's path, as JSON")


@dataclass(slots=True)
class Learning:
    """What the window asks and shows to those who learn."""

    predicts: bool = _setting(True, "ask what will happen before a lesson is run for the first time")
    welcomed: bool = _setting(False, "the welcome page was shown")
    asked: str = _setting("", "lesson/storage of what was asked already, separated by spaces")


Group = TypeVar("Group", Appearance, Layout, LastRun, ExportChoices, SessionEnd, Recent, Silences, Learning)


class SettingsStore:
    """Loads and saves groups of settings.

    Parameters
    ----------
    backend : QSettings
        Where they are kept; tests give one in a folder of their own.
    """

    def __init__(self, backend: QSettings) -> None:
        self._backend = backend

    def load(self, group: type[Group]) -> Group:
        """Return the group as it was saved; what is missing or out of range has its default."""
        return group(**{one.name: self._value(group.__name__, one) for one in fields(group)})

    def save(
        self, group: Appearance | Layout | LastRun | ExportChoices | SessionEnd | Recent | Silences | Learning
    ) -> None:
        """Keep every setting of the group."""
        for one in fields(group):
            value = getattr(group, one.name)
            self._backend.setValue(
                f"{type(group).__name__}/{one.name}", QByteArray(value) if isinstance(value, bytes) else value
            )

    def _value(self, group: str, one: "Field[Any]") -> Any:
        kind = type(one.default)
        stored = self._backend.value(f"{group}/{one.name}", one.default, QByteArray if kind is bytes else kind)
        value = bytes(stored.data()) if isinstance(stored, QByteArray) else stored
        if not isinstance(value, kind):  # somebody edited the file: `type=` gives None for what it cannot convert
            return one.default
        choices, low, high = (one.metadata[name] for name in ("choices", "low", "high"))
        is_in_range = (not choices or value in choices) and (high <= low or low <= value <= high)
        return value if is_in_range else one.default

"""What commands do, by their ids: each group of commands with the part of the window that does it."""

from PySide6.QtCore import Qt

from ui.actions import RunActions
from ui.file_actions import FileActions
from ui.models.all import Models
from ui.models.playhead import PlayheadModel
from ui.models.prediction import PredictionModel
from ui.panels.study import StudySection
from ui.panels.tables import TablesDrawer
from ui.scaling import TEXT_PX
from ui.theme import ThemeModel
from ui.timeline.view import TimelineView
from ui.windows.moving import Handlers, moving_handlers
from ui.windows.study_windows import StudyWindows


def file_handlers(files: FileActions, actions: RunActions, theme: ThemeModel) -> Handlers:
    """Open, write and copy."""
    return {
        "open": files.ask_open,
        "save": files.ask_save,
        "export": files.ask_export,
        "copy_script": actions.copy_script,
        "copy_picture": lambda: files.copy_picture(theme.theme.name),
    }


def run_handlers(actions: RunActions, windows: StudyWindows, prediction: PredictionModel) -> Handlers:
    """Stop, and run in other ways than once."""
    return {
        "stop": actions.stop,
        "compare": windows.compare,
        "repeat": windows.repeat,
        "diff": windows.diff,
        "predict": lambda: prediction.set_on(not prediction.is_on),
    }


def timeline_handlers(timeline: TimelineView, models: Models) -> Handlers:
    """Move about in the picture."""
    navigator = timeline.navigator
    return {
        **moving_handlers(lambda: timeline),
        "causality": models.causality.toggle,
        "cut_idle": navigator.toggle_idle,
        "follow": navigator.follow,
        "focus_timeline": lambda: timeline.setFocus(Qt.FocusReason.ShortcutFocusReason),
    }


def replay_handlers(playhead: PlayheadModel) -> Handlers:
    """Move the playhead."""
    return {
        "play": lambda: playhead.toggle(1),
        "play_back": lambda: playhead.toggle(-1),
        "step": lambda: playhead.step(1),
        "step_back": lambda: playhead.step(-1),
        "to_start": playhead.to_start,
        "to_end": playhead.to_end,
    }


def table_handlers(drawer: TablesDrawer) -> Handlers:
    """Open and put away what stands below the picture."""
    return {
        "console": drawer.toggle_console,
        "variables": drawer.toggle_variables,
        "event_table": drawer.toggle_events,
        "range_table": drawer.toggle_marked,
        "guards": drawer.toggle_guards,
        "locks": drawer.toggle_locks,
    }


def study_handlers(study: StudySection) -> Handlers:
    """Show what one reads beside the picture."""
    return {"fix": study.show_fix, "comparison": study.show_comparison}


def theme_handlers(theme: ThemeModel) -> Handlers:
    """Change colours and sizes."""
    return {
        "theme": theme.toggle,
        "larger": lambda: theme.grow(1),
        "smaller": lambda: theme.grow(-1),
        "normal_size": lambda: theme.set_text_px(TEXT_PX),
    }

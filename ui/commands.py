"""Every user action once: id, text, keys, icon, help. Toolbar, menus, the list of shortcuts and the tests read it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget


class Scope(Enum):
    """Where the keys of a command act."""

    WINDOW = "anywhere in the window"
    TIMELINE = "while the timeline has the focus"


@dataclass(frozen=True, slots=True)
class Command:
    """A user action.

    Attributes
    ----------
    id : str
        Stable name.
    menu : str
        The menu it stands in.
    text : str
        With the mnemonic marked by ``&``.
    keys : tuple of str
        Shortcuts; the first is the one that menus show.
    help : str
        What it does, for tooltip and status tip.
    icon : str
        Name of an icon, or empty.
    scope : Scope
        Where the keys act.
    is_checkable : bool
        Whether it switches something on and off; its menu entry shows which.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...]
    help: str
    icon: str = ""
    scope: Scope = Scope.WINDOW
    is_checkable: bool = False


FILE, RUN, VIEW, REPLAY, HELP = "&File", "&Run", "&View", "Re&play", "&Help"
APPEARANCE = "&Appearance"
TIMELINE = Scope.TIMELINE

COMMANDS: tuple[Command, ...] = (
    Command("open", FILE, "&Open…", ("Ctrl+O",), "Open a saved recording, or a Python program to run",
            "open"),
    Command("new_window", FILE, "&New window", ("Ctrl+N",), "Open another window, to look at two runs at once"),
    Command("save", FILE, "&Save…", ("Ctrl+S",), "Save the run on screen; it reopens exactly as it is", "save"),
    Command("export", FILE, "&Export…", ("Ctrl+E",), "Write the run on screen as a picture or a table", "export"),
    Command("copy_script", FILE, "&Copy as script", ("Ctrl+Shift+C",), "Copy a plain Python program with the same bug",
            "copy"),
    Command("copy_picture", FILE, "Copy p&icture", ("Ctrl+Alt+C",), "Copy what the timeline shows, as a picture",
            "copy"),
    Command("quit", FILE, "&Quit", ("Ctrl+Q",), "Stop what is running and leave"),
    Command("run", RUN, "&Run", ("F5",), "Start the threads with these settings", "run"),
    Command("stop", RUN, "&Stop", ("Shift+F5",), "Tell the threads to stop", "stop"),
    Command("compare", RUN, "&Compare…", ("F6",), "Run the lesson with two storages, above each other on one clock",
            "compare"),
    Command("diff", RUN, "What &differs…", ("Shift+F6",), "Show what two runs of this session differ in", "compare"),
    Command("repeat", RUN, "Run &many times…", ("F8",), "See how often something goes wrong, and what that depends on",
            "repeat"),
    Command("predict", RUN, "&Predict first", ("Ctrl+F5",), "Ask what will happen before a lesson is first run",
            is_checkable=True),
    Command("next_problem", VIEW, "Next &problem", ("]",), "Select the next problem", "next-problem", TIMELINE),
    Command("previous_problem", VIEW, "Pre&vious problem", ("[",), "Select the problem before", "previous-problem",
            TIMELINE),
    Command("next_event", VIEW, "&Next event", (".",), "Select the next event", "next", TIMELINE),
    Command("previous_event", VIEW, "Previo&us event", (",",), "Select the event before", "previous", TIMELINE),
    Command("zoom_in", VIEW, "Zoom &in", ("W", "+", "="), "Show less time, larger", "zoom-in", TIMELINE),
    Command("zoom_out", VIEW, "Zoom &out", ("S", "-"), "Show more time, smaller", "zoom-out", TIMELINE),
    Command("pan_left", VIEW, "&Earlier", ("A", "Left"), "Move to earlier times", "", TIMELINE),
    Command("pan_right", VIEW, "&Later", ("D", "Right"), "Move to later times", "", TIMELINE),
    Command("fit", VIEW, "&Fit", ("F", "Home"), "Show the whole run", "fit", TIMELINE),
    Command("fit_lanes", VIEW, "All l&anes at once", ("Shift+F",), "Lanes as low as it takes to see all, or high again",
            "", TIMELINE, True),
    Command("search", VIEW, "Sea&rch…", ("/",), "Search for events by variable, value, thread or outcome", "search",
            TIMELINE),
    Command("console", VIEW, "Con&sole", ("Ctrl+`",), "What the script prints and reads"),
    Command("variables", VIEW, "Variables an&d strips", ("Ctrl+Shift+V",),
            "Every variable that was touched, and which have a strip"),
    Command("event_table", VIEW, "Event ta&ble", ("Ctrl+T",), "Every event of the run as text, to sort and to filter"),
    Command("range_table", VIEW, "&Marked range", ("Ctrl+Shift+T",), "What happened in the range marked on the ruler"),
    Command("guards", VIEW, "&Guard map", ("Ctrl+G",), "Which locks were held at the accesses to what threads share"),
    Command("locks", VIEW, "Loc&ks", ("Ctrl+L",), "When each lock was free, held, and held while others waited"),
    Command("causality", VIEW, "Histor&y of the event", ("H",),
            "Show what came before the selected event for a reason, what after it, and what is ordered neither way",
            "", TIMELINE, True),
    Command("cut_idle", VIEW, "&Cut idle time", ("I",), "Leave out the time in which every thread sleeps, or show it",
            "", TIMELINE, True),
    Command("follow", VIEW, "Follo&w", ("L", "End"), "Follow the run while it goes on, at this zoom", "follow",
            TIMELINE),
    Command("fix", VIEW, "T&he fix", ("F7",), "Show the lines of the code that differ between two storages"),
    Command("comparison", VIEW, "local and conte&xtvars", ("Shift+F7",),
            "Show what threading.local and contextvars do on this interpreter, found out by probes"),
    Command("focus_timeline", VIEW, "Go to the &timeline", ("F4",), "Give the timeline the focus, for its keys"),
    Command("theme", APPEARANCE, "&Dark or light", ("Ctrl+Shift+L",), "Switch between dark and light", "theme"),
    Command("larger", APPEARANCE, "&Larger", ("Ctrl++", "Ctrl+="), "Make everything larger"),
    Command("smaller", APPEARANCE, "&Smaller", ("Ctrl+-",), "Make everything smaller"),
    Command("normal_size", APPEARANCE, "&Normal size", ("Ctrl+0",), "Make everything as large as it was at first"),
    Command("presentation", APPEARANCE, "&Presentation", ("F11",),
            "Fill the screen with picture, code and verdict, in larger text; or return", "", Scope.WINDOW, True),
    Command("full_screen", APPEARANCE, "&Full screen", ("Shift+F11",), "Fill the screen, or return to a window"),
    Command("play", REPLAY, "&Replay", ("Space",), "Replay the run slowly, or pause", "run", TIMELINE),
    Command("play_back", REPLAY, "Replay &backwards", ("Shift+Space",), "Replay the run backwards, or pause",
            "play-back", TIMELINE),
    Command("step", REPLAY, "&Next step", (">",), "Let the next event happen", "chevron-right", TIMELINE),
    Command("step_back", REPLAY, "&Previous step", ("<",), "Take the last event back", "chevron-left", TIMELINE),
    Command("to_start", REPLAY, "To the &start", ("Shift+Home",), "Put the playhead at the start", "to-start",
            TIMELINE),
    Command("to_end", REPLAY, "To the &end", ("Shift+End",), "Put the playhead at the end", "to-end", TIMELINE),
    Command("palette", HELP, "&Find a command…", ("Ctrl+Shift+P",), "Find a command by its name"),
    Command("welcome", HELP, "&Welcome page", ("Ctrl+F1",), "Three things to click, and all lessons"),
    Command("shortcuts", HELP, "&Keyboard shortcuts", ("?", "F1"), "List all keys", "info"),
    Command("escape", HELP, "&Close, deselect, stop", ("Esc",), "Close what is open, else deselect, else stop"),
)


WINDOW_KEYS = frozenset(
    QKeySequence(key).toString() for command in COMMANDS for key in command.keys if key.startswith("Ctrl+")
)


def is_window_key(event: QKeyEvent) -> bool:
    """Return whether a key belongs to a command, though a text field would take it (Ctrl+E: end of the line)."""
    return QKeySequence(event.keyCombination()).toString() in WINDOW_KEYS


def make_action(command: Command, owner: QWidget, handler: Callable[[], object]) -> QAction:
    """Return a command as an action of a widget; its keys act in the widget's window, or in the widget only."""
    action = QAction(command.text, owner)
    action.setShortcuts([QKeySequence(key) for key in command.keys])
    is_window_wide = command.scope is Scope.WINDOW
    context = Qt.ShortcutContext
    action.setShortcutContext(context.WindowShortcut if is_window_wide else context.WidgetWithChildrenShortcut)
    action.setObjectName(command.id)
    action.setToolTip(f"{command.help} ({command.keys[0]})")
    action.setStatusTip("")
    action.setCheckable(command.is_checkable)
    action.triggered.connect(handler)
    owner.addAction(action)
    return action


class CommandSet(QObject):
    """The commands as actions of one window.

    Parameters
    ----------
    handlers : mapping of str to callable
        What each command does, by id; one for every command.
    window : QWidget
        Where window-wide keys act.
    timeline : QWidget
        Where the timeline's single keys act.
    """

    def __init__(self, handlers: Mapping[str, Callable[[], object]], window: QWidget, timeline: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            owner = window if command.scope is Scope.WINDOW else timeline
            self._actions[command.id] = make_action(command, owner, handlers[command.id])

    def action(self, command_id: str) -> QAction:
        """Return the action of a command."""
        return self._actions[command_id]

    def trigger(self, command_id: str) -> None:
        """Do a command, unless it is disabled."""
        self._actions[command_id].trigger()

    def set_enabled(self, command_ids: Iterable[str], is_enabled: bool) -> None:
        """Allow or forbid commands."""
        for command_id in command_ids:
            self._actions[command_id].setEnabled(is_enabled)

    def insert_menu_after(self, command_id: str, submenu: QMenu) -> None:
        """Put a menu behind a command, in the menu in which the command stands."""
        action = self._actions[command_id]
        menu = next(owner for owner in action.associatedObjects() if isinstance(owner, QMenu))
        actions = menu.actions()
        place = actions.index(action) + 1
        menu.insertMenu(actions[place], submenu)

    def set_checked(self, command_id: str, is_on: bool) -> None:
        """Show whether what a command switches is on."""
        self._actions[command_id].setChecked(is_on)

    def fill_menus(self, bar: QMenuBar) -> None:
        """Put every command into its menu."""
        for title in dict.fromkeys(command.menu for command in COMMANDS):
            menu = bar.addMenu(title)
            for command in COMMANDS:
                if command.menu == title:
                    menu.addAction(self._actions[command.id])

"""The code panel: the code that ran, linked with the selected event both ways."""

from itertools import zip_longest

from PySide6.QtWidgets import QVBoxLayout, QWidget

from simulator.analysis.findings import Severity
from simulator.analysis.moment import DONE, FAILED
from simulator.analysis.recording import RUNNING, Recording
from simulator.picture.cast import Cast
from simulator.picture.theme import Theme, mark_outline
from simulator.script_session import read_source
from ui.models.choice import ChoiceModel
from ui.models.moment import MomentModel
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel
from ui.panels.code_view import CodeView, Dot, LineLook
from ui.panels.fields import DropDown
from ui.panels.line_marks import LineMark, LineMarks, next_event_of_line
from ui.panels.section import EDGE_PX
from ui.panels.thread_chips import Chip
from ui.theme import ThemeModel


class CodePanel(QWidget):
    """The code of the run on screen; without one, the code that would run.

    Parameters
    ----------
    choice : ChoiceModel
        What would run.
    runs : RunsModel
        The run on screen.
    selection : SelectionModel
        The selected event.
    moment : MomentModel
        The state at the playhead.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.
    """

    def __init__(
        self,
        choice: ChoiceModel,
        runs: RunsModel,
        selection: SelectionModel,
        moment: MomentModel,
        theme: ThemeModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._runs = runs
        self._selection = selection
        self._moment = moment
        self._theme = theme
        self._marks: LineMarks | None = None
        self._cast: Cast | None = None
        self._looks: dict[int, LineLook] = {}
        self._looks_of: tuple[LineMarks, Theme] | None = None
        self._file = 0
        self.files = DropDown(self)
        self.files.setAccessibleName("File")
        self.files.setToolTip("Which file of the program is shown, and how many events happened in it")
        self.files.activated.connect(self.show_file)
        self._about: Recording | None = None
        self.view = CodeView(theme.theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, 0, EDGE_PX, 0)
        layout.addWidget(self.files)
        layout.addWidget(self.view)
        choice.changed.connect(self._on_choice_changed)
        runs.shown_changed.connect(self._on_shown_changed)
        runs.grown.connect(self._refresh_marks)
        selection.row_changed.connect(self._show_selection)
        theme.changed.connect(self._on_theme_changed)
        moment.changed.connect(self._show_moment)
        self.view.line_activated.connect(self._on_line_activated)
        self._on_shown_changed()

    def _on_choice_changed(self) -> None:
        if self._runs.shown is None:
            self.view.set_code(self._code_to_run())

    def _code_to_run(self) -> str:
        """Return the code that would run: the lesson's, or the script's as it is on disk."""
        script = self._choice.script
        return self._choice.lesson.code(self._choice.settings) if script is None else read_source(script.path)

    def _on_shown_changed(self) -> None:
        recording = self._runs.shown
        self._file = 0
        self._marks = LineMarks(recording) if recording is not None else None
        self._cast = Cast(recording.trace) if recording is not None else None
        self._about = recording
        self.view.set_current_line(None)
        self.view.set_code(recording.code if recording is not None else self._code_to_run())
        self._refresh_marks()
        self._show_selection()

    def show_file(self, file: int) -> None:
        """Show another file of the program, by its index."""
        recording = self._runs.shown
        if recording is None or file == self._file:
            return
        self._file = file
        self._marks = LineMarks(recording, file)
        self.view.set_current_line(None)
        self.view.set_code(recording.source_of(file))
        self._refresh_marks()
        self._show_moment()
        self._mark_selected_line()

    def _list_files(self, recording: Recording | None) -> None:
        """Offer the program's files, if it has several, with the number of events of each."""
        trace = recording.trace if recording is not None else None
        names = list(trace.files) if trace is not None else []
        self.files.setVisible(len(names) > 1)
        if trace is None or len(names) < 2:
            return
        counts = self._marks.n_of_file if self._marks is not None else []
        texts = [
            f"{name}   {n:,} {'event' if n == 1 else 'events'}" for name, n in zip_longest(names, counts, fillvalue=0)
        ]
        if texts != [self.files.itemText(i) for i in range(self.files.count())]:
            self.files.clear()
            self.files.addItems(texts)
        self.files.setCurrentIndex(self._file)

    def _on_theme_changed(self) -> None:
        self.view.set_theme(self._theme.theme)
        self._refresh_marks()
        self._show_moment()

    def _refresh_marks(self) -> None:
        recording, marks, cast = self._runs.shown, self._marks, self._cast
        if recording is None or marks is None or cast is None:
            self._list_files(None)
            self.view.set_looks({})
            return
        cast.update()
        changed = marks.update(is_complete=recording.status != RUNNING)
        self._list_files(recording)
        about = marks, self._theme.theme
        if changed is None or about != self._looks_of:
            self._looks, changed, self._looks_of = {}, set(marks.by_line), about
        for line in changed & marks.by_line.keys():
            self._looks[line] = _look_of(recording, cast, self._theme.theme, marks.by_line[line])
        self.view.set_looks({line: look for line, look in self._looks.items() if look != LineLook()})

    def _show_selection(self) -> None:
        """Show the file and mark the line of the selected event."""
        recording, row = self._runs.shown, self._selection.row
        if recording is not None and row is not None and row < recording.trace.n and recording.trace.line[row]:
            self.show_file(int(recording.trace.file[row]))
        self._mark_selected_line()

    def _mark_selected_line(self) -> None:
        recording, row = self._runs.shown, self._selection.row
        is_here = recording is not None and row is not None and row < recording.trace.n
        line = 0
        if is_here and recording is not None and recording.trace.file[row] == self._file:
            line = int(recording.trace.line[row])
        self.view.set_current_line(line or None)

    def _show_moment(self) -> None:
        """Mark the line at which each thread stands; at the end of the run none stands anywhere."""
        recording, cast = self._moment.recording, self._cast
        is_shown = recording is not None and recording is self._about
        if not is_shown or recording is None or cast is None or self._moment.n == recording.trace.n:
            self.view.set_chips(None)
            return
        theme = self._theme.theme
        chips: dict[int, list[Chip]] = {}
        for track, at in self._moment.threads():
            if at.line and at.file == self._file and at.state not in (DONE, FAILED):
                colour = cast.track_colour(theme, track)
                chips.setdefault(at.line, []).append(Chip(colour, mark_outline(theme, colour, theme.panel)))
        self.view.set_chips(chips)

    def _on_line_activated(self, line: int) -> None:
        recording = self._runs.shown
        if recording is not None:
            row = next_event_of_line(recording, line, self._selection.row, self._file)
            if row is not None:
                self._selection.select(row)


def _look_of(recording: Recording, cast: Cast, theme: Theme, mark: LineMark) -> LineLook:
    severity = recording.analysis.severity
    dots = []
    for row in mark.reads:
        colour = cast.colour(theme, cast.writer(row))
        outline = mark_outline(theme, colour, theme.panel)
        dots.append(Dot(colour, outline, int(severity[row]) >= Severity.WARNING))
    return LineLook(tuple(dots), mark.n_reads - len(dots), mark.is_problem, mark.n_events if recording.ending else 0)

"""What scripts have printed: the end of it, for each run of this session."""

import codecs
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from simulator.analysis.recording import Recording
from ui.models.runs import RunsModel

STDOUT, STDERR, INPUT, NOTE = "stdout", "stderr", "input", "note"
MOST_LETTERS = 400_000
"""So much of what a run has printed is kept, the latest."""
LONGEST_LINE = 2_000
"""A line that is longer goes on in the next: a text of one endless line takes seconds to lay out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text and whose it is: ``stdout``, ``stderr``, ``input`` (what was typed) or ``note`` (ours)."""

    stream: str
    text: str


class ConsoleText:
    """What one run has printed.

    The two streams come through pipes of their own, so what one writes can arrive within a line of the other. Such a
    line is ended there, and the line break that would have ended it is not shown a second time.

    Attributes
    ----------
    pieces : deque of Piece
        What is kept, in order.
    n_left_out : int
        How many letters before that were thrown away.
    """

    def __init__(self) -> None:
        self.pieces: deque[Piece] = deque()
        self.n_left_out = 0
        self._n_letters = 0
        self._decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in (STDOUT, STDERR)}
        self._within_line_of = ""
        self._broken_into: set[str] = set()

    def take(self, chunks: Sequence[tuple[str, bytes]]) -> list[Piece]:
        """Take in what a script has printed; return it as text, no more of it than is kept."""
        pieces = [self.add(Piece(stream, self._decoders[stream].decode(data))) for stream, data in chunks]
        return pieces[-len(self.pieces) :]

    def add(self, piece: Piece) -> Piece:
        """Add a piece and throw the first ones away as far as need be; return it as it is shown."""
        piece = Piece(piece.stream, self._on_lines_of_its_own(piece.stream, piece.text))
        self.pieces.append(piece)
        self._n_letters += len(piece.text)
        while self._n_letters > MOST_LETTERS and len(self.pieces) > 1:
            gone = len(self.pieces.popleft().text)
            self._n_letters -= gone
            self.n_left_out += gone
        return piece

    def _on_lines_of_its_own(self, stream: str, text: str) -> str:
        """Return the text without an end of line that was shown before, below a line that another stream left open."""
        if stream in self._broken_into and text:
            self._broken_into.discard(stream)
            text = text.removeprefix("\n")
        if not text:
            return text
        if stream != INPUT and self._within_line_of not in ("", stream):
            self._broken_into.add(self._within_line_of)
            text = f"\n{text}"
        self._within_line_of = "" if text.endswith("\n") else stream
        return text


class ConsoleModel(QObject):
    """The console of the run on screen.

    Parameters
    ----------
    runs : RunsModel
        Which run is on screen.
    parent : QObject, optional
        Owner.

    Signals
    -------
    grown(list)
        More was printed: pieces to be shown below the others.
    changed
        Another run is on screen.
    """

    grown = Signal(list)
    changed = Signal()

    def __init__(self, runs: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._texts: dict[int, ConsoleText] = {}
        runs.shown_changed.connect(self.changed)
        runs.list_changed.connect(self._forget)

    @property
    def text(self) -> ConsoleText | None:
        """What the run on screen has printed; None for a lesson, and for what was opened from a file."""
        return self._texts.get(id(self._runs.shown))

    def take(self, recording: Recording, chunks: Sequence[tuple[str, bytes]]) -> None:
        """Take in what a running script has printed."""
        if chunks:
            self._tell(recording, self._of(recording).take(chunks))

    def note(self, recording: Recording, stream: str, text: str) -> None:
        """Add what was typed, or a line of ours."""
        self._tell(recording, [self._of(recording).add(Piece(stream, text))])

    def _of(self, recording: Recording) -> ConsoleText:
        return self._texts.setdefault(id(recording), ConsoleText())

    def _tell(self, recording: Recording, pieces: list[Piece]) -> None:
        if recording is self._runs.shown:
            self.grown.emit(pieces)

    def _forget(self) -> None:
        """Forget what was printed by runs that are forgotten."""
        kept = {id(run) for run in self._runs.runs}
        self._texts = {key: text for key, text in self._texts.items() if key in kept}


def last_lines(pieces: Sequence[Piece], n: int) -> list[Piece]:
    """Return those of the pieces that hold the last `n` lines, and not much more."""
    found: list[Piece] = []
    for piece in reversed(pieces):
        found.append(piece)
        n -= piece.text.count("\n")
        if n <= 0:
            break
    return found[::-1]


def in_lines(text: str, column: int) -> str:
    """Return a text that goes on at a column of a line with its lines broken wherever they are too long."""
    lines = text.split("\n")
    if column + len(lines[0]) <= LONGEST_LINE and max(map(len, lines)) <= LONGEST_LINE:
        return text
    room = max(LONGEST_LINE - column, 0)
    first = [lines[0][:room], *_cut(lines[0][room:])]
    return "\n".join([*first, *(part for line in lines[1:] for part in _cut(line) or [""])])


def _cut(line: str) -> list[str]:
    return [line[begin : begin + LONGEST_LINE] for begin in range(0, len(line), LONGEST_LINE)]

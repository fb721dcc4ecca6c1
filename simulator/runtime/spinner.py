r"""The spinner: a real thread that turns while an Event is not set; the lesson `event-spinner` runs this very class."""

from __future__ import annotations

import ast
import inspect
import threading
from collections.abc import Callable
from functools import cache
from itertools import cycle

FRAMES = "\\|/-"
TICK_S = 0.1


class Spinner(threading.Thread):
    r"""Shows ``\|/-`` in turn until `done` is set.

    Parameters
    ----------
    done : threading.Event
        The run's own Event; setting it is the one way to end the spinner.
    message : str
        Stands behind the frame.
    show : callable
        Called on the spinner's thread with each text, and with an empty text at the end.

    Attributes
    ----------
    text : str
        The frame and the message as they stand now; empty before the start and after the end. Any thread may read it.
    ticks : int
        How many frames were shown.
    """

    def __init__(
        self, done: threading.Event, message: str, show: Callable[[str], None]
    ) -> None:
        super().__init__(name="spinner", daemon=True)
        self.done = done
        self.message = message
        self.show = show
        self.text = ""
        self.ticks = 0

    def run(self) -> None:
        """Turn until `done` is set."""
        for frame in cycle(FRAMES):
            self._turn(f"{frame} {self.message}")
            self.ticks += 1
            if self.done.wait(TICK_S):
                break
        self._turn("")

    def _turn(self, text: str) -> None:
        self.text = text
        self.show(text)


def _without_docstrings(source: str) -> str:
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            text = node.body[0]
            first, last = text.lineno - 1, text.end_lineno or text.lineno
            if isinstance(node, ast.ClassDef) and not lines[last].strip():
                last += 1
            lines[first:last] = [""] * (last - first)
    return "".join(lines)


@cache
def spinner_source() -> str:
    """Return the text of the class and its constants without the docstrings, as the lesson `event-spinner` shows it."""
    return f"FRAMES = {FRAMES!r}\nTICK_S = {TICK_S}\n\n{_without_docstrings(inspect.getsource(Spinner))}"

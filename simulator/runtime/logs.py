"""What a program's code calls ``logging``: the real module, with loggers of the run's own whose lines are recorded.

Filters, formatters and records are those of `logging`. A logger belongs to the run and to no tree of loggers, so that
one run leaves nothing behind for the next; and a `StreamHandler` records each line instead of printing it.
"""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

from simulator.record.kinds import NO_VARIABLE, Kind
from simulator.runtime.crew import Crew


def bind(crew: Crew) -> SimpleNamespace:
    """Make the module as the program sees it."""
    loggers: dict[str, logging.Logger] = {}

    class StreamHandler(logging.Handler):
        def __init__(self, stream: object = None) -> None:
            super().__init__()
            self.stream = stream

        def emit(self, record: logging.LogRecord) -> None:
            crew.recorder.instant(Kind.LOG, self.format(record), NO_VARIABLE, record.lineno)

    def get_logger(name: str = "root") -> logging.Logger:
        return loggers.setdefault(name, logging.Logger(name, logging.WARNING))

    public: dict[str, Any] = {name: getattr(logging, name) for name in dir(logging) if not name.startswith("_")}
    return SimpleNamespace(**(public | {"StreamHandler": StreamHandler, "getLogger": get_logger}))

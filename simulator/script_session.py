"""One run of the user's own script, from its settings to its findings."""

from __future__ import annotations

import os
import tokenize
from collections.abc import Callable

from simulator.analysis.analysis import Analysis
from simulator.analysis.ending import ScriptEnding
from simulator.analysis.judges.registry import judge_for
from simulator.analysis.live_search import LiveSearch
from simulator.analysis.recording import DONE, FAILED, LIMIT, RUNNING, STOPPED, Recording
from simulator.analysis.script_findings import Search
from simulator.lessons.base import OWN_PROCESS
from simulator.process.script_host import ScriptProcess, Streams
from simulator.record.clock import now_ns
from simulator.script.settings import ScriptSettings
from simulator.session import PUMP_ROWS, LiveRun
from simulator.trace.sites import SiteTable
from simulator.trace.trace import Trace

SEARCH_S = 0.005
"""How long a call waits for findings at most; the next goes on waiting."""


class ScriptSession(LiveRun):
    """One run of a script, in a process of its own.

    Parameters
    ----------
    settings : ScriptSettings
        What to run and how; raises `UsageError` if that cannot be.
    show : callable, optional
        See `LiveRun`.
    streams : str
        What becomes of the script's streams; see `simulator.process.script_host.ScriptProcess`.
    is_live : bool
        Whether to look for findings while it runs, too; see `simulator.analysis.live_search`.

    Attributes
    ----------
    process : ScriptProcess
        Takes input and gives output where streams are captured.
    """

    def __init__(
        self,
        settings: ScriptSettings,
        show: Callable[[str], None] | None = None,
        streams: Streams = "capture",
        is_live: bool = False,
    ) -> None:
        settings.check()
        self.settings = settings
        self.process = ScriptProcess(settings, streams)
        self._sites = SiteTable()
        trace = Trace((), None, filename=settings.name, sites=self._sites)
        analysis = Analysis(trace, self._sites.variables, settings.name, judge_for(settings))
        code = read_source(settings.path)
        recording = Recording(
            settings, settings.name, code, settings.name, self._sites.variables, trace, analysis, ending=ScriptEnding()
        )
        recording.place = OWN_PROCESS
        self._live = LiveSearch(recording) if is_live else None
        self._search: Search | None = None
        self._status = RUNNING
        self._is_settled = False
        super().__init__(self.process, recording, show)

    def take_output(self) -> list[tuple[str, bytes]]:
        """Return what the script has printed since the last call."""
        return self.process.take_output()

    def write_input(self, data: bytes) -> None:
        """Give the script something to read; returns at once."""
        self.process.write_input(data)

    def close_input(self) -> None:
        """Tell the script that there is nothing more to read."""
        self.process.close_input()

    def _learn(self) -> None:
        recording, process = self.recording, self.process
        for names in process.take_names():
            self._sites.learn(names)
        n_known = len(recording.trace.files)
        if len(self._sites.paths) > n_known:
            folder = os.path.dirname(self.settings.path)
            recording.trace.files += [short_path(path, folder) for path in self._sites.paths[n_known:]]
            recording.other_sources += self._sites.sources[n_known:]
        recording.ending = ScriptEnding(
            process.exit_code, process.limit, process.dropped, process.left_out, tuple(process.untouched)
        )

    def _progress_text(self) -> str:
        n, events = self.process.n_alive, self.recording.trace.n
        return f"{n} {'thread' if n == 1 else 'threads'}, {events:,} {'event' if events == 1 else 'events'}"

    def pump(self, limit: int = PUMP_ROWS) -> bool:
        """Fetch what was recorded, append it to the trace and analyse it; see `LiveRun.pump`."""
        has_changed = super().pump(limit)
        has_news = self._live is not None and not self.is_finished and self._live.look()
        return has_changed or has_news

    def stop(self) -> None:
        """Tell the script to stop, or the search for findings once it has ended; returns at once."""
        super().stop()
        if self._search is not None:
            self._search.cancel()

    def close(self) -> None:
        """Stop if need be, and wait until nothing is left running."""
        super().close()
        if self._live is not None:
            self._live.close()
        if self._search is not None:
            self._search.close()

    def _finish(self) -> None:
        """Settle the trace, then look for what went wrong; until that is done the run counts as running."""
        if not self._is_settled:
            self._is_settled = True
            self._settle()
        self.spinner.message = "looking for data races"
        if self._live is not None and not self._live.end(SEARCH_S):
            return
        if self._search is None:
            self._search = Search(self.recording, self._live.evidence if self._live is not None else None)
        if self._search.wait(SEARCH_S):
            self.recording.status = self._status
            self.is_finished = True

    def _settle(self) -> None:
        super()._finish()
        if self.recording.status in (STOPPED, LIMIT):  # what still waited did so until then
            end_ns = self._stopped_ns or now_ns() - self.process.origin_ns
            self.recording.trace.extend_to(end_ns)
            self.recording.elapsed_ns = self.recording.trace.duration_ns
        exit_code = self.process.exit_code
        self._status = self.recording.status
        if self._status == DONE and exit_code is not None and exit_code < 0:
            self._status = FAILED
        self.recording.status = RUNNING
        self.is_finished = False


def read_source(path: str) -> str:
    """Return the text of a Python file in whatever encoding it declares; empty if it cannot be read as text."""
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return ""


def short_path(path: str, folder: str) -> str:
    """Return a file's path from the script's folder on, if it lies there."""
    inside = os.path.relpath(path, folder) if folder else path
    return path if inside.startswith(os.pardir) else inside

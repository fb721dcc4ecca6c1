"""A real asyncio loop whose tasks are actors of their own: every stretch in which it runs one is recorded as a step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from sys import _getframe
from typing import Any

from simulator.record.kinds import Kind, Result
from simulator.runtime.crew import Crew
from simulator.storage.context import enter_new_context

NO_TASK = 0
"""In place of a task's id: the loop's own work, which belongs to its thread."""


class _Steps(Coroutine[Any, Any, Any]):
    """A coroutine that records each of its steps, from one ``await`` that waits to the next.

    Parameters
    ----------
    crew : Crew
        The run's threads.
    coroutine : coroutine
        What is run.
    task : int
        Id of the task's span, `NO_TASK` for the coroutine that the loop was started with.

    Notes
    -----
    A task runs in a copy of the context of whoever created it. Its first step gives that copy a serial of its own.
    """

    def __init__(self, crew: Crew, coroutine: Coroutine[Any, Any, Any], task: int) -> None:
        self._crew = crew
        self._coroutine = coroutine
        self._task = task
        self._has_begun = False

    def send(self, value: Any) -> Any:
        """Run the next step."""
        return self._step(self._coroutine.send, value)

    def throw(self, *error: Any) -> Any:
        """Run the next step with an exception, such as that the task is cancelled."""
        return self._step(self._coroutine.throw, *error)

    def close(self) -> None:
        """End the coroutine."""
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        """Run as a part of whoever awaits it."""
        return self._coroutine.__await__()

    def _step(self, advance: Callable[..., Any], *arguments: Any) -> Any:
        recorder = self._crew.recorder
        step = recorder.begin(Kind.STEP, self._task)
        if not self._has_begun:
            self._has_begun = True
            enter_new_context()
        result = Result.NONE  # it awaits something
        try:
            return advance(*arguments)
        except StopIteration:
            result = Result.DONE
            raise
        except asyncio.CancelledError:
            result = Result.BROKEN
            raise
        except BaseException as error:
            result = Result.FAILED
            if self._task:
                self._crew.note_exception(error)
            raise
        finally:
            recorder.end(step)
            if self._task and result != Result.NONE:
                recorder.end(self._task, result)
                self._crew.finished.append(1)


class RecordedAsyncio:
    """What the program's code calls ``asyncio``: the real module, but for what starts loops and tasks.

    Parameters
    ----------
    crew : Crew
        The run's threads.
    """

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    def run(self, main: Coroutine[Any, Any, Any], **keywords: Any) -> Any:
        """Run a coroutine in an event loop of the calling thread, as `asyncio.run` does, until told to stop."""
        try:
            return asyncio.run(self._supervise(main), **keywords)
        except asyncio.CancelledError:
            self._crew.stop.check()
            raise

    async def _supervise(self, main: Coroutine[Any, Any, Any]) -> Any:
        loop, at_stop = asyncio.get_running_loop(), self._crew.at_stop

        def wake() -> None:
            with suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(_cancel_all, loop)

        at_stop.append(wake)
        try:
            self._crew.stop.check()
            return await asyncio.create_task(_Steps(self._crew, main, NO_TASK))
        finally:
            at_stop.remove(wake)
            main.close()

    def create_task(self, coroutine: Coroutine[Any, Any, Any], *, name: str | None = None, **keywords: Any) -> Any:
        """Start a task of the running loop, as `asyncio.create_task` does: an actor of its own from now on."""
        called = name or getattr(coroutine, "__name__", "task")
        task = self._crew.recorder.begin(Kind.TASK, str(called), line=_getframe(1).f_lineno)
        return asyncio.create_task(_Steps(self._crew, coroutine, task), name=called, **keywords)


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()


def bind(crew: Crew) -> RecordedAsyncio:
    """Return what the program's code calls ``asyncio``."""
    return RecordedAsyncio(crew)

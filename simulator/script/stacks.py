"""Locks that a `contextlib.ExitStack` takes and lets go: its own code does so, in a file that is not recorded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from typing import Any

from simulator.script.buffers import Buffer, Buffers
from simulator.script.sync import After, Before

Handler = tuple[Before, After]
Find = Callable[[type, str], Handler | None]


class Stacks:
    """Records what stacks do with locks and semaphores.

    Parameters
    ----------
    buffers : Buffers
        Tell the calling thread's.
    find : callable
        Returns the handler of a method of a type; see `simulator.script.methods`.

    Notes
    -----
    Behind each lock a callback of ours is put on the stack: it runs right before the lock is let go.
    """

    def __init__(self, buffers: Buffers, find: Find) -> None:
        self._mine = buffers.mine
        self._find = find

    def handlers(self) -> dict[tuple[type, str], Handler]:
        """Return what is done before and after each method of a stack."""
        made: dict[tuple[type, str], Handler] = {}
        for kind in (ExitStack, AsyncExitStack):
            made[kind, "enter_context"] = (self._enter, self._entered)
            made[kind, "push"] = made[kind, "callback"] = (self._look, self._pushed)
        return made

    def _enter(self, buffer: Buffer, site: int, stack: Any, first: Any) -> Any:
        handler = self._find(type(first), "__enter__")
        return None if handler is None else (handler[1], handler[0](buffer, site, first, None))

    def _entered(self, buffer: Buffer, site: int, stack: Any, first: Any, begun: Any, result: Any, t: int) -> None:
        after, token = begun
        if token is not None:
            after(buffer, site, first, None, token, True, t)
        stack.callback(self._leave, site, first)

    def _look(self, buffer: Buffer, site: int, stack: Any, first: Any) -> Any:
        """Return the lock that a stack is asked to let go later, by itself or by its bound method, else None."""
        is_bound = getattr(type(first), "__name__", "") == "builtin_function_or_method"
        if is_bound and first.__name__ in ("release", "__exit__"):
            first = first.__self__
        return None if self._find(type(first), "__exit__") is None else first

    def _pushed(self, buffer: Buffer, site: int, stack: Any, first: Any, lock: Any, result: Any, t: int) -> None:
        stack.callback(self._leave, site, lock)

    def _leave(self, site: int, lock: Any) -> None:
        handler = self._find(type(lock), "__exit__")
        if handler is not None:
            handler[0](self._mine.buffer, site, lock, None)

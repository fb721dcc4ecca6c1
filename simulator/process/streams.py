"""The streams of a script as pipes: what it prints is kept in order and within bounds, what it reads is given to it."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import threading
from collections import deque
from typing import IO

END_S = 1.0
CHUNK_BYTES = 1 << 16
MAX_WAITING_BYTES = 8 << 20
"""A reader waits while so much has not been taken; the script waits for it in turn, as it would for a slow terminal."""


class Console:
    """Reads and feeds a process whose three streams are pipes.

    Notes
    -----
    One thread for each stream; they end with it.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._chunks: deque[tuple[str, bytes]] = deque()
        self._n_waiting = 0
        self._has_room = threading.Event()
        self._has_room.set()
        self._is_ending = False
        self._counting = threading.Lock()
        self._input = process.stdin
        self._to_write: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._readers = [
            threading.Thread(target=self._read, args=(name, stream), name=f"script {name}", daemon=True)
            for name, stream in (("stdout", process.stdout), ("stderr", process.stderr))
        ]
        self._writer = threading.Thread(target=self._feed, name="script stdin", daemon=True)
        for thread in (*self._readers, self._writer):
            thread.start()

    def take(self) -> list[tuple[str, bytes]]:
        """Take what has been printed since the last call."""
        taken = []
        while self._chunks:
            taken.append(self._chunks.popleft())
        with self._counting:
            self._n_waiting -= sum(len(data) for _, data in taken)
        self._has_room.set()
        return taken

    def write(self, data: bytes) -> None:
        """Give the process something to read; returns at once."""
        self._to_write.put(data)

    def close_input(self) -> None:
        """Close what the process reads, behind everything written."""
        self._to_write.put(None)

    def finish(self) -> None:
        """Wait until everything that an ended process has printed is here; that is at most what fits into a pipe."""
        self._is_ending = True
        self._has_room.set()
        self.close_input()
        for thread in (self._writer, *self._readers):
            thread.join(END_S)

    def _read(self, name: str, stream: IO[bytes]) -> None:
        with stream:
            while data := os.read(stream.fileno(), CHUNK_BYTES):
                self._chunks.append((name, data))
                with self._counting:
                    self._n_waiting += len(data)
                    is_full = self._n_waiting >= MAX_WAITING_BYTES
                if is_full and not self._is_ending:
                    self._has_room.clear()
                    self._has_room.wait()

    def _feed(self) -> None:
        with contextlib.suppress(OSError):  # it reads no more
            while (data := self._to_write.get()) is not None:
                self._input.write(data)
                self._input.flush()
        with contextlib.suppress(OSError):
            self._input.close()

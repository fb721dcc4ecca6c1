"""The socket to the host, as the threads of a script use it: whole messages, also when a signal interrupts one."""

from __future__ import annotations

import marshal
import socket
import struct
import threading
from itertools import count

from simulator.process.protocol import MARSHAL_VERSION, Message

MAX_SENT = 4 << 20
_LENGTH = struct.Struct("<I")


class Outlet:
    """Sends numbered messages: ``(number, message)``, framed as `simulator.process.protocol` says.

    Attributes
    ----------
    lock : threading.RLock
        To be held while sending.
    is_busy : bool
        Whether a message is being sent. Who holds the lock and sees this is a signal handler in the middle of it.
    is_closed : bool
        Whether nothing can be sent any more: the host is gone, the end was said, or this is a forked child.

    Notes
    -----
    A signal handler may raise between any two steps. A buffered file keeps exact account of what the system has taken,
    and a message that was in doubt is sent again under its number, which the host drops if it had it.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._file = open(connection.fileno(), "wb", buffering=MAX_SENT + 64, closefd=False)  # noqa: SIM115  # kept
        self._numbers = count(1)
        self._in_doubt: list[bytes] = []
        self.lock = threading.RLock()
        self.is_busy = False
        self.is_closed = False

    def send(self, message: Message) -> bool:
        """Send a message; the lock must be held. Return False if it is too large; a host that is gone gets nothing."""
        if self.is_closed:
            return True
        body = marshal.dumps((next(self._numbers), message), MARSHAL_VERSION)
        if len(body) > MAX_SENT:
            return False
        self.is_busy = True
        try:
            self._in_doubt.append(_LENGTH.pack(len(body)) + body)
            while self._in_doubt:
                self._file.flush()
                self._file.write(self._in_doubt[0])  # into the empty buffer: whole or not at all
                del self._in_doubt[0]
            self._file.flush()
        except OSError:
            self.is_closed = True
        finally:
            self.is_busy = False
        return True

    def close(self) -> None:
        """Send nothing from now on."""
        self.is_closed = True

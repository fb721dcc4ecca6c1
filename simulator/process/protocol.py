"""What host and child say to each other: a length, then a tuple of built-in types.

`marshal` in its version 4 is read and written alike by every CPython from 3.4 on and needs no import in the child. It
is used only between the app and the process that the app itself started, never for files.

From the child: ``("hello", interpreter, gil, origin_ns, access_cost_ns)``, ``("rows", batches, settled_ns, n_alive,
n_finished, n_planned)``, ``("end", status, unstopped)``. From the host: ``("program", plain)``, ``("stop",)``.
"""

from __future__ import annotations

import marshal
import socket
import struct
from typing import Any

Message = tuple[Any, ...]

MARSHAL_VERSION = 4
MAX_MESSAGE = 1 << 30
_LENGTH = struct.Struct("<I")


def send(connection: socket.socket, message: Message) -> None:
    """Send one message; raises `OSError` when the other side is gone."""
    body = marshal.dumps(message, MARSHAL_VERSION)
    connection.sendall(_LENGTH.pack(len(body)) + body)


def receive(connection: socket.socket) -> Message | None:
    """Wait for one message; None when the other side has closed, or died in the middle of one."""
    header = _receive_exactly(connection, _LENGTH.size)
    if header is None:
        return None
    (length,) = _LENGTH.unpack(header)
    if length > MAX_MESSAGE:
        return None
    body = _receive_exactly(connection, length)
    if body is None:
        return None
    message: Message = marshal.loads(body)  # from the process that we started ourselves
    return message


def _receive_exactly(connection: socket.socket, n: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < n:
        try:
            part = connection.recv(min(n - len(parts), 1 << 20))
        except OSError:
            return None
        if not part:
            return None
        parts += part
    return bytes(parts)

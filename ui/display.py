"""Can a window be shown? Asked before Qt is, because Qt aborts the whole process where it cannot.

Standard library only, and syntax that old Pythons can read.
"""

import os
import sys

from ui.setup_error import SetupError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

CONNECT_TIMEOUT_S = 3
RETRY_PAUSES_S = (0.1, 0.2, 0.4, 0.8)
HINT = "the command line works without one, see --help"


def find_routes(environ: "dict[str, str]") -> "list[str]":
    """Name the ways in which a window can be shown, the preferred one first.

    Parameters
    ----------
    environ : mapping of str to str
        Environment variables to go by.

    Returns
    -------
    list of str
        Some of ``"x11"`` and ``"wayland"``; empty where Qt needs neither (another system, an off-screen platform).

    Raises
    ------
    SetupError
        If there is no display, or if none of those named answers.
    """
    if not sys.platform.startswith("linux"):
        return []
    platforms = [name.split(":")[0] for name in environ.get("QT_QPA_PLATFORM", "").split(";") if name]
    if any(not name.startswith(("xcb", "wayland")) for name in platforms):
        return []
    displays = _named_displays(environ, platforms)
    if not displays:
        raise SetupError("no display: neither DISPLAY nor WAYLAND_DISPLAY is set, so no window can be shown; " + HINT)
    routes = [route for route, variable in displays if _answers(route, environ)]
    if not routes:
        names = " and ".join("%s=%s" % (variable, environ[variable]) for _, variable in displays)
        raise SetupError("no display: cannot connect to %s, so no window can be shown; %s" % (names, HINT))
    return routes


def _named_displays(environ: "dict[str, str]", platforms: "list[str]") -> "list[tuple[str, str]]":
    """List (route, variable) for each display that the environment names and Qt may use."""
    routes = (("x11", "xcb", "DISPLAY"), ("wayland", "wayland", "WAYLAND_DISPLAY"))
    return [
        (route, variable)
        for route, plugin, variable in routes
        if environ.get(variable) and (not platforms or any(name.startswith(plugin) for name in platforms))
    ]


def _answers(route: str, environ: "dict[str, str]") -> bool:
    """Tell whether the display of that route answers, and lets this user in as far as that can be asked."""
    if route == "x11":
        reachable = any(_connects(address) for address in x11_addresses(environ["DISPLAY"]))
        return reachable and _x11_lets_us_in(environ["DISPLAY"])
    return _connects(os.path.join(environ.get("XDG_RUNTIME_DIR", ""), environ["WAYLAND_DISPLAY"]))


def x11_addresses(display: str) -> "list[str | tuple[str, int]]":
    """List the socket addresses at which an X server of this name may listen, as text (Unix) or (host, port)."""
    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdigit():
        return []
    host = host.rpartition("/")[2]
    path = "/tmp/.X11-unix/X" + number
    tcp = ("localhost" if host in ("", "unix") else host.strip("[]"), 6000 + int(number))
    return ["\0" + path, path, tcp] if host in ("", "unix") else [tcp]


def _x11_lets_us_in(display: str) -> bool:
    """Shake hands as Qt will, permission included; where libxcb is not installed yet, say yes.

    A server without clients starts afresh when its last one leaves, and drops whoever comes just then; hence some more
    tries. The connection is kept for as long as this process lives, so that Qt does not come at such a moment.
    """
    import ctypes
    import time

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    for pause_s in (0.0, *RETRY_PAUSES_S):
        time.sleep(pause_s)
        connection = ctypes.c_void_p(_in_silence(xcb.xcb_connect, display.encode(), None))
        if not xcb.xcb_connection_has_error(connection):
            return True
        xcb.xcb_disconnect(connection)
    return False


def _in_silence(function: "Callable[..., T]", *arguments: object) -> "T":
    """Call a C function that has the habit of writing to stderr itself; what there is to say we say in one line."""
    sys.stderr.flush()
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        return function(*arguments)
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


def _connects(address: "str | tuple[str, int]") -> bool:
    """Tell whether something listens at a Unix path (text) or at a (host, port)."""
    import socket

    try:
        if isinstance(address, tuple):
            socket.create_connection(address, CONNECT_TIMEOUT_S).close()
        else:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(CONNECT_TIMEOUT_S)
                probe.connect(address)
    except (OSError, ValueError):
        return False
    return True

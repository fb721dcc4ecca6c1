"""What must come from the system: Qt's shared libraries, and Python's own venv module.

Standard library only, and syntax that old Pythons can read.
"""

import os
import sys

from ui.setup_error import SetupError

# soname -> Debian and Ubuntu package; found with ldd on the libraries of Qt 6.11 in a bare Debian 12.
BASE = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11 = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
BY_ROUTE = {"x11": X11, "wayland": WAYLAND}


def missing_libraries(wanted: "dict[str, str]") -> "dict[str, str]":
    """Return the part of `wanted` (soname -> package) that cannot be loaded; empty off Linux."""
    if not wanted or not sys.platform.startswith("linux"):
        return {}
    import ctypes

    missing = {}
    for soname in wanted:
        try:
            ctypes.CDLL(soname)
        except OSError:
            missing[soname] = wanted[soname]
    return missing


def libraries_for_window(routes: "list[str]") -> "dict[str, str]":
    """Return what a window needs on the route that lacks least (soname -> package)."""
    if not routes:
        return dict(BASE)
    route = min(routes, key=lambda name: len(missing_libraries(BY_ROUTE[name])))
    return dict(BASE, **BY_ROUTE[route])


def missing_venv_package() -> "list[str]":
    """Return the package that brings Python's venv module, if it is missing (Debian ships it apart)."""
    import importlib.util

    importlib.invalidate_caches()
    if all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip")):
        return []
    return ["python%d.%d-venv" % sys.version_info[:2]]


def install(packages: "list[str]") -> None:
    """Install system packages: at once as root, after a question where one can be asked.

    Parameters
    ----------
    packages : list of str
        Names of Debian or Ubuntu packages.

    Raises
    ------
    SetupError
        If they cannot be installed from here; its text has the line to type.
    """
    import shutil

    packages = sorted(set(packages))
    if not shutil.which("apt-get"):
        raise SetupError(
            "missing from the system (by their Debian names): %s; install them with your system's package manager, "
            "then start again" % " ".join(packages)
        )
    if _is_root():
        _apt([], packages)
    elif _may_ask(packages):
        _apt(["sudo"], packages)
    else:
        raise SetupError(
            "missing from the system: %s; type this line, then start again:\n  %s"
            % (" ".join(packages), line_to_type(packages, bool(shutil.which("sudo"))))
        )


def line_to_type(packages: "list[str]", has_sudo: bool) -> str:
    """Return the shell line that installs the packages for somebody who is not root."""
    update, install_them = "apt-get update", "apt-get install -y --no-install-recommends " + " ".join(packages)
    if has_sudo:
        return "sudo %s && sudo %s" % (update, install_them)
    return "su -c '%s && %s'" % (update, install_them)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _may_ask(packages: "list[str]") -> bool:
    """Ask on a terminal whether sudo may install the packages; False where nobody can be asked."""
    import shutil

    if not shutil.which("sudo") or sys.stdin is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write("threadloom: missing from the system: %s\nInstall them now with sudo? [Y/n] " % " ".join(packages))
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def _apt(prefix: "list[str]", packages: "list[str]") -> None:
    import subprocess

    sys.stderr.write("threadloom: installing system packages: %s\n" % " ".join(packages))
    tool = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", "-o", "DPkg::Lock::Timeout=60"]
    subprocess.call([*tool, "update", "-qq"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process = subprocess.Popen(
        [*tool, "install", "-y", "--no-install-recommends", *packages],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    output = process.communicate()[0]
    if process.returncode:
        lines = [line.strip() for line in output.splitlines() if line.strip()] or ["it gave no reason"]
        reasons = [line[2:].strip() for line in lines if line.startswith("E:")] or lines[-1:]
        raise SetupError(
            "apt-get could not install %s (%s); look at the network and the package sources, then start again"
            % (" ".join(packages), reasons[0])
        )

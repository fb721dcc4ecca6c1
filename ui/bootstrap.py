"""The first start: check this Python, get what is missing, and prepare ``.venv`` beside the sources.

Standard library only, and syntax that old Pythons can read, so that it can always say what is wrong. Whether there is
anything to do is decided by whether the needed packages are there, not by which environment is active.
"""

import os
import sys

from ui import system_packages
from ui.setup_error import SetupError

MINIMUM = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RESTARTED = "THREADLOOM_RESTARTED"

# What an environment is for -> what must be importable in it. Each kind contains the ones before it.
_APP = ("numpy", "pyqtgraph", "PySide6")
_TEST = (*_APP, "pytest", "pytestqt", "hypothesis", "viztracer", "perfetto")
MODULES = {"app": _APP, "test": _TEST, "dev": (*_TEST, "ruff", "mypy", "importlinter")}
KINDS = ("app", "test", "dev")
EXTRAS = {"app": "", "test": "[test]", "dev": "[dev]"}

READY, UPDATE, REBUILD = "ready", "update", "rebuild"


def say(text: str) -> None:
    """Tell the user one line of progress or trouble, on stderr."""
    sys.stderr.write("threadloom: %s\n" % text)
    sys.stderr.flush()


def check_python(version: "tuple[int, ...]" = sys.version_info[:3]) -> None:
    """Refuse a Python that is too old."""
    if tuple(version[:2]) < MINIMUM:
        raise SetupError(
            "Python %d.%d or newer is needed, and %s is %s; install a newer one and start again with it"
            % (*MINIMUM, sys.executable, ".".join(str(part) for part in version[:3]))
        )


def ensure(kind: str, libraries: "dict[str, str]", command: "list[str]") -> None:
    """Return if this process can go on; else get what is missing and start the command again in ``.venv``.

    Parameters
    ----------
    kind : str
        ``"app"``, ``"test"`` or ``"dev"``.
    libraries : dict of str to str
        System libraries that will be needed, soname to package.
    command : list of str
        Arguments for Python that start the same thing again.

    Raises
    ------
    SetupError
        If something is missing that cannot be had from here.
    """
    was_restarted = os.environ.pop(RESTARTED, None)
    python = prepare(kind, libraries)
    if python is None:
        return
    if was_restarted:
        raise SetupError("%s was prepared but does not work; remove that folder and start again" % venv_folder())
    restart(python, command)


def prepare(kind: str, libraries: "dict[str, str]") -> "str | None":
    """Get what is missing; return the Python to go on with, None where the running one will do."""
    fits = this_python_fits(kind)
    state = READY if fits else venv_state(venv_folder(), kind)
    packages = list(system_packages.missing_libraries(libraries).values())
    if state == REBUILD and is_checkout():
        packages += system_packages.missing_venv_package()
    if packages:
        system_packages.install(packages)
    if fits:
        return None
    if not is_checkout():
        raise SetupError("%s lacks packages that Threadloom needs; install it there again with pip" % sys.executable)
    if state != READY:
        _make_ready(kind)
    return venv_python(venv_folder())


def restart(python: str, command: "list[str]") -> None:
    """Replace this process by the same command under another Python; does not return."""
    environ = dict(os.environ)
    environ.pop("PYTHONHOME", None)
    environ[RESTARTED] = "1"
    if os.name != "nt":
        os.execve(python, [python, *command], environ)
    import subprocess

    sys.exit(subprocess.call([python, *command], env=environ))


# ── What is there ──


def is_checkout() -> bool:
    """Tell whether these sources can be installed from where they are (a clone, not site-packages)."""
    return os.path.exists(os.path.join(ROOT, "pyproject.toml"))


def this_python_fits(kind: str) -> bool:
    """Tell whether the running Python has everything: as our ``.venv``, or as any other environment."""
    import importlib.util

    if any(importlib.util.find_spec(name) is None for name in MODULES[kind]):
        return False
    if os.path.realpath(sys.prefix) == os.path.realpath(venv_folder()) and is_checkout():
        return venv_state(venv_folder(), kind) == READY
    return _foreign_versions_fit()


def _foreign_versions_fit() -> bool:
    """Tell whether an environment that we did not make has versions that we accept."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return pyside_fits(version("PySide6-Essentials"), sys.version_info[:2]) and version("pyqtgraph")[:5] == "0.14."
    except PackageNotFoundError:
        return False


def pyside_fits(pyside: str, python: "tuple[int, ...]") -> bool:
    """Tell whether pyproject.toml accepts this PySide6 for this Python (the reasons stand there)."""
    parts = tuple(int(part) for part in pyside.split(".")[:3] if part.isdigit())
    below = (6, 12) if tuple(python) < (3, 12) else (7,)
    return (6, 10) <= parts < below and parts not in ((6, 11, 0), (6, 11, 1))


def venv_folder() -> str:
    """Return the environment's folder, beside the sources."""
    return os.path.join(ROOT, ".venv")


def venv_python(folder: str) -> str:
    """Return the path of an environment's Python."""
    return os.path.join(folder, "Scripts", "python.exe") if os.name == "nt" else os.path.join(folder, "bin", "python")


def venv_state(folder: str, kind: str) -> str:
    """Say what an environment needs before it can be used for `kind`.

    Returns
    -------
    str
        ``READY``; ``UPDATE`` if only packages have to be installed into it (pyproject.toml changed, or another kind
        is wanted, or somebody else made it); ``REBUILD`` if it is absent, was left half made, or belongs to another
        Python version or to a folder that has moved.
    """
    if os.path.exists(_unfinished_mark(folder)) or not os.path.exists(venv_python(folder)):
        return REBUILD
    if _read_version(folder) != "%d.%d" % sys.version_info[:2]:
        return REBUILD
    stamps = [_read(_stamp(folder, name)) for name in KINDS]
    if any(stamp and stamp.splitlines()[0] != ROOT for stamp in stamps):
        return REBUILD
    return READY if stamp_text() in stamps[KINDS.index(kind) :] else UPDATE


def stamp_text() -> str:
    """Return what a finished installation leaves behind: where it belongs and from what it was made."""
    import hashlib

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        return "%s\n%s\n" % (ROOT, hashlib.sha256(file.read()).hexdigest())


def _stamp(folder: str, kind: str) -> str:
    return os.path.join(folder, "threadloom-" + kind)


def _unfinished_mark(folder: str) -> str:
    return os.path.join(folder, "threadloom-unfinished")


def _read_version(folder: str) -> str:
    """Return "3.11" for an environment made by Python 3.11.x, "" where that cannot be told."""
    for line in _read(os.path.join(folder, "pyvenv.cfg")).splitlines():
        name, _, value = line.partition("=")
        if name.strip() in ("version", "version_info"):
            return ".".join(value.strip().split(".")[:2])
    return ""


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


# ── Making it ready ──


def _make_ready(kind: str) -> None:
    """Bring ``.venv`` up to what `kind` needs, one process at a time."""
    import time

    begin = time.time()
    folder = venv_folder()
    with _Lock(os.path.join(ROOT, ".venv.lock")) as lock:
        state = venv_state(folder, kind)
        if state == READY:  # another process has just done it
            return
        if state == REBUILD:
            _create(folder, lock)
            say("downloading and installing what is needed (once, about 100 MB; this takes half a minute or more)")
        else:
            say("installing into .venv what has become needed since it was made")
        _install(folder, kind, lock)
    say("ready after %d s" % round(time.time() - begin))


def _create(folder: str, lock: "_Lock") -> None:
    """Make an empty environment, over whatever an interrupted start or another Python left there."""
    import shutil

    say("making .venv in %s" % ROOT)
    try:
        if os.path.islink(folder):
            os.unlink(folder)
        elif os.path.exists(folder):
            shutil.rmtree(folder)
        os.mkdir(folder)
        _write(_unfinished_mark(folder), "")
    except OSError as error:
        raise _unwritable(error) from error
    base = getattr(sys, "_base_executable", None) or sys.executable
    _run([base, "-m", "venv", folder], folder, lock, "could not make .venv")


def _install(folder: str, kind: str, lock: "_Lock") -> None:
    """Install this project, editable, with everything that `kind` needs."""
    command = [venv_python(folder), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    _run([*command, "--editable", ROOT + EXTRAS[kind]], folder, lock, "could not install what is needed")
    try:
        _write(_stamp(folder, kind), stamp_text())
        if os.path.exists(_unfinished_mark(folder)):
            os.unlink(_unfinished_mark(folder))
    except OSError as error:
        raise _unwritable(error) from error


def _run(command: "list[str]", folder: str, lock: "_Lock", trouble: str) -> None:
    """Run one step, its output into a log; on failure raise one line that names the reason."""
    import subprocess

    log = os.path.join(folder, "threadloom-setup.log")
    environ = dict(os.environ, PIP_USER="0", PYTHONNOUSERSITE="1")
    environ.setdefault("PIP_RETRIES", "2")
    for name in ("PYTHONHOME", "PYTHONPATH"):
        environ.pop(name, None)
    try:
        with open(log, "ab") as file:
            failed = subprocess.call(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environ, pass_fds=lock.inherited()
            )
    except OSError as error:
        raise _unwritable(error) from error
    if failed:
        raise SetupError("%s: %s (more in %s)" % (trouble, telling_line(_read(log)), log))


def telling_line(log: str) -> str:
    """Pick from a log of pip or venv the reason that helps most."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    offline = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError", "ConnectionError")
    if any(word in line for line in lines for word in offline):
        return "no connection to the package index; look at the network, then start again"
    errors = [line for line in lines if line.lower().startswith("error:")] or lines[-1:] or ["it gave no reason"]
    return "%s; put that right, then start again" % errors[0][len("error:") if ":" in errors[0][:6] else 0 :].strip()


def _write(path: str, text: str) -> None:
    with open(path, "wb") as file:
        file.write(text.encode("utf-8"))


def _unwritable(error: OSError) -> SetupError:
    return SetupError(
        "cannot write in %s (%s), where the first start prepares .venv; free it or copy the folder to a place where "
        "you may write, then start again there" % (ROOT, error.strerror or error)
    )


class _Lock(object):
    """Held by whoever works on ``.venv``: this process and what it runs.

    So a pip whose parent was killed still holds it; the system drops it with the last of them.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> "_Lock":
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise _unwritable(error) from error
        if not self._try():
            say("another first start is at work here; waiting for it")
            self._wait()
        return self

    def __exit__(self, *reason: object) -> None:
        os.close(self._descriptor)

    def inherited(self) -> "tuple[int, ...]":
        """Return what a child process must keep open to hold the lock with us."""
        return () if os.name == "nt" else (self._descriptor,)

    def _try(self) -> bool:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self._descriptor, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _wait(self) -> None:
        if sys.platform == "win32":
            import time

            while not self._try():
                time.sleep(0.2)
        else:
            import fcntl

            fcntl.flock(self._descriptor, fcntl.LOCK_EX)


def main(arguments: "list[str]") -> int:
    """Prepare the environment of the named kind and print its Python's path (for ``.ci/run``)."""
    try:
        check_python()
        python = prepare(arguments[0] if arguments else "app", system_packages.BASE) or sys.executable
    except SetupError as error:
        say(str(error))
        return 2
    sys.stdout.write(python + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The first start and the two commands: what is refused, in which words, and what a half-made environment needs."""

import os
import socket
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from PySide6.QtCore import QObject

from ui import __main__ as start
from ui import bootstrap, display, system_packages
from ui.setup_error import SetupError

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PARSER = (3, 7)


def run_command(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m ui`` with nothing of this machine's display in its environment."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    command = [sys.executable, "-m", "ui", *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean | environ, capture_output=True, text=True, timeout=300)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="declared: None is immortal from Python 3.12 on")
def test_pyside_keeps_its_references_to_none() -> None:
    """PySide6 6.12.0 drops one at every void call on Python 3.11; the process aborts after some hundreds of them."""
    one = QObject()
    before = sys.getrefcount(None)
    for _ in range(2000):
        one.setObjectName("x")
    assert sys.getrefcount(None) > before - 50


# ── The display ──


def test_an_x_server_that_drops_who_comes_is_asked_again_and_then_refused_without_a_word_of_libxcb(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As Xvfb does while it starts afresh; Qt would abort the process there."""
    monkeypatch.setattr(display, "RETRY_PAUSES_S", (0.0, 0.0))
    n_dropped = 0
    with socket.create_server(("localhost", 0)) as server:

        def drop_all() -> None:
            nonlocal n_dropped
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return
                n_dropped += 1

        thread = threading.Thread(target=drop_all, name="X server")
        thread.start()
        with pytest.raises(SetupError, match="cannot connect to DISPLAY=localhost:"):
            display.find_routes({"DISPLAY": f"localhost:{server.getsockname()[1] - 6000}"})
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert n_dropped == 4, "whether it listens at all, and three tries"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"DISPLAY": ":987"}, "DISPLAY=:987"),
        ({"WAYLAND_DISPLAY": "wayland-987"}, "WAYLAND_DISPLAY=wayland-987"),
        ({"QT_QPA_PLATFORM": "xcb"}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
    ],
    ids=["none", "dead X server", "dead Wayland", "platform without display"],
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="declared: only Linux can be without a display")
def test_no_display_is_one_line_and_exit_code_2(environ: dict[str, str], named: str) -> None:
    result = run_command(**environ)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert named in result.stderr


def test_a_file_to_open_needs_a_display_too() -> None:
    assert run_command("some.threadloom", DISPLAY=":987").returncode == 2


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:port=5900", "wayland;offscreen"])
def test_platform_without_screen_needs_no_display(platform: str) -> None:
    assert display.find_routes({"QT_QPA_PLATFORM": platform}) == []


def test_wayland_socket_that_answers_is_a_route(tmp_path: Path) -> None:
    path = str(tmp_path / "w")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(1)
        assert display.find_routes({"WAYLAND_DISPLAY": "w", "XDG_RUNTIME_DIR": str(tmp_path)}) == ["wayland"]
        assert display.find_routes({"WAYLAND_DISPLAY": path, "DISPLAY": ":987"}) == ["wayland"]


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        (":7", ["\0/tmp/.X11-unix/X7", "/tmp/.X11-unix/X7", ("localhost", 6007)]),
        ("unix:7.0", ["\0/tmp/.X11-unix/X7", "/tmp/.X11-unix/X7", ("localhost", 6007)]),
        ("desk:1.2", [("desk", 6001)]),
        ("tcp/desk:1", [("desk", 6001)]),
        ("[::1]:0", [("::1", 6000)]),
        ("nonsense", []),
        ("desk:", []),
    ],
)
def test_x11_addresses(name: str, addresses: list[object]) -> None:
    assert display.x11_addresses(name) == addresses


# ── Window or command line ──


@pytest.mark.parametrize("arguments", [[], ["a.threadloom"], ["dir/A.PY"], ["a.py", "rest"]])
def test_the_window_opens_for(arguments: list[str]) -> None:
    assert start.is_for_window(arguments)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["lessons"], ["show", "a.threadloom"], ["a"]])
def test_the_command_line_runs_for(arguments: list[str]) -> None:
    assert not start.is_for_window(arguments)


def test_command_line_needs_system_libraries_only_for_pictures_made_by_qt() -> None:
    assert start.libraries_for(["run", "request-id", "--export", "a.svg"]) == {}
    assert start.libraries_for(["run", "request-id", "--export", "a.PNG"]) == system_packages.BASE
    assert start.libraries_for(["run", "request-id", "--export=a.pdf"]) == system_packages.BASE


def test_refusal_is_one_line_of_ours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise SetupError("this and that is missing; do so")

    monkeypatch.setattr(bootstrap, "check_python", refuse)
    assert start.main(["lessons"]) == 2
    assert capsys.readouterr().err == "threadloom: this and that is missing; do so\n"


# ── Python ──


@pytest.mark.parametrize("version", [(3, 4, 10), (3, 10, 14)])
def test_old_python_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(SetupError, match=r"Python 3\.11 or newer is needed, and .* is 3\.\d+\.\d+; install") as caught:
        bootstrap.check_python(version)
    assert "\n" not in str(caught.value)


def test_new_python_is_accepted() -> None:
    bootstrap.check_python((3, 11, 0))
    bootstrap.check_python((4, 0, 0))


@pytest.mark.parametrize(
    "name",
    ["__init__", "__main__", "bootstrap", "display", "setup_error", "system_packages"],
)
def test_what_runs_before_the_version_check_is_old_syntax(name: str) -> None:
    import ast

    text = (ROOT / "ui" / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=OLDEST_PARSER)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.NamedExpr)]


@pytest.mark.parametrize(
    ("pyside", "python", "fits"),
    [
        ("6.10.0", (3, 11), True),
        ("6.11.3", (3, 11), True),
        ("6.12.0", (3, 11), False),
        ("6.12.0", (3, 12), True),
        ("6.11.0", (3, 13), False),
        ("6.11.1", (3, 11), False),
        ("6.9.3", (3, 13), False),
        ("7.0", (3, 13), False),
    ],
)
def test_pyside_versions(pyside: str, python: tuple[int, int], fits: bool) -> None:
    assert bootstrap.pyside_fits(pyside, python) is fits


@pytest.mark.parametrize(
    "pyside", ["6.9.3", "6.10.0", "6.10.2", "6.11.0", "6.11.1", "6.11.3", "6.12.0", "6.13.1", "7.0.0"]
)
def test_first_start_and_project_file_accept_the_same_versions(pyside: str) -> None:
    lines = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    needs = [need for need in map(Requirement, lines) if need.name == "PySide6-Essentials"]
    for python in ((3, 11), (3, 12), (3, 13)):
        here = {"python_version": "{}.{}".format(*python)}
        (need,) = [need for need in needs if need.marker is not None and need.marker.evaluate(here)]
        assert need.specifier.contains(pyside) is bootstrap.pyside_fits(pyside, python)


# ── System packages ──


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="declared: system libraries are looked for on Linux")
def test_missing_library_is_found() -> None:
    wanted = {"libc.so.6": "libc6", "libnowhere.so.9": "libnowhere9"}
    assert system_packages.missing_libraries(wanted) == {"libnowhere.so.9": "libnowhere9"}


@pytest.mark.parametrize(
    ("has_sudo", "line"),
    [
        (True, "sudo apt-get update && sudo apt-get install -y --no-install-recommends a b"),
        (False, "su -c 'apt-get update && apt-get install -y --no-install-recommends a b'"),
    ],
)
def test_line_to_type(has_sudo: bool, line: str) -> None:
    assert system_packages.line_to_type(["a", "b"], has_sudo) == line


def test_plain_user_who_cannot_be_asked_gets_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "_is_root", lambda: False)
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    with pytest.raises(
        SetupError, match=r"missing from the system: liba libb; type this line.*\n  su -c '.* liba libb'$"
    ):
        system_packages.install(["libb", "liba", "libb"])


def test_system_without_apt_is_told_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SetupError, match=r"^missing from the system .*: liba; install them with your system's package"):
        system_packages.install(["liba"])


def test_window_takes_the_route_that_lacks_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        system_packages, "missing_libraries", lambda wanted: wanted if wanted is system_packages.X11 else {}
    )
    wanted = system_packages.libraries_for_window(["x11", "wayland"])
    assert set(wanted) == set(system_packages.BASE) | set(system_packages.WAYLAND)
    assert system_packages.libraries_for_window([]) == system_packages.BASE


# ── .venv ──


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Lay out what a finished first start leaves behind, for the kind "test"."""
    folder = tmp_path / ".venv"
    python = Path(bootstrap.venv_python(str(folder)))
    python.parent.mkdir(parents=True)
    python.write_text("")
    version = "{}.{}.{}".format(*sys.version_info[:3])
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n")
    (folder / "threadloom-test").write_text(bootstrap.stamp_text())
    return folder


@pytest.mark.parametrize(
    ("kind", "state"),
    [("app", bootstrap.READY), ("test", bootstrap.READY), ("dev", bootstrap.UPDATE)],
)
def test_finished_environment_serves_smaller_kinds(venv: Path, kind: str, state: str) -> None:
    assert bootstrap.venv_state(str(venv), kind) == state


def test_absent_environment_is_built(tmp_path: Path) -> None:
    assert bootstrap.venv_state(str(tmp_path / "none"), "app") == bootstrap.REBUILD


def test_half_made_environment_is_rebuilt(venv: Path) -> None:
    (venv / "threadloom-unfinished").write_text("")
    assert bootstrap.venv_state(str(venv), "app") == bootstrap.REBUILD


def test_environment_whose_python_is_gone_is_rebuilt(venv: Path) -> None:
    python = Path(bootstrap.venv_python(str(venv)))
    python.unlink()
    python.symlink_to(venv / "gone")
    assert bootstrap.venv_state(str(venv), "app") == bootstrap.REBUILD


def test_environment_of_another_python_is_rebuilt(venv: Path) -> None:
    (venv / "pyvenv.cfg").write_text("version = 3.5.1\n")
    assert bootstrap.venv_state(str(venv), "app") == bootstrap.REBUILD


def test_environment_of_a_folder_that_moved_is_rebuilt(venv: Path) -> None:
    (venv / "threadloom-test").write_text("/somewhere/else\nabc\n")
    assert bootstrap.venv_state(str(venv), "app") == bootstrap.REBUILD


def test_changed_project_file_asks_for_an_update(venv: Path) -> None:
    (venv / "threadloom-test").write_text(f"{bootstrap.ROOT}\nanother hash\n")
    assert bootstrap.venv_state(str(venv), "app") == bootstrap.UPDATE


def test_environment_that_somebody_else_made_is_kept(venv: Path) -> None:
    (venv / "threadloom-test").unlink()
    assert bootstrap.venv_state(str(venv), "app") == bootstrap.UPDATE


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a checkout of its own, with a Python that lacks everything."""
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "this_python_fits", lambda kind: False)
    monkeypatch.setattr(system_packages, "missing_venv_package", list)
    return tmp_path


def finish_at_once(command: list[str], folder: str, *rest: object) -> None:
    """Stand in for venv and pip: leave the files that tell of success."""
    python = Path(bootstrap.venv_python(folder))
    python.parent.mkdir(exist_ok=True)
    python.write_text("")
    (Path(folder) / "pyvenv.cfg").write_text("version = {}.{}.0\n".format(*sys.version_info[:2]))


def test_first_start_heals_what_was_left_half_made(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = checkout / ".venv" / "lib" / "half-made"
    left.parent.mkdir(parents=True)
    left.write_text("")
    monkeypatch.setattr(bootstrap, "_run", finish_at_once)
    assert bootstrap.prepare("app", {}) == bootstrap.venv_python(str(checkout / ".venv"))
    assert not left.exists()
    assert bootstrap.venv_state(str(checkout / ".venv"), "app") == bootstrap.READY


def test_first_start_that_fails_leaves_its_mark(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*rest: object) -> None:
        raise SetupError("no connection")

    monkeypatch.setattr(bootstrap, "_run", fail)
    with pytest.raises(SetupError, match="no connection"):
        bootstrap.prepare("app", {})
    assert bootstrap.venv_state(str(checkout / ".venv"), "app") == bootstrap.REBUILD


def test_environment_that_does_not_work_does_not_restart_for_ever(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_run", finish_at_once)
    monkeypatch.setenv(bootstrap.RESTARTED, "1")
    with pytest.raises(SetupError, match="does not work; remove that folder"):
        bootstrap.ensure("app", {}, ["-m", "ui"])
    assert bootstrap.RESTARTED not in os.environ


def test_folder_that_cannot_be_written_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", str(checkout / "pyproject.toml"))  # not even root can make a file in a file
    with pytest.raises(
        SetupError, match=r"^cannot write in .*pyproject\.toml \(Not a directory\), where the first start"
    ):
        bootstrap._make_ready("app")


def test_installed_copy_without_its_packages_names_itself(checkout: Path) -> None:
    (checkout / "pyproject.toml").unlink()
    with pytest.raises(SetupError, match="lacks packages that Threadloom needs; install it there again"):
        bootstrap.prepare("app", {})


@pytest.mark.skipif(os.name == "nt", reason="declared: the lock works otherwise on Windows")
def test_lock_keeps_a_second_first_start_out(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    second = bootstrap._Lock(path)
    second._descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    with bootstrap._Lock(path):
        assert not second._try()
    assert second._try()
    os.close(second._descriptor)


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("WARNING: Retrying ... NewConnectionError(...)\nERROR: No matching distribution", "no connection"),
        (
            "ERROR: Could not install packages: [Errno 28] No space left\n",
            r"Could not install.*No space left; put that",
        ),
        ("Error: Command [...] returned non-zero\n", "Command .* returned non-zero; put"),
        ("", "it gave no reason"),
    ],
)
def test_telling_line(log: str, line: str) -> None:
    import re

    assert re.match(line, bootstrap.telling_line(log))

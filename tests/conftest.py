"""What holds for every test: off screen, the same fonts and settings everywhere, and nothing left behind."""

import os

# Before anything imports Qt: without a display Qt would abort the whole run.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_FONT_DPI"] = "96"
os.environ["LC_ALL"] = "C.UTF-8"  # Qt warns of a locale whose encoding is another, and a warning fails a test
for _name in ("QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME"):
    os.environ.pop(_name, None)

from collections.abc import Generator, Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import hypothesis  # noqa: E402
import pytest  # noqa: E402
from PySide6.QtCore import QLocale, QSettings  # noqa: E402
from PySide6.QtGui import QFont  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from tests import leaks  # noqa: E402
from tests.patience import PatientBot  # noqa: E402
from ui import resources  # noqa: E402

DECLARED = "declared:"

hypothesis.settings.register_profile("threadloom", derandomize=True, deadline=None, max_examples=60, database=None)
hypothesis.settings.load_profile("threadloom")
leaks.remember_starts()


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """Give the application our own fonts and the C locale, so that pictures and texts are the same on every machine."""
    resources.load_fonts()
    QLocale.setDefault(QLocale.c())
    font = QFont(resources.SANS_FAMILY)
    font.setPixelSize(13)
    qapp.setFont(font)
    return qapp


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """Wait as long as a slow machine needs."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep settings, caches and data of the user's home out of reach."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
            QSettings.setPath(kind, scope, str(home / scope.name))
    return home


@pytest.fixture(autouse=True)
def nothing_left_behind(own_folders: Path) -> Iterator[None]:
    """Fail a test that leaves a thread, process, timer, QThread or top-level window behind, and say where it began."""
    before = leaks.take_stock()
    yield
    left = leaks.find_new(before)
    if left:
        pytest.fail("left behind:\n  " + "\n  ".join(left), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    """Make an unexpected skip an error."""
    report = yield
    return _refuse_undeclared(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Make a whole file that skips itself an error."""
    report = yield
    return _refuse_undeclared(report)


def _refuse_undeclared(report: Any) -> Any:
    """Turn a skip into a failure unless its reason says that it is meant."""
    if report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith(DECLARED):
        report.outcome = "failed"
        report.longrepr = f"unexpected skip ({reason}); where it is meant, let its reason begin with {DECLARED!r}"
    return report

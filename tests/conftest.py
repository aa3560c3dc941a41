"""What all tests share: no screen, no home of the user's, reproducible examples, nothing left running."""

import gc
import itertools
import os
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:  # Qt is not to be loaded before its screen is settled below
    from PySide6.QtCore import QThread
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

# Before Qt or numba are asked for anything. The kernels compiled by one run serve the next one, so their
# folder is settled while the user's own cache folder can still be seen.
_USER_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
os.environ.setdefault("ONEBYONE_CACHE", str(_USER_CACHE / "onebyone"))
if os.environ.setdefault("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    # A screen as people have one: Qt's own, of 800×800, has no room for the window.
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('screen.json')}"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, see gui/__main__.py
os.environ["LC_ALL"] = "C.UTF-8"  # numbers on screen are written through the system's locale

settings.register_profile("developer", deadline=None, max_examples=30)
settings.register_profile("reproducible", deadline=None, max_examples=30, derandomize=True)
settings.load_profile("reproducible" if os.environ.get("CI") else "developer")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test wrote may hold halves of characters; a report has to pass from one process to another."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode()) for title, text in report.sections
    ]
    return report


def pytest_collection_finish() -> None:
    """Eleven thousand tests are two million objects, which the garbage collector would look through for two
    seconds every now and then, in the middle of whatever is being timed. They stay to the end anyway."""
    gc.collect()
    gc.freeze()


_HOMES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
_serial = itertools.count()
_ENDING_S = 10
"""Seconds that a thread may take to end on a busy machine."""


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which every test has a home of its own."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="session", autouse=True)
def _an_empty_clipboard_at_the_end() -> Iterator[None]:
    """The offscreen platform keeps what was copied until after Python has ended, and then crashes with it."""
    yield
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def _a_home_of_its_own(homes: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Settings, data and caches (but for compiled kernels) begin empty and are thrown away."""
    home = homes / str(next(_serial))
    for name in _HOMES:
        monkeypatch.setenv(name, str(home / name))
    if "qapp" in request.fixturenames:
        from PySide6.QtCore import QSettings

        runtime = home / "run"
        runtime.mkdir(mode=0o700, parents=True)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
        # Qt looks at the environment only once, so it has to be told.
        for style in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(style, QSettings.Scope.UserScope, str(home / "XDG_CONFIG_HOME"))


@pytest.fixture
def qtbot(qapp: "QApplication", request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> "QtBot":
    """pytest-qt's, patient; while it is used, a click on a disabled button fails."""
    from PySide6.QtWidgets import QAbstractButton

    from tests.patient_bot import PatientBot, click_of_enabled

    click = QAbstractButton.click
    monkeypatch.setattr(QAbstractButton, "click", lambda button: click_of_enabled(button, click))
    return PatientBot(request)


@pytest.fixture(autouse=True)
def _nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test with `qtbot` that leaves a thread or an active timer behind."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    threads = set(threading.enumerate())
    gc.collect()
    gc.freeze()  # from here on the collector lists only what this test makes
    yield
    # A Qt thread that runs Python is listed for good, under a stand-in: it is looked at as QThread.
    ours = [
        thread
        for thread in set(threading.enumerate()) - threads
        if not isinstance(thread, threading._DummyThread)
    ]
    for thread in ours:
        thread.join(_ENDING_S)  # it may have told its outcome and be about to end
    left = _still_running() + [f"thread {thread.name}" for thread in ours if thread.is_alive()]
    if left:
        pytest.fail("left running: " + ", ".join(left), pytrace=False)


def _ends(thread: "QThread") -> bool:
    """Whether it does. One that compiles kernels when it is told to end does so only after them."""
    return not thread.isRunning() or bool(thread.wait(_ENDING_S * 1000))


def _still_running() -> list[str]:
    """The running threads and active timers of Qt's that were made since the collector was frozen."""
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
    from shiboken6 import isValid

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()  # a timer in a cycle of dead objects is no leak
    ours = QThread.currentThread()
    left = []
    for thing in gc.get_objects():
        kind = type(thing)
        if issubclass(kind, QTimer) and isValid(thing) and thing.isActive():
            left.append(f"{kind.__name__} of {thing.parent() or 'nobody'}, every {thing.interval()} ms")
        elif issubclass(kind, QThread) and thing is not ours and isValid(thing) and not _ends(thing):
            left.append(f"{kind.__name__} {thing.objectName() or 'without a name'}")
    return left

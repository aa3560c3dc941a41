"""Whatever is raised on the compute thread, the next edit is computed; whatever hangs, the window closes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import presets
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from engine.image.photograph import Scene
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.project import Project
from gui.autosave.record import Unsaved
from gui.look.appearance import Appearance
from gui.session import photographs
from gui.session.compute import ComputeService
from gui.session.jobs import Desk
from gui.session.photographs import Photographs
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.window.main_window import MainWindow

LIMIT_S = 2.0
"""Within this every window closes."""

Act = Callable[[], Any]


class Unforeseen(Exception):
    """What no line of the program expects."""


class Job:
    """A job that is what it is given."""

    def __init__(self, act: Act) -> None:
        self.act = act

    def work(self, desk: Desk) -> object:
        return self.act()


@pytest.fixture
def project() -> Project:
    project = Project().add(Input(shape=(3, 32, 32)), (0, 0))
    return project.add(Conv2d(out_channels=4), (256, 0), after="input_1")


def put_in(place: str, act: Act, compute: ComputeService, patch: pytest.MonkeyPatch) -> None:
    """Start the service and have `act` done, once, in this place of its thread."""
    left = [act]

    def once() -> None:
        if left:
            left.pop()()

    if place != "job":
        original = getattr(Executor, place)

        def instead(*given: Any, **named: Any) -> Any:
            once()
            return original(*given, **named)

        patch.setattr(Executor, place, instead)
    compute.start()
    if place == "job":
        compute.submit(Job(once))
    elif place == "close":
        compute.set_budget(1 << 29)  # a smaller one has the executor let go of all it keeps


PLACES = ("warm_up", "run", "close", "job")


@pytest.mark.parametrize("place", PLACES)
def test_whatever_is_raised_is_told_and_the_next_edit_is_computed(
    qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    logged: list[type] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: logged.append(kind))

    def fail() -> None:
        raise Unforeseen("a million letters: " + "x" * 1_000_000)

    told: list[tuple[str, str]] = []

    compute = ComputeService(1 << 30)
    compute.went_wrong.connect(lambda message, details: told.append((message, details)))
    put_in(place, fail, compute, monkeypatch)
    try:
        compute.run(project)
        qtbot.waitUntil(lambda: bool(told), timeout=60_000)
        with qtbot.waitSignal(compute.run_finished, timeout=60_000):
            compute.run(project.replace_layer("conv2d_1", Conv2d(out_channels=5)))
    finally:
        assert compute.close()
    message, details = told[0]
    assert "Unforeseen" in message
    assert len(message) < 400
    assert "in fail" in details
    assert logged == [Unforeseen]


def test_a_photograph_that_breaks_its_decoder_is_refused_and_the_next_edit_computed(
    qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.excepthook", lambda *_: None)

    def read(reference: str) -> Scene:
        if reference == "broken.png":
            raise NotImplementedError("Unimplemented pixel format")
        return open_image(reference)

    compute = ComputeService(1 << 30, photographs=Photographs(read))
    compute.start()
    try:
        with (
            qtbot.waitSignal(compute.went_wrong, timeout=60_000),
            qtbot.waitSignal(compute.photograph_refused, timeout=60_000) as refused,
        ):
            compute.open_photograph("broken.png")
        assert "broken" in refused.args[0]
        with qtbot.waitSignal(compute.run_failed, timeout=60_000):
            compute.run(Project(network=project.network, image="broken.png"))
        with qtbot.waitSignal(compute.run_finished, timeout=60_000):
            compute.run(project)
    finally:
        compute.close()


class Never:
    """What never returns (until the test is over); `begun` says that it was called."""

    def __init__(self) -> None:
        self.begun, self.over = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        self.over.wait(100)


@pytest.fixture
def never() -> Iterator[Never]:
    hang = Never()
    yield hang
    hang.over.set()


@pytest.mark.parametrize("place", PLACES)
def test_whatever_never_returns_closing_does(
    qtbot: QtBot,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    never: Never,
) -> None:
    compute = ComputeService(1 << 30)
    put_in(place, never, compute, monkeypatch)
    compute.run(project)
    qtbot.waitUntil(never.begun.is_set, timeout=60_000)
    began = time.monotonic()
    assert not compute.close()
    assert time.monotonic() - began < LIMIT_S
    assert compute.is_running
    never.over.set()
    qtbot.waitUntil(lambda: not compute.is_running, timeout=10_000)


def pipe(folder: Path) -> Path:
    """A file that nobody will ever write to, as one on a share that is gone."""
    path = folder / "photograph.png"
    os.mkfifo(path)
    return path


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch, never: Never) -> str:
    """The reference of a photograph that is never read."""
    original = photographs.open_image

    def read(reference: str) -> Scene:
        if reference == "hung.png":
            never()
        return original(reference)

    monkeypatch.setattr(Photographs.__init__, "__defaults__", (read,))
    return "hung.png"


def test_a_photograph_that_does_not_answer_keeps_nothing_from_being_computed(
    qtbot: QtBot, project: Project, hung: str, never: tuple[Act, threading.Event]
) -> None:
    compute = ComputeService(1 << 30)
    compute.start()
    try:
        compute.open_photograph(hung)
        qtbot.waitUntil(never.begun.is_set, timeout=60_000)
        with qtbot.waitSignal(compute.run_finished, timeout=60_000):
            compute.run(project)
        compute.run(Project(network=project.network, image=hung))
        with qtbot.waitSignal(compute.run_finished, timeout=60_000):
            compute.run(project)
        with qtbot.waitSignal(compute.photograph_opened, timeout=60_000) as opened:
            compute.open_photograph("chelsea")
        assert opened.args == ["chelsea"]
    finally:
        assert compute.close()


def test_a_sample_stands_in_for_a_photograph_that_takes_too_long(
    qtbot: QtBot, project: Project, hung: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photographs, "PATIENCE_S", 0.1)
    compute = ComputeService(1 << 30)
    compute.start()
    try:
        with (
            qtbot.waitSignal(compute.run_finished, timeout=60_000),
            qtbot.waitSignal(compute.photograph_refused, timeout=60_000) as refused,
        ):
            compute.run(Project(network=project.network, image=hung))
        assert "stands in" in refused.args[0]
        with qtbot.waitSignal(compute.photograph_refused, timeout=60_000) as refused:
            compute.open_photograph(hung)
        assert refused.args == ["hung could not be read within 0.1 seconds"]
    finally:
        assert compute.close()


class Told(Dialogs):
    """Dialogs that keep what they were to show."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def details(self, parent: QWidget, text: str) -> None:
        self.shown.append(text)


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[Project], MainWindow]]:
    windows: list[MainWindow] = []

    def make(project: Project) -> MainWindow:
        window = MainWindow(project, Appearance(qapp), Settings(), Told())
        windows.append(window)
        window.show()
        return window

    yield make
    for window in windows:
        window.close()
        window.deleteLater()


def test_the_details_of_what_went_wrong_are_a_click_away(
    qtbot: QtBot, open_window: Callable[[Project], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    window = open_window(presets.load("lenet5").project)

    def fail() -> None:
        raise Unforeseen("oops")

    with qtbot.waitSignal(window.compute.went_wrong, timeout=60_000):
        handle = window.compute.submit(Job(fail))
    assert "Unforeseen: oops" in window.notice.text
    assert window.notice.details_button.isVisible()
    window.notice.details_button.click()
    assert isinstance(window.dialogs, Told)
    assert "in fail" in window.dialogs.shown[0]
    window.notice.say("something else")
    assert not window.notice.details_button.isVisible()
    assert handle.is_over


@pytest.mark.parametrize("what", ["photograph", "pipe", "job", "record"])
def test_the_window_closes_within_two_seconds(
    qtbot: QtBot,
    open_window: Callable[[Project], MainWindow],
    hung: str,
    never: Never,
    what: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = presets.load("lenet5").project.network
    image = {"photograph": hung, "pipe": str(pipe(tmp_path)) if what == "pipe" else ""}.get(what, "")
    window = open_window(Project(network=network, image=image))
    if what == "job":
        window.compute.submit(Job(never))
    if what == "record":
        monkeypatch.setattr(Unsaved, "write", lambda *_: never())
        window.document.edit("Rename", lambda project: project.rename("c1", "first"))
    if what != "pipe":
        qtbot.waitUntil(never.begun.is_set, timeout=10_000)
    window.document.undo_stack.setClean()
    began = time.monotonic()
    assert window.close()
    assert time.monotonic() - began < LIMIT_S
    if what == "pipe":  # let whoever reads it end
        with open(os.open(tmp_path / "photograph.png", os.O_RDWR | os.O_NONBLOCK), "wb"):
            time.sleep(0.2)


def test_the_process_ends_though_a_job_does_not() -> None:
    script = """
import sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui import app
from gui.window.main_window import MainWindow

class Job:
    def work(self, desk):
        QTimer.singleShot(0, window(), window().close)
        threading.Event().wait()

def window():
    return next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))

application = QApplication(sys.argv[:1])
QTimer.singleShot(0, application, lambda: window().compute.submit(Job()))
sys.exit(app.run("lenet5"))
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "QThread" not in ended.stderr


def test_what_is_left_behind_does_not_abort_the_process_at_its_end() -> None:
    script = """
import sys, threading
from PySide6.QtCore import QCoreApplication
from gui.session.compute import ComputeService

begun = threading.Event()

class Job:
    def work(self, desk):
        begun.set()
        threading.Event().wait()

application = QCoreApplication(sys.argv[:1])
compute = ComputeService(1 << 30)
compute.start()
compute.submit(Job())
begun.wait(30)
sys.exit(10 if compute.close() else 0)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr

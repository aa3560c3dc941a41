"""The status bar: what is being done is said while it lasts, and what it took."""

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from gui.session.compute import RunSummary
from gui.session.document import Document
from gui.window.status import StatusLine
from presets import load


class Worker(QObject):
    """The signals of `ComputeService` that the status bar listens to."""

    run_started = Signal()
    run_progressed = Signal(int, int)
    run_finished = Signal(object)
    run_failed = Signal(str)
    run_cancelled = Signal()
    run_waiting = Signal()
    frozen_changed = Signal(bool)
    warm_up_progressed = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def cancel(self) -> None:
        self.asked.append("cancel")

    def run_now(self) -> None:
        self.asked.append("run now")


class Bench:
    def __init__(self, qtbot: QtBot) -> None:
        self.worker = Worker()
        self.document = Document(load("lenet5").project)
        self.status = StatusLine(self.document, self.worker)  # type: ignore[arg-type]  # its signals alone
        qtbot.addWidget(self.status)
        with qtbot.waitExposed(self.status):
            self.status.show()
        bar = self.status.findChild(QProgressBar)
        assert isinstance(bar, QProgressBar)
        self.bar = bar

    @property
    def words(self) -> list[str]:
        return [label.text() for label in self.status.findChildren(QLabel)]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_a_quick_run_shows_no_progress_and_says_what_it_took(bench: Bench, qtbot: QtBot) -> None:
    bench.worker.run_started.emit()
    bench.worker.run_progressed.emit(1, 14)
    assert not bench.bar.isVisible()
    bench.worker.run_finished.emit(RunSummary(14, 14, 21.4))
    assert "14 layers computed in 21 ms" in bench.words
    assert not bench.bar.isVisible()


def test_a_long_run_says_how_far_it_is(bench: Bench, qtbot: QtBot) -> None:
    bench.worker.run_started.emit()
    qtbot.waitUntil(bench.bar.isVisible)
    assert "computing" in bench.words
    bench.worker.run_progressed.emit(3, 14)
    assert (bench.bar.value(), bench.bar.maximum()) == (3, 14)
    assert "computing, 3 of 14" in bench.words
    bench.worker.run_failed.emit("too large")
    assert not bench.bar.isVisible()
    assert "not computed" in bench.words


def test_a_run_that_waited_for_the_kernels_shows_progress_after_them(bench: Bench, qtbot: QtBot) -> None:
    bench.worker.run_started.emit()
    bench.worker.warm_up_progressed.emit(1, 2)
    assert bench.bar.isVisible()
    assert "preparing kernels, 1 of 2" in bench.words
    bench.worker.run_started.emit()  # an edit meanwhile takes nothing away
    assert (bench.bar.value(), bench.bar.maximum()) == (1, 2)
    bench.worker.warm_up_progressed.emit(2, 2)
    assert not bench.bar.isVisible()
    qtbot.waitUntil(bench.bar.isVisible)
    assert "computing" in bench.words
    bench.worker.run_finished.emit(RunSummary(14, 14, 2100))
    assert "14 layers computed in 2.1 s" in bench.words


def test_warm_kernels_without_a_run_show_nothing(bench: Bench, qtbot: QtBot) -> None:
    bench.worker.run_started.emit()
    bench.worker.run_finished.emit(RunSummary(14, 0, 0.0))
    bench.worker.warm_up_progressed.emit(2, 2)
    assert not bench.bar.isVisible()
    assert "14 layers" in bench.words


def test_a_long_run_can_be_cancelled(bench: Bench, qtbot: QtBot) -> None:
    bench.worker.run_started.emit()
    assert not bench.status.cancel_button.isVisible()
    qtbot.waitUntil(bench.status.cancel_button.isVisible)
    qtbot.mouseClick(bench.status.cancel_button, Qt.MouseButton.LeftButton)
    assert bench.worker.asked == ["cancel"]
    bench.worker.run_cancelled.emit()
    assert not bench.status.cancel_button.isVisible()
    assert "cancelled" in bench.words
    qtbot.mouseClick(bench.status.run_button, Qt.MouseButton.LeftButton)
    assert bench.worker.asked == ["cancel", "run now"]


def test_a_frozen_window_says_that_its_maps_are_older(bench: Bench) -> None:
    bench.worker.frozen_changed.emit(True)
    assert "frozen" in bench.words
    bench.worker.run_waiting.emit()
    assert "frozen, maps are older than the network" in bench.words
    assert bench.status.run_button.isVisible()
    bench.worker.run_started.emit()
    assert not bench.status.run_button.isVisible()
    bench.worker.run_finished.emit(RunSummary(3, 1, 2.0))

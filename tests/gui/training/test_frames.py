"""Frames of a training: one at a time, of the newest weights, and only as many as have been earned."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from engine.model.network import Network
from gui.session.worker import RunSummary
from gui.training import frames
from gui.training.frames import LEAST, MOST, SHARE, Frames


class Compute(QObject):
    """Speaks like `ComputeService`; a glimpse lasts until the test ends it."""

    glimpsed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_idle = True
        self.instead: Network | None = None

    def glimpse(self, network: Network) -> bool:
        if not self.is_idle:
            return False
        self.is_idle, self.instead = False, network
        return True

    def finish(self, cpu_ms: float = 0.0) -> None:
        self.is_idle = True
        self.glimpsed.emit(RunSummary(14, 14, 1.0, cpu_ms))


class Stage:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.spent, self.whole = 100.0, 5.0, 50.0
        monkeypatch.setattr(frames, "monotonic", lambda: self.now)
        monkeypatch.setattr(frames, "thread_time", lambda: self.spent)
        monkeypatch.setattr(frames, "process_time", lambda: self.whole)
        self.compute = Compute()
        self.asked: list[Callable[[Any], object]] = []
        self.frames = Frames(self.compute, lambda question, then: self.asked.append(then))  # type: ignore[arg-type]


@pytest.fixture
def stage(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def test_none_waits_behind_another_and_the_newest_is_shown(stage: Stage) -> None:
    for step in (1, 2, 3):
        stage.frames.follow(step)
    assert len(stage.asked) == 1, "the weights are asked for once"
    first = Network()
    stage.asked.pop()((3, first))
    assert stage.compute.instead is first
    assert stage.frames.shown_step == 3
    for step in (4, 5, 6):
        stage.frames.follow(step)
    assert stage.asked == [], "its maps are still computed"
    stage.compute.finish()
    stage.frames.follow(7)
    newest = Network()
    stage.asked.pop()((8, newest))
    assert stage.compute.instead is newest
    assert stage.frames.shown_step == 8


def test_what_a_turn_costs_has_to_be_earned_before_the_next(stage: Stage) -> None:
    assert stage.frames.take_turn()
    stage.spent += 0.006  # the window painted for 6 ms, and the worker was busy for 4
    stage.compute.is_idle = False
    stage.compute.finish(cpu_ms=4.0)
    stage.now += 0.9 * MOST
    stage.whole += 0.99 * 0.010 / SHARE
    assert not stage.frames.take_turn(), "learning has not had its share yet"
    stage.whole += 0.02 * 0.010 / SHARE
    assert stage.frames.take_turn()
    stage.spent += 1.0
    stage.now += 1.1 * MOST
    assert stage.frames.take_turn(), "however busy the window is"
    stage.now += 0.9 * LEAST
    assert not stage.frames.take_turn(), "what costs nothing is not drawn more often than it can be seen"
    stage.now += 0.2 * LEAST
    assert stage.frames.take_turn()


def test_a_refused_frame_is_tried_again(stage: Stage) -> None:
    stage.frames.follow(1)
    stage.compute.is_idle = False  # an edit came first
    stage.asked.pop()((1, Network()))
    assert stage.frames.shown_step == -1
    stage.compute.finish()
    stage.frames.follow(1)
    assert len(stage.asked) == 1

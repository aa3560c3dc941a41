"""Jobs are done on the compute thread, after the maps, one by one, and can be given up."""

import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.errors import NetworkError
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.project import Project
from gui.session.compute import ComputeService
from gui.session.jobs import Desk


@pytest.fixture
def compute(qtbot: QtBot) -> Iterator[ComputeService]:
    service = ComputeService(budget_bytes=1 << 30)
    service.start()
    yield service
    service.close()


@pytest.fixture
def project() -> Project:
    project = Project().add(Input(shape=(3, 32, 32)), (0, 0))
    return project.add(Conv2d(out_channels=4), (256, 0), after="input_1")


@dataclass(frozen=True)
class Largest:
    """The largest value of the last map."""

    project: Project

    def work(self, desk: Desk) -> object:
        maps = desk.maps(self.project.network, desk.photograph("astronaut"))
        desk.progress(1, 1)
        return float(maps["conv2d_1"].map.max())


@dataclass(frozen=True)
class Waiting:
    """Begins, and goes on until it is interrupted, or told to end."""

    begun: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)

    def work(self, desk: Desk) -> object:
        self.begun.set()
        while not self.may_end.wait(0.001):
            desk.checkpoint()
        return "ended"


@dataclass(frozen=True)
class Failing:
    error: Exception

    def work(self, desk: Desk) -> object:
        raise self.error


def test_a_job_answers_with_what_it_computed(qtbot: QtBot, compute: ComputeService, project: Project) -> None:
    told: list[tuple[int, int]] = []
    handle = compute.submit(Largest(project))
    handle.progressed.connect(lambda done, total: told.append((done, total)))
    with qtbot.waitSignal(handle.finished, timeout=60_000) as signal:
        pass
    assert np.isfinite(signal.args[0])
    assert told == [(1, 1)]
    assert handle.is_over


def test_an_edit_goes_before_and_the_job_is_done_all_the_same(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    job = Waiting()
    handle = compute.submit(job)
    qtbot.waitUntil(job.begun.is_set, timeout=60_000)
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)
    assert not handle.is_over
    with qtbot.waitSignal(handle.finished, timeout=60_000) as signal:
        job.may_end.set()
    assert signal.args == ["ended"]


def test_a_cancelled_job_ends_without_a_word(qtbot: QtBot, compute: ComputeService, project: Project) -> None:
    said: list[Any] = []
    job = Waiting()
    handle = compute.submit(job)
    handle.finished.connect(said.append)
    handle.failed.connect(said.append)
    qtbot.waitUntil(job.begun.is_set, timeout=60_000)
    handle.cancel()
    after = compute.submit(Largest(project))
    with qtbot.waitSignal(after.finished, timeout=60_000):
        pass
    assert not said


def test_a_job_cancelled_before_its_turn_is_never_begun(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    first, second = Waiting(), Waiting()
    handle = compute.submit(first)
    compute.submit(second).cancel()
    with qtbot.waitSignal(handle.finished, timeout=60_000):
        first.may_end.set()
    with qtbot.waitSignal(compute.submit(Largest(project)).finished, timeout=60_000):
        pass
    assert not second.begun.is_set()


def test_a_job_that_cannot_be_done_says_why(qtbot: QtBot, compute: ComputeService) -> None:
    handle = compute.submit(Failing(NetworkError("there is no node 'x'")))
    with qtbot.waitSignal(handle.failed, timeout=60_000) as signal:
        pass
    assert signal.args == ["there is no node 'x'"]


def test_an_unexpected_error_is_logged_and_the_next_job_done(
    qtbot: QtBot, compute: ComputeService, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[type] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: logged.append(kind))
    handle = compute.submit(Failing(ZeroDivisionError("oops")))
    with qtbot.waitSignal(handle.failed, timeout=60_000) as signal:
        pass
    assert signal.args == ["unexpected ZeroDivisionError: oops"]
    assert logged == [ZeroDivisionError]
    with qtbot.waitSignal(compute.submit(Largest(project)).finished, timeout=60_000):
        pass


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_handle_that_nobody_keeps_dies_on_the_thread_of_the_window(
    qtbot: QtBot, compute: ComputeService, cancelled: bool
) -> None:
    job = Waiting()
    died_on: list[int] = []
    handle = compute.submit(job)
    weakref.finalize(handle, lambda: died_on.append(threading.get_ident()))
    qtbot.waitUntil(job.begun.is_set, timeout=60_000)
    if cancelled:
        handle.cancel()
    del handle
    job.may_end.set()
    qtbot.waitUntil(lambda: bool(died_on), timeout=10_000)
    assert died_on == [threading.get_ident()]


def test_closing_ends_a_job_at_work(qtbot: QtBot) -> None:
    service = ComputeService(budget_bytes=1 << 30)
    service.start()
    job = Waiting()
    handle = service.submit(job)
    qtbot.waitUntil(job.begun.is_set, timeout=60_000)
    service.close()
    assert not handle.is_over

"""Maps come from the worker: the newest request wins, and nothing is computed twice."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from assets import sample_photographs
from engine.execution.executor import Executor
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.project import Project
from gui.session.compute import ComputeService
from gui.session.jobs import Desk
from gui.session.worker import RunSummary


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


def test_a_service_is_begun_once_and_not_after_its_end(project: Project) -> None:
    service = ComputeService(budget_bytes=1 << 30)
    service.begin(project)
    assert service.is_running
    service.begin(project)
    assert service.close()
    service.begin(project)
    assert not service.is_running


def test_every_node_gets_its_map_and_picture(qtbot: QtBot, compute: ComputeService, project: Project) -> None:
    with qtbot.waitSignal(compute.run_finished, timeout=60_000) as signal:
        compute.run(project)
    found = compute.result("conv2d_1")
    assert found is not None
    assert found.map.shape == (1, 4, 32, 32)
    assert not found.map.flags.writeable
    assert found.thumbnail.shape == (48, 48, 3)
    assert signal.args[0].maps == 2


def test_what_enters_the_network_is_there_before_the_kernels(
    qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = threading.Event()

    def warm_up(self: Executor, progress: Callable[[int, int], None], stop: Callable[[], bool]) -> None:
        done = 0
        while not ready.wait(0.01) and not stop():
            progress(done, 95)
            done = min(done + 1, 94)

    monkeypatch.setattr(Executor, "warm_up", warm_up)
    service = ComputeService(budget_bytes=1 << 30)
    try:
        service.start()
        with qtbot.waitSignal(service.photograph_changed, timeout=60_000):
            service.run(project)
        qtbot.waitUntil(lambda: service.result("input_1") is not None, timeout=60_000)
        assert service.result("conv2d_1") is None
        early = service.result("input_1").map
        with qtbot.waitSignal(service.run_finished, timeout=60_000):
            ready.set()
        np.testing.assert_array_equal(early, service.result("input_1").map)
    finally:
        ready.set()
        service.close()


def test_an_edit_computes_only_what_it_changes(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    longer = project.add(Conv2d(out_channels=2), (512, 0), after="conv2d_1")
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)
    with qtbot.waitSignal(compute.run_finished, timeout=60_000) as signal:
        compute.run(longer)
    assert signal.args[0].computed == 1
    with qtbot.waitSignal(compute.run_finished, timeout=60_000) as signal:
        compute.run(project)
    assert signal.args[0].computed == 0


def test_only_the_newest_request_is_finished(qtbot: QtBot, compute: ComputeService, project: Project) -> None:
    finished = []
    compute.run_finished.connect(finished.append)
    for channels in range(1, 9):
        compute.run(project.replace_layer("conv2d_1", Conv2d(out_channels=channels)))
    qtbot.waitUntil(lambda: bool(finished), timeout=60_000)
    found = compute.result("conv2d_1")
    assert found is not None
    assert found.map.shape[1] == 8
    assert len(finished) == 1


def test_maps_are_stale_until_the_new_ones_are_there(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)
    assert not compute.is_stale("conv2d_1")
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project.replace_layer("conv2d_1", Conv2d(out_channels=5)))
        assert compute.is_stale("conv2d_1")
    assert not compute.is_stale("conv2d_1")


def test_a_network_over_the_budget_is_refused_with_numbers(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    with qtbot.waitSignal(compute.run_failed, timeout=60_000) as signal:
        compute.run(project.replace_layer("input_1", Input(shape=(3, 30_000, 30_000))))
    assert "MB" in signal.args[0]
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)


def test_moving_a_node_runs_nothing(qtbot: QtBot, compute: ComputeService, project: Project) -> None:
    with qtbot.assertNotEmitted(compute.run_started):
        compute.on_project_changed(project, project.move({"conv2d_1": (0.0, 64.0)}))


def test_a_photograph_is_tried_before_it_is_used(
    qtbot: QtBot, compute: ComputeService, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(next(iter(sample_photographs().values())).read_bytes()[:1000])
    with qtbot.waitSignal(compute.photograph_refused, timeout=60_000) as refused:
        compute.open_photograph(str(broken))
    assert "broken.png" in refused.args[0]
    with qtbot.waitSignal(compute.photograph_opened, timeout=60_000) as opened:
        compute.open_photograph("chelsea")
    assert opened.args == ["chelsea"]


def test_a_missing_photograph_is_replaced_and_named(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    messages: list[str] = []
    compute.photograph_refused.connect(messages.append)
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(dataclasses.replace(project, image="gone.jpg"))
    assert messages == ["there is no file 'gone.jpg'. The sample “astronaut” stands in."]
    assert compute.photograph is not None
    assert np.ptp(compute.photograph) > 0
    assert (compute.photograph_name, compute.stands_in_for) == ("astronaut", "gone.jpg")
    with qtbot.waitSignal(compute.photograph_changed, timeout=60_000):
        compute.run(dataclasses.replace(project, image="astronaut"))
    assert compute.stands_in_for == ""


def test_a_newer_request_ends_a_long_run_at_once(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    large = project.replace_layer("input_1", Input(shape=(3, 640, 640)))
    large = large.replace_layer("conv2d_1", Conv2d(out_channels=64, kernel_size=(9, 9)))
    large = large.add(Conv2d(out_channels=64, kernel_size=(9, 9)), (512, 0), after="conv2d_1")
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)
    compute.run(large)
    qtbot.waitUntil(lambda: not compute.is_stale("input_1"), timeout=60_000)
    began = time.perf_counter()
    with qtbot.waitSignal(compute.run_finished, timeout=60_000) as signal:
        compute.run(project)
    assert signal.args[0].maps == 2
    newest_ms = (time.perf_counter() - began) * 1e3
    with qtbot.waitSignal(compute.run_finished, timeout=60_000) as signal:
        compute.run(large)
    assert newest_ms < signal.args[0].elapsed_ms / 2


def test_a_frozen_service_runs_only_when_told_to(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)
    compute.freeze(True)
    other = project.replace_layer("conv2d_1", Conv2d(out_channels=5))
    with qtbot.assertNotEmitted(compute.run_started), qtbot.waitSignal(compute.run_waiting):
        compute.on_project_changed(project, other)
    assert compute.is_waiting
    assert compute.is_stale("conv2d_1")
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run_now()
    found = compute.result("conv2d_1")
    assert found is not None
    assert found.map.shape == (1, 5, 32, 32)
    assert not compute.is_waiting
    compute.on_project_changed(other, project)
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.freeze(False)
    assert not compute.is_stale("conv2d_1")


def test_thawing_computes_nothing_that_is_there(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)
    compute.freeze(True)
    with qtbot.assertNotEmitted(compute.run_started, wait=20):
        compute.freeze(False)


def test_a_cancelled_run_ends_and_the_next_one_is_as_ever(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)
    with qtbot.assertNotEmitted(compute.run_cancelled):
        compute.cancel()  # nothing runs
    large = dataclasses.replace(project, image="rocket")
    for channels in (64, 512, 512, 512):
        large = large.add(Conv2d(out_channels=channels), (0, 0), after=large.network.order[-1])
    large = large.replace_layer("input_1", Input(shape=(3, 512, 512)))
    with (
        qtbot.waitSignal(compute.run_cancelled),
        qtbot.assertNotEmitted(compute.run_finished, wait=100),
    ):
        compute.run(large)
        compute.cancel()
    assert compute.is_waiting
    with qtbot.waitSignal(compute.run_finished, timeout=60_000) as signal:
        compute.run(project)
    assert signal.args[0].maps == 2


def test_a_job_outlives_the_cancelling_of_a_run(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    compute.run(project)
    compute.cancel()
    handle = compute.submit(Seven())
    with qtbot.waitSignal(handle.finished, timeout=60_000) as signal:
        pass
    assert signal.args == [7]


class Seven:
    def work(self, desk: Desk) -> object:
        desk.checkpoint()
        return 7


def test_what_an_older_run_still_sends_is_dropped(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    """Signals of the worker wait in a queue while a newer request begins."""
    late = []
    compute._worker.computed.connect(late.append)
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project.replace_layer("conv2d_1", Conv2d(out_channels=5)))
    old = next(one for one in late if one.node_id == "conv2d_1" and one.map.shape[1] == 4)
    with qtbot.assertNotEmitted(compute.map_changed), qtbot.assertNotEmitted(compute.run_finished):
        compute._worker.computed.emit(old)
        compute._worker.finished_run.emit(old.generation, RunSummary(1, 1, 1.0))
        qtbot.wait(1)
    found = compute.result("conv2d_1")
    assert found is not None
    assert found.map.shape[1] == 5


def test_the_end_of_an_older_run_does_not_end_the_new_one(
    qtbot: QtBot, compute: ComputeService, project: Project
) -> None:
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project)
    old = compute._generation
    finished = []
    compute.run_finished.connect(finished.append)
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(project.replace_layer("conv2d_1", Conv2d(out_channels=5)))
        compute._worker.finished_run.emit(old, RunSummary(99, 99, 1.0))
    assert [summary.maps for summary in finished] == [2]

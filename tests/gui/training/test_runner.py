"""The thread of training: it pauses, goes back, answers and ends at once, and says why it stopped."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.model.network import Network
from engine.training.data.source import Progress
from engine.training.runs import Plan, trainer_of
from engine.training.settings import Settings
from engine.training.tasks import task, tasks
from engine.training.tasks.linear_floor import linear_floor
from engine.training.trainer import Trainer
from gui.training.runner import DONE, FAILED, PAUSED, RUNNING, Runner
from gui.training.status_text import status_text
from tests.engine.training.small_trainings import LAYERS, bars, chain


@pytest.fixture(autouse=True)
def _bars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bars instead of digits."""

    def open_bars(network: Network, plan: Plan, progress: Progress) -> Trainer:
        return Trainer(network, task(plan.task), bars(), plan.settings)

    monkeypatch.setattr("gui.training.runner.trainer_of", open_bars)


STEEP = [layer for layer in LAYERS if layer[0] not in ("norm", "relu")]
"""Nothing in it that tames large values."""


def wait(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.002)


def plan_of(**settings: object) -> Plan:
    chosen = Settings(**{"steps": 20, "batch": 8, "seed": 3} | settings)  # type: ignore[arg-type]
    return Plan(task="classify", data="digits", settings=chosen, options={})


def runner_of(layers: Any = LAYERS, **settings: object) -> Runner:
    made = Runner(chain(*layers), plan_of(**settings))
    made.start()
    return made


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = runner_of()
    yield made
    assert made.close()


def values(runner: Runner) -> np.ndarray:
    return runner.ask(lambda trainer: trainer.parameters.values.copy()).result(30)


def test_a_run_ends_with_a_score_of_what_is_held_out(runner: Runner) -> None:
    runner.go()
    wait(lambda: runner.state == DONE)
    assert runner.trainer is not None
    history = runner.trainer.history
    assert len(history.steps) == 20
    assert history.of("held_out")[-1].step == 20
    assert history.of("choose")[0].step == 0


def test_it_makes_as_many_steps_as_it_is_told(runner: Runner) -> None:
    for made in (1, 2):
        runner.go(1)
        wait(lambda made=made: runner.trainer is not None and runner.trainer.step_number == made)  # type: ignore[misc]
        wait(lambda: runner.state == PAUSED)
    time.sleep(0.02)
    assert runner.trainer is not None
    assert runner.trainer.step_number == 2


@pytest.mark.parametrize("back", [0, 3, 11])
def test_going_on_from_a_kept_moment_repeats_what_followed(runner: Runner, back: int) -> None:
    runner.go()
    wait(lambda: runner.state == DONE)
    first = values(runner)
    assert runner.wind_back(back).result(30) == back
    there = values(runner)
    assert not np.array_equal(there, first)
    assert runner.wind_back(20).result(30) == 20  # and on again, nothing lost
    assert runner.trainer is not None
    assert len(runner.trainer.history.steps) == 20
    np.testing.assert_array_equal(values(runner), first)
    runner.wind_back(back).result(30)
    runner.go()
    wait(lambda: runner.state == DONE)
    np.testing.assert_array_equal(values(runner), first)
    assert list(runner.moments.steps) == sorted(set(runner.moments.steps))


def test_it_ends_at_once_while_it_runs() -> None:
    runner = runner_of(steps=10**6)
    runner.go()
    wait(lambda: runner.state == RUNNING)
    start = time.monotonic()
    assert runner.close()
    assert time.monotonic() - start < 1
    assert runner.ask(lambda trainer: 1).exception() is not None


def test_a_loss_that_is_no_number_is_said_and_the_weights_before_are_kept() -> None:
    runner = runner_of(STEEP, optimizer="sgd", learning_rate=1e6, steps=200)
    runner.go()
    wait(lambda: runner.state == FAILED)
    assert "is no number" in runner.problem
    assert np.isfinite(values(runner)).all()
    assert runner.close()


def test_a_network_that_does_not_fit_is_said() -> None:
    runner = Runner(chain(), plan_of())
    runner.start()
    wait(lambda: runner.state == FAILED)
    assert runner.problem
    assert runner.trainer is None
    assert runner.close()


def test_what_fails_before_it_is_told_to_go_is_said_all_the_same() -> None:
    runner = Runner(chain(), plan_of())
    runner.start()
    wait(lambda: runner.state == FAILED)
    runner.go()
    assert runner.problem
    assert runner.close()


@pytest.mark.parametrize("name", list(tasks()))
def test_the_window_trains_what_the_command_trains(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every task: the same pictures, in the same parts, whatever the seed."""
    monkeypatch.undo()
    layers = [("conv", {"kind": "Conv2d", "out_channels": 3})]
    if name == "classify":
        layers = [("flat", {"kind": "Flatten"}), ("head", {"kind": "Linear", "out_features": 10})]
    channels = 3 if name in ("reconstruct", "denoise") else 1
    plan = replace(plan_of(), task=name, data=task(name).data, options=dict(task(name).options))
    network = chain(*layers, channels=channels)
    runner = Runner(network, plan)
    runner.start()
    wait(lambda: runner.state in (PAUSED, FAILED))
    assert runner.problem == ""
    expected = trainer_of(network, plan)
    assert runner.trainer is not None
    assert runner.trainer.identity == expected.identity
    np.testing.assert_array_equal(runner.trainer.examples.pictures, expected.examples.pictures)
    for part, numbers in expected.examples.splits.items():
        np.testing.assert_array_equal(runner.trainer.examples.splits[part], numbers)
    assert runner.close()


def test_a_slow_first_score_does_not_put_off_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """It prepares kernels: what it took says nothing of the others."""
    score, taken = Trainer.score, []

    def score_slowly_at_first(self: Trainer, *args: Any, **options: Any) -> Any:
        if not taken:
            time.sleep(0.5)
        taken.append(self.step_number)
        return score(self, *args, **options)

    monkeypatch.setattr(Trainer, "score", score_slowly_at_first)
    made = runner_of(steps=3)
    made.go()
    wait(lambda: made.state == DONE)
    assert taken[:2] == [0, 1]
    assert made.close()


def test_an_autoencoder_is_told_beside_what_principal_components_keep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    down = ("down", {"kind": "Conv2d", "out_channels": 1, "kernel_size": [2, 2], "stride": [2, 2]})
    more = ("more", {"kind": "Conv2d", "out_channels": 4, "kernel_size": [1, 1]})
    network = chain(down, more, ("up", {"kind": "PixelShuffle", "upscale_factor": 2}))
    made = Runner(network, replace(plan_of(steps=2), task="reconstruct", data="patches", options={}))
    made.start()
    made.go()
    wait(lambda: made.state == DONE)
    assert made.trainer is not None
    floor = linear_floor(network, "up", made.trainer.examples)
    assert made.floor == floor
    said, detail = status_text(made, 0.0)
    assert "held out" in said
    assert f"16 principal components, as many as down holds: {floor.psnr:.1f} dB" in detail
    assert made.close()

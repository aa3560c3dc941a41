"""The thread of training: it pauses, goes back, answers and ends at once, and says why it stopped."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engine.training.data.source import Progress
from engine.training.settings import Settings
from engine.training.tasks import task
from engine.training.trainer import Trainer
from gui.training.plan import Plan
from gui.training.runner import DONE, FAILED, PAUSED, RUNNING, Runner
from tests.engine.training.small_trainings import LAYERS, bars, chain


class BarsPlan(Plan):
    """Bars instead of digits."""

    def open(self, network: object, progress: Progress) -> Trainer:
        if self.data == "steep":  # nothing in it that tames large values
            layers = [layer for layer in LAYERS if layer[0] not in ("norm", "relu")]
            return Trainer(chain(*layers), task("classify"), bars(), self.settings)
        return Trainer(chain(*LAYERS), task("classify"), bars(), self.settings)


def wait(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.002)


def runner_of(data: str = "bars", **settings: object) -> Runner:
    plan = BarsPlan(data=data, settings=Settings(**{"steps": 20, "batch": 8, "seed": 3} | settings))  # type: ignore[arg-type]
    made = Runner(chain(*LAYERS), plan)
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
    runner = runner_of("steep", optimizer="sgd", learning_rate=1e6, steps=200)
    runner.go()
    wait(lambda: runner.state == FAILED)
    assert "is no number" in runner.problem
    assert np.isfinite(values(runner)).all()
    assert runner.close()


def test_a_network_that_does_not_fit_is_said() -> None:
    runner = Runner(chain(), Plan())
    runner.start()
    wait(lambda: runner.state == FAILED)
    assert runner.problem
    assert runner.trainer is None
    assert runner.close()

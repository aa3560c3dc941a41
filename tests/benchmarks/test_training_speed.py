"""What is promised of training's speed: steps a second, cost linear in the batch, and how soon it stops."""

import statistics
import time

import pytest

from engine.kernels.fast.host import core_count
from engine.training.settings import Settings
from gui.bench.training import trainer
from presets.learning.networks import TRAINED

pytestmark = pytest.mark.benchmark

STEPS = 60
LEAST_A_SECOND = 300
MOST_GROWTH = 1.25
"""Of a picture's cost, when the batch is four times as large."""


MOST_MS_TO_STOP = 10.0


def milliseconds(batch: int) -> float:
    run = trainer("lenet5", Settings(batch=batch, epochs=100, schedule="constant"), core_count())
    times = []
    for _ in range(STEPS):
        began = time.perf_counter()
        run.step()
        times.append(1e3 * (time.perf_counter() - began))
    run.tape.crew.close()
    return statistics.median(times[STEPS // 4 :])


def test_lenet_makes_three_hundred_steps_a_second_and_a_picture_costs_the_same_in_any_batch() -> None:
    ms = {batch: milliseconds(batch) for batch in (64, 128, 256)}
    print({batch: f"{time:.2f} ms, {1000 * time / batch:.1f} µs a picture" for batch, time in ms.items()})
    assert 1000 / ms[64] >= LEAST_A_SECOND
    assert ms[256] / 256 <= MOST_GROWTH * ms[64] / 64


@pytest.mark.parametrize("name", TRAINED)
def test_a_run_can_be_stopped_every_ten_milliseconds(name: str) -> None:
    run = trainer(name, Settings(batch=64, epochs=100, schedule="constant"), core_count())
    gaps: list[float] = []
    last = 0.0

    def checkpoint() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(1e3 * (now - last))
        last = now

    for _ in range(8):  # the first steps lay out, and learn how fast the machine is
        run.step()
    for _ in range(12):
        last = time.perf_counter()
        run.step(checkpoint)
        gaps.append(1e3 * (time.perf_counter() - last))
    run.tape.crew.close()
    print(f"{name}: at most {max(gaps):.1f} ms, median {statistics.median(gaps):.2f} ms")
    assert statistics.quantiles(gaps, n=50)[-1] <= MOST_MS_TO_STOP

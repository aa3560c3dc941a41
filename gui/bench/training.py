"""How fast networks learn here, beside eager PyTorch: milliseconds a step, and seconds to an accuracy."""

import statistics
import time
from typing import Any, Final

from engine.errors import TrainingError
from engine.training.data.examples import HELD_OUT
from engine.training.runs import Plan, trainer_of
from engine.training.settings import Settings
from engine.training.trainer import Trainer
from gui.bench.contenders import installed
from gui.bench.measure import alternated, median_ratio
from gui.bench.training_contenders import Step, our_steps, torch_steps
from presets.learning.networks import TRAINED

BATCH: Final = 64
AGREEMENT: Final = 1e-3
"""First losses may differ by so much."""
BATCHES: Final = (16, 32, 64, 128, 256)
_ROUNDS: Final = 40
_ENOUGH_S: Final = 20.0
OURS: Final = "onebyone"
TORCH: Final = "torch"

GOALS: Final = {
    0.97: Settings(epochs=6, learning_rate=4e-3, augmentation=("shift",)),
    0.984: Settings(epochs=40, learning_rate=4e-3, augmentation=("shift", "turn", "scale")),
}
"""How LeNet-5 is trained towards a share of the held-out digits."""


def trainer(name: str, settings: Settings, threads: int) -> Trainer:
    """One of `TRAINED` at its first step, on digits."""
    return trainer_of(TRAINED[name](), plan(settings), threads=threads)


def plan(settings: Settings) -> Plan:
    """Digits, told apart."""
    return Plan(task="classify", data="digits", settings=settings, options={})


def step_times(name: str, threads: int, batch: int = BATCH) -> dict[str, Any]:
    """Median milliseconds of a step, ours and PyTorch's, taking turns, from the same weights."""
    settings = Settings(batch=batch, epochs=100, optimizer="sgd", learning_rate=0.01, schedule="constant")
    ours = trainer(name, settings, threads)
    tasks: dict[str, Step] = {OURS: our_steps(ours)}
    if installed(TORCH):
        tasks[TORCH] = torch_steps(trainer(name, settings, threads), threads)
    losses = {contender: task() for contender, task in tasks.items()}
    for contender, loss in losses.items():
        if not abs(loss - losses[OURS]) < AGREEMENT:
            raise TrainingError(
                f"{name}: {contender} computes another loss ({loss:.5f}, not {losses[OURS]:.5f})"
            )
    times = alternated(tasks, rounds=_ROUNDS, enough_s=_ENOUGH_S)
    ours.tape.crew.close()
    medians = {contender: statistics.median(time) for contender, time in times.items()}
    return {
        "name": name,
        "batch": batch,
        "parameters": int(ours.parameters.values.size),
        "median_ms": medians,
        "us_a_picture": {contender: 1000 * median / batch for contender, median in medians.items()},
        "steps_per_s": {contender: 1000 / median for contender, median in medians.items()},
        "ratio": {one: median_ratio(time, times[OURS]) for one, time in times.items() if one != OURS},
        "rounds": len(times[OURS]),
    }


def time_to(share: float, threads: int) -> dict[str, Any]:
    """Seconds of steps until LeNet-5, looked at after every epoch, names so many held-out digits right.

    For a measurement only: to choose by held-out digits is what no result may do.
    """
    settings = GOALS[share]
    run = trainer("lenet5", settings, threads)
    run.step()
    epoch = settings.steps_per_epoch(run.examples.count("train"))
    spent, best, reached = 0.0, 0.0, None
    while not run.is_done:
        began = time.perf_counter()
        run.run(run.step_number + epoch)
        spent += time.perf_counter() - began
        accuracy = run.score(HELD_OUT).accuracy or 0.0
        best = max(best, accuracy)
        if accuracy >= share:
            reached = spent
            break
    run.tape.crew.close()
    return {"accuracy": share, "seconds": reached, "best": best, "epochs": run.epoch, "spent_s": spent}

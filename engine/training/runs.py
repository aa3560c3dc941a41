"""Whole runs: a network trained by one seed after another, each taken up where it was left."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import FormatError
from engine.model.network import Network
from engine.training.checkpoints import Keeper
from engine.training.data import open_data
from engine.training.data.examples import CHOOSE, HELD_OUT, TRAIN, Examples
from engine.training.data.source import Progress
from engine.training.history import History
from engine.training.scores import Score
from engine.training.settings import Settings
from engine.training.tasks import task as task_of
from engine.training.tasks.task import only_input
from engine.training.trainer import Trainer
from engine.weights import Checkpoint, go_on


@dataclass(frozen=True, eq=False, kw_only=True)
class Run:
    """What one seed made."""

    seed: int
    network: Network
    """With the trained weights."""
    held_out: Score
    choose: Score
    loss: float
    """Mean of the last epoch's steps."""
    steps: int
    seconds: float
    """Of the steps alone, all sittings together as far as they were here: no scores, no files."""
    history: History

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        record: dict[str, Any] = {"seed": self.seed, "loss": self.loss, "steps": self.steps}
        record |= {"seconds": round(self.seconds, 3), "held_out_loss": self.held_out.loss}
        if self.held_out.accuracy is not None:
            interval = [self.held_out.low, self.held_out.high]
            record |= {"held_out_accuracy": self.held_out.accuracy, "held_out_interval": interval}
            record["choose_accuracy"] = self.choose.accuracy
        if self.held_out.psnr is not None:
            record["held_out_psnr"] = self.held_out.psnr
        return record


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be trained, by names: it can be sent elsewhere."""

    task: str
    data: str
    settings: Settings
    options: Mapping[str, str]


Told = Callable[[Trainer, Score | None], object]
"""Called after every step with None, and after every epoch with the score of those to choose by."""


def examples_of(
    network: Network, task: str, data: str, progress: Progress = lambda done, total: None
) -> Examples:
    """The data as this network and this task need it; `TrainingError` says what is wrong with it."""
    _, layer = only_input(network)
    return open_data(data, task_of(task).pictures_for(layer), 0, progress)


def trainer_of(
    network: Network,
    plan: Plan,
    progress: Progress = lambda done, total: None,
    *,
    threads: int | None = None,
) -> Trainer:
    """A trainer at its first step; `TrainingError` says what does not fit."""
    examples = examples_of(network, plan.task, plan.data, progress)
    return Trainer(network, task_of(plan.task), examples, plan.settings, plan.options, threads=threads)


def run(
    network: Network,
    plan: Plan,
    *,
    file: Path | None = None,
    told: Told = lambda trainer, score: None,
    warn: Callable[[str], object] = lambda text: None,
    progress: Progress = lambda done, total: None,
    checkpoint: Checkpoint = go_on,
) -> Run:
    """One run from its first step, or from where `file` was left, to its last. The file stays.

    warn: told in a sentence that the file cannot be written; the run goes on.
    """
    trainer = trainer_of(network, plan, progress)
    keeper = None if file is None else Keeper(file)
    if keeper is not None:
        keeper.resume(trainer)
    return finished(trainer, make_steps(trainer, keeper, told=told, warn=warn, checkpoint=checkpoint))


def make_steps(
    trainer: Trainer,
    keeper: Keeper | None = None,
    *,
    told: Told = lambda trainer, score: None,
    warn: Callable[[str], object] = lambda text: None,
    checkpoint: Checkpoint = go_on,
) -> float:
    """All steps that are left, each epoch's score among them; their seconds. What ends it loses nothing that
    can be kept."""
    epoch_steps = trainer.settings.steps_per_epoch(trainer.examples.count(TRAIN))
    seconds = 0.0

    def score_if_due() -> Score | None:
        step = trainer.step_number
        is_due = step > 0 and (step % epoch_steps == 0 or trainer.is_done)
        if not is_due or any(score.step == step for score in trainer.history.of(CHOOSE)):
            return None
        return trainer.score(CHOOSE, checkpoint=checkpoint)

    try:
        score_if_due()  # it may have been ended just before
        while not trainer.is_done:
            began = time.perf_counter()
            trainer.step(checkpoint)
            seconds += time.perf_counter() - began
            told(trainer, score_if_due())
            if keeper is not None:
                try:
                    keeper.keep(trainer, now=trainer.is_done)
                except FormatError as error:
                    warn(f"{error}. Training goes on without a checkpoint")
                    keeper = None
    except BaseException:
        if keeper is not None:
            with suppress(FormatError):  # the one before is older, and as good
                keeper.keep(trainer, now=True)
        raise
    return seconds


def finished(trainer: Trainer, seconds: float) -> Run:
    """The outcome of a trainer that has made its steps."""
    chosen = [score for score in trainer.history.of(CHOOSE) if score.step == trainer.step_number]
    choose = chosen[-1] if chosen else trainer.score(CHOOSE)
    held_out = trainer.score(HELD_OUT)
    epoch_steps = trainer.settings.steps_per_epoch(trainer.examples.count(TRAIN))
    return Run(
        seed=trainer.settings.seed,
        network=trainer.trained(),
        held_out=held_out,
        choose=choose,
        loss=trainer.history.mean_loss(epoch_steps),
        steps=trainer.step_number,
        seconds=seconds,
        history=trainer.history,
    )


def with_seed(plan: Plan, seed: int) -> Plan:
    """The same with another seed."""
    return replace(plan, settings=replace(plan.settings, seed=seed))

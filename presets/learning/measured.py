"""What small networks learn within seconds, over several seeds; a measurement is made once a process.

Accuracies are counted twice: by the trainer, on its fast ways, and here, with each layer's own `forward`.
"""

import dataclasses
from collections.abc import Callable
from functools import lru_cache
from statistics import fmean
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.model.network import Network
from engine.training.data.examples import HELD_OUT, TRAIN, Examples
from engine.training.data.fitting_input import as_inputs
from engine.training.runs import Plan, Run, examples_of, finished
from engine.training.settings import Settings
from engine.training.tasks import task
from engine.training.tasks.task import only_input
from engine.training.trainer import Trainer
from presets.lesson import NotFound, Quote, State

SEEDS: Final = 3
"""Trainings of each network: their spread says how much of a difference is luck."""


LOOKED_AT: Final = 1000
"""Pictures of a part that are named afterwards, at most."""


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Measurement:
    """One network, trained with several seeds on the same pictures."""

    build: Callable[[], Network]
    plan: Plan
    learns_from: int | None = None
    """Only so many of the pictures to learn from; None for all."""

    def runs(self) -> tuple[Run, ...]:
        """Of all seeds."""
        return _runs(self)

    def examples(self) -> Examples:
        """The pictures."""
        examples = examples_of(self.build(), self.plan.task, self.plan.data)
        if self.learns_from is None:
            return examples
        few = examples.splits[TRAIN][: self.learns_from]
        return dataclasses.replace(examples, splits={**examples.splits, TRAIN: few})


def train(measurement: Measurement, seed: int) -> Run:
    """One training, from drawn weights to its end."""
    plan = measurement.plan
    settings = dataclasses.replace(plan.settings, seed=seed)
    trainer = Trainer(
        measurement.build(), task(plan.task), measurement.examples(), settings, plan.options, threads=1
    )
    trainer.run()
    trainer.score(TRAIN, LOOKED_AT)
    return finished(trainer, 0.0)


@lru_cache(maxsize=8)
def _runs(measurement: Measurement) -> tuple[Run, ...]:
    return tuple(train(measurement, seed) for seed in range(SEEDS))


def digits(steps: int, learning_rate: float = 4e-3) -> Plan:
    """Digits told apart in so many steps."""
    settings = Settings(steps=steps, learning_rate=learning_rate)
    return Plan(task="classify", data="digits", settings=settings, options={})


@lru_cache(maxsize=8)
def _counted(measurement: Measurement, split: str) -> tuple[float, ...]:
    """Percent of pictures named right, by each layer's own forward."""
    examples = measurement.examples()
    numbers, labels = examples.splits[split][:LOOKED_AT], examples.labels
    assert labels is not None
    made = []
    for run in measurement.runs():
        _, layer = only_input(run.network)
        x = as_inputs(examples.pictures[numbers].astype(np.float32) / np.float32(255), layer)
        maps = forward(run.network, x)
        named = maps[run.network.order[-1]].reshape(len(numbers), -1).argmax(axis=1)
        made.append(100 * float((named == labels[numbers]).mean()))
    return tuple(made)


def forward(network: Network, x: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    """All maps of a network on what its one Input holds (N, C, H, W), by each layer's own `forward`."""
    maps: dict[str, npt.NDArray[np.float32]] = {}
    for node_id in network.order:
        node = network[node_id]
        if node.layer.is_input:
            maps[node_id] = np.ascontiguousarray(x)
            continue
        inputs = [maps[source] for source in node.inputs]
        shapes = tuple(values.shape[1:] for values in inputs)
        params = node.weights.parameters(node_id, node.layer, shapes, 0)
        maps[node_id] = node.layer.forward(inputs, params)
    return maps


def _accuracies(measurement: Measurement, split: str) -> list[float]:
    found = [run.history.of(split)[-1].accuracy for run in measurement.runs()]
    return [100 * accuracy for accuracy in found if accuracy is not None]


def accuracy(measurement: Measurement, split: str = HELD_OUT) -> Quote:
    """Mean percent of pictures of a part named right, over the seeds."""
    return _quote(
        lambda: fmean(_accuracies(measurement, split)), lambda: fmean(_counted(measurement, split)), "\u00a0%"
    )


def worst(measurement: Measurement, split: str = HELD_OUT) -> Quote:
    """The least of the seeds."""
    return _quote(
        lambda: min(_accuracies(measurement, split)), lambda: min(_counted(measurement, split)), "\u00a0%"
    )


def best(measurement: Measurement, split: str = HELD_OUT) -> Quote:
    """The most of the seeds."""
    return _quote(
        lambda: max(_accuracies(measurement, split)), lambda: max(_counted(measurement, split)), "\u00a0%"
    )


def gap(measurement: Measurement) -> Quote:
    """By how many points what was learned from is known better than what is held out."""
    return _quote(
        lambda: fmean(_accuracies(measurement, TRAIN)) - fmean(_accuracies(measurement, HELD_OUT)),
        lambda: fmean(_counted(measurement, TRAIN)) - fmean(_counted(measurement, HELD_OUT)),
        "",
    )


def _quote(engine: Callable[[], float], counted: Callable[[], float], unit: str) -> Quote:
    def first(state: State) -> float:
        if not state.maps:  # asked in passing, by a thread that must not wait
            raise NotFound("the maps")
        return engine()

    def second(state: State) -> float:
        return counted()

    # A picture on the edge between two classes may fall to either side by the last bit of a sum.
    return Quote(engine=first, counted=second, places=1, unit=unit, needs_maps=True, tolerance=2e-3)

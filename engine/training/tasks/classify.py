"""Tell what a picture shows: one of the classes that the data has."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from engine.errors import TrainingError
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import elements, shape_text
from engine.training.data.examples import Examples, Numbers
from engine.training.losses.loss import Targets
from engine.training.tasks.task import Floats, Goal, Task, end_of, only_input


def _goal(network: Network, examples: Examples, options: Mapping[str, str]) -> Goal:
    input_id, _ = only_input(network)
    if examples.labels is None:
        raise TrainingError(f"{examples.title} have no classes, so there is nothing to classify")
    output_id, shape = end_of(network)
    while network[output_id].layer.gives_shares:
        output_id = network[output_id].inputs[0]
        shape = output_shapes(network)[output_id]
    node, classes = network[output_id], len(examples.classes)
    if elements(shape) != shape[0]:
        raise TrainingError(
            f"the network ends in maps of {shape_text(shape)} ({node.label}), and a class needs one number."
            f" A global average pooling behind it, or Flatten and Linear · {classes}, ends in classes"
        )
    if shape[0] < classes:
        raise TrainingError(
            f"labels out of range: the network ends in {shape[0]} values ({node.label}), and"
            f" {examples.title} have {classes} classes. Set the outputs of {output_id} to {classes}"
        )
    return Goal(input_id=input_id, output_id=output_id, pairs=_pairs)


def _pairs(pictures: Floats, labels: Numbers | None, random: np.random.Generator) -> tuple[Floats, Targets]:
    assert labels is not None
    return pictures, labels


TASK: Final = Task(
    name="classify",
    title="Classify",
    about="Tell what a picture shows, one of the data’s classes.",
    losses=("cross-entropy",),
    data="digits",
    goal=_goal,
    rank=0,
)

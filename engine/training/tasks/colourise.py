"""Guess the colours of a grey picture."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from engine.errors import TrainingError
from engine.image.photograph import LUMINANCE
from engine.layers import Layer
from engine.model.network import Network
from engine.training.data.examples import Examples, Numbers
from engine.training.losses.loss import Targets
from engine.training.tasks.image_goal import EPOCHS, RATE, image_ends
from engine.training.tasks.task import Floats, Goal, Task, only_input


def _goal(network: Network, examples: Examples, options: Mapping[str, str]) -> Goal:
    input_id, output_id = image_ends(network, 3, "colourise pictures")
    if examples.pictures.shape[3] != 3:
        raise TrainingError(f"{examples.title} are grey: there are no colours to learn")
    channels = only_input(network)[1].output_shape()[0]

    def pairs(
        pictures: Floats, labels: Numbers | None, random: np.random.Generator
    ) -> tuple[Floats, Targets]:
        grey = np.repeat((pictures @ LUMINANCE)[..., None], channels, axis=3)
        return grey, pictures.transpose(0, 3, 1, 2)

    return Goal(input_id=input_id, output_id=output_id, pairs=pairs)


def _in_colour(layer: Layer) -> Layer:
    return layer.replace(shape=(3, *layer.output_shape()[1:]))


TASK: Final = Task(
    name="colourise",
    title="Colourise",
    about="Guess red, green and blue of a patch from its brightness.",
    losses=("mse", "l1"),
    data="patches",
    epochs=EPOCHS,
    rate=RATE,
    goal=_goal,
    pictures_for=_in_colour,
    rank=4,
)

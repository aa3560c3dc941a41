"""Give the picture back: an autoencoder, whose narrowest maps say what is kept."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from engine.model.network import Network
from engine.training.data.examples import Examples, Numbers
from engine.training.losses.loss import Targets
from engine.training.tasks.image_goal import EPOCHS, RATE, image_ends
from engine.training.tasks.task import Floats, Goal, Task


def _goal(network: Network, examples: Examples, options: Mapping[str, str]) -> Goal:
    input_id, output_id = image_ends(network, examples.pictures.shape[3], "reconstruct pictures")
    return Goal(input_id=input_id, output_id=output_id, pairs=_pairs)


def _pairs(pictures: Floats, labels: Numbers | None, random: np.random.Generator) -> tuple[Floats, Targets]:
    return pictures, pictures.transpose(0, 3, 1, 2)


TASK: Final = Task(
    name="reconstruct",
    title="Reconstruct",
    about="Give each patch back: what the narrowest maps keep, beside the best that any linear map can.",
    losses=("mse", "l1"),
    data="patches",
    epochs=EPOCHS,
    rate=RATE,
    goal=_goal,
    gives_back=True,
    rank=2,
)

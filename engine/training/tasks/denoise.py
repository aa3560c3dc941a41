"""Take the noise off a picture."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from engine.model.network import Network
from engine.training.data.examples import Examples, Numbers
from engine.training.losses.loss import Targets
from engine.training.tasks.image_goal import EPOCHS, RATE, image_ends
from engine.training.tasks.options import number_option
from engine.training.tasks.task import Floats, Goal, Task


def _goal(network: Network, examples: Examples, options: Mapping[str, str]) -> Goal:
    input_id, output_id = image_ends(network, examples.pictures.shape[3], "take noise off pictures")
    sigma = np.float32(number_option(options, "sigma", 0.0, 10.0))

    def pairs(
        pictures: Floats, labels: Numbers | None, random: np.random.Generator
    ) -> tuple[Floats, Targets]:
        noisy = pictures + sigma * random.standard_normal(pictures.shape, np.float32)
        return noisy, pictures.transpose(0, 3, 1, 2)

    return Goal(input_id=input_id, output_id=output_id, pairs=pairs)


TASK: Final = Task(
    name="denoise",
    title="Denoise",
    about="Take normal noise of deviation sigma (of 0…1) off each patch.",
    losses=("mse", "l1"),
    data="patches",
    epochs=EPOCHS,
    rate=RATE,
    goal=_goal,
    options={"sigma": "0.1"},
    option_help={"sigma": "Standard deviation of the noise; pictures have values from 0 to 1"},
    rank=3,
)

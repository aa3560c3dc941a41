"""Make the network produce what a known filter, or another network, makes of the same pictures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from engine.errors import EngineError, TrainingError, quoted
from engine.formats import read_project
from engine.image.photograph import LUMINANCE
from engine.layers import Layer
from engine.layers.convolution import Conv2d
from engine.model.network import Network, Node
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape, shape_text
from engine.training.data.examples import Examples, Numbers
from engine.training.data.fitting_input import as_inputs
from engine.training.losses.loss import Targets
from engine.training.parameters import Parameters
from engine.training.passes.tape import Tape
from engine.training.tasks.image_goal import EPOCHS
from engine.training.tasks.options import whole_option
from engine.training.tasks.task import Floats, Goal, Task, end_of, only_input
from engine.weights import Given, Weights, weights_sources

GREY: Final = "grey"
ENDING: Final = ".onebyone"
RATE: Final = 10.0
"""AdamW at 0.02: a filter's few weights lie far from those drawn, and a step of AdamW goes no further than
its rate. Found on patches of the bundled photographs to choose by, 20 epochs, seed 0, in dB at 0.01, 0.02 and
0.03: Sobel by a 3×3 17.2, 25.3, 26.7; Sobel by three 3×3 with ReLUs 28.7, 28.1, 25.6 (at 0.05, 10 epochs:
5.6); grey by a 1×1 21.7, 35.6 and more. In 5 epochs at 0.002, AdamW's own, Sobel came to 10 dB."""


def _goal(network: Network, examples: Examples, options: Mapping[str, str]) -> Goal:
    input_id, layer = only_input(network)
    output_id, shape = end_of(network)
    if len(shape) != 3:
        raise TrainingError(f"to imitate maps, the network has to end in maps, not in {shape_text(shape)}")
    teacher = _teacher(options["teacher"], layer, shape, whole_option(options, "size", 1, 31))
    answer_of, made = _answering(teacher)
    top, left = (made[1] - shape[1]) // 2, (made[2] - shape[2]) // 2
    if made[0] != shape[0] or min(top, left) < 0:
        raise TrainingError(
            f"{options['teacher']} makes maps of {shape_text(made)}, and the network ends in"
            f" {shape_text(shape)}: they need as many channels, and the network's may not be larger"
        )

    def pairs(
        pictures: Floats, labels: Numbers | None, random: np.random.Generator
    ) -> tuple[Floats, Targets]:
        maps = answer_of.forward(as_inputs(pictures, layer))
        return pictures, maps[:, :, top : top + shape[1], left : left + shape[2]]

    return Goal(input_id=input_id, output_id=output_id, pairs=pairs)


def _teacher(name: str, layer: Layer, shape: Shape, size: int) -> Network:
    """The network that is imitated: an Input like the pupil's, and what makes the maps."""
    image = Node(id="image", layer=layer)
    if name == GREY:
        if layer.output_shape()[0] != 3:
            raise TrainingError("grey is made of three channels: the network's Input has only one")
        mix = Conv2d(out_channels=1, kernel_size=(1, 1), bias=False)
        weights: Weights = Given({"weight": LUMINANCE.reshape(1, 3, 1, 1)})
        return Network([image, Node(id="teacher", layer=mix, inputs=("image",), weights=weights)])
    if name.endswith(ENDING):
        try:
            return read_project(Path(name)).network
        except EngineError as error:
            raise TrainingError(f"the teacher {quoted(name)}: {error}") from None
    banks = _banks()
    if name not in banks:
        raise TrainingError(
            f"no teacher is called {quoted(name)}. There are {GREY}, {', '.join(banks)} and {ENDING} files"
        )
    filters = Conv2d(out_channels=shape[0], kernel_size=(size, size), bias=False)
    return Network([image, Node(id="teacher", layer=filters, inputs=("image",), weights=banks[name]())])


def _banks() -> Mapping[str, type[Weights]]:
    return {name: source for name, source in weights_sources().items() if source.group == "Filter banks"}


def _answering(teacher: Network) -> tuple[Tape, Shape]:
    input_id, _ = only_input(teacher)
    output_id, shape = end_of(teacher)
    shapes = output_shapes(teacher)
    parameters = Parameters(teacher, shapes, teacher.order)
    parameters.load(0)
    return Tape(teacher, shapes, parameters, input_id, output_id, threads=1), shape


TASK: Final = Task(
    name="imitate",
    title="Imitate",
    about="Make what a known filter makes (Sobel by a 3×3, grey by a 1×1), or what another network does.",
    losses=("mse", "l1"),
    data="patches",
    epochs=EPOCHS,
    rate=RATE,
    goal=_goal,
    options={"teacher": "sobel", "size": "3"},
    option_help={
        "teacher": "Whose maps are to come out: grey (of red, green and blue), a filter bank’s, or those of"
        " another network in a .onebyone file",
        "size": "Rows and columns of the filters of a bank",
    },
    offers={"teacher": lambda: {n: bank.title for n, bank in _banks().items()} | {GREY: "Grey"}},
    rank=1,
)

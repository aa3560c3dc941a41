"""Layers of every kind with settings, inputs and parameters drawn at random, always the same ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import ShapeError
from engine.layers import Layer, Setting, layer_kinds
from engine.shapes import Padding, Shape
from tests.engine.check_layer import random_params

Array = npt.NDArray[np.float32]

KINDS = tuple(kind for kind, cls in layer_kinds().items() if cls.max_inputs != 0 and cls.palette())
POSITIVE = ("Divide", "Scalar", "Function")
"""Kinds whose values blow up near zero, or are not there below it."""
VECTORS_TOO = (
    "Add", "Concat", "Dropout", "ELU", "Flatten", "GELU", "Hardsigmoid", "Hardswish", "LayerNorm",
    "Scalar", "Clamp", "Function", "LogSoftmax", "Maximum", "Mean", "Minimum", "Mish", "SELU", "Softplus",
    "Softsign", "Subtract", "ThresholdedReLU", "CELU", "Divide",
    "LeakyReLU", "Multiply", "PReLU", "ReLU", "ReLU6", "Scale", "SiLU", "Sigmoid", "Slice", "Softmax", "Tanh",
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A layer that fits its inputs."""

    layer: Layer
    inputs: list[Array]
    params: dict[str, Array]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return tuple(x.shape[1:] for x in self.inputs)


def draw_padding(random: Random) -> Padding:
    sides = [random.randint(0, 2) for _ in range(4)]
    return Padding.of(random.choice(["same", "valid", "full", sides[0], sides[:2], sides]))


def draw_setting(setting: Setting, random: Random) -> Any:
    if setting.type == "bool":
        return random.random() < 0.5
    if setting.type == "choice":
        return random.choice(setting.choices)
    if setting.type == "padding":
        return draw_padding(random)
    if setting.type == "float":
        return random.choice([setting.default, 0.5])
    low = int(setting.minimum or 0)
    if setting.type == "pair":
        return random.randint(low, 4), random.randint(low, 4)
    if setting.type == "shape":
        return tuple(random.randint(low, 6) for _ in range(3))
    return random.randint(low, 6)


def drawn_layers(kind: str, count: int, seed: int = 1) -> Iterator[Drawn]:
    """So many layers of the kind, each of which fits its inputs."""
    random = Random(f"{kind}/{seed}")
    numbers = np.random.default_rng(seed)
    cls = layer_kinds()[kind]
    made = 0
    while made < count:
        # Of one or two channels LayerNorm divides by almost nothing, and every rounding counts.
        channels = random.choice([4, 6, 8, 12] if kind == "LayerNorm" else [1, 2, 3, 4, 6, 8, 12])
        shape: Shape = (channels, random.randint(1, 14), random.randint(1, 14))
        if kind == "Linear" or (kind in VECTORS_TOO and random.random() < 0.2):
            shape = shape[:1]
        shapes = [shape] * cls.min_inputs
        if cls.min_inputs == 2 and kind != "Concat" and len(shape) == 3:
            shapes[1] = random.choice([shape, (channels, 1, 1), (1, *shape[1:])])
        settings = {setting.name: draw_setting(setting, random) for setting in cls.settings()}
        if kind == "Resize":
            settings |= {"scale_height": 0.0, "scale_width": 0.0}
        if kind == "Reshape":
            settings["shape"] = (*shape[1:], shape[0]) if len(shape) == 3 else (shape[0], 1, 1)
        try:
            layer = cls(**settings)
            layer.output_shape(*shapes)
        except ShapeError:
            continue
        inputs = [numbers.standard_normal((2, *shape)).astype(np.float32) for shape in shapes]
        if kind in POSITIVE:
            inputs = [np.abs(x) + np.float32(0.5) for x in inputs]
        yield Drawn(layer, inputs, random_params(layer, shapes, numbers))
        made += 1

"""Weights drawn at random. Seeds come from the node's id: inserting a layer never reshuffles the others."""

from dataclasses import dataclass
from hashlib import sha256
from math import prod
from typing import TYPE_CHECKING, Any, Final

from engine.layers import Layer
from engine.layers.base.settings import field
from engine.shapes import Shape
from engine.weights.source import (
    Checkpoint,
    Weights,
    go_on,
    initial_parameters,
    is_matrix,
    read_only,
    weights_source,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.layers.base.layer import Array

_DRAWN_AT_ONCE: Final = 1 << 18
"""Values between two checkpoints: some three milliseconds."""

MAX_SEED: Final = 2**31 - 1


@dataclass(frozen=True)
class Random(Weights):
    """Base of the seeded sources. Biases are 0, normalisations the identity: weight 1, mean 0, variance 1."""

    group = "Random"

    seed: int = field(
        default=0,
        minimum=0,
        maximum=MAX_SEED,
        label="Draw",
        help="Another draw of the same kind; 0 is the one that follows from the project's seed alone.",
    )

    @property
    def text(self) -> str:
        return f"{self.title}, draw {self.seed}" if self.seed else self.title

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in super().to_json().items() if name != "seed" or value}

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> "dict[str, Array]":
        made = initial_parameters(layer, inputs)
        for name, values in made.items():
            if is_matrix(name, values.shape):
                text = f"{seed}/{node_id}/{name}" + (f"/{self.seed}" if self.seed else "")
                made[name] = self._drawn(text, layer, inputs, values.shape, checkpoint)
        return read_only(made)

    def _drawn(
        self, text: str, layer: Layer, inputs: tuple[Shape, ...], shape: Shape, checkpoint: Checkpoint
    ) -> "npt.NDArray[np.float32]":
        raise NotImplementedError


@weights_source
@dataclass(frozen=True)
class He(Random):
    """Normal weights of variance 2 / fan-in, so that activations keep their scale through ReLUs."""

    name = "he"
    title = "Random (He)"
    help = "Normal, variance 2 / fan-in: activations keep their scale through ReLUs."
    source = "He, Zhang, Ren & Sun, Delving deep into rectifiers, ICCV 2015, eq. 10"
    rank = 0

    def _drawn(
        self, text: str, layer: Layer, inputs: tuple[Shape, ...], shape: Shape, checkpoint: Checkpoint
    ) -> "npt.NDArray[np.float32]":
        return random_normal(text, shape, (2.0 / layer.fan_in(*inputs)) ** 0.5, checkpoint)


@weights_source
@dataclass(frozen=True)
class Xavier(Random):
    """Uniform weights within ±√(6 / (fan-in + fan-out)): made for activations that are linear around 0."""

    name = "xavier"
    title = "Random (Xavier)"
    help = "Uniform within ±√(6 / (fan-in + fan-out)): for tanh and linear layers."
    source = "Glorot & Bengio, Understanding the difficulty of training deep networks, AISTATS 2010, eq. 16"
    rank = 1

    def _drawn(
        self, text: str, layer: Layer, inputs: tuple[Shape, ...], shape: Shape, checkpoint: Checkpoint
    ) -> "npt.NDArray[np.float32]":
        limit = (6.0 / (layer.fan_in(*inputs) + fan_out(shape, inputs))) ** 0.5
        return random_uniform(text, shape, limit, checkpoint)


@weights_source
@dataclass(frozen=True)
class Uniform(Random):
    """Uniform weights within ±limit, whatever the layer's size."""

    name = "uniform"
    title = "Random (uniform)"
    help = "Uniform within ± a limit of your own."
    rank = 2

    limit: float = field(
        default=0.1, minimum=1e-6, maximum=1e6, help="Weights lie between −limit and +limit."
    )

    @property
    def text(self) -> str:
        return f"{super().text}, ±{self.limit:g}"

    def _drawn(
        self, text: str, layer: Layer, inputs: tuple[Shape, ...], shape: Shape, checkpoint: Checkpoint
    ) -> "npt.NDArray[np.float32]":
        return random_uniform(text, shape, self.limit, checkpoint)


def fan_out(shape: Shape, inputs: tuple[Shape, ...]) -> float:
    """How many weighted sums one input value takes part in: weights for each channel (or feature) in."""
    return prod(shape) / inputs[0][0]


def random_normal(
    text: str, shape: Shape, deviation: float = 1.0, checkpoint: Checkpoint = go_on
) -> "npt.NDArray[np.float32]":
    """Normal values around 0, the same ones for the same text on every machine."""
    import numpy as np

    random, values = _generator(text), np.empty(shape, dtype=np.float32)
    flat = values.reshape(-1)
    for first in range(0, flat.size, _DRAWN_AT_ONCE):
        checkpoint()
        part = flat[first : first + _DRAWN_AT_ONCE]
        random.standard_normal(out=part, dtype=np.float32)
        part *= np.float32(deviation)
    return values


def random_uniform(
    text: str, shape: Shape, limit: float, checkpoint: Checkpoint = go_on
) -> "npt.NDArray[np.float32]":
    """Uniform values within ±limit, the same ones for the same text on every machine."""
    import numpy as np

    random, values = _generator(text), np.empty(shape, dtype=np.float32)
    flat = values.reshape(-1)
    for first in range(0, flat.size, _DRAWN_AT_ONCE):
        checkpoint()
        part = flat[first : first + _DRAWN_AT_ONCE]
        random.random(out=part, dtype=np.float32)
        part *= np.float32(2 * limit)
        part -= np.float32(limit)
    return values


def _generator(text: str) -> "np.random.Generator":
    import numpy as np

    return np.random.Generator(np.random.PCG64(int.from_bytes(sha256(text.encode()).digest()[:8], "little")))


HE: Final = He()
"""What every layer starts with."""

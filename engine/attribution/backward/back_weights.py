"""Weights of the way back: kernels turned, scales of normalisations, parameters of another node."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.attribution.values.known_parameters import known_parameters
from engine.layers import Layer
from engine.model.network import Node
from engine.shapes import Shape
from engine.weights import Checkpoint, Weights, go_on

Map = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Scaling:
    """What a node multiplies each channel by: its weight, over the deviation where it normalises."""

    node: Node
    epsilon: float | None

    @property
    def key(self) -> str:
        """Tells it from all others."""
        return f"scale {self.node.weights.key} {self.node.id} {self.node.layer!r}"

    def of(self, channels: int, seed: int, checkpoint: Checkpoint) -> Map:
        """(C,)."""
        known = known_parameters(self.node, ((channels, 1, 1),), seed, checkpoint)
        scale = np.asarray(known.get("weight", 1.0), np.float64)
        if self.epsilon is not None:
            scale = scale / np.sqrt(known["running_var"].astype(np.float64) + self.epsilon)
        return np.broadcast_to(scale, (channels,)).astype(np.float32)


@dataclass(frozen=True)
class Turned(Weights):
    """The kernels of another node for the way back, scaled by the normalisation behind it."""

    name = "turned"

    node: Node
    shape: Shape
    scaling: Scaling | None = None
    stays: bool = False
    """Whether the kernels stay as they are (a transposed convolution turns them itself)."""
    groups: int = 1
    """Of the node: each group's kernels are turned by themselves."""

    @property
    def key(self) -> str:
        """Tells them from all others; never equal to the node's own."""
        scaling = "" if self.scaling is None else self.scaling.key
        return f"turned {self.node.weights.key} {self.node.id} {self.node.layer!r} {scaling} {self.stays}"

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> Any:
        weight = known_parameters(self.node, (self.shape,), seed, checkpoint)["weight"]
        if weight.ndim == 2:
            weight = weight[:, :, None, None]
        if self.scaling is not None:
            weight = weight * self.scaling.of(weight.shape[0], seed, checkpoint)[:, None, None, None]
        if not self.stays:
            weight = _turned(weight, self.groups)
        return {"weight": np.ascontiguousarray(weight, np.float32)}


def _turned(weight: Map, groups: int) -> Map:
    """(O, I / groups, kh, kw) → (I, O / groups, kh, kw), rows and columns from the last to the first."""
    out, depth, *kernel = weight.shape
    grouped = weight[:, :, ::-1, ::-1].reshape(groups, out // groups, depth, *kernel)
    return grouped.transpose(0, 2, 1, 3, 4).reshape(groups * depth, out // groups, *kernel)


@dataclass(frozen=True)
class Even(Weights):
    """One number in all places of a kernel: the way back of a mean is a convolution with it."""

    name = "even"

    value: float

    @property
    def key(self) -> str:
        """Tells it from all others."""
        return f"even {self.value!r}"

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> Any:
        shapes = layer.param_shapes(*inputs)
        return {name: np.full(shape, self.value, np.float32) for name, shape in shapes.items()}


@dataclass(frozen=True)
class ScaleAlone(Weights):
    """What a node multiplies each channel by, for a layer of its own."""

    name = "scale alone"

    scaling: Scaling

    @property
    def key(self) -> str:
        """Tells it from all others."""
        return self.scaling.key

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> Any:
        return {"weight": self.scaling.of(inputs[0][0], seed, checkpoint)}


@dataclass(frozen=True)
class Same(Weights):
    """The parameters of another node, as they are."""

    name = "as"

    node: Node

    @property
    def key(self) -> str:
        return f"as {self.node.weights.key} {self.node.id}"

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> Any:
        back: Any = layer
        return known_parameters(self.node, back.shapes[:-1], seed, checkpoint)

"""Weights that come with the program and were learned from data: a name, the numbers stay in their file."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from engine.errors import FormatError, ShapeError, quoted
from engine.layers import Layer
from engine.shapes import Shape, shape_text
from engine.weights.random import HE
from engine.weights.source import (
    Checkpoint,
    Weights,
    go_on,
    initial_parameters,
    is_matrix,
    read_only,
    weights_source,
)
from engine.weights.tensor_file import TensorFile, open_tensors

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@weights_source
@dataclass(frozen=True)
class Trained(Weights):
    """The parameters of one layer of a trained network.

    Where the layer's shape is no longer the one that was trained, its parameters are drawn, so that the
    network still runs; the trained ones are back as soon as the shape is.
    """

    name = "trained"
    title = "Trained"
    group = "Other"
    rank = 2
    help = "Learned from data; the numbers come with the program."

    network: str
    """Whose weights: a file in `assets/weights`."""
    layer: str
    """What the file calls the layer: its tensors are `layer.weight`, `layer.bias`, …"""

    def __post_init__(self) -> None:
        if not isinstance(self.network, str) or not isinstance(self.layer, str):
            raise ShapeError(f"network={quoted(self.network)} and layer={quoted(self.layer)} must be names")
        if not any(name.startswith(f"{self.layer}.") for name in _file(self.network).tensors):
            raise ShapeError(f"the trained weights {quoted(self.network)} have no layer {quoted(self.layer)}")

    @property
    def text(self) -> str:
        record = about(self.network)
        return f"Trained on {record['data']} ({record['by']})"

    @property
    def learned_from(self) -> str:
        return about(self.network)["data"]

    def is_learned(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return not self.fallback(layer, inputs)

    def draws(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return bool(self.fallback(layer, inputs))

    def text_for(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        why = self.fallback(layer, inputs)
        return f"{HE.text} now: {why}" if why else self.text

    def fallback(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        tensors = _file(self.network).tensors
        for name, shape in layer.param_shapes(*inputs).items():
            tensor = tensors.get(f"{self.layer}.{name}")
            if tensor is None:
                # What was not there in training has a value that changes nothing; weights have none.
                if is_matrix(name, shape):
                    return f"no {name} of it was trained"
            elif tensor.shape != shape:
                trained, wanted = shape_text(tensor.shape), shape_text(shape)
                return f"the trained {name} is {trained}, the layer takes {wanted}"
        return ""

    def trained_shape(self, parameter: str = "weight") -> Shape | None:
        """The shape that a parameter had in training; None where there was none."""
        tensor = _file(self.network).tensors.get(f"{self.layer}.{parameter}")
        return None if tensor is None else tensor.shape

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> "dict[str, Array]":
        if self.fallback(layer, inputs):
            return HE.parameters(node_id, layer, inputs, seed, checkpoint)
        file = _file(self.network)
        made = read_only(initial_parameters(layer, inputs))
        for name in made:
            checkpoint()
            if f"{self.layer}.{name}" in file.tensors:
                made[name] = file.read(f"{self.layer}.{name}")
        return made


def trained_layers(network: str) -> frozenset[str]:
    """What the layers of a trained network are called in its file; `ShapeError` for an unknown network."""
    return frozenset(name.rpartition(".")[0] for name in _file(network).tensors)


@cache
def about(network: str) -> dict[str, str]:
    """What is said about a trained network's weights: `data`, `by`, and `classes`, a list of names."""
    from assets import trained_record

    return dict(trained_record(network))


@cache
def _file(network: str) -> TensorFile:
    from assets import trained_networks

    path = trained_networks().get(network)
    if path is None:
        known = ", ".join(trained_networks())
        raise ShapeError(f"no trained weights are called {quoted(network)}; there are {known}")
    try:
        return open_tensors(path)
    except FormatError as error:
        raise ShapeError(str(error)) from None

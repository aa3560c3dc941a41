"""The parameters of one layer as those of another that computes the same: a dense layer as a convolution."""

import json
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError, FormatError, quoted
from engine.layers import Layer, layer_from_json
from engine.shapes import Shape, elements, shape_text
from engine.weights.given import Given
from engine.weights.random import He, Uniform
from engine.weights.source import Checkpoint, Weights, go_on, read_only, weights_from_json, weights_source

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@weights_source
class Recast(Weights):
    """What `of` makes for `layer` on an input of this shape, in the shapes of the present layer."""

    name = "recast"
    title = "Recast"
    group = "Other"
    rank = 1
    help = "The weights of the layer that this one was converted from."

    of: Weights
    layer: Layer
    shape: Shape

    def __init__(self, of: Weights, layer: Layer, shape: Shape) -> None:
        self.__dict__.update(of=of, layer=layer, shape=shape)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} cannot be set: weights do not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recast) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Recast({self.of!r}, {self.layer!r}, {self.shape!r})"

    @classmethod
    def settings(cls) -> tuple[Any, ...]:
        return ()

    @property
    def text(self) -> str:
        return f"{self.of.text}, as of {self.layer.label}"

    def fallback(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        return self.of.fallback(self.layer, (self.shape,))

    def is_learned(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return self.of.is_learned(self.layer, (self.shape,))

    def draws(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return self.of.draws(self.layer, (self.shape,))

    @cached_property
    def key(self) -> str:
        about = json.dumps([self.name, self.of.key, self.layer.to_json(), self.shape])
        return sha256(about.encode()).hexdigest()

    def misfit(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        before = self.layer.param_shapes(self.shape)
        for name, shape in layer.param_shapes(*inputs).items():
            if name in before and elements(before[name]) != elements(shape):
                return (
                    f"The {name} that {layer.label} took over from {self.layer.label} is"
                    f" {shape_text(before[name])}, the layer now takes {shape_text(shape)}."
                    " Draw it anew, or undo what changed the shape."
                )
        return self.of.misfit(self.layer, (self.shape,))

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> "dict[str, Array]":
        import numpy as np

        found = self.of.parameters(node_id, self.layer, (self.shape,), seed, checkpoint)
        return read_only(
            {
                name: found[name].reshape(shape)
                if name in found
                else np.full(shape, layer.initial_value(name), dtype=np.float32)
                for name, shape in layer.param_shapes(*inputs).items()
            }
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.name,
            "of": self.of.to_json(),
            "layer": self.layer.to_json(),
            "shape": list(self.shape),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Recast":
        if record.keys() != {"of", "layer", "shape"} or not isinstance(record["layer"], Mapping):
            raise FormatError("weights 'recast' need of, layer and shape, and nothing else")
        shape = record["shape"]
        if not isinstance(shape, list) or len(shape) not in (1, 3) or not all(map(_is_size, shape)):
            raise FormatError(f"weights 'recast': shape={quoted(shape)} must be sizes")
        made = cls(weights_from_json(record["of"]), layer_from_json(record["layer"]), tuple(shape))
        try:
            made.layer.output_shape(made.shape)
        except EngineError as error:
            raise FormatError(f"weights 'recast': {error}") from None
        return made


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def recast(weights: Weights, layer: Layer, shape: Shape, other: Layer, other_shape: Shape) -> Weights:
    """The source with which `other` has, on `other_shape`, the very numbers that `layer` has on `shape`.

    The node keeps its id. Numbers that are given change their shape; draws that ask for nothing but the
    fan-in stay as they are; everything else is wrapped, and unwrapped on the way back.
    """
    if isinstance(weights, Given):
        before, after = layer.param_shapes(shape), other.param_shapes(other_shape)
        arrays = {
            name: values.reshape(after[name]) if name in after and values.shape == before[name] else values
            for name, values in weights.arrays.items()
        }
        return Given(arrays, weights.origin, weights.note)
    if type(weights) in (He, Uniform):
        return weights
    if isinstance(weights, Recast) and (weights.layer, weights.shape) == (other, other_shape):
        return weights.of
    return Recast(weights, layer, shape)

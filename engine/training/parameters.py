"""All parameters of a network in training: trained values in one row, of which each layer sees its part."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.model.network import Network
from engine.shapes import Shape, elements
from engine.weights import HE, Given, Weights

Array = npt.NDArray[np.float32]


class Parameters:
    """Values, gradients, and running statistics. Nodes that share a set of weights share its values."""

    def __init__(self, network: Network, shapes: Mapping[str, Shape], nodes: Iterable[str]) -> None:
        """Those of the `nodes`; all zeros until `draw` or `load`."""
        self._network = network
        self._inputs = {
            node_id: tuple(shapes[source] for source in network[node_id].inputs) for node_id in nodes
        }
        self._places: dict[tuple[str, str], tuple[int, Shape]] = {}
        self.measured: dict[tuple[str, str], Array] = {}
        """What is measured, not trained, by node and name: running statistics."""
        size = 0
        tied: dict[tuple[str, str, Shape], int] = {}
        for node_id, inputs in self._inputs.items():
            layer, shared = network[node_id].layer, network[node_id].weights.shared
            for name, shape in layer.param_shapes(*inputs).items():
                if name in layer.non_trainable:
                    self.measured[node_id, name] = np.zeros(shape, np.float32)
                    continue
                start = tied.get((shared, name, shape), size) if shared else size
                self._places[node_id, name] = start, shape
                tied[shared, name, shape] = start
                size = max(size, start + elements(shape))
        self.values: Array = np.zeros(size, np.float32)
        self.gradients: Array = np.zeros(size, np.float32)
        self._of = self._views(self.values)
        self._gradients_of = self._views(self.gradients)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Ids of the nodes with parameters."""
        return tuple(dict.fromkeys(node_id for node_id, _ in (*self._places, *self.measured)))

    def of(self, node_id: str) -> Mapping[str, Array]:
        """A node's parameters by name: live views, which change with every step."""
        return self._of.get(node_id, {})

    def gradients_of(self, node_id: str) -> Mapping[str, Array]:
        """Gradients of a node's trained parameters by name: live views."""
        return self._gradients_of.get(node_id, {})

    def place(self, node_id: str, name: str) -> slice:
        """Where a trained parameter lies in `values`."""
        start, shape = self._places[node_id, name]
        return slice(start, start + elements(shape))

    def matrices(self) -> Array:
        """1 for each value that weighs inputs, 0 for biases and the scales of normalisations."""
        made = np.zeros(self.values.size, np.float32)
        for node_id, name in self._places:
            if self.of(node_id)[name].ndim > 1:
                made[self.place(node_id, name)] = 1
        return made

    def draw(self, seed: int) -> None:
        """All anew: from each node's own source where that draws at random, else as He et al. do."""
        self._fill(lambda weights: weights if weights.group == "Random" else HE, seed)

    def load(self, seed: int) -> None:
        """As the network has them now; `ShapeError` for weights that do not fit."""
        self._fill(lambda weights: weights, seed)

    def _fill(self, source: Any, seed: int) -> None:
        for node_id, inputs in self._inputs.items():
            node = self._network[node_id]
            if not node.layer.param_shapes(*inputs):
                continue
            weights: Weights = source(node.weights)
            for name, values in weights.parameters(node_id, node.layer, inputs, seed).items():
                self.of(node_id)[name][...] = values

    def given(self, origin: str, notes: Mapping[str, str]) -> dict[str, Given]:
        """A copy of the present values as weights, by node, and so the notes."""
        return {
            node_id: Given(self.of(node_id), origin, notes[node_id], self._network[node_id].weights.shared)
            for node_id in self.nodes
        }

    def _views(self, flat: Array) -> Mapping[str, Mapping[str, Array]]:
        made: dict[str, dict[str, Array]] = {}
        for (node_id, name), (start, shape) in self._places.items():
            made.setdefault(node_id, {})[name] = flat[start : start + elements(shape)].reshape(shape)
        if flat is self.values:
            for (node_id, name), values in self.measured.items():
                made.setdefault(node_id, {})[name] = values
        return MappingProxyType({node_id: MappingProxyType(found) for node_id, found in made.items()})

"""The gradient of one output value with respect to the network's inputs: what a unit really looks at.

The theoretical receptive field says which pixels can matter; the gradient says how much they do, and
usually it falls off like a Gaussian: Luo, Li, Urtasun & Zemel, "Understanding the effective receptive
field in deep convolutional neural networks", NeurIPS 2016.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from engine.attribution.fields.partial_gradient import Part, pass_back
from engine.attribution.values.known_parameters import known_parameters, parameter_key
from engine.errors import NetworkError, ShapeError, quoted
from engine.execution.measured.measured_network import measured_network
from engine.model.network import Network, Node
from engine.shapes import Shape, shape_text
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]

Gate = Callable[[Node, Map], Map]
"""(node, the gradient of its map) → what of it goes on to its inputs."""


def input_gradients(
    network: Network, maps: Mapping[str, Map], node_id: str, at: tuple[int, ...], *, seed: int = 0
) -> dict[str, Map]:
    """d(value of the node at (channel, row, column)) / d(input), by Input id, each (1, C, H, W).

    `maps` holds (1, C, H, W) arrays by node id, as the executor gives them; those of the Inputs must be
    there, missing others are computed. A vector's unit is (feature,). Inputs that the node does not depend
    on are left out. Runs parallel kernels: call it on the compute thread. `ShapeError` outside the map.
    """
    network = measured_network(network, seed)
    known = _with_missing(network, maps, node_id, seed)
    return backpropagate(network, known, node_id, unit(known[node_id].shape[1:], at), seed=seed)


def backpropagate(
    network: Network,
    maps: Mapping[str, Map],
    node_id: str,
    dy: Map,
    *,
    towards: Collection[str] | None = None,
    gate: Gate | None = None,
    seed: int = 0,
    checkpoint: Checkpoint = go_on,
) -> dict[str, Map]:
    """The gradients of the nodes `towards`, given that of the node's map; `maps` are those of all nodes
    above.

    towards: by default all Inputs; those that the node does not depend on are left out. gate: what is made of
    each node's own gradient before it goes on to its inputs (guided backpropagation). Only the rectangle that
    can have a gradient is worked on, layer by layer. `checkpoint` is called between layers and may raise to
    end the work.
    """
    leading = leading_to(network, node_id, towards)
    waiting: dict[str, Part] = {node_id: Part.of(dy)}
    found: dict[str, Map] = {}
    for current in reversed(network.order):
        if current not in leading or current not in waiting:
            continue
        checkpoint()
        part = waiting.pop(current)
        node = network.nodes[current]
        if not node.inputs if towards is None else current in towards:
            found[current] = part.whole(maps[current].shape[1:])
        if leading.isdisjoint(node.inputs):
            continue
        inputs = [maps[source] for source in node.inputs]
        shapes = tuple(source.shape[1:] for source in inputs)

        @cache
        def parameters(node: Node = node, shapes: tuple[Shape, ...] = shapes) -> Mapping[str, Map]:
            return known_parameters(node, shapes, seed, checkpoint)

        def key(node: Node = node, shapes: tuple[Shape, ...] = shapes) -> str:
            return parameter_key(node, shapes, seed)

        if gate is not None:
            part = replace(part, values=gate(node, part.values))
        back = pass_back(node.layer, inputs, parameters, key, maps[current], part)
        for source, passed in zip(node.inputs, back, strict=True):
            if source in leading:
                waiting[source] = waiting[source].plus(passed) if source in waiting else passed
    return found


def leading_to(network: Network, node_id: str, towards: Collection[str] | None = None) -> set[str]:
    """The nodes on the ways from those `towards` (the Inputs) to the node, both ends included."""
    above = network.ancestors(node_id) | {node_id}
    leading: set[str] = set()
    for current in network.order:
        if current in above:
            inputs = network.nodes[current].inputs
            is_end = not inputs if towards is None else current in towards
            if is_end or not leading.isdisjoint(inputs):
                leading.add(current)
    return leading


def unit(shape: Shape, at: tuple[int, ...]) -> Map:
    """1 at one value of a map, 0 elsewhere: (1, *shape)."""
    inside = len(at) == len(shape) and all(0 <= i < n for i, n in zip(at, shape, strict=True))
    if not inside:
        raise ShapeError(f"at={quoted(at)} lies outside of a map of {shape_text(shape)}")
    made = np.zeros((1, *shape), dtype=np.float32)
    made[(0, *at)] = 1
    return made


def channel_mean(shape: Shape, row: int, column: int) -> Map:
    """1 / C at one position of all C channels: the unit that stands for the whole layer there."""
    if not (0 <= row < shape[1] and 0 <= column < shape[2]):
        raise ShapeError(f"({row}, {column}) lies outside of a map of {shape_text(shape)}")
    made = np.zeros((1, *shape), dtype=np.float32)
    made[:, :, row, column] = np.float32(1 / shape[0])
    return made


def effective_field(gradient: Map) -> Map:
    """(H, W): the gradient's size at each pixel, summed over channels, 1 at the largest."""
    strength = np.abs(gradient[0]).sum(axis=0, dtype=np.float32)
    peak = strength.max(initial=0)
    return np.asarray(strength / peak if peak > 0 else strength, dtype=np.float32)


def _with_missing(network: Network, maps: Mapping[str, Map], node_id: str, seed: int) -> dict[str, Map]:
    above = network.ancestors(node_id) | {node_id}
    known = {one: maps[one] for one in above if one in maps}
    for current in network.order:
        if current not in above or current in known:
            continue
        node = network.nodes[current]
        if not node.inputs:
            raise NetworkError(f"the map of {node.label} is needed to compute a gradient")
        inputs = [known[source] for source in node.inputs]
        shapes = tuple(one.shape[1:] for one in inputs)
        parameters = node.weights.parameters(node.id, node.layer, shapes, seed)
        known[current] = node.layer.forward(inputs, parameters)
    return known

"""The gradient of one output value with respect to the network's inputs: what a unit really looks at.

The theoretical receptive field says which pixels can matter; the gradient says how much they do, and
usually it falls off like a Gaussian: Luo, Li, Urtasun & Zemel, "Understanding the effective receptive
field in deep convolutional neural networks", NeurIPS 2016.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from engine.attribution.partial_gradient import Part, pass_back
from engine.errors import NetworkError, ShapeError
from engine.model.network import Network, Node
from engine.shapes import Shape, shape_text
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]


def input_gradients(
    network: Network, maps: Mapping[str, Map], node_id: str, at: tuple[int, ...], *, seed: int = 0
) -> dict[str, Map]:
    """d(value of the node at (channel, row, column)) / d(input), by Input id, each (1, C, H, W).

    `maps` holds (1, C, H, W) arrays by node id, as the executor gives them; those of the Inputs must be
    there, missing others are computed. A vector's unit is (feature,). Inputs that the node does not depend
    on are left out. Runs parallel kernels: call it on the compute thread. `ShapeError` outside the map.
    """
    known = _with_missing(network, maps, node_id, seed)
    return backpropagate(network, known, node_id, unit(known[node_id].shape[1:], at), seed=seed)


def backpropagate(
    network: Network,
    maps: Mapping[str, Map],
    node_id: str,
    dy: Map,
    *,
    seed: int = 0,
    checkpoint: Checkpoint = go_on,
) -> dict[str, Map]:
    """The gradients of the Inputs, given that of the node's map; `maps` are those of all nodes above.

    Only the rectangle that can have a gradient is worked on, layer by layer. `checkpoint` is called between
    layers and may raise to end the work.
    """
    above = network.ancestors(node_id) | {node_id}
    waiting: dict[str, Part] = {node_id: Part.of(dy)}
    found: dict[str, Map] = {}
    for current in reversed(network.order):
        if current not in above:
            continue
        checkpoint()
        part = waiting.pop(current)
        node = network.nodes[current]
        if not node.inputs:
            found[current] = part.whole(maps[current].shape[1:])
            continue
        inputs = [maps[source] for source in node.inputs]
        shapes = tuple(one.shape[1:] for one in inputs)

        @cache
        def parameters(node: Node = node, shapes: tuple[Shape, ...] = shapes) -> Mapping[str, Map]:
            ends = () if checkpoint is go_on else (checkpoint,)
            return node.weights.parameters(node.id, node.layer, shapes, seed, *ends)

        def key(node: Node = node, shapes: tuple[Shape, ...] = shapes) -> str:
            # A source that is no dataclass cannot be told from others.
            known = node.weights.key if is_dataclass(node.weights) else ""
            return known and f"{known} {node.id} {seed} {node.layer!r} {[shape[0] for shape in shapes]}"

        back = pass_back(node.layer, inputs, parameters, key, maps[current], part)
        for source, one in zip(node.inputs, back, strict=True):
            waiting[source] = waiting[source].plus(one) if source in waiting else one
    return found


def unit(shape: Shape, at: tuple[int, ...]) -> Map:
    """1 at one value of a map, 0 elsewhere: (1, *shape)."""
    inside = len(at) == len(shape) and all(0 <= i < n for i, n in zip(at, shape, strict=True))
    if not inside:
        raise ShapeError(f"at={at!r} lies outside of a map of {shape_text(shape)}")
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

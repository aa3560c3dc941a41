"""The shape of every map that can be computed: its layer takes the inputs and has weights that fit."""

import contextlib

from engine.errors import ShapeError
from engine.model.network import Network
from engine.shapes import Shape
from engine.weights import misfit


def output_shapes(network: Network) -> dict[str, Shape]:
    """Of all nodes that can be computed, in topological order."""
    found: dict[str, Shape] = {}
    for node_id in network.order:
        node = network.nodes[node_id]
        inputs = [found[source] for source in node.inputs if source in found]
        if len(inputs) < max(len(node.inputs), node.layer.min_inputs):
            continue
        with contextlib.suppress(ShapeError):
            shape = node.layer.output_shape(*inputs)
            if not misfit(node.weights, node.layer, tuple(inputs)):
                found[node_id] = shape
    return found


def last_maps(network: Network) -> tuple[str, ...]:
    """The nodes whose maps come out: those that can be computed, and that nobody reads who can be."""
    shapes = output_shapes(network)
    return tuple(one for one in shapes if not any(reader in shapes for reader in network.outputs_of[one]))

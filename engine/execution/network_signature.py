"""What a run needs to know of a network beside its layers: shapes, and a digest of each node's making."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from engine.model.network import Network, Node
from engine.plan import MapLayout
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape


@dataclass(frozen=True, kw_only=True, eq=False)
class NetworkSignature:
    """Of one network and seed. Nodes with a problem, and those below them, are missing."""

    network: Network
    seed: int
    shapes: Mapping[str, Shape]
    digests: Mapping[str, str]
    """By node: layer, weights, the digests of its inputs; equal digests make equal maps of a photograph."""
    inputs: tuple[str, ...]
    """The Input nodes."""

    @cached_property
    def inputs_given(self) -> Mapping[str, MapLayout]:
        """How the maps of the Input nodes lie."""
        return {node_id: planar(self.shapes[node_id]) for node_id in self.inputs}


def network_signature(network: Network, seed: int) -> NetworkSignature:
    """Shapes and digests of all nodes that can be computed."""
    shapes = output_shapes(network)
    digests: dict[str, str] = {}
    for node_id in shapes:
        node = network.nodes[node_id]
        parts = [parameter_key(node, shapes, seed), *(digests[source] for source in node.inputs)]
        digests[node_id] = sha256("\0".join(parts).encode()).hexdigest()
    inputs = tuple(node_id for node_id in shapes if node_id in network.inputs)
    return NetworkSignature(network=network, seed=seed, shapes=shapes, digests=digests, inputs=inputs)


def parameter_key(node: Node, shapes: Mapping[str, Shape], seed: int) -> str:
    """What a node's parameters depend on. Weightless layers do not depend on their id or the seed."""
    inputs = tuple(shapes[source] for source in node.inputs)
    if not node.layer.param_shapes(*inputs):
        return repr(node.layer)
    return f"{node.layer!r} {node.weights.key} {node.id} {seed} {inputs}"


def planar(shape: Shape) -> MapLayout:
    """How a map lies channel by channel, as numpy has it."""
    channels, height, width = shape if len(shape) == 3 else (shape[0], 1, 1)
    size = 4 * channels * height * width
    return MapLayout(pixel=4, row=4 * width, channel=4 * height * width, bytes=size)

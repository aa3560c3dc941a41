"""Concatenation for free: producers write straight into their slice of the joined map.

A node's home is the concatenation whose buffer it lives in, and the channel at which. A concatenation whose
inputs begin another one's inputs (DenseNet writes its blocks that way) lives at the start of the other.
"""

from collections.abc import Collection, Mapping

from engine.kernels.fast.host import host
from engine.layers.lowering import ConcatForm
from engine.model.network import Network
from engine.plan.fusion import form_of
from engine.shapes import Shape

Home = tuple[str, int]
"""(the concatenation, first channel in it)."""


def homes(
    network: Network, computed: Collection[str], stored: Collection[str], shapes: Mapping[str, Shape]
) -> dict[str, Home]:
    """Where each node lives that does not get a buffer of its own.

    computed: nodes that this plan computes; stored: those whose map a step writes (others are fused away).
    A slice must begin and end at a whole vector, for kernels write whole vectors.
    """
    joins = [
        node_id for node_id in network.order if node_id in computed and _is_join(network, node_id, shapes)
    ]
    found: dict[str, Home] = {}
    # Longest first: it is the one that others may begin.
    for join in sorted(joins, key=lambda node_id: -len(network.nodes[node_id].inputs)):
        inputs = network.nodes[join].inputs
        for other in joins:
            beginning = network.nodes[other].inputs
            shorter = other != join and other not in found and len(beginning) < len(inputs)
            if shorter and inputs[: len(beginning)] == beginning:
                found[other] = (join, 0)
        channel = 0
        for source in inputs:
            width = shapes[source][0]
            free = source in stored and source not in found
            if free and channel % host().width == 0 and width % host().width == 0:
                found[source] = (join, channel)
            channel += width
    return found


def _is_join(network: Network, node_id: str, shapes: Mapping[str, Shape]) -> bool:
    return isinstance(form_of(network, node_id, shapes), ConcatForm)

"""Concatenation for free: producers write straight into their slice of the joined map.

A concatenation whose inputs begin another one's inputs (DenseNet writes its blocks that way) is a slice of
the other, from its first channel on.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from engine.kernels.fast.host import host
from engine.layers.base.lowering import ConcatForm
from engine.model.network import Network
from engine.plan.fusion import form_of
from engine.shapes import Shape


class Slice(NamedTuple):
    """Where a map lives that has no buffer of its own."""

    concat: str
    channel: int
    """Its first one in there."""


def concat_slices(
    network: Network, computed: Collection[str], stored: Collection[str], shapes: Mapping[str, Shape]
) -> dict[str, Slice]:
    """The nodes whose maps are slices of a concatenation's.

    computed: nodes that this plan computes; stored: those whose map a step writes (others are fused away).
    A slice must begin and end at a whole vector, for kernels write whole vectors.
    """
    concats = [
        node_id
        for node_id in network.order
        if node_id in computed and isinstance(form_of(network, node_id, shapes), ConcatForm)
    ]
    slices: dict[str, Slice] = {}
    # Longest first: it is the one that others may begin.
    for concat in sorted(concats, key=lambda node_id: -len(network.nodes[node_id].inputs)):
        inputs = network.nodes[concat].inputs
        for other in concats:
            beginning = network.nodes[other].inputs
            shorter = other != concat and other not in slices and len(beginning) < len(inputs)
            if shorter and inputs[: len(beginning)] == beginning:
                slices[other] = Slice(concat, 0)
        channel = 0
        for source in inputs:
            width = shapes[source][0]
            free = source in stored and source not in slices
            if free and channel % host().width == 0 and width % host().width == 0:
                slices[source] = Slice(concat, channel)
            channel += width
    return slices

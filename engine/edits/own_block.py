"""A selection as a block of one's own: a project of its own, whose Input stands for what the block reads."""

import dataclasses
from collections.abc import Collection

from engine.analysis.analyze import Analysis
from engine.analysis.group_report import outer_inputs
from engine.errors import NetworkError
from engine.layers.input import Input
from engine.layout.room import along, column
from engine.model.grouping import Grouping
from engine.model.network import Network, Node
from engine.model.project import Project

INPUT = "input"
"""Id of the Input that stands for what the block reads."""


def as_block(project: Project, analysis: Analysis, node_ids: Collection[str], title: str) -> Project:
    """The nodes behind an Input of the shape that they read now, called `title`.

    Of several things that are read the deepest is the Input; the others are left open.
    """
    network = project.network
    chosen = [node_id for node_id in network.in_order(node_ids) if not network[node_id].layer.is_input]
    if not chosen:
        raise NetworkError("select the layers that are to be a block")
    if not title.strip():
        raise NetworkError("a block needs a name")
    sources = network.in_order(outer_inputs(network, chosen))
    shape = analysis.layers[sources[-1]].output_shape if sources else None
    part = project.part(chosen)
    renamed = {INPUT: part.new_id("layer")} if INPUT in part.network else {}
    nodes = [Node(id=INPUT, layer=Input() if shape is None else Input(shape=shape))]
    for node_id in chosen:
        wanted = [
            INPUT if sources and source == sources[-1] else renamed.get(source, source)
            for source in network[node_id].inputs
            if source in chosen or (sources and source == sources[-1])
        ]
        node = part.network[node_id]
        nodes.append(dataclasses.replace(node, id=renamed.get(node_id, node_id), inputs=tuple(wanted)))
    starts = {node_id: along(project, part.position(node_id)) for node_id in chosen}
    first = min(start for start, _ in starts.values())
    across = starts[chosen[0]][1]
    places = {renamed.get(node_id, node_id): part.position(node_id) for node_id in chosen}
    places[INPUT] = along(project, (first - column(project), across))
    return dataclasses.replace(
        part, network=Network(nodes), positions=places, title=title.strip(), groups=Grouping()
    )

"""What stands on the canvas: a card for each node, but one for all that lies in a collapsed group.

Wires between cards stand for the wires of the network: several that run between the same two cards are one.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.model.grouping import Grouping
from engine.model.network import Edge, Network

Sources = Mapping[str, tuple[str, ...]]
"""Card → the cards it reads from, each once. Cards in drawing order."""


def visible_cards(network: Network, groups: Grouping) -> Sources:
    """Every card with those it reads from."""
    if not any(group.collapsed for group in groups.values()):
        return MappingProxyType({node.id: node.inputs for node in network.nodes.values()})
    card = {node_id: groups.card(node_id) for node_id in network.nodes}
    found: dict[str, dict[str, None]] = {}
    for node in network.nodes.values():
        mine = card[node.id]
        reads = found.setdefault(mine, {})
        for source in node.inputs:
            if card[source] != mine:
                reads[card[source]] = None
    return MappingProxyType({one: tuple(reads) for one, reads in found.items()})


def wires_behind(network: Network, groups: Grouping, edge: Edge) -> tuple[Edge, ...]:
    """The wires of the network that one between two cards stands for, in drawing order."""
    source, target = edge
    if source in network and target in network:
        return (edge,) if source in network[target].inputs else ()
    readers = groups.nodes(target) if target in groups else (target,)
    return tuple(
        (one, reader)
        for reader in network.in_order(readers)
        for one in network[reader].inputs
        if groups.card(one) == source
    )

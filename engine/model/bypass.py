"""Bypassing a node: it stays where it is and passes its first input on, and everything comes back later.

While it is bypassed its layer is an Identity, so that whatever computes, counts or exports a network needs to
know nothing of it; what it was is kept beside (`Node.bypassed`), also in files.
"""

import dataclasses

from engine.errors import NetworkError
from engine.layers.dropout import Identity
from engine.model.network import Bypassed, Network, Node


def bypass(network: Network, *node_ids: str) -> Network:
    """With these nodes passing their first input on. `NetworkError` for an input of the network."""
    changed = {}
    for node_id in node_ids:
        node = network[node_id]
        if node.layer.max_inputs == 0:
            raise NetworkError(f"{node.label} is an input of the network: it has nothing to pass on")
        if node.bypassed is None:
            aside = Bypassed(layer=node.layer, inputs=node.inputs)
            changed[node_id] = dataclasses.replace(
                node, layer=Identity(), inputs=node.inputs[:1], bypassed=aside
            )
    return _with(network, changed)


def restore(network: Network, *node_ids: str) -> Network:
    """With these nodes as they were. A wire that was led elsewhere meanwhile stays; of the others those come
    back whose sources are still there, and that close no cycle."""
    for node_id in node_ids:
        node = network[node_id]
        aside = node.bypassed
        if aside is not None:
            others = aside.inputs if node.inputs == aside.inputs[:1] else node.inputs + aside.inputs[1:]
            inputs = tuple(fromkey for fromkey in dict.fromkeys(others) if _may_read(network, node, fromkey))
            made = dataclasses.replace(
                node, layer=aside.layer, inputs=inputs[: aside.layer.max_inputs], bypassed=None
            )
            network = _with(network, {node_id: made})
    return network


def _may_read(network: Network, node: Node, source: str) -> bool:
    return source in network and source != node.id and node.id not in network.ancestors(source)


def _with(network: Network, changed: dict[str, Node]) -> Network:
    if not changed:
        return network
    return Network(changed.get(node.id, node) for node in network.nodes.values())

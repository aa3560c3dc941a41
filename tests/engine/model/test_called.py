"""Every node has a name of its own, and that of its card where no other has it."""

from engine.model.called import called
from tests.engine.small_networks import chain, conv, make


def test_nodes_are_called_as_their_cards_and_told_apart() -> None:
    network = chain(conv(4, 3), make("ReLU"), conv(4, 3), conv(4, 1), shape=(3, 8, 8))
    names = called(network, network.order)
    assert len(set(names)) == len(names)
    for name, node_id in zip(names, network.order, strict=True):
        label = network[node_id].label
        alone = [node.label for node in network.nodes.values()].count(label) == 1
        assert name == (label if alone else f"{label} ({node_id})")
    assert sum("(" in name for name in names) == 2

"""Learned weights and an edit: what was learned goes over to the edited network where it still fits."""

from collections.abc import Mapping
from dataclasses import replace

from engine.model.called import called
from engine.model.network import Network
from engine.training.carried import Carried, carried
from engine.training.stages import edited
from engine.training.trainer import Trainer
from engine.weights import Given, Weights
from gui.training.runner import held_out


def is_same(before: Network, after: Network) -> bool:
    """Whether layers, wires and weights are the same: names may differ."""
    return before is after or (
        before.nodes.keys() == after.nodes.keys()
        and all(
            (node.layer, node.inputs, node.weights)
            == (after[node_id].layer, after[node_id].inputs, after[node_id].weights)
            for node_id, node in before.nodes.items()
        )
    )


def carry(learned: Mapping[str, Weights], before: Network, after: Network) -> Carried:
    """`after`, an edited `before`, with the weights learned meanwhile: those that the edit itself changed
    stay as it has them, and the others say that there was one."""
    network = after
    for node_id, weights in learned.items():
        if node_id in after and after[node_id].weights == before[node_id].weights:
            network = network.set_weights(node_id, weights)
    taken = carried(network)
    if is_same(before, after):
        return taken
    drawn = called(taken.network, taken.drawn)
    network = taken.network
    for node_id in taken.kept:
        weights = network[node_id].weights
        if isinstance(weights, Given) and weights is learned.get(node_id):
            note = edited(weights.note, drawn)
            network = network.set_weights(node_id, Given(weights.arrays, weights.origin, note, weights.tied))
    return replace(taken, network=network)


def learned_in(trainer: Trainer) -> dict[str, Weights]:
    """Every trained node's weights as they are now."""
    network = trainer.trained()
    return {node_id: network[node_id].weights for node_id in trainer.parameters.nodes}


def learned_in_full(trainer: Trainer) -> dict[str, Weights]:
    """The same, whose note tells how well they do on what is held out."""
    held_out(trainer)
    return learned_in(trainer)

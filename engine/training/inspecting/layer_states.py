"""How each layer does after a step: the size of its weights, of their gradients, and what fell silent."""

from dataclasses import dataclass

import numpy as np

from engine.training.trainer import Trainer


@dataclass(frozen=True, kw_only=True)
class LayerState:
    """Of one node after the last step, on its batch."""

    node_id: str
    weight_norm: float | None
    """Root of the sum of squares of all trained values; None for a layer without any."""
    gradient_norm: float | None
    """Of their gradients, before they were clipped; None before the first step."""
    dead: float | None
    """Of a ReLU: share of its channels that were 0 at every place of every picture; None for others."""


def layer_states(trainer: Trainer) -> list[LayerState]:
    """Of all nodes that have weights or rectify, in topological order."""
    made = []
    for node_id in trainer.tape.nodes:
        weights = list(trainer.parameters.gradients_of(node_id))
        values = trainer.parameters.of(node_id)
        rectifies = trainer.network[node_id].layer.rectifies and trainer.step_number > 0
        if not weights and not rectifies:
            continue
        norm = gradient = dead = None
        if weights:
            norm = float(np.sqrt(sum(np.square(values[name], dtype=np.float64).sum() for name in weights)))
            gradient = trainer.gradient_norms.get(node_id)
        if rectifies:
            y = trainer.tape.map_of(node_id)
            dead = float((y <= 0).all(axis=(0, *range(2, y.ndim))).mean())
        made.append(LayerState(node_id=node_id, weight_norm=norm, gradient_norm=gradient, dead=dead))
    return made

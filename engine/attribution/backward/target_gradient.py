"""The gradient of the number that is explained, towards the map of one node."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.attribution.backward.whole_gradient import whole_gradient
from engine.attribution.fields.gradients import backpropagate
from engine.attribution.method import Question
from engine.model.network import Node

Map = npt.NDArray[np.float32]


def target_gradient(
    question: Question, towards: str, maps: Mapping[str, Map] | None = None, *, guided: bool = False
) -> Map:
    """(1, C, H, W). Of a class on the plan of whole maps; of a single value by the part that it sees."""
    known = question.maps if maps is None else maps
    target = question.target
    dy = target.gradient(known[target.node_id])
    if target.at is None:
        return whole_gradient(
            question.network,
            known,
            target.node_id,
            dy,
            towards,
            guided=guided,
            seed=question.seed,
            checkpoint=question.checkpoint,
        )
    found = backpropagate(
        question.network,
        known,
        target.node_id,
        dy,
        towards={towards},
        gate=_only_positive if guided else None,
        seed=question.seed,
        checkpoint=question.checkpoint,
    )
    return found[towards]


def _only_positive(node: Node, dy: Map) -> Map:
    return np.maximum(dy, 0) if node.layer.rectifies else dy

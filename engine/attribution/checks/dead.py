"""Why a picture is empty: a map that is 0 everywhere, said in a sentence."""

import numpy as np
import numpy.typing as npt

from engine.attribution.fields.gradients import backpropagate
from engine.attribution.method import Question
from engine.model.network import Node

Map = npt.NDArray[np.float32]

NOTHING = 1e-9
"""A change of the score, as a share of it, that is nothing but rounding."""
SATURATED = 1e-4
"""A softmax whose gradient is smaller than this moves no more."""
_NOT_FINITE = "Some values are not finite: the network's own maps overflow, or hold no numbers."


def why_nothing_moves(question: Question, values: Map) -> str:
    """Why no pixel (or cell) moves the number; empty where one does."""
    if not np.isfinite(values).all():
        return _NOT_FINITE
    scale = max(float(np.abs(question.picture).max(initial=0)), 1e-6)
    largest = float(np.abs(values).max(initial=0)) * scale
    target = question.target
    outer = target.gradient(question.maps[target.node_id])
    if target.scale == "softmax" and float(np.abs(outer).max(initial=0)) < SATURATED:
        return (
            f"The softmax is saturated: it gives this class {question.score:.6f}, and hardly moves."
            " Explain the logit instead."
        )
    if largest > NOTHING * max(abs(question.score), NOTHING):
        return ""
    return _what_stops(question, outer)


def why_field_is_empty(question: Question) -> str:
    """Why the effective field of the number, known to be empty, is."""
    if not np.isfinite(question.score):
        return _NOT_FINITE
    return _what_stops(question, question.target.gradient(question.maps[question.target.node_id]))


def why_maps_are_silent(question: Question, by_channel: Map) -> str:
    """Why cells are 0 though their gradients are not: the maps themselves are."""
    if by_channel.any():
        return ""
    node = question.network.nodes[question.layer_id]
    if node.layer.rectifies:
        return _switched_off(question, node)
    return f"The maps of {node.label} ({node.id}) that count for this number are 0 everywhere."


def why_none_speaks_for(values: Map, at_layer: bool) -> str:
    """Said of a map that has values, but none above 0."""
    if values.size and values.max() <= 0 and values.min() < 0:
        what = "cell" if at_layer else "pixel"
        return (
            f"Every {what} lowers this number: there is nothing above 0 to show. The signed"
            " picture says where."
        )
    return ""


def _what_stops(question: Question, outer: Map) -> str:
    """The node at which the gradient ends, seen from the target."""
    network = question.network
    gradients = backpropagate(
        network,
        question.maps,
        question.target.node_id,
        outer,
        towards=question.between,
        seed=question.seed,
        checkpoint=question.checkpoint,
    )
    for node_id in reversed(network.order):
        found = gradients.get(node_id)
        if found is None or not found.any():
            continue
        node = network.nodes[node_id]
        below = [gradients[source] for source in node.inputs if source in gradients]
        if not below or any(gradient.any() for gradient in below):
            continue
        if node.layer.rectifies:
            capped = bool((question.maps[node_id][found != 0] > 0).any())
            return _at_its_ceiling(question, node) if capped else _switched_off(question, node)
        return f"No pixel moves it: {node.label} ({node_id}) lets no gradient through here."
    return "No pixel moves it by more than rounding: what is explained is constant for this network."


def _at_its_ceiling(question: Question, node: Node) -> str:
    return (
        f"Nothing passes {node.label} ({node.id}): what leads to this number is above its ceiling there, or"
        f" negative, so it is {question.score:.4g} and no pixel moves it."
    )


def _switched_off(question: Question, node: Node) -> str:
    source = node.inputs[0]
    return (
        f"Switched off: everything before {node.label} ({node.id}) that leads to this number is"
        " negative, so it"
        f" is {question.score:.4g} and no pixel moves it. Explain a value of"
        f" {question.network.nodes[source].label} ({source}), before the ReLU."
    )

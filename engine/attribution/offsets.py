"""What biases add to a number: with gradient × input, all there is in a network of straight pieces.

For a network of convolutions, dense layers, ReLUs and pooling the number is, around a picture, a straight
line: value = Σ gradient · picture + Σ over layers of gradient · offset (Srinivas & Fleuret, "Full-gradient
representation for neural network visualization", NeurIPS 2019, section 3).
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.attribution.fields.gradients import backpropagate, leading_to
from engine.attribution.method import Check, Question, share
from engine.attribution.values.known_parameters import known_parameters
from engine.layers import Layer
from engine.model.network import Network

Map = npt.NDArray[np.float32]

EXACT = 1e-3
"""Float32 sums over a whole network agree to this."""


def completeness(question: Question, what: str, total: float, from_id: str) -> Check:
    """Σ + what biases add = the number, from the node `from_id` on; the rest, in bending networks, is
    told."""
    offset, bending = _offset_terms(question, from_id)
    rest = question.score - total - offset
    text = (
        f"{what} = {total:.4g}, biases {offset:+.4g}: together {total + offset:.4g}, score"
        f" {question.score:.4g}"
    )
    if bending:
        return Check(text=f"{text}; the rest is what {bending} bends")
    scale = max(abs(question.score), abs(total), abs(offset))
    return Check(text=text, holds=share(rest, scale) < EXACT)


def _offset_terms(question: Question, from_id: str) -> tuple[float, str]:
    """Σ gradient · offset over the layers behind the node, and the label of one that bends (or nothing)."""
    network, target = question.network, question.target
    if target.scale == "softmax":
        return 0.0, "the softmax"
    behind = leading_to(network, target.node_id, {from_id}) - {from_id}
    others = leading_to(network, target.node_id) - behind - {from_id}
    if any(source in others for node_id in behind for source in network.nodes[node_id].inputs):
        return 0.0, "another branch"
    bending = next((node_id for node_id in network.order if _bends(network, node_id, behind)), "")
    gradients = backpropagate(
        network,
        question.maps,
        target.node_id,
        target.gradient(question.maps[target.node_id]),
        towards=behind,
        seed=question.seed,
        checkpoint=question.checkpoint,
    )
    total = 0.0
    for node_id, gradient in gradients.items():
        node = network.nodes[node_id]
        shapes = tuple(question.maps[source].shape[1:] for source in node.inputs)
        offset = _offset(node.layer, known_parameters(node, shapes, question.seed, question.checkpoint))
        if offset is not None:
            each = gradient[0].reshape(gradient.shape[1], -1).sum(axis=1, dtype=np.float64)
            total += float(each @ offset)
    return total, network.nodes[bending].label if bending else ""


def _bends(network: Network, node_id: str, behind: set[str]) -> bool:
    return node_id in behind and network.nodes[node_id].layer.bends


def _offset(layer: Layer, parameters: Mapping[str, Map]) -> npt.NDArray[np.float64] | None:
    """(C,): what the layer adds whatever comes in; None for nothing."""
    known = {name: values.astype(np.float64) for name, values in parameters.items() if name != "weight"}
    if "running_mean" in known:
        deviation = np.sqrt(known["running_var"] + float(getattr(layer, "eps", 0.0)))
        scale = parameters["weight"] / deviation if "weight" in parameters else 1 / deviation
        return np.asarray(known.get("bias", 0.0) - scale * known["running_mean"])
    return known.get("bias")

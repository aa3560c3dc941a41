"""What all methods share that explain the cells of a layer's maps."""

import numpy as np
import numpy.typing as npt

from engine.attribution.backward.target_gradient import target_gradient
from engine.attribution.checks.dead import why_maps_are_silent, why_none_speaks_for, why_nothing_moves
from engine.attribution.fields.gradients import leading_to
from engine.attribution.method import Check, Explanation, Method, NotDefined, Question, require_layer
from engine.attribution.target import Target
from engine.model.network import Network
from engine.shapes import Shape, elements, is_map

Map = npt.NDArray[np.float32]


def maps_and_gradient(question: Question) -> tuple[Map, Map]:
    """The layer's maps (C, h, w), and d(number) / d(each of their values)."""
    layer_id = question.layer_id
    gradient = target_gradient(question, layer_id)
    return np.ascontiguousarray(question.maps[layer_id][0]), np.ascontiguousarray(gradient[0])


def refuse_layer(
    method: Method, network: Network, target: Target, layer_id: str, shape: Shape | None = None
) -> None:
    """`NotDefined` unless the target depends on the layer, and the layer has maps."""
    node = require_layer(method, network, target, layer_id)
    if shape is not None and not is_map(shape):
        raise NotDefined(
            f"{method.title} needs a layer with maps, and {node.label} ({layer_id}) gives a vector:"
            " it has no places"
        )


def of_cells(
    method: Method,
    question: Question,
    by_channel: Map,
    gradient: Map,
    checks: tuple[Check, ...],
    note: str = "",
) -> Explanation:
    """Channels added up with their signs."""
    values = by_channel.sum(axis=0, dtype=np.float32)
    dead = (
        why_nothing_moves(question, gradient)
        or why_maps_are_silent(question, by_channel)
        or why_none_speaks_for(values, True)
    )
    used = {"note": note} if note else {}
    return Explanation(
        method=method.name,
        node_id=question.layer_id,
        values=values,
        by_channel=by_channel,
        gradient=gradient,
        checks=checks,
        used=used,
        dead=dead,
    )


def last_maps(network: Network, shapes: dict[str, Shape], target: Target) -> str:
    """The layer to begin with: the last one with more than one place that everything to the target passes."""
    leading = leading_to(network, target.node_id)
    chosen = ""
    for node_id in network.order:
        shape = shapes.get(node_id)
        has_places = node_id in leading and shape is not None and is_map(shape) and elements(shape[1:]) > 1
        if has_places and network.nodes[node_id].inputs:
            chosen = node_id
    if not chosen:
        raise NotDefined("no layer between the picture and this number has places")
    return chosen

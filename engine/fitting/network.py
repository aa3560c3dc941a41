"""A whole network fitted to a photograph, layer by layer: edges first, then what edges make together."""

from collections.abc import Callable, Collection, Mapping

import numpy as np
import numpy.typing as npt

from engine.errors import FitError
from engine.fitting.layer import KMEANS, RESTORE, Progress, fit_layer, fit_way_back, why_not
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.weights import Checkpoint, Given, go_on

MapOf = Callable[[Network, str], npt.NDArray[np.float32]]
"""(network, node id) → its map (1, C, H, W), computed with that network's weights."""


def fittable(network: Network, node_ids: Collection[str] | None = None) -> tuple[str, ...]:
    """Those of the nodes (of all, where none are named) that can be fitted, in topological order."""
    return tuple(
        node_id
        for node_id in network.order
        if (node_ids is None or node_id in node_ids)
        and not why_not(network[node_id].layer)
        and network[node_id].inputs
    )


def restorable(network: Network, node_id: str) -> str | None:
    """The nearest node above what a 1×1 reads with maps of the shape of its own: those it can give back."""
    node = network[node_id]
    if node.layer.role != "pointwise" or not node.inputs:
        return None
    shapes = output_shapes(network)
    if node_id not in shapes:
        return None
    above = network.ancestors(node.inputs[0])
    found = (one for one in reversed(network.order) if one in above and shapes.get(one) == shapes[node_id])
    return next(found, None)


def fit_network(
    network: Network,
    node_ids: Collection[str] | None,
    map_of: MapOf,
    *,
    method: str = KMEANS,
    about: str = "",
    seed: int = 0,
    checkpoint: Checkpoint = go_on,
    progress: Progress = lambda done, total: None,
) -> Mapping[str, Given]:
    """Weights for these convolutions, by node id, each fitted to what the ones before make of a photograph.

    `FitError` names the layer that cannot be fitted. `progress` counts layers.
    """
    if node_ids is not None:
        for node_id in node_ids:
            reason = why_not(network[node_id].layer)
            if reason:
                raise FitError(reason)
    wanted = fittable(network, node_ids)
    if not wanted:
        raise FitError("there is no convolution to fit")
    made: dict[str, Given] = {}
    for done, node_id in enumerate(wanted):
        progress(done, len(wanted))
        checkpoint()
        node = network[node_id]
        x = map_of(network, node.inputs[0])[0]
        if method == RESTORE:
            source = restorable(network, node_id)
            if source is None:
                raise FitError(f"no maps before {node.label} are as many and as large as its own")
            made[node_id] = fit_way_back(node.layer, x, map_of(network, source)[0], about=about)
        else:
            made[node_id] = fit_layer(node.layer, x, method, about=about, seed=seed, checkpoint=checkpoint)
        network = network.set_weights(node_id, made[node_id])
    progress(len(wanted), len(wanted))
    return made

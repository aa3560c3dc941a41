"""A unit projected back to the picture: what of this photograph it answered to.

Zeiler & Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 2.1: every max
pooling hands back to where its maximum was (its switches), every ReLU passes what is positive on the way
back, and a convolution hands back through its turned kernel. It is no function's gradient: nothing adds up.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.attribution.fields.gradients import leading_to
from engine.attribution.values.known_parameters import known_parameters
from engine.errors import NetworkError
from engine.model.network import Network
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]


def deconvolve(
    network: Network,
    maps: Mapping[str, Map],
    node_id: str,
    channel: int,
    at: tuple[int, int] | None = None,
    *,
    seed: int = 0,
    checkpoint: Checkpoint = go_on,
) -> Map:
    """(1, C, H, W), in the Input's own values: of one unit, with its own activation, all others 0.

    `maps` of all nodes that it depends on; `at` its row and column, by default where the channel is largest.
    `NetworkError` where another activation than ReLU lies on the way.
    """
    refuse_deconvolution(network, node_id)
    leading = leading_to(network, node_id)
    input_id = next(name for name in network.order if name in leading)
    output = maps[node_id]
    start = np.zeros_like(output)
    place = (0, channel, *(largest(output, channel) if at is None else at))[: output.ndim]
    start[place] = max(float(output[place]), 0.0) or 1.0
    waiting: dict[str, Map] = {node_id: start}
    for name in reversed(network.order):
        if name not in leading or name not in waiting or name == input_id:
            continue
        checkpoint()
        node, dy = network.nodes[name], waiting.pop(name)
        if node.layer.rectifies:
            handed: tuple[Map, ...] = (np.maximum(dy, 0),)
        else:
            sources = [np.ascontiguousarray(maps[source]) for source in node.inputs]
            shapes = tuple(source.shape[1:] for source in sources)
            params = known_parameters(node, shapes, seed, checkpoint)
            handed = node.layer.backward(sources, params, np.ascontiguousarray(maps[name]), dy)
        for source, back in zip(node.inputs, handed, strict=True):
            if source in leading:
                waiting[source] = back if source not in waiting else waiting[source] + back
    return np.ascontiguousarray(waiting[input_id], np.float32)


def refuse_deconvolution(network: Network, node_id: str) -> None:
    """`NetworkError` naming the activation that the method is not defined for."""
    for name in network.in_order(leading_to(network, node_id)):
        layer = network.nodes[name].layer
        if layer.role == "activation" and not layer.rectifies and not layer.passes_on:
            raise NetworkError(
                f"deconvolution is defined for ReLU and ReLU6 alone, and {name} is {layer.label}"
            )


def largest(output: Map, channel: int) -> tuple[int, int]:
    """Row and column of the channel's largest value, the first of equals."""
    if output.ndim == 2:
        return 0, 0
    found = np.unravel_index(int(np.nan_to_num(output[0, channel], nan=-np.inf).argmax()), output.shape[2:])
    return int(found[0]), int(found[1])

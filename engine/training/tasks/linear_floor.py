"""The best that a linear map through so narrow a place can do: principal components, beside a network."""

from dataclasses import dataclass
from math import log10

import numpy as np

from engine.fitting.pca import principal_components
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import elements
from engine.training.data.examples import HELD_OUT, TRAIN, Examples


@dataclass(frozen=True, kw_only=True)
class LinearFloor:
    """What principal components keep of pictures that they were not made of."""

    values: int
    """Numbers that the network's narrowest map holds; so many components are kept."""
    node_id: str
    """The node whose map that is."""
    psnr: float | None
    """Of the held-out pictures given back from them, in dB; None where nothing is lost."""


def linear_floor(network: Network, output_id: str, examples: Examples) -> LinearFloor:
    """Components of the pictures that are learned from, as many as the narrowest map before the end holds
    numbers. No other linear map to so many numbers loses less of those: Eckart & Young, 1936."""
    shapes = output_shapes(network)
    path = [node for node in network.order if node in network.ancestors(output_id) or node == output_id]
    node_id = min(path, key=lambda node: elements(shapes[node]))
    values = elements(shapes[node_id])
    train, held_out = (
        examples.pictures[examples.splits[split]].reshape(examples.count(split), -1) * np.float32(1 / 255)
        for split in (TRAIN, HELD_OUT)
    )
    found = principal_components(train, values)
    vectors = found.vectors[:values]
    centred = held_out - found.mean
    lost = float(np.square(centred - centred @ vectors.T @ vectors).mean())
    return LinearFloor(values=values, node_id=node_id, psnr=-10 * log10(lost) if lost > 1e-12 else None)

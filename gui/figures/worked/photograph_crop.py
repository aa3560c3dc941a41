"""The part of the photograph that the network sees, for figures that show it."""

from typing import Final

import numpy as np

from engine.image.patterns import Pattern
from engine.image.photograph import Photograph, Scene, fill_input
from engine.image.preprocessing import Preprocessing
from engine.layers.input import Input
from engine.model.project import Project

_FINE: Final = 448
"""Rows or columns that a picture of what a small Input sees has at least."""


def photograph_of(project: Project, scene: Scene) -> Photograph | None:
    """(H, W, 3) of what the first Input sees, before normalisation; finer where the Input is small.

    None without an Input.
    """
    layers = (node.layer for node in project.network.nodes.values())
    layer = next((layer for layer in layers if isinstance(layer, Input)), None)
    if layer is None:
        return None
    _, rows, columns = layer.shape
    if isinstance(scene, Pattern):
        return scene.picture((rows, columns))
    # A crop at the photograph's own scale would be another one in a finer Input.
    finer = 1 if layer.resize == "crop" else max(1, -(-_FINE // max(rows, columns)))
    taken = Preprocessing(resize=layer.resize, resize_to=layer.resize_to * finer)
    values = fill_input(scene, (3, rows * finer, columns * finer), taken)
    pixels = np.rint(np.clip(values[0], 0, 1).transpose(1, 2, 0) * 255)
    return np.asarray(pixels, dtype=np.uint8)

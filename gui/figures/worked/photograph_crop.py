"""The part of the photograph that the network sees, for figures that show it."""

from typing import Final

import numpy as np

from engine.image.patterns import Pattern
from engine.image.photograph import Photograph, Scene, fill_input
from engine.image.preprocessing import Preprocessing
from engine.model.project import Project

_FINE: Final = 448
"""Rows or columns that a picture of what a small Input sees has at least."""


def photograph_of(project: Project, scene: Scene) -> Photograph | None:
    """(H, W, 3) of what the first Input sees, before normalisation; finer where the Input is small.

    None without an Input.
    """
    layers = (node.layer for node in project.network.nodes.values())
    layer = next((layer for layer in layers if layer.is_input), None)
    if layer is None or layer.preprocessing is None:
        return None
    _, rows, columns = layer.output_shape()
    chosen = layer.preprocessing
    if isinstance(scene, Pattern):
        return scene.picture((rows, columns))
    # A crop at the photograph's own scale would be another one in a finer Input.
    finer = 1 if chosen.resize == "crop" else max(1, -(-_FINE // max(rows, columns)))
    taken = Preprocessing(resize=chosen.resize, resize_to=chosen.resize_to * finer)
    values = fill_input(scene, (3, rows * finer, columns * finer), taken)
    pixels = np.rint(np.clip(values[0], 0, 1).transpose(1, 2, 0) * 255)
    return np.asarray(pixels, dtype=np.uint8)

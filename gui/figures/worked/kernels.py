"""Kernels as pictures: weights around zero, a 3-channel one in its colours."""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.model.network import Node
from engine.shapes import Shape, elements
from gui.look.colormaps import Rgb, colour, on_ground

MOST_WEIGHTS: Final = 1 << 22
"""Of larger layers no kernels are drawn: that would take too long."""
_SLICES: Final = 16

Weights = npt.NDArray[np.float32]


def weights_of(node: Node, inputs: tuple[Shape, ...], seed: int) -> Weights | None:
    """(out, in, kh, kw) of a convolution; None for other layers, and for very large ones."""
    shapes = node.layer.param_shapes(*inputs)
    shape = shapes.get("weight", ())
    if len(shape) != 4 or sum(map(elements, shapes.values())) > MOST_WEIGHTS:
        return None
    found = node.weights.parameters(node.id, node.layer, inputs, seed)["weight"]
    # Transposed convolutions keep their outputs on the second axis.
    return found.swapaxes(0, 1) if node.layer.transposed else found


def kernel_picture(kernel: Weights, *, dark: bool = False) -> Rgb:
    """One (in, kh, kw) kernel: three channels as colour, others as slices beside each other.

    A 1×1 kernel becomes a grid of its weights, one a channel.
    """
    channels, height, width = kernel.shape
    if channels == 3 and height * width > 1:
        reach = float(np.abs(kernel).max()) or 1.0
        picture: Rgb = np.rint((kernel.transpose(1, 2, 0) / reach + 1) * 127.5).astype(np.uint8)
        return picture
    table = on_ground("diverging", dark=dark)
    reach = float(np.abs(kernel).max()) or 1.0
    if height * width == 1:
        side = int(np.ceil(np.sqrt(channels)))
        rows = -(-channels // side)
        grid = np.zeros(rows * side, np.float32)
        grid[:channels] = kernel[:, 0, 0]
        return colour(grid.reshape(rows, side), table, -reach, reach)
    count = min(channels, _SLICES)
    side = int(np.ceil(np.sqrt(count)))
    rows = -(-count // side)
    apart = 1 if count > 1 else 0
    sheet = np.zeros((rows * (height + apart) - apart, side * (width + apart) - apart), np.float32)
    for index in range(count):
        y, x = (index // side) * (height + apart), (index % side) * (width + apart)
        sheet[y : y + height, x : x + width] = kernel[index]
    return colour(sheet, table, -reach, reach)

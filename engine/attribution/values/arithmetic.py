"""One output value taken apart, after a look at whether there is such a value."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.errors import ShapeError
from engine.layers import Layer
from engine.layers.arithmetic import Arithmetic
from engine.shapes import shape_text

Inputs = Sequence[npt.NDArray[np.float32]]
Params = Mapping[str, npt.NDArray[np.float32]]


def take_apart(layer: Layer, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    """The value at (channel, row, column), or (feature,), of a layer's output.

    `inputs` are batch first, `params` as the layer's own forward takes them. `UnsupportedLayer` for kinds
    that are no sum, mean or maximum of a patch; `ShapeError` for a position outside of the output.
    """
    shape = layer.output_shape(*(x.shape[1:] for x in inputs))
    if len(at) != len(shape) or not all(0 <= i < n for i, n in zip(at, shape, strict=True)):
        raise ShapeError(f"at={at!r} lies outside of an output of {shape_text(shape)}")
    return layer.taken_apart(inputs, params, at)

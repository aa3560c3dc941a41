"""Who reads whom through a layer's window, along one axis (0 rows, 1 columns): the lens looks both ways.

Inputs and outputs are counted inside their maps; what lies in the padding is left out.
"""

from typing import Any

from engine.layers import Layer
from engine.shapes import Shape


def outputs_reading(layer: Layer, shape: Shape, index: int, axis: int) -> tuple[int, ...]:
    """The output rows (or columns) that read this input row (or column) of an input of this shape."""
    size, made = shape[1 + axis], layer.output_shape(shape)[1 + axis]
    return tuple(output for output in range(made) if index in _inputs_of(layer, shape, output, axis, size))


def inputs_of(layer: Layer, shape: Shape, output: int, axis: int) -> tuple[int, ...]:
    """The input rows (or columns) that this output reads, in their order."""
    return tuple(sorted(_inputs_of(layer, shape, output, axis, shape[1 + axis])))


def inputs_through(layer: Layer, shape: Shape, tap: int, axis: int) -> tuple[int, ...]:
    """The input rows (or columns) that one row (or column) of the kernel meets on its way over the map."""
    one: Any = layer
    size, made = shape[1 + axis], layer.output_shape(shape)[1 + axis]
    if layer.kind == "ConvTranspose2d":
        offset = tap * one.dilation[axis] - one.cuts(axis)[0]
        return tuple(i for i in range(size) if 0 <= i * one.stride[axis] + offset < made)
    if layer.window is None:
        return tuple(range(size))
    window = layer.window
    first = tap * window.dilation[axis] - window.pads((shape[1], shape[2]))[axis][0]
    met = (first + output * window.stride[axis] for output in range(made))
    return tuple(index for index in met if 0 <= index < size)


def _inputs_of(layer: Layer, shape: Shape, output: int, axis: int, size: int) -> set[int]:
    one: Any = layer
    if layer.kind == "ConvTranspose2d":
        places = (output + one.cuts(axis)[0] - t * one.dilation[axis] for t in range(one.kernel_size[axis]))
        read = {place // one.stride[axis] for place in places if place % one.stride[axis] == 0}
    elif layer.window is not None:
        window = layer.window
        first = output * window.stride[axis] - window.pads((shape[1], shape[2]))[axis][0]
        read = set(range(first, first + window.extent[axis], window.dilation[axis]))
    elif hasattr(layer, "parts"):
        parts = one.parts[axis]
        read = set(range(output * size // parts, -(-(output + 1) * size // parts)))
    else:
        read = {output}
    return {index for index in read if 0 <= index < size}

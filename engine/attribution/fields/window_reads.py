"""Who reads whom through a layer, along one axis (0 rows, 1 columns): the lens looks both ways.

Inputs and outputs are counted inside their maps; what lies in the padding is left out.
"""

from engine.layers import Layer
from engine.shapes import Shape


def outputs_reading(layer: Layer, shape: Shape, index: int, axis: int) -> tuple[int, ...]:
    """The output rows (or columns) that read this input row (or column) of an input of this shape."""
    outputs = range(layer.output_shape(shape)[1 + axis])
    return tuple(output for output in outputs if index in layer.reads(output, axis, shape))


def inputs_of(layer: Layer, shape: Shape, output: int, axis: int) -> tuple[int, ...]:
    """The input rows (or columns) that this output reads, in their order."""
    return layer.reads(output, axis, shape)


def inputs_through(layer: Layer, shape: Shape, tap: int, axis: int) -> tuple[int, ...]:
    """The input rows (or columns) that one row (or column) of the kernel meets on its way over the map."""
    size, outputs = shape[1 + axis], layer.output_shape(shape)[1 + axis]
    reach = None if layer.whole_input else layer.reach(shape)
    if reach is None or not reach[axis].gap:
        return tuple(range(size))
    span = reach[axis]
    taps = int((span.last - span.first) / span.gap) + 1
    return span.passes(taps - 1 - tap if layer.transposed else tap, outputs, size)

"""One layer's input gradient where only a part of the map has one: work for the part alone.

The gradient of one unit is zero outside of its receptive field, layer by layer. A part is a rectangle of a
map; convolutions, max pooling and whatever works value by value pass it on as a rectangle, everything else
sees the whole map.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.execution.input_gradient import convolution_input_gradient, is_worth_it
from engine.layers import Layer
from engine.layers.base.lowering import ClampForm, PoolForm
from engine.layers.convolution import Conv2d
from engine.shapes import Pair, Shape, Window

Map = npt.NDArray[np.float32]
Parameters = Callable[[], Mapping[str, Map]]
"""Makes the layer's parameters: only where they are needed, since drawing them takes a while."""
Key = Callable[[], str]
"""Tells the layer's kernels from all others; empty where nothing does."""


@dataclass(frozen=True, eq=False)
class Part:
    """A gradient (1, C, h, w) that stands at (top, left) of its map and is 0 around; a vector is whole."""

    values: Map
    top: int = 0
    left: int = 0

    @classmethod
    def of(cls, dy: Map) -> "Part":
        """The smallest rectangle that holds what is not 0."""
        if dy.ndim != 4:
            return cls(dy)
        seen = (dy != 0).any(axis=(0, 1))
        rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return cls(dy[:, :, :1, :1])
        top, left = int(rows[0]), int(columns[0])
        return cls(dy[:, :, top : rows[-1] + 1, left : columns[-1] + 1], top, left)

    @property
    def size(self) -> Pair:
        """Height and width."""
        return self.values.shape[2], self.values.shape[3]

    def whole(self, shape: Shape) -> Map:
        """(1, *shape): with the zeros around it."""
        if self.values.shape[1:] == shape:
            return self.values
        made = np.zeros((1, *shape), np.float32)
        self.of_map(made)[...] = self.values
        return made

    def of_map(self, values: Map) -> Map:
        """The same rectangle of a map."""
        height, width = self.size
        return values[:, :, self.top : self.top + height, self.left : self.left + width]

    def plus(self, other: "Part") -> "Part":
        """The sum, as large as both together."""
        if self.values.ndim != 4:
            return Part(self.values + other.values)
        top, left = min(self.top, other.top), min(self.left, other.left)
        bottom = max(self.top + self.size[0], other.top + other.size[0])
        right = max(self.left + self.size[1], other.left + other.size[1])
        made = np.zeros((1, self.values.shape[1], bottom - top, right - left), np.float32)
        for one in (self, other):
            replace(one, top=one.top - top, left=one.left - left).of_map(made)[...] += one.values
        return Part(made, top, left)


def pass_back(
    layer: Layer, inputs: Sequence[Map], parameters: Parameters, key: Key, output: Map, part: Part
) -> tuple[Part, ...]:
    """The parts of the layer's inputs, given that of its output."""
    conv = layer.as_convolution(inputs[0].shape[1:])
    if conv is not None:
        return (_convolution(conv, inputs[0], parameters, key, part),)
    form = layer.lowering(*(x.shape[1:] for x in inputs))
    if isinstance(form, PoolForm) and form.maximum:
        return (_max_pool(form.window, inputs[0], output, part),)
    if _is_pointwise(layer, inputs, output):
        if form == ClampForm(low=0.0):
            return (replace(part, values=part.values * (part.of_map(inputs[0]) > 0)),)
        cut = [part.of_map(one) for one in inputs]
        made = layer.backward(cut, parameters(), part.of_map(output), part.values)
        return tuple(replace(part, values=one) for one in made)
    whole = part.whole(output.shape[1:])
    return tuple(Part.of(one) for one in layer.backward(list(inputs), parameters(), output, whole))


def _is_pointwise(layer: Layer, inputs: Sequence[Map], output: Map) -> bool:
    """Whether each position of the output depends on the same position of the inputs alone."""
    shapes = [one.shape[1:] for one in inputs]
    if layer.whole_input or any(len(shape) != 3 for shape in (*shapes, output.shape[1:])):
        return False
    same = all(shape[1:] == output.shape[2:] for shape in shapes)
    return same and layer.reach(*shapes) is None


def _convolution(conv: Conv2d, x: Map, parameters: Parameters, key: Key, part: Part) -> Part:
    from engine.kernels.convolution import spread

    place = _below(conv.window, x, part)
    if place is None:
        return Part(np.zeros((1, x.shape[1], 1, 1), np.float32))
    (top, bottom), (left, right), cuts = place
    made = None
    known = key() if is_worth_it(conv, part.values.shape[1:], x.shape[1]) else ""
    if known:
        made = convolution_input_gradient(
            conv, known, lambda: parameters()["weight"], part.values, x.shape[1], cuts
        )
    if made is None:
        start, size = (cuts[0][0], cuts[1][0]), (bottom - top + 1, right - left + 1)
        made = spread(part.values, parameters()["weight"], None, conv.window, start, size, conv.groups)
    return Part(made, top, left)


def _below(window: Window, x: Map, part: Part) -> tuple[Pair, Pair, tuple[Pair, Pair]] | None:
    """First and last row and column of the map that the part reads, and how much of it lies in padding."""
    spans, cuts = [], []
    pads = window.pads((x.shape[2], x.shape[3]))
    for axis, first_output in enumerate((part.top, part.left)):
        first = first_output * window.stride[axis] - pads[axis][0]
        last = first + (part.size[axis] - 1) * window.stride[axis] + window.extent[axis] - 1
        inside = max(first, 0), min(last, x.shape[2 + axis] - 1)
        if inside[0] > inside[1]:
            return None
        spans.append(inside)
        cuts.append((inside[0] - first, last - inside[1]))
    return spans[0], spans[1], (cuts[0], cuts[1])


def _max_pool(window: Window, x: Map, y: Map, part: Part) -> Part:
    """Each output's gradient goes to the first of the largest values in its window, tap by tap."""
    place = _below(window, x, part)
    if place is None:
        return Part(np.zeros((1, x.shape[1], 1, 1), np.float32))
    (top, bottom), (left, right), cuts = place
    below, best = x[:, :, top : bottom + 1, left : right + 1], part.of_map(y)
    dx = np.zeros_like(below)
    is_open = np.ones_like(best, dtype=np.bool_)
    for i in range(window.kernel_size[0]):
        rows = _tap(i, 0, window, cuts[0][0], part.size, below)
        for j in range(window.kernel_size[1]):
            columns = _tap(j, 1, window, cuts[1][0], part.size, below)
            if rows is None or columns is None:
                continue
            (read_h, out_h), (read_w, out_w) = rows, columns
            values, largest = below[:, :, read_h, read_w], best[:, :, out_h, out_w]
            here = is_open[:, :, out_h, out_w]
            found = here & ((values == largest) | (np.isnan(values) & np.isnan(largest)))
            dx[:, :, read_h, read_w] += part.values[:, :, out_h, out_w] * found
            here &= ~found
    return Part(dx, top, left)


def _tap(tap: int, axis: int, window: Window, cut: int, size: Pair, below: Map) -> tuple[slice, slice] | None:
    """What the outputs read through one tap along an axis, and which of them read inside of the map."""
    stride, offset = window.stride[axis], tap * window.dilation[axis] - cut
    first = max(0, -(offset // stride))
    count = min(size[axis] - 1, (below.shape[2 + axis] - 1 - offset) // stride) - first + 1
    if count < 1:
        return None
    begin = first * stride + offset
    return slice(begin, begin + (count - 1) * stride + 1, stride), slice(first, first + count)

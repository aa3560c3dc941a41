"""Functions and classes for what Keras has no layer for; a written file holds those that it needs."""

from collections.abc import Iterable, Mapping
from typing import Final

_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "dilated_max_pool": ("bordered",),
    "average_pool": ("bordered",),
}
"""Helpers that others use."""

HELPERS: Final[Mapping[str, str]] = {
    "bordered": '''
def bordered(x, pads, value):
    """Rows and columns of one value around a map, or cut off where a number is negative."""
    (top, bottom), (left, right) = pads
    wider = [[max(top, 0), max(bottom, 0)], [max(left, 0), max(right, 0)]]
    x = ops.pad(x, [[0, 0], *wider, [0, 0]], constant_values=value)
    rows, columns = x.shape[1], x.shape[2]
    return x[:, max(-top, 0) : rows + min(bottom, 0), max(-left, 0) : columns + min(right, 0), :]
''',
    "dilated_max_pool": '''
def dilated_max_pool(x, kernel_size, strides, dilation, pads):
    """The largest of values that lie apart."""
    x = bordered(x, pads, -np.inf)
    spans = [dilation[axis] * (kernel_size[axis] - 1) for axis in (0, 1)]
    rows, columns = x.shape[1] - spans[0], x.shape[2] - spans[1]
    result = None
    for i in range(0, spans[0] + 1, dilation[0]):
        for j in range(0, spans[1] + 1, dilation[1]):
            seen = x[:, i : i + rows : strides[0], j : j + columns : strides[1], :]
            result = seen if result is None else ops.maximum(result, seen)
    return result
''',
    "average_pool": '''
def average_pool(x, kernel_size, strides, pads, counted):
    """The mean of what a window sees of the map, and of `counted` rows and columns of zeros around it."""
    rest = [[outer - inner for outer, inner in zip(*axis)] for axis in zip(pads, counted)]
    share = bordered(bordered(ops.ones_like(x), counted, 1.0), rest, 0.0)
    mean = layers.AveragePooling2D(kernel_size, strides=strides)
    return mean(bordered(x, pads, 0.0)) / mean(share)
''',
    "with_border": '''
def with_border(x, pads, mode):
    """A map mirrored at its border ("reflect"), or its border repeated ("edge")."""
    for axis, sides in zip((1, 2), pads):
        x = ops.take(x, np.pad(np.arange(x.shape[axis]), sides, mode=mode), axis=axis)
    return x
''',
    "mixed": '''
def mixed(x, rows, columns):
    """Each row, and column, as a mixture of others: pairs of their number and their share."""
    for axis, mixtures in zip((1, 2), (rows, columns)):
        matrix = np.zeros((len(mixtures), x.shape[axis]), "float32")
        for place, mixture in enumerate(mixtures):
            for index, share in mixture:
                matrix[place, index] += share
        x = ops.einsum("nhwc,ah->nawc" if axis == 1 else "nhwc,aw->nhac", x, matrix)
    return x
''',
    "spread": '''
def spread(x, strides):
    """Zeros between the rows and columns, as a transposed convolution has them."""
    rows, columns, channels = x.shape[1:]
    x = ops.reshape(x, (-1, rows, 1, columns, 1, channels))
    x = ops.pad(x, [[0, 0], [0, 0], [0, strides[0] - 1], [0, 0], [0, strides[1] - 1], [0, 0]])
    x = ops.reshape(x, (-1, rows * strides[0], columns * strides[1], channels))
    return x[:, : (rows - 1) * strides[0] + 1, : (columns - 1) * strides[1] + 1, :]
''',
    "channel_shuffle": '''
def channel_shuffle(x, groups):
    """Channels dealt out, one of each group after the other."""
    rows, columns, channels = x.shape[1:]
    x = ops.reshape(x, (-1, rows, columns, groups, channels // groups))
    return ops.reshape(ops.transpose(x, (0, 1, 2, 4, 3)), (-1, rows, columns, channels))
''',
    "pixel_shuffle": '''
def pixel_shuffle(x, factor):
    """Groups of channels laid out as blocks of pixels."""
    rows, columns, channels = x.shape[1:]
    x = ops.reshape(x, (-1, rows, columns, channels // factor**2, factor, factor))
    x = ops.transpose(x, (0, 1, 4, 2, 5, 3))
    return ops.reshape(x, (-1, rows * factor, columns * factor, channels // factor**2))
''',
    "pixel_unshuffle": '''
def pixel_unshuffle(x, factor):
    """Blocks of pixels laid out as groups of channels."""
    rows, columns, channels = x.shape[1] // factor, x.shape[2] // factor, x.shape[3]
    x = ops.reshape(x, (-1, rows, factor, columns, factor, channels))
    x = ops.transpose(x, (0, 1, 3, 5, 2, 4))
    return ops.reshape(x, (-1, rows, columns, channels * factor**2))
''',
    "Learned": '''
class Learned(layers.Layer):
    """Learned numbers as a map of their own, the same for every picture that comes in."""

    def __init__(self, shape, **options):
        super().__init__(**options)
        self.kernel = self.add_weight(shape=shape, name="kernel")

    def call(self, x):
        return ops.broadcast_to(self.kernel[None], (ops.shape(x)[0], *self.kernel.shape))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.kernel.shape)
''',
    "response_norm": '''
def response_norm(x, size, alpha, beta, k):
    """Each value over what the channels beside it sum up to (AlexNet, section 3.3)."""
    channels = x.shape[-1]
    sides = [[0, 0]] * (len(x.shape) - 1) + [[size // 2, size - 1 - size // 2]]
    squares = ops.pad(ops.square(x), sides)
    total = sum(squares[..., first : first + channels] for first in range(size))
    return x / (k + alpha / size * total) ** beta
''',
    "upsample_aligned": '''
def upsample_aligned(x, factors):
    """Enlarged along straight lines, the outermost pixels in place."""
    for axis, factor in zip((1, 2), factors):
        size = x.shape[axis]
        places = np.linspace(0, size - 1, size * factor)
        lower = np.minimum(places.astype(int), max(size - 2, 0))
        upper = np.minimum(lower + 1, size - 1)
        part = (places - lower).astype("float32").reshape([-1 if a == axis else 1 for a in range(4)])
        x = ops.take(x, lower, axis=axis) * (1 - part) + ops.take(x, upper, axis=axis) * part
    return x
''',
}
"""Source by name. Keras' own names are imported as in a written file: keras, layers, ops, np."""


def helper_lines(names: Iterable[str]) -> list[str]:
    """The source of these functions and of those that they use, each once, in alphabetical order."""
    wanted = set(names)
    wanted |= {other for name in wanted for other in _NEEDS.get(name, ())}
    return [line for name in sorted(wanted) for line in (*HELPERS[name].strip().splitlines(), "", "")]

"""The source text of a network in Keras' functional style: one line a layer, channels last."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from engine.analysis.report import Analysis
from engine.formats.complete import complete_analysis
from engine.formats.pytorch.identifiers import identifiers
from engine.formats.pytorch.wrapping import lines
from engine.model.network import Network
from engine.shapes import Shape, shape_text

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


_TAKEN = ("Path", "activations", "build", "keras", "layers", "load_weights", "np", "ops")


def keras_code(network: Network, title: str = "") -> str:
    """A module with `build()`, which gives the keras.Model of a network without problems."""
    analysis = complete_analysis(network)
    names = keras_names(network)
    built, helpers = _layer_lines(network, analysis, names)
    parameters = f"{analysis.totals.parameters:,} parameters"
    uses = "\n".join(built + helper_lines(helpers))
    keras_parts = [one for one in ("activations", "layers", "ops") if f"{one}." in uses]
    title = " ".join(title.replace("\\", "/").replace('"', "'").split())
    return "\n".join(
        [
            f'"""{title or "A network"}: {parameters}. Channels last. Written by OneByOne."""',
            "",
            "from pathlib import Path",
            "",
            "import keras",
            "import numpy as np",
            *([f"from keras import {', '.join(keras_parts)}"] if keras_parts else []),
            "",
            "",
            *helper_lines(helpers),
            "def build():",
            '    """The network, its weights drawn by Keras."""',
            *built,
            "",
            "",
            "def load_weights(model, path):",
            '    """Take the arrays `layer.variable` of a .npz file."""',
            "    with np.load(path) as arrays:",
            "        for layer in model.layers:",
            '            layer.set_weights([arrays[f"{layer.name}.{one.name}"] for one in layer.weights])',
            "",
            "",
            'if __name__ == "__main__":',
            "    model = build()",
            '    weights = Path(__file__).with_suffix(".npz")',
            "    if weights.exists():",
            "        load_weights(model, weights)",
            '        print("weights from", weights.name)',
            "    count = sum(int(np.prod(one.shape)) for one in model.trainable_weights)",
            '    print(count, "parameters")',
            f"    assert count == {analysis.totals.parameters}",
            *_check_lines(network, analysis),
            "",
        ]
    )


def keras_names(network: Network) -> Mapping[str, str]:
    """What each node's layer, and its variable in the file, is called."""
    return identifiers(network.order, _TAKEN)


def _layer_lines(
    network: Network, analysis: Analysis, names: Mapping[str, str]
) -> tuple[list[str], set[str]]:
    made: list[str] = []
    helpers: set[str] = set()
    inputs = [names[node_id] for node_id in network.order if network[node_id].layer.role == "input"]
    for node_id in sorted(network.order, key=lambda node_id: network[node_id].layer.role != "input"):
        report = analysis.layers[node_id]
        node, name = network[node_id], names[node_id]
        named = f'name="{name}"'
        if node.layer.role == "input":
            text = f"keras.Input({_channels_last(report.output_shape or ())}, {named})"
        else:
            code = node.layer.keras(*report.input_shapes)
            helpers |= set(code.helpers)
            sources = (names[source] for source in node.inputs)
            text = code.call.format(*sources, name=named, any=inputs[0])
        shape = report.output_shape or ()
        made += lines(f"{name} = {text}", "    ")
        made[-1] += f"  # {shape_text(shape, channels_last=True)}"
    ends = [names[node_id] for node_id in network.order if not network.outputs_of[node_id]]
    made += lines(f"return keras.Model({_one_or_list(inputs)}, {_one_or_list(ends)})", "    ")
    return made, helpers


def _check_lines(network: Network, analysis: Analysis) -> list[str]:
    shapes = {one: report.output_shape or () for one, report in analysis.layers.items()}
    inputs = [node_id for node_id in network.order if network[node_id].layer.role == "input"]
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    examples = [f'np.random.rand{(1, *_channels_last(shapes[one]))}.astype("float32")' for one in inputs]
    return [
        *lines(f"outputs = model({_one_or_list(examples)})", "    "),
        "    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]",
        *lines(f"expected = {[(1, *_channels_last(shapes[end])) for end in ends]}", "    "),
        "    for output, shape in zip(outputs, expected, strict=True):",
        "        print(tuple(output.shape))",
        "        assert tuple(output.shape) == shape",
    ]


def _channels_last(shape: Shape) -> Shape:
    return (*shape[1:], shape[0])


def _one_or_list(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"

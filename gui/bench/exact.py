"""A network in double precision, by plain numpy: what the engine's rounding errors are measured against.

Nothing here is shared with the engine's kernels: a convolution is one matrix product for each tap of its
kernel, everything else is written as its definition reads.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.errors import UnsupportedLayer
from engine.layers import Layer
from engine.layers.adaptive_pooling import GlobalAvgPool2d
from engine.layers.add import Add
from engine.layers.average_pooling import AvgPool2d
from engine.layers.batch_norm import BatchNorm2d
from engine.layers.borders import Crop
from engine.layers.channel_shuffle import ChannelShuffle
from engine.layers.concat import Concat
from engine.layers.convolution import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.layers.dropout import Dropout, Identity
from engine.layers.flatten import Flatten
from engine.layers.layer_norm import LayerNorm
from engine.layers.linear import Linear
from engine.layers.local_response_norm import LocalResponseNorm
from engine.layers.max_pooling import MaxPool2d
from engine.layers.multiply import Multiply
from engine.layers.scale import Scale
from engine.layers.slicing import Slice
from engine.layers.softmax import Softmax
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.model.network import Network

Exact = npt.NDArray[np.float64]
Parameters = Mapping[str, npt.NDArray[np.float32]]


def exact_maps(
    network: Network, inputs: Mapping[str, Any], parameters: Mapping[str, Parameters]
) -> Iterator[tuple[str, Exact]]:
    """Each node's map, (C, H, W) or (F,), in topological order; a map is let go after its last reader.

    inputs: maps of the Inputs, batch first. `UnsupportedLayer` for a kind that no preset has.
    """
    maps: dict[str, Exact] = {}
    left = {node_id: len(network.outputs_of[node_id]) for node_id in network.order}
    for node_id in network.order:
        node = network.nodes[node_id]
        if node_id in inputs:
            made = np.asarray(inputs[node_id], np.float64)[0]
        else:
            held = {name: np.asarray(x, np.float64) for name, x in parameters[node_id].items()}
            made = _value(node.layer, [maps[source] for source in node.inputs], held)
        maps[node_id] = made
        yield node_id, made
        for source in node.inputs:
            left[source] -= 1
        for source in {*node.inputs, node_id}:
            if not left[source]:
                del maps[source]


def _value(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    if type(layer) in _SIMPLE:
        return _SIMPLE[type(layer)](layer, inputs, held)
    if getattr(layer, "function", None) in _FUNCTIONS:
        return _FUNCTIONS[layer.function](inputs[0])
    raise UnsupportedLayer(f"{layer.kind} has no twin in double precision")


def _convolution(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    x = inputs[0]
    layer = layer.as_convolution(x.shape)
    channels, height, width = layer.output_shape(x.shape)
    x = _padded(x, layer.window.pads(x.shape[1:]), layer, (height, width), 0.0)
    weight = held["weight"].reshape(layer.groups, channels // layer.groups, -1, *layer.kernel_size)
    y = np.zeros((layer.groups, channels // layer.groups, height * width))
    for (i, j), seen in _taps(layer, x, (height, width)):
        y += weight[..., i, j] @ seen.reshape(layer.groups, -1, height * width)
    return _with_bias(y.reshape(channels, height, width), held)


def _transposed(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    (x,) = inputs
    shape = layer.output_shape(x.shape)
    weight = held["weight"].reshape(layer.groups, x.shape[0] // layer.groups, -1, *layer.kernel_size)
    spread = [
        (n - 1) * s + d * (k - 1) + 1
        for n, s, d, k in zip(x.shape[1:], layer.stride, layer.dilation, layer.kernel_size, strict=True)
    ]
    cuts = layer.cuts(0)[0], layer.cuts(1)[0]
    y = np.zeros((shape[0], *(max(a, c + n) for a, c, n in zip(spread, cuts, shape[1:], strict=True))))
    for i, j in np.ndindex(*layer.kernel_size):
        part = weight[..., i, j].transpose(0, 2, 1) @ x.reshape(layer.groups, weight.shape[1], -1)
        top, left = i * layer.dilation[0], j * layer.dilation[1]
        rows = slice(top, top + (x.shape[1] - 1) * layer.stride[0] + 1, layer.stride[0])
        columns = slice(left, left + (x.shape[2] - 1) * layer.stride[1] + 1, layer.stride[1])
        y[:, rows, columns] += part.reshape(shape[0], *x.shape[1:])
    return _with_bias(y[:, cuts[0] : cuts[0] + shape[1], cuts[1] : cuts[1] + shape[2]], held)


def _max_pool(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    x = inputs[0]
    size = layer.output_shape(x.shape)[1:]
    x = _padded(x, layer.window.pads(x.shape[1:]), layer, size, -np.inf)
    return np.asarray(np.maximum.reduce([seen for _, seen in _taps(layer, x, size)]))


def _average_pool(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    x = inputs[0]
    size = layer.output_shape(x.shape)[1:]
    pads = layer.window.pads(x.shape[1:])
    counted = np.ones((1, *x.shape[1:]))
    if layer.count_include_pad:
        counted = np.pad(counted, ((0, 0), *pads), constant_values=1.0)
        counted = _padded(counted, ((0, 0), (0, 0)), layer, size, 0.0)
    else:
        counted = _padded(counted, pads, layer, size, 0.0)
    x = _padded(x, pads, layer, size, 0.0)
    total, count = (sum(seen for _, seen in _taps(layer, one, size)) for one in (x, counted))
    return np.asarray(total / np.maximum(count, 1.0))


def _padded(x: Exact, pads: Any, layer: Any, size: tuple[int, ...], filling: float) -> Exact:
    """With the padding, and as much more as the last window of ceil mode reaches beyond it."""
    dilation = getattr(layer, "dilation", (1, 1))
    sides = [(0, 0)]
    for axis in (0, 1):
        reach = (size[axis] - 1) * layer.stride[axis] + dilation[axis] * (layer.kernel_size[axis] - 1) + 1
        before, after = pads[axis]
        sides.append((before, max(after, reach - x.shape[axis + 1] - before)))
    return np.pad(x, sides, constant_values=filling)


def _taps(layer: Any, x: Exact, size: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Exact]]:
    """What each tap of the kernel sees of a padded map."""
    dilation = getattr(layer, "dilation", (1, 1))
    for i, j in np.ndindex(*layer.kernel_size):
        top, left = i * dilation[0], j * dilation[1]
        rows = slice(top, top + (size[0] - 1) * layer.stride[0] + 1, layer.stride[0])
        columns = slice(left, left + (size[1] - 1) * layer.stride[1] + 1, layer.stride[1])
        yield (i, j), x[:, rows, columns]


def _with_bias(y: Exact, held: Mapping[str, Exact]) -> Exact:
    return y + _each(held["bias"], y) if "bias" in held else y


def _each(values: Exact, x: Exact) -> Exact:
    """One number a channel, shaped to meet a map or a vector."""
    return values.reshape(-1, *[1] * (x.ndim - 1))


def _linear(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    return _with_bias(held["weight"] @ inputs[0].ravel(), held)


def _batch_norm(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    x = inputs[0]
    factor = held["weight"] / np.sqrt(held["running_var"] + layer.eps)
    return (x - _each(held["running_mean"], x)) * _each(factor, x) + _each(held["bias"], x)


def _layer_norm(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    x = inputs[0]
    white = (x - x.mean(0)) / np.sqrt(x.var(0) + layer.eps)
    return np.asarray(white * _each(held["weight"], x) + _each(held["bias"], x))


def _softmax(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    raised = np.exp(inputs[0] - inputs[0].max(0))
    return np.asarray(raised / raised.sum(0))


def _response_norm(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    x = inputs[0]
    half = layer.size // 2
    squares = np.pad(x * x, ((half, layer.size - 1 - half), (0, 0), (0, 0)))
    total = sum(squares[j : j + len(x)] for j in range(layer.size))
    return np.asarray(x / (layer.k + layer.alpha / layer.size * total) ** layer.beta)


def _shuffled(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    x = inputs[0]
    return x.reshape(layer.groups, -1, *x.shape[1:]).swapaxes(0, 1).reshape(x.shape)


def _product(layer: Any, inputs: Sequence[Exact], held: Mapping[str, Exact]) -> Exact:
    return np.asarray(math.prod(inputs[1:], start=inputs[0]))


_Twin = Callable[[Any, Sequence[Exact], Mapping[str, Exact]], Exact]

_SIMPLE: Final[Mapping[type[Layer], _Twin]] = {
    Conv2d: _convolution,
    DepthwiseConv2d: _convolution,
    ConvTranspose2d: _transposed,
    Linear: _linear,
    MaxPool2d: _max_pool,
    AvgPool2d: _average_pool,
    GlobalAvgPool2d: lambda layer, inputs, held: inputs[0].mean((1, 2), keepdims=True),
    BatchNorm2d: _batch_norm,
    LayerNorm: _layer_norm,
    LocalResponseNorm: _response_norm,
    Softmax: _softmax,
    Scale: lambda layer, inputs, held: inputs[0] * _each(held["weight"], inputs[0]),
    Add: lambda layer, inputs, held: np.asarray(sum(inputs)),
    Multiply: _product,
    Concat: lambda layer, inputs, held: np.concatenate(inputs),
    Flatten: lambda layer, inputs, held: inputs[0].ravel(),
    Dropout: lambda layer, inputs, held: inputs[0],
    Identity: lambda layer, inputs, held: inputs[0],
    ChannelShuffle: _shuffled,
    Slice: lambda layer, inputs, held: inputs[0][layer.start : layer.stop],
    Crop: lambda layer, inputs, held: inputs[0][
        :, layer.top : layer.top + layer.height, layer.left : layer.left + layer.width
    ],
}


def _error_function(x: Exact) -> Exact:
    return np.array([math.erf(value) for value in x.ravel().tolist()]).reshape(x.shape)


def _sigmoid(x: Exact) -> Exact:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))


_FUNCTIONS: Final[Mapping[str, Callable[[Exact], Exact]]] = {
    "relu": lambda x: np.maximum(x, 0.0),
    "relu6": lambda x: np.clip(x, 0.0, 6.0),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "silu": lambda x: x * _sigmoid(x),
    "gelu": lambda x: 0.5 * x * (1.0 + _error_function(x * math.sqrt(0.5))),
    "gelu_tanh": lambda x: 0.5 * x * (1.0 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "hardswish": lambda x: x * np.clip(x + 3.0, 0.0, 6.0) / 6.0,
    "hardsigmoid": lambda x: np.clip(x + 3.0, 0.0, 6.0) / 6.0,
}

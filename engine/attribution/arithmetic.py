"""One output value taken apart: the patch it reads, the kernel, their products, the bias, the result.

Everything is in float64, so that what is shown adds up; the engine's own value agrees to float32 rounding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.errors import ShapeError, UnsupportedLayer, quoted
from engine.layers import Layer
from engine.shapes import Window, shape_text

F64 = npt.NDArray[np.float64]
Inputs = Sequence[npt.NDArray[np.float32]]
Params = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """How one output value came about.

    `sum`: Σ patch·kernel + bias. `mean`: Σ patch / divisor. `max`: the largest of the patch.
    A sum without a kernel adds the patch up as it is.
    """

    operation: str
    channels: tuple[int, ...]
    """Which input channels (of a vector: features; of Add: inputs) the patch's first axis counts."""
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    """Input row and column of each cell; outside of the map for padding."""
    inside: npt.NDArray[np.bool_]
    """(kh, kw): False for cells of the padding."""
    patch: F64
    """(c, kh, kw): what is read; 0 in the padding, −∞ there for `max`."""
    kernel: F64 | None = None
    """(c, kh, kw): what the patch is multiplied by."""
    bias: float = 0.0
    divisor: int = 1

    @property
    def products(self) -> F64:
        """(c, kh, kw): patch × kernel, cell by cell."""
        return self.patch if self.kernel is None else self.patch * self.kernel

    @property
    def channel_sums(self) -> F64:
        """(c,): the products of each channel added up."""
        return np.asarray(self.products.sum(axis=(1, 2)), dtype=np.float64)

    @property
    def value(self) -> float:
        """The output value."""
        if self.operation == "max":
            return float(self.patch.max())
        return float(self.products.sum() / self.divisor + self.bias)


def take_apart(layer: Layer, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    """The value at (channel, row, column), or (feature,), of a layer's output.

    `inputs` are batch first, `params` as the layer's own forward takes them. `UnsupportedLayer` for kinds
    that are no sum, mean or maximum of a patch; `ShapeError` for a position outside of the output.
    """
    shape = layer.output_shape(*(one.shape[1:] for one in inputs))
    if len(at) != len(shape) or not all(0 <= i < n for i, n in zip(at, shape, strict=True)):
        raise ShapeError(f"at={quoted(at)} lies outside of an output of {shape_text(shape)}")
    made = _KINDS.get(layer.kind)
    if made is None:
        raise UnsupportedLayer(f"{layer.kind} is no sum, mean or maximum of a patch")
    return made(layer, inputs, params, at)


def can_take_apart(layer: Layer) -> bool:
    """Whether `take_apart` knows the layer's kind."""
    return layer.kind in _KINDS


def _cells(
    x: npt.NDArray[np.float32], channels: range, rows: Sequence[int], columns: Sequence[int], fill: float
) -> dict[str, Any]:
    """The fields of an `Arithmetic` that say what is read; `fill` stands in cells outside of the map."""
    ys, xs = np.array(rows, dtype=np.intp), np.array(columns, dtype=np.intp)
    in_rows = (ys >= 0) & (ys < x.shape[2])
    in_columns = (xs >= 0) & (xs < x.shape[3])
    inside = in_rows[:, None] & in_columns[None, :]
    patch = np.full((len(channels), len(ys), len(xs)), fill, dtype=np.float64)
    read = x[0, channels.start : channels.stop][:, ys[in_rows]][:, :, xs[in_columns]]
    patch[:, inside] = read.reshape(len(channels), -1)
    return {
        "channels": tuple(channels),
        "rows": tuple(map(int, ys)),
        "columns": tuple(map(int, xs)),
        "inside": inside,
        "patch": patch,
    }


def _under_window(window: Window, x: npt.NDArray[np.float32], at: tuple[int, ...]) -> tuple[range, range]:
    """Input rows and columns below the window's taps at an output position."""
    pads = window.pads((x.shape[2], x.shape[3]))
    made = []
    for axis in (0, 1):
        first = at[axis + 1] * window.stride[axis] - pads[axis][0]
        made.append(range(first, first + window.extent[axis], window.dilation[axis]))
    return made[0], made[1]


def _bias(params: Params, channel: int) -> float:
    return float(params["bias"][channel]) if "bias" in params else 0.0


def _convolution(layer: Any, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    (x,), weight = inputs, params["weight"]
    per_group = weight.shape[1]
    group = at[0] // (weight.shape[0] // (x.shape[1] // per_group))
    rows, columns = _under_window(layer.window, x, at)
    return Arithmetic(
        operation="sum",
        kernel=weight[at[0]].astype(np.float64),
        bias=_bias(params, at[0]),
        **_cells(x, range(group * per_group, (group + 1) * per_group), rows, columns, 0.0),
    )


def _transposed(layer: Any, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    """The taps of the stamps that reach this output, and the input values they are multiplied by."""
    (x,), weight = inputs, params["weight"]
    per_group = weight.shape[1]
    group, inner = divmod(at[0], per_group)
    read = weight.shape[0] // (layer.out_channels // per_group)
    indices, taps = [], []
    for axis in (0, 1):
        places = [
            (at[axis + 1] + layer.cuts(axis)[0] - tap * layer.dilation[axis], tap)
            for tap in range(weight.shape[2 + axis])
        ]
        stride = layer.stride[axis]
        meeting = [(place // stride, tap) for place, tap in reversed(places) if place % stride == 0]
        indices.append([index for index, _ in meeting])
        taps.append([tap for _, tap in meeting])
    channels = range(group * read, (group + 1) * read)
    kernel = weight[channels.start : channels.stop, inner][:, taps[0]][:, :, taps[1]]
    return Arithmetic(
        operation="sum",
        kernel=kernel.astype(np.float64),
        bias=_bias(params, at[0]),
        **_cells(x, channels, indices[0], indices[1], 0.0),
    )


def _linear(layer: Any, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    (x,) = inputs
    return Arithmetic(
        operation="sum",
        kernel=params["weight"][at[0]].astype(np.float64)[:, None, None],
        bias=_bias(params, at[0]),
        **_cells(x[:, :, None, None], range(x.shape[1]), (0,), (0,), 0.0),
    )


def _max_pool(layer: Any, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    (x,) = inputs
    rows, columns = _under_window(layer.window, x, at)
    return Arithmetic(operation="max", **_cells(x, range(at[0], at[0] + 1), rows, columns, -np.inf))


def _average_pool(layer: Any, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    (x,) = inputs
    spans = _under_window(layer.window, x, at)
    pads = layer.window.pads((x.shape[2], x.shape[3]))
    counted = 1
    for axis in (0, 1):
        before, after = pads[axis] if layer.count_include_pad else (0, 0)
        inside = range(-before, x.shape[2 + axis] + after)
        counted *= sum(index in inside for index in spans[axis])
    return Arithmetic(operation="mean", divisor=counted, **_cells(x, range(at[0], at[0] + 1), *spans, 0.0))


def _average_part(layer: Any, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    (x,) = inputs
    spans = []
    for axis, parts in enumerate(layer.parts):
        size, o = x.shape[2 + axis], at[axis + 1]
        spans.append(range(o * size // parts, -(-(o + 1) * size // parts)))
    counted = len(spans[0]) * len(spans[1])
    return Arithmetic(
        operation="mean", divisor=counted, **_cells(x, range(at[0], at[0] + 1), spans[0], spans[1], 0.0)
    )


def _batch_norm(layer: Any, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    """Normalisation with running statistics is a product and a sum: its folded form."""
    (x,), c = inputs, at[0]
    scale, shift = layer.folded(params)
    return Arithmetic(
        operation="sum",
        kernel=np.full((1, 1, 1), scale[c], dtype=np.float64),
        bias=float(shift[c]),
        **_cells(x, range(c, c + 1), (at[1],), (at[2],), 0.0),
    )


def _add(layer: Any, inputs: Inputs, params: Params, at: tuple[int, ...]) -> Arithmetic:
    row, column = at[1:] if len(at) == 3 else (0, 0)
    values = np.array([one[(0, *at)] for one in inputs], dtype=np.float64)
    return Arithmetic(
        operation="sum",
        channels=tuple(range(len(inputs))),
        rows=(row,),
        columns=(column,),
        inside=np.ones((1, 1), dtype=np.bool_),
        patch=values[:, None, None],
    )


_KINDS: Final[Mapping[str, Callable[[Any, Inputs, Params, tuple[int, ...]], Arithmetic]]] = {
    "Conv2d": _convolution,
    "DepthwiseConv2d": _convolution,
    "ConvTranspose2d": _transposed,
    "Linear": _linear,
    "MaxPool2d": _max_pool,
    "AvgPool2d": _average_pool,
    "GlobalAvgPool2d": _average_part,
    "AdaptiveAvgPool2d": _average_part,
    "BatchNorm2d": _batch_norm,
    "Add": _add,
}

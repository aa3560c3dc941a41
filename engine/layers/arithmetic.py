"""One output value taken apart: the patch it reads, the kernel, their products, the bias, the result.

Everything is in float64, so that what is shown adds up; the engine's own value agrees to float32 rounding.
A kind says in `Layer.taken_apart` what its values are made of, mostly with the helpers below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import UnsupportedLayer
from engine.shapes import Window

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.layers.base.layer import Array

    F64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ValueStep:
    """What is done to a value, with which number, and what there is then."""

    what: str
    operand: float | None
    running: float


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """How one output value came about.

    `sum`: Σ patch·kernel + bias. `mean`: Σ patch / divisor. `max`: the largest of the patch. `norm`:
    (Σ patch^power / divisor)^(1 / power). A sum without a kernel adds the patch up as it is. `move`: the
    patch is the value, which was somewhere else, or a number that fills a border. `steps`: what the last
    step says; the patch is where it begins.
    """

    operation: str
    channels: tuple[int, ...]
    """Which input channels (or features, or with `over_inputs` inputs) the patch's first axis counts."""
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    """Input row and column of each cell; outside of the map for padding."""
    inside: "npt.NDArray[np.bool_]"
    """(kh, kw): False for cells of the padding."""
    patch: "F64"
    """(c, kh, kw): what is read; 0 in the padding, −∞ there for `max`."""
    kernel: "F64 | None" = None
    """(c, kh, kw): what the patch is multiplied by."""
    bias: float = 0.0
    divisor: float = 1
    power: float = 1
    over_inputs: bool = False
    """Whether the layer joins: one value of each input, at the output's own place."""
    source: int = 0
    """Which input the patch is read from, where it is one."""
    steps: tuple[ValueStep, ...] = ()
    """The same step by step, where the kernel and the bias are several numbers taken together."""

    @property
    def products(self) -> "F64":
        """(c, kh, kw): what is added up, cell by cell: patch × kernel, of a `norm` the powers."""
        if self.operation == "norm":
            return self.patch**self.power
        return self.patch if self.kernel is None else self.patch * self.kernel

    @property
    def channel_sums(self) -> "F64":
        """(c,): the products of each channel added up."""
        import numpy as np

        return np.asarray(self.products.sum(axis=(1, 2)), dtype=np.float64)

    @property
    def value(self) -> float:
        """The output value."""
        if self.operation == "max":
            return float(self.patch.max())
        if self.operation == "steps":
            return self.steps[-1].running
        made = float(self.products.sum() / self.divisor + self.bias)
        if self.operation != "norm":
            return made
        return made ** (1 / self.power) if made >= 0 else float("nan")


def cells(
    x: "Array", channels: range, rows: Sequence[int], columns: Sequence[int], fill: float = 0.0
) -> dict[str, Any]:
    """The fields of an `Arithmetic` that say what is read of x (1, C, H, W); `fill` stands in cells outside
    of the map."""
    import numpy as np

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


def under_window(window: Window, x: "Array", at: tuple[int, ...]) -> tuple[range, range]:
    """Input rows and columns below the window's taps at an output position, those of the padding too."""
    pads = window.pads((x.shape[2], x.shape[3]))
    made = []
    for axis in (0, 1):
        first = at[axis + 1] * window.stride[axis] - pads[axis][0]
        made.append(range(first, first + window.extent[axis], window.dilation[axis]))
    return made[0], made[1]


def sum_of_patch(window: Window, groups: int, x: "Array", params: Any, at: tuple[int, ...]) -> Arithmetic:
    """A convolution's value: the patch of the output's group times its kernel, and the bias."""
    import numpy as np

    weight = params["weight"]
    per_group = weight.shape[1]
    group = at[0] // (weight.shape[0] // groups)
    rows, columns = under_window(window, x, at)
    return Arithmetic(
        operation="sum",
        kernel=weight[at[0]].astype(np.float64),
        bias=bias_of(params, at[0]),
        **cells(x, range(group * per_group, (group + 1) * per_group), rows, columns),
    )


def bias_of(params: Any, channel: int) -> float:
    """That of an output channel; 0 without one."""
    return float(params["bias"][channel]) if "bias" in params else 0.0


def step_by_step(
    first: "Array", at: tuple[int, ...], steps: Sequence[ValueStep], *, source: int = 0
) -> Arithmetic:
    """What is done with the value of an input (batch first) at a place of the output, one after the other.

    Along axes of size 1 the input has one value for all places.
    """
    place = values_at(first, at)[1:]
    return Arithmetic(operation="steps", source=source, steps=tuple(steps), **one_cell(first, place))


def normalized(
    x: "Array", at: tuple[int, ...], group: Any, epsilon: float, params: "Mapping[str, Array]"
) -> Arithmetic:
    """A value shifted and scaled by mean and variance of a group of values, then by two learned numbers."""
    import numpy as np

    value, own = float(x[(0, *at)]), np.asarray(group, np.float64)
    mean, deviation = float(own.mean()), float(np.sqrt(own.var() + epsilon))
    normal = (value - mean) / deviation
    weight, bias = (
        float(params[name][at[0]]) if name in params else usual
        for name, usual in (("weight", 1.0), ("bias", 0.0))
    )
    steps = [
        ValueStep("x", None, value),
        ValueStep(f"− mean of {own.size}", mean, value - mean),
        ValueStep("÷ √(variance + ε)", deviation, normal),
    ]
    if "weight" in params:
        steps.append(ValueStep("× scale γ", weight, normal * weight))
        steps.append(ValueStep("+ shift β", bias, normal * weight + bias))
    return Arithmetic(
        operation="sum",
        kernel=np.full((1, 1, 1), weight / deviation),
        bias=bias - mean * weight / deviation,
        steps=tuple(steps),
        **one_cell(x, at),
    )


def values_at(x: "Array", at: tuple[int, ...]) -> tuple[int, ...]:
    """The index, batch first, of what an input repeats at this place: along axes of size 1 the only one."""
    return (0, *(0 if size == 1 else index for index, size in zip(at, x.shape[1:], strict=True)))


def column_at(x: "Array", at: tuple[int, ...]) -> "F64":
    """(C,): all channels at the place of a value; all features of a vector."""
    import numpy as np

    index: Any = (0, slice(None), *at[1:])
    return np.asarray(x[index], np.float64)


def subscript(number: int) -> str:
    """In small digits below the line."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))


def one_cell(x: "Array", place: tuple[int, ...]) -> dict[str, Any]:
    """The fields of an `Arithmetic` that read one value of x, at (channel, row, column) or (feature,)."""
    channel, row, column = place if len(place) == 3 else (place[0], 0, 0)
    maps = x if x.ndim == 4 else x[:, :, None, None]
    return cells(maps, range(channel, channel + 1), (row,), (column,))


def usual_arithmetic(layer: Any, inputs: "Sequence[Array]", at: tuple[int, ...]) -> Arithmetic:
    """Of a kind that says nothing of its own: from where it moved the value, or what it made of it alone.

    `UnsupportedLayer` for what does neither.
    """
    if layer.moves:
        return moved(layer, inputs, at)
    if layer.role != "activation":
        raise UnsupportedLayer(f"{layer.kind} does not say how its values come about")
    import numpy as np

    (x,) = inputs
    value = x[(0, *at)]
    with np.errstate(all="ignore"):
        made = layer.forward([np.full((1,) * x.ndim, value, np.float32)], {})
    steps = ValueStep("x", None, float(value)), ValueStep(f"{layer.label} (x)", None, float(made.item()))
    return step_by_step(x, at, steps)


def moved(layer: Any, inputs: "Sequence[Array]", at: tuple[int, ...]) -> Arithmetic:
    """The value of a layer that does nothing but move values: from where it came.

    Found by letting the layer move numbers that say where they are, so that it holds whatever its settings.
    """
    import numpy as np

    def carried(axis: int) -> int:
        """−1 for what came from nowhere: a border that is filled with one number."""
        marks = []
        for which, x in enumerate(inputs):
            if axis < 0:
                marks.append(np.full(x.shape, which + 1, np.float32))
                continue
            shape = [1] * x.ndim
            shape[1 + axis] = x.shape[1 + axis]
            places = np.arange(1, x.shape[1 + axis] + 1, dtype=np.float32).reshape(shape)
            marks.append(np.ascontiguousarray(np.broadcast_to(places, x.shape)))
        filled = float(layer.forward([np.zeros_like(x) for x in inputs], {})[(0, *at)])
        found = float(layer.forward(marks, {})[(0, *at)])
        return -1 if found == filled else round(found) - 1

    source = carried(-1)
    if source < 0:
        value = float(layer.forward(list(inputs), {})[(0, *at)])
        return Arithmetic(
            operation="move",
            channels=(at[0],),
            rows=(-1,),
            columns=(-1,),
            inside=np.zeros((1, 1), np.bool_),
            patch=np.full((1, 1, 1), value),
            steps=(ValueStep("the border's number", None, value),),
        )
    x = inputs[source]
    place = tuple(carried(axis) for axis in range(x.ndim - 1))
    value = float(x[(0, *place)])
    name = f"x{subscript(source)}" if len(inputs) > 1 else "x"
    where = f"{name}[{', '.join(map(str, place))}]"
    return Arithmetic(
        operation="move",
        source=source,
        steps=(ValueStep(where, None, value), ValueStep("moved here", None, value)),
        **one_cell(x, place),
    )

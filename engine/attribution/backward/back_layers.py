"""Layers of the way back that no network of people's has: gates, and a layer's own `backward`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from engine.layers import Layer
from engine.layers.base.lowering import Form, FunctionForm, GateForm, LeakyForm, SlopeForm
from engine.shapes import Pair, Shape, Window

Map = npt.NDArray[np.float32]


def as_map(shape: Shape) -> Shape:
    """(C, H, W); a vector is a map of one pixel."""
    return shape if len(shape) == 3 else (shape[0], 1, 1)


@dataclass(frozen=True, kw_only=True)
class Gate(Layer):
    """The first input where the second lies between two bounds. Shapes: that of both."""

    min_inputs: ClassVar[int] = 2
    max_inputs: ClassVar[int | None] = None
    reads_in_place: ClassVar[bool] = True
    """Whether it takes maps as they lie, without a copy."""

    low: float
    high: float

    def lowering(self, *inputs: Shape) -> Form:
        return GateForm(low=self.low, high=self.high)

    def forward(self, inputs: Sequence[Map], params: Mapping[str, Map]) -> Map:
        dy, y = inputs
        return np.where((y > self.low) & (y < self.high), dy, np.float32(0))


@dataclass(frozen=True, kw_only=True)
class Slope(Layer):
    """The first input times the slope of an activation at the second. Shapes: that of both."""

    min_inputs: ClassVar[int] = 2
    max_inputs: ClassVar[int | None] = None

    layer: Layer

    def lowering(self, *inputs: Shape) -> Form | None:
        match self.layer.lowering(inputs[0]):
            case FunctionForm(function=function):
                return SlopeForm(function=function)
            case LeakyForm(slope=slope):
                return SlopeForm(function="leaky", slope=slope)
        return None

    def forward(self, inputs: Sequence[Map], params: Mapping[str, Map]) -> Map:
        dy, x = inputs
        return self.layer.backward([x], params, x, dy)[0]


@dataclass(frozen=True, kw_only=True)
class Spread(Layer):
    """Each channel's one value over a whole map, shared out evenly. Shapes: (C, 1, 1) → (C, H, W)."""

    size: Pair

    def output_shape(self, *inputs: Shape) -> Shape:
        return (inputs[0][0], *self.size)

    def lowering(self, *inputs: Shape) -> Form | None:
        return None

    def forward(self, inputs: Sequence[Map], params: Mapping[str, Map]) -> Map:
        share = inputs[0] / np.float32(self.size[0] * self.size[1])
        return np.broadcast_to(share, (1, *self.output_shape(inputs[0].shape[1:])))


@dataclass(frozen=True, kw_only=True)
class Back(Layer):
    """A layer's own `backward`, for one of its inputs. Inputs: the gradient, the layer's inputs, its map."""

    min_inputs: ClassVar[int] = 2
    max_inputs: ClassVar[int | None] = None

    layer: Layer
    index: int
    shapes: tuple[Shape, ...]
    """Of the layer's inputs, then of its map: vectors are maps of one pixel here."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return as_map(self.shapes[self.index])

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        return self.layer.param_shapes(*self.shapes[:-1])

    def lowering(self, *inputs: Shape) -> Form | None:
        return None

    def forward(self, inputs: Sequence[Map], params: Mapping[str, Map]) -> Map:
        dy, *maps, output = (
            np.ascontiguousarray(values).reshape(1, *shape)
            for values, shape in zip(inputs, (self.shapes[-1], *self.shapes), strict=True)
        )
        dx = self.layer.backward(maps, params, output, dy)[self.index]
        return dx.reshape(1, *as_map(self.shapes[self.index]))


@dataclass(frozen=True, kw_only=True)
class ValueByValueBack(Back):
    """The same of a function of each value, whatever the order they lie in."""

    reads_in_place: ClassVar[bool] = True
    """Whether it takes maps as they lie, without a copy."""

    def forward(self, inputs: Sequence[Map], params: Mapping[str, Map]) -> Map:
        dy, x, y = (np.ascontiguousarray(values.transpose(0, 2, 3, 1)) for values in inputs)
        (dx,) = self.layer.backward([x], params, y, dy)
        return dx.transpose(0, 3, 1, 2)


@dataclass(frozen=True, kw_only=True)
class Divided(Layer):
    """Each output's gradient over the number of values that its mean was of. Shapes: unchanged."""

    reads_in_place: ClassVar[bool] = True
    """Whether it takes maps as they lie, without a copy."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]

    def lowering(self, *inputs: Shape) -> Form | None:
        return None

    def forward(self, inputs: Sequence[Map], params: Mapping[str, Map]) -> Map:
        counts = np.maximum(np.outer(self.rows, self.columns), 1)
        shares: Map = np.divide(inputs[0], counts, dtype=np.float32)
        return shares


@dataclass(frozen=True, kw_only=True)
class MaxPoolBack(Layer):
    """The way back through max pooling, channels side by side. Inputs: the gradient, the map before,
    behind."""

    min_inputs: ClassVar[int] = 2
    max_inputs: ClassVar[int | None] = None
    reads_in_place: ClassVar[bool] = True
    """Whether it takes maps as they lie, without a copy."""

    over: Window

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[1]

    def lowering(self, *inputs: Shape) -> Form | None:
        return None

    def forward(self, inputs: Sequence[Map], params: Mapping[str, Map]) -> Map:
        from engine.kernels.pooling_back import max_pool_back

        dy, x, y = inputs
        dx = np.empty((1, x.shape[2], x.shape[3], x.shape[1]), np.float32).transpose(0, 3, 1, 2)
        max_pool_back(x, y, dy, self.over, dx)
        return dx

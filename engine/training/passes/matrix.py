"""Convolutions and dense layers: register tiles over pictures, see `kernels.training.batch_correlation`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.layers.base.lowering import MatrixForm
from engine.training.passes.lanes import Array, room
from engine.training.passes.layer_pass import LayerPass, Place
from engine.training.passes.rows import lay_channel_sums, lay_empty_lanes

if TYPE_CHECKING:
    from engine.kernels.training.program import Program


class MatrixPass(LayerPass):
    """Of a `MatrixForm`; of a transposed convolution the two ways are exchanged."""

    def __init__(self, place: Place, form: MatrixForm) -> None:
        from engine.kernels.training.batch_correlation import BatchCorrelation

        super().__init__(place)
        self._transposed = form.cuts is not None
        x, y = _map_of(place.shapes[0]), _map_of(place.shape)
        start = form.cuts if form.cuts is not None else (form.pads[0][0], form.pads[1][0])
        self._correlation = BatchCorrelation(
            a=y if self._transposed else x,
            b=x if self._transposed else y,
            kernel_size=form.kernel_size,
            stride=form.stride,
            dilation=form.dilation,
            start=start,
            groups=form.groups,
        )
        weight = place.params["weight"]
        self._weight = weight if weight.ndim == 4 else weight[:, :, None, None]
        self._x: Array = np.zeros(0, np.float32)

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        self._x = inputs[0]
        y = self.buffers.take("y", room(self.place.shape, inputs[0].shape[-1]))
        way = self._correlation.spread if self._transposed else self._correlation.slide
        way(program, inputs[0], self._weight, self.place.params.get("bias"), y)
        lay_empty_lanes(program, y, batch)
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        return [self._backward(program, dy, None)]

    def backward_onto(self, program: "Program", dy: Array, other: Array) -> Array | None:
        return self._backward(program, dy, other)

    def _backward(self, program: "Program", dy: Array, onto: Array | None) -> Array | None:
        dx = None
        if self.place.wanted[0]:
            dx = self.buffers.take("dx", self._x.shape)
            way = self._correlation.slide if self._transposed else self._correlation.spread
            way(program, dy, self._weight, None, dx, onto)
        gradients, waits = self.place.gradients, dx is None  # both need dy alone
        dw, db = gradients["weight"].reshape(self._weight.shape), gradients.get("bias")
        if not self._transposed:
            self._correlation.weights(program, self._x, dy, dw, db, waits=waits)
            return dx
        self._correlation.weights(program, dy, self._x, dw, None, waits=waits)
        if db is not None:
            lay_channel_sums(program, dy, db)
        return dx


def _map_of(shape: tuple[int, ...]) -> tuple[int, int, int]:
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (shape[0], 1, 1)

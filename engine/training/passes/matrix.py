"""Convolutions and dense layers: register tiles over pictures, see `kernels.training.batch_correlation`."""

from collections.abc import Sequence

import numpy as np

from engine.layers.base.layer import Draw
from engine.layers.base.lowering import MatrixForm
from engine.training.passes.crew import Crew
from engine.training.passes.lanes import Array, room
from engine.training.passes.layer_pass import LayerPass, Place


class MatrixPass(LayerPass):
    """Of a `MatrixForm`; of a transposed convolution the two ways are exchanged."""

    def __init__(self, place: Place, form: MatrixForm, crew: Crew) -> None:
        from engine.kernels.training.batch_correlation import BatchCorrelation

        super().__init__(place, crew)
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

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        self._x = inputs[0]
        y = self.buffers.take("y", room(self.place.shape, inputs[0].shape[-1]))
        way = self._correlation.spread if self._transposed else self._correlation.slide
        way(inputs[0], self._weight, self.place.params.get("bias"), y, self.crew.run)
        y[..., batch:] = 0
        return y

    def backward(self, dy: Array) -> Sequence[Array | None]:
        gradients, run = self.place.gradients, self.crew.run
        dw = gradients["weight"].reshape(self._weight.shape)
        ends = (dy, self._x) if self._transposed else (self._x, dy)
        self._correlation.weights(*ends, dw, run)
        if "bias" in gradients:
            gradients["bias"][...] += self._sums(dy)
        if not self.place.wanted[0]:
            return [None]
        dx = self.buffers.take("dx", self._x.shape)
        way = self._correlation.slide if self._transposed else self._correlation.spread
        way(dy, self._weight, None, dx, run)
        return [dx]

    def _sums(self, dy: Array) -> Array:
        """Of each channel, over places and pictures."""
        from engine.kernels.training.batch_values import channel_totals

        pixels = dy.reshape(-1, *dy.shape[-2:])
        sums, centre = np.zeros((1, pixels.shape[1])), np.zeros(pixels.shape[1], np.float32)
        channel_totals(pixels, centre, 1, dy.shape[-1], sums, len(pixels), 0, 1)
        return np.asarray(sums[0], np.float32)


def _map_of(shape: tuple[int, ...]) -> tuple[int, int, int]:
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (shape[0], 1, 1)

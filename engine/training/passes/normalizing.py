"""Batch normalisation with the batch's own statistics, and with the running ones."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.errors import ShapeError
from engine.layers.base.layer import Draw
from engine.layers.batch_norm import MOMENTUM
from engine.training.passes.crew import Crew
from engine.training.passes.lanes import Array
from engine.training.passes.layer_pass import LayerPass, Place

CHUNKS: Final = 32
"""Into how many runs of pixels a map's sums are split at most, whatever the number of threads."""

Doubles = npt.NDArray[np.float64]


class BatchNormPass(LayerPass):
    """As `BatchNorm2d` has it: biased variance of the batch, unbiased in the running one."""

    def __init__(self, place: Place, epsilon: float, crew: Crew) -> None:
        super().__init__(place, crew)
        self._epsilon = epsilon
        self._x: Array = np.zeros((0, 0, 0), np.float32)
        self._mean: Doubles = np.zeros(0)
        self._scale: Doubles = np.zeros(0)
        self._batch = 0

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        from engine.kernels.training.batch_values import scale_channels

        params, x = self.place.params, _pixels(inputs[0])
        self._x, self._batch = x, batch
        if training:
            mean, variance = self._measure(x, batch)
        else:
            mean, variance = (params[n].astype(np.float64) for n in ("running_mean", "running_var"))
        self._mean, self._scale = mean, 1 / np.sqrt(variance + self._epsilon)
        scale = params["weight"] * self._scale
        shift = (params["bias"] - mean * scale).astype(np.float32)
        factor = scale.astype(np.float32)
        y = self.buffers.take("y", inputs[0].shape)
        out = _pixels(y)
        self.each(
            lambda first, last: scale_channels(x, factor, shift, out, first, last), len(x), 2.0 * x.size
        )
        y[..., batch:] = 0
        return y

    def _measure(self, x: Array, batch: int) -> tuple[Doubles, Doubles]:
        params, count = self.place.params, len(x) * batch
        if count < 2:
            raise ShapeError(
                f"{self.place.layer.label} cannot be trained on one value a channel: its variance is 0."
                " A batch of at least 2 pictures helps, or larger maps."
            )
        mean = self._totals(x, np.zeros(x.shape[1], np.float32), 1, batch) / count
        centre = mean.astype(np.float32)
        # About the rounded mean, which is then made good: Chan, Golub & LeVeque, 1983, equation 1.7.
        variance = self._totals(x, centre, 2, batch) / count - (mean - centre) ** 2
        measured = {"running_mean": mean, "running_var": variance * (count / (count - 1))}
        for name, found in measured.items():
            params[name][...] += np.float32(MOMENTUM) * (found.astype(np.float32) - params[name])
        return mean, variance

    def backward(self, dy: Array) -> Sequence[Array | None]:
        from engine.kernels.training.batch_values import channel_slopes, combine_channels

        x, slope, batch = self._x, _pixels(dy), self._batch
        count, chunk = len(x) * batch, -(-len(x) // CHUNKS)
        sums = np.zeros((-(-len(x) // chunk), 2, x.shape[1]))
        centre = self._mean.astype(np.float32)
        self.each(
            lambda first, last: channel_slopes(x, slope, centre, batch, sums, chunk, first, last),
            len(sums), 4.0 * x.size,
        )  # fmt: skip
        total, along = sums.sum(axis=0)
        along = (along - total * (self._mean - centre)) * self._scale
        gradients, weight = self.place.gradients, self.place.params["weight"].astype(np.float64)
        gradients["weight"][...] += along
        gradients["bias"][...] += total
        if not self.place.wanted[0]:
            return [None]
        of_dy = weight * self._scale
        of_x = -of_dy * self._scale * along / count
        shift = -of_dy * total / count - of_x * self._mean
        by_x, by_dy, rest = (values.astype(np.float32) for values in (of_x, of_dy, shift))
        dx = self.buffers.take("dx", dy.shape)
        out = _pixels(dx)
        self.each(
            lambda first, last: combine_channels(x, slope, by_x, by_dy, rest, batch, out, first, last),
            len(x), 4.0 * x.size,
        )  # fmt: skip
        return [dx]

    def _totals(self, x: Array, centre: Array, power: int, batch: int) -> Doubles:
        from engine.kernels.training.batch_values import channel_totals

        chunk = -(-len(x) // CHUNKS)
        sums = np.zeros((-(-len(x) // chunk), x.shape[1]))
        self.each(
            lambda first, last: channel_totals(x, centre, power, batch, sums, chunk, first, last),
            len(sums), 2.0 * x.size,
        )  # fmt: skip
        total: Doubles = sums.sum(axis=0)
        return total


def _pixels(maps: Array) -> Array:
    """(H·W, C, L)."""
    return maps.reshape(-1, *maps.shape[-2:])

"""Batch normalisation with the batch's own statistics, and with the running ones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.errors import ShapeError
from engine.layers.base.lowering import ClampForm
from engine.layers.batch_norm import MOMENTUM
from engine.training.passes.lanes import Array
from engine.training.passes.layer_pass import LOADED, LayerPass, Place
from engine.training.passes.rows import gated, lay_empty_lanes

if TYPE_CHECKING:
    from engine.kernels.training.program import Program, Word

CHUNKS: Final = 32
"""Into how many runs of pixels a map's sums are split at most, whatever the number of threads."""


class BatchNormPass(LayerPass):
    """As `BatchNorm2d` has it: biased variance of the batch, unbiased in the running one.

    The ReLU that alone reads it is taken on the way: its map is made in the same go, and the way back needs
    no more than the input. What then lies in memory for both nodes is the ReLU's map and its gradient.
    """

    def __init__(self, place: Place, epsilon: float, clamp: ClampForm | None = None) -> None:
        """clamp: what is made of its values before they are in a map; only that map is kept."""
        super().__init__(place)
        self._clamp, self.takes_clamp = clamp, clamp is not None
        self._epsilon = epsilon
        self._x: Array = np.zeros((0, 0, 0), np.float32)
        self._batch = 0

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        from engine.kernels.training import batch_channels as kernels

        x = self._x = inputs[0].reshape(-1, *inputs[0].shape[-2:])
        self._batch = batch
        channels = x.shape[1]
        self._worked_out = self.buffers.take("worked out", (kernels.WORKED_OUT, channels), np.float64)
        self._factors = self.buffers.take("factors", (kernels.FACTORS, channels))
        settled = self._settled | {"epsilon": self._epsilon}
        settled |= {name: self.place.params[name] for name in ("bias", "running_mean", "running_var")}
        if training:
            self._require_variance(len(x) * batch)
            chunks, summed = self._sums()
            summed |= self._size
            program.row(kernels.measure_channels, chunks, LOADED * x.size, summed | {"x": x})
            settled |= summed | {"x": x, "momentum": MOMENTUM}
            program.row(kernels.settle_statistics, 1, LOADED * channels, settled)
        else:
            program.row(kernels.take_statistics, 1, LOADED * channels, settled)
        y = self.buffers.take("y", inputs[0].shape)
        tasks, words = -(-len(x) // kernels.PIXELS), self._size | {"x": x, "y": y, "factors": self._factors}
        words |= self._bounds
        program.row(kernels.scale_channels, tasks, LOADED * x.size, words)
        lay_empty_lanes(program, y, batch)
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        from engine.kernels.training import batch_channels as kernels

        x, (chunks, summed), gradients = self._x, self._sums(), self.place.gradients
        pair = self._size | self._bounds | {"x": x, "dy": dy, "gated": self._clamp is not None}
        program.row(
            kernels.slope_sums, chunks, 2 * LOADED * x.size,
            pair | summed | {"factors": self._factors},
        )  # fmt: skip
        program.row(
            kernels.settle_slopes, 1, LOADED * x.shape[1],
            {"sums": summed["sums"], "chunks": chunks, "count": len(x) * self._batch,
             "d_weight": gradients["weight"], "d_bias": gradients["bias"]} | self._settled,
        )  # fmt: skip
        if not self.place.wanted[0]:
            return [None]
        dx = self.buffers.take("dx", dy.shape)
        program.row(
            kernels.combine_channels, -(-len(x) // kernels.PIXELS), 2 * LOADED * x.size,
            pair | {"dx": dx, "factors": self._factors, "batch": self._batch},
        )  # fmt: skip
        return [dx]

    def own_map(self, y: Array) -> Array:
        if self._clamp is None:
            return y
        x, (centre, factor, shift) = self._x.reshape(y.shape), self._factors[:3, :, None]
        return np.asarray(factor * (x - centre) + shift, np.float32)

    def own_slope(self, y: Array, dy: Array) -> Array:
        return gated(y, dy, self._clamp)

    @property
    def _bounds(self) -> "dict[str, Word]":
        bounds = self._clamp or ClampForm()
        return {"low": bounds.low, "high": bounds.high}

    @property
    def _size(self) -> "dict[str, Word]":
        pixels, channels, lanes = self._x.shape
        return {"pixels": pixels, "channels": channels, "lanes": lanes}

    @property
    def _settled(self) -> "dict[str, Word]":
        weight = self.place.params["weight"]
        return {"worked_out": self._worked_out, "factors": self._factors, "weight": weight} | {
            "channels": len(weight)
        }

    def _sums(self) -> "tuple[int, dict[str, Word]]":
        """How many tasks sum a chunk of pixels each, and words of theirs."""
        pixels, channels, _ = self._x.shape
        chunk = -(-pixels // CHUNKS)
        chunks = -(-pixels // chunk)
        sums = self.buffers.take("sums", (chunks, 2 * channels), np.float64)
        return chunks, {"sums": sums, "batch": self._batch, "chunk": chunk, "chunks": chunks}

    def _require_variance(self, count: int) -> None:
        if count < 2:
            raise ShapeError(
                f"{self.place.layer.label} cannot be trained on one value a channel: its variance is 0."
                " A batch of at least 2 pictures helps, or larger maps."
            )

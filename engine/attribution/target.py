"""What is explained: one number of a network, and how it depends on the map of one node."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from engine.errors import ShapeError
from engine.shapes import Shape, is_map, shape_text

Map = npt.NDArray[np.float32]
Scale = Literal["logit", "softmax"]

SCALES: Final[tuple[Scale, ...]] = ("logit", "softmax")


@dataclass(frozen=True, kw_only=True)
class Target:
    """One number: a channel (feature, class) of a node's map, or one value of it, or the difference of two.

    `logit` explains the node's value as it is. `softmax` explains the share that the softmax over the node's
    channels gives it, whose gradient mixes what speaks for this class with what speaks against all others,
    and vanishes where the share is near 1.
    """

    node_id: str
    """Whose map the number stands in; for a class the node before the softmax."""
    channel: int
    """The class, feature or map."""
    at: tuple[int, int] | None = None
    """(row, column) of the value; None for the mean of the channel."""
    against: int | None = None
    """Another channel, whose value is taken off: "why A, not B"."""
    scale: Scale = "logit"

    def value(self, output: Map) -> float:
        """The number, of the node's map (1, C, H, W) or (1, F); added up in float64."""
        each = self._each(output)
        if self.scale == "softmax":
            each = softmax(each)
        return float(each[self.channel] - (0.0 if self.against is None else each[self.against]))

    def gradient(self, output: Map) -> Map:
        """d(number) / d(the node's map), of the map's shape."""
        each = self._each(output)
        outer = np.zeros_like(each)
        outer[self.channel] = 1
        if self.against is not None:
            outer[self.against] -= 1
        if self.scale == "softmax":
            shares = softmax(each)
            outer = shares * (outer - outer @ shares)
        dy = np.zeros(output.shape, np.float32)
        if output.ndim == 2:
            dy[0] = outer
        elif self.at is None:
            dy[0] = (outer / (output.shape[2] * output.shape[3]))[:, None, None]
        else:
            dy[0, :, self.at[0], self.at[1]] = outer
        return dy

    def check(self, shape: Shape) -> None:
        """`ShapeError` for a number that a map of this shape does not have."""
        for name, channel in (("channel", self.channel), ("against", self.against)):
            if channel is not None and not 0 <= channel < shape[0]:
                raise ShapeError(f"{name}={channel} lies outside of the {shape[0]} of {self.node_id}")
        if self.against == self.channel:
            raise ShapeError(f"against={self.against} is the class itself; choose another one")
        if self.at is None:
            return
        size = shape[1:] if is_map(shape) else (1, 1)
        if not all(0 <= i < n for i, n in zip(self.at, size, strict=True)):
            raise ShapeError(f"at={self.at} lies outside of the {shape_text(shape)} of {self.node_id}")

    def _each(self, output: Map) -> npt.NDArray[np.float64]:
        """One number a channel, (C,)."""
        values = output[0].astype(np.float64)
        if values.ndim == 1:
            return np.asarray(values, np.float64)
        if self.at is not None:
            return np.asarray(values[:, self.at[0], self.at[1]], np.float64)
        return np.asarray(values.mean(axis=(1, 2)), np.float64)


def softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Shares that add up to 1; the largest is taken off first, so that nothing overflows."""
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum(), np.float64)

"""Where the values of a map of another size come from: one axis at a time, as ONNX has it in Resize.

Each output lies at a place x among the inputs, and is a mixture of some of them. Source: ONNX, operator
Resize (opset 19), and Keys, Cubic convolution interpolation, 1981, for the cubic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from engine.layers.arithmetic import Arithmetic, cells

if TYPE_CHECKING:
    from engine.layers.base.layer import Array

COORDINATES: Final = (
    "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
)  # fmt: skip
ROUNDINGS: Final = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
MODES: Final = ("nearest", "linear", "cubic")


@dataclass(frozen=True, kw_only=True)
class Interpolation:
    """How the outputs along an axis are mixed of `size` inputs; `scale` is outputs to inputs."""

    size: int
    outputs: int
    scale: float
    mode: str = "linear"
    coordinates: str = "half_pixel"
    rounding: str = "round_prefer_floor"
    cubic: float = -0.75
    exclude_outside: bool = False

    def place(self, output: int) -> float:
        """Where an output lies among the inputs, which lie at 0, 1, 2, …

        In float32, as runtimes compute it: a place that is a whole number in theory may lie just beside it,
        and nearest then takes the neighbour.
        """
        import numpy as np

        if self.mode == "nearest" and self.scale == self.outputs / self.size and "round" in self.rounding:
            exact = self._exact(output)
            if exact is not None:
                return exact
        o, n, count, scale = (np.float32(one) for one in (output, self.size, self.outputs, self.scale))
        half, one = np.float32(0.5), np.float32(1)
        if self.coordinates == "align_corners":
            return float(o * (n - one) / (count - one)) if self.outputs > 1 else 0.0
        if self.coordinates == "asymmetric":
            return float(o / scale)
        if self.coordinates == "pytorch_half_pixel" and self.outputs == 1:
            return 0.0
        place = (o + half) / scale - half
        if self.coordinates == "half_pixel_symmetric":
            place = n / np.float32(2) * (one - count / (scale * n)) + place
        return float(place)

    def _exact(self, output: int) -> float | None:
        """The same without float32: ties are ties where onnxruntime rounds to the nearest."""
        if self.coordinates == "asymmetric":
            return output * self.size / self.outputs
        if self.coordinates in ("half_pixel", "pytorch_half_pixel") and self.outputs > 1:
            return (2 * output + 1) * self.size / (2 * self.outputs) - 0.5
        return None

    def mixture(self, output: int) -> dict[int, float]:
        """Which inputs an output is made of, and how much each counts."""
        x = self.place(output)
        if self.mode == "nearest":
            return {min(max(self._rounded(x), 0), self.size - 1): 1.0}
        base = floor(x)
        ratio = x - base
        if self.mode == "linear":
            shares: Sequence[float] = (1 - ratio, ratio)
            first = base
        else:
            shares, first = self._cubic(ratio), base - 1
        if self.exclude_outside:
            inside = [0 <= first + tap < self.size for tap in range(len(shares))]
            total = sum(share for share, kept in zip(shares, inside, strict=True) if kept)
            shares = [share / total if kept else 0.0 for share, kept in zip(shares, inside, strict=True)]
        made: dict[int, float] = {}
        for tap, share in enumerate(shares):
            index = min(max(first + tap, 0), self.size - 1)
            if share:
                made[index] = made.get(index, 0.0) + share
        return made

    def _rounded(self, x: float) -> int:
        if self.rounding == "floor":
            return floor(x)
        if self.rounding == "ceil":
            return ceil(x)
        if self.rounding == "round_prefer_ceil":
            return floor(x + 0.5)
        return ceil(x - 0.5)

    def _cubic(self, ratio: float) -> tuple[float, float, float, float]:
        a = self.cubic
        far, near = ratio + 1, 2 - ratio

        def inner(t: float) -> float:
            return ((a + 2) * t - (a + 3)) * t * t + 1

        def outer(t: float) -> float:
            return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a

        return outer(far), inner(ratio), inner(1 - ratio), outer(near)


def mixed(x: "Array", at: tuple[int, ...], rows: Interpolation, columns: Interpolation) -> Arithmetic:
    """A value of a map of another size: the values around its place, and how much each counts."""
    import numpy as np

    down, across = rows.mixture(at[1]), columns.mixture(at[2])
    ys, xs = sorted(down), sorted(across)
    shares = np.outer([down[y] for y in ys], [across[column] for column in xs])
    return Arithmetic(operation="sum", kernel=shares[None], **cells(x, range(at[0], at[0] + 1), ys, xs))

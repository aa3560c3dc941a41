"""Banks that work on each channel for itself: averages, and what they take away or leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.layers.base.settings import field
from engine.shapes import Pair
from engine.weights.bank import Bank, embedded, outer
from engine.weights.source import weights_source

if TYPE_CHECKING:
    from engine.weights.bank import Kernel


@weights_source
@dataclass(frozen=True)
class Identity(Bank):
    """1 in the middle (before the middle of an even kernel), 0 elsewhere: the map goes through unchanged."""

    name = "identity"
    title = "Identity"
    help = "Every map passes unchanged."
    rank = 10
    by_channel = True

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        return (embedded([[1.0]], size),)


@weights_source
@dataclass(frozen=True)
class BoxBlur(Bank):
    """The plain mean of the window."""

    name = "box_blur"
    title = "Box blur"
    help = "The mean of the window."
    rank = 11
    by_channel = True

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        import numpy as np

        return (np.full(size, 1 / (size[0] * size[1])),)


@weights_source
@dataclass(frozen=True)
class Gaussian(Bank):
    """A mean that weighs near pixels more: exp(−r² / 2σ²), summing to 1."""

    name = "gaussian"
    title = "Gaussian blur"
    help = "A mean that weighs near pixels more."
    source = "Marr & Hildreth, Theory of edge detection, 1980"
    rank = 12
    by_channel = True

    sigma: float = field(
        default=0.0,
        minimum=0.0,
        maximum=512.0,
        label="σ",
        help="Width in pixels; 0 is a quarter of the kernel.",
    )

    @property
    def text(self) -> str:
        return f"{self.title}, σ {self.sigma:g}" if self.sigma else self.title

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        import numpy as np

        sides = []
        for n in size:
            away = np.arange(n) - (n - 1) / 2
            side = np.exp(-(away**2) / (2 * (self.sigma or n / 4) ** 2))
            sides.append(side / side.sum())
        return (outer(*sides),)


@weights_source
@dataclass(frozen=True)
class Sharpen(Bank):
    """The pixel and its Laplacian taken off: (0 −1 0; −1 5 −1; 0 −1 0), in the middle of larger kernels."""

    name = "sharpen"
    title = "Sharpen"
    help = "The pixel, and once more what sets it off from its neighbours."
    source = "Gonzalez & Woods, Digital Image Processing, 4th edition, section 3.6"
    rank = 13
    by_channel = True
    smallest = (3, 3)

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        return (embedded([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], size),)


@weights_source
@dataclass(frozen=True)
class Emboss(Bank):
    """Light from the upper left: (−2 −1 0; −1 1 1; 0 1 2), in the middle of larger kernels."""

    name = "emboss"
    title = "Emboss"
    help = "The photograph as a relief, lit from one side."
    rank = 14
    by_channel = True
    smallest = (3, 3)

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        return (embedded([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], size),)

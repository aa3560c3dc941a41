"""A convolution with everything resolved, and the algorithm that is expected to be fastest for it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.kernels.fast.host import host
from engine.kernels.fast.operations import Function
from engine.kernels.fast.packing import DEPTHWISE, DIRECT, MERGED, STRASSEN, WINOGRAD, Packing
from engine.kernels.fast.places import Place
from engine.kernels.fast.variants import (
    DEPTHWISE_PIXELS,
    GROUP_CHANNELS,
    GROUPED_WINDOWS,
    LEAST_GROUPED_PIXELS,
    WINOGRAD_TILES,
)
from engine.plan.early import is_early, is_exact_enough
from engine.plan.lowering.strassen_cost import pays
from engine.shapes import Pair

MERGED_CHANNELS: Final = 8
"""Up to so many input channels, a row of the kernel is read as one run of a padded copy of the image."""


@dataclass(frozen=True, kw_only=True)
class Convolution:
    """A convolution with everything resolved: dense layers are 1×1 convolutions of one pixel."""

    name: str
    kernel: Pair
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    pads: tuple[Pair, Pair] = ((0, 0), (0, 0))
    groups: int = 1
    input: Place
    output: Place
    residual: Place | None = None
    low: float
    high: float
    function: Function = Function.CLAMP
    """What is taken of the sums, where that is no clamp."""
    slope: float = 0.0
    products_before: int
    """Layers that multiply by weights on the way here; see `early`."""
    reads: tuple[str, ...]

    @property
    def channels(self) -> Pair:
        """(in, out)."""
        return self.input.shape[0], self.output.shape[0]

    @property
    def before(self) -> Pair:
        """Rows and columns of padding before the first."""
        return self.pads[0][0], self.pads[1][0]

    @property
    def kernel_shape(self) -> tuple[int, int, int, int]:
        """(O, I / groups, kh, kw)."""
        return self.channels[1], self.channels[0] // self.groups, *self.kernel

    @property
    def macs(self) -> int:
        """Multiply–adds of the direct algorithm."""
        out, depth, kh, kw = self.kernel_shape
        return out * depth * kh * kw * self.output.shape[1] * self.output.shape[2]

    @property
    def depthwise(self) -> bool:
        """Each channel on its own."""
        return self.groups == self.channels[0] == self.channels[1] and self.groups > 1

    @property
    def grouped_at_once(self) -> int:
        """Neighbouring outputs that a kernel for groups of few channels computes at once; 0 without one."""
        out, depth, _, kernel_width = self.kernel_shape
        alike = out == depth * self.groups and depth in GROUP_CHANNELS and host().width % depth == 0
        width, stride = self.output.shape[2], self.stride[1]
        if not alike or self.dilation[1] != 1 or (kernel_width, stride) not in GROUPED_WINDOWS:
            return 0
        sizes = DEPTHWISE_PIXELS[host().tile_pixels][stride]
        return least_waste([size for size in sizes if LEAST_GROUPED_PIXELS <= size <= width], width)


@dataclass(frozen=True)
class Choice:
    """An algorithm for a convolution, and why."""

    packing: Packing
    algorithm: str
    why: str


def choose(conv: Convolution, *, winograd: bool = True) -> Choice:
    """The algorithm expected to be fastest.

    `winograd=False` rules out those that mix values, Winograd and Strassen (maps with NaN or infinity).
    """
    shape = conv.kernel_shape
    if conv.depthwise:
        return Choice(Packing(form=DEPTHWISE, shape=shape), "depthwise", "each channel has one kernel")
    if conv.grouped_at_once:
        why = f"groups of {shape[1]} channels share a vector"
        return Choice(Packing(form=DEPTHWISE, shape=shape), "grouped windows", why)
    if conv.groups > 1:
        packing = Packing(form=DIRECT, shape=shape, groups=conv.groups)
        return Choice(packing, "indirect GEMM", f"{conv.groups} groups, one after the other")
    if conv.channels[0] <= MERGED_CHANNELS and conv.kernel[1] > 1 and conv.dilation[1] == 1:
        run = f"{conv.kernel[1]}·{conv.channels[0]}"
        why = f"{conv.channels[0]} input channels: a kernel row is one run of {run}"
        return Choice(Packing(form=MERGED, shape=shape), "merged-row GEMM", why)
    tiles = winograd_tiles(conv)
    if tiles and winograd and min(conv.channels) >= 16:
        exact = [tile for tile in tiles if is_exact_enough(tile, conv.channels[0], conv.products_before)]
        tiles = exact or tiles
        estimates = {tile: winograd_estimate(conv, tile) for tile in tiles} | {0: direct_estimate(conv)}
        best = min(estimates, key=lambda tile: estimates[tile])
        if best:
            taps = f"{shape[2]}×{shape[3]}"
            gain = estimates[0] / estimates[best]
            why = f"{taps} at stride 1: estimated {gain:.1f} times as fast as direct"
            packing = Packing(form=WINOGRAD, shape=shape, tile=best)
            return Choice(packing, f"Winograd F({best}×{best}, {taps})", why)
    pointwise = conv.kernel == conv.stride == (1, 1) and conv.pads == ((0, 0), (0, 0))
    mixes = winograd and pointwise and not is_early(conv.products_before)
    if mixes and pays(math.prod(conv.output.shape[1:]), *conv.channels):
        why = "1×1: seven products of quarters instead of eight"
        return Choice(Packing(form=STRASSEN, shape=shape), "Strassen", why)
    if conv.kernel == (1, 1):
        why = "a dense layer" if conv.output.shape[1:] == (1, 1) else "1×1: a plain matrix product"
    elif tiles and not winograd:
        why = "the map holds a NaN or an infinity, which Winograd would spread over its tile"
    else:
        why = "taps by a table of addresses, without copying patches"
    return Choice(Packing(form=DIRECT, shape=shape), "indirect GEMM", why)


def winograd_tiles(conv: Convolution) -> list[int]:
    """Output tiles for which there are transforms, the largest first; none for other convolutions."""
    if conv.stride != (1, 1) or conv.dilation != (1, 1) or conv.kernel[0] != conv.kernel[1]:
        return []
    return sorted((m for m, n in WINOGRAD_TILES if n - m + 1 == conv.kernel[0]), reverse=True)


def least_waste(sizes: Sequence[int], width: int) -> int:
    """The size that covers a row soonest, where the last ones overlap; 0 without any."""
    return min(sizes, key=lambda size: -(-width // size) * (size + 1), default=0)


def direct_estimate(conv: Convolution) -> float:
    """Seconds of the direct algorithm on the machine the constants were measured on (two Zen 4 cores)."""
    return conv.macs * 2 / 205e9 + reading(math.prod(conv.kernel_shape))


def winograd_estimate(conv: Convolution, tile: int) -> float:
    """Seconds of F(tile×tile): the products, their weights, and writing and reading V and M."""
    into, out = conv.channels
    frequencies = (tile + conv.kernel[0] - 1) ** 2
    tiles = -(-conv.output.shape[1] // tile) * -(-conv.output.shape[2] // tile)
    products = frequencies * tiles * into * out * 2 / 190e9
    if tiles < host().tile_pixels:  # register tiles of few rows wait for their weights
        products *= 1.25 if tiles >= 8 else 1.6
    transforms = frequencies * tiles * (into + out) * 4 * 2 / 80e9
    return products + reading(frequencies * into * out) + transforms


def reading(weights: int) -> float:
    """Seconds that so many weights take to come from the last cache or, what is beyond 16 MB, from memory."""
    return max(4 * weights / 140e9, (4 * weights - 16e6) / 40e9)

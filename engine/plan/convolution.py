"""Convolutions and dense layers as rows: which algorithm, in which order, in how many tasks."""

import math
from dataclasses import dataclass
from typing import Final

from engine.kernels.fast import columns as col
from engine.kernels.fast.host import host
from engine.kernels.fast.packing import DEPTHWISE, DIRECT, MERGED, WINOGRAD, Packing
from engine.plan.places import Address, Place
from engine.plan.rows import Row, Work, second, source, target
from engine.shapes import Pair

MERGED_CHANNELS: Final = 8
"""Up to so many input channels, a row of the kernel is read as one run of a padded copy of the image."""
SMALL_WEIGHTS: Final = 192 << 10
"""Bytes of packed weights that stay in L2 beside the maps: then panels are the inner loop."""
L2_WEIGHTS: Final = 512 << 10
BLOCK_INPUT: Final = 128 << 10
LOCAL_WEIGHTS: Final = 3 << 20
"""Bytes of transformed weights up to which Winograd goes block by block…"""
SHARED_WEIGHTS: Final = 10 << 20
"""…on large maps: they come from the last cache for each block."""
BLOCK_SCRATCH: Final = 300 << 10
CHUNK_SCRATCH: Final = 64 << 20
"""Bytes of V and M together for one chunk of a three-phase Winograd convolution."""
DENSE_COST: Final = 8.0
"""A dense layer waits for its weights from memory: each multiply–add takes as long as so many others."""
LONGEST_TASK: Final = 40_000_000
"""Multiply–adds: a task stays below about two milliseconds, so that a run can be cancelled."""


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
    reads: tuple[str, ...]

    @property
    def channels(self) -> Pair:
        """(in, out)."""
        return self.input.shape[0], self.output.shape[0]

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


@dataclass(frozen=True)
class Choice:
    """An algorithm for a convolution, and why."""

    packing: Packing
    algorithm: str
    why: str


def choose(conv: Convolution, *, winograd: bool = True) -> Choice:
    """The algorithm expected to be fastest. `winograd=False` rules it out (maps with NaN or infinity)."""
    shape = conv.kernel_shape
    if conv.depthwise:
        return Choice(Packing(form=DEPTHWISE, shape=shape), "depthwise", "each channel has one kernel")
    if conv.groups > 1:
        packing = Packing(form=DIRECT, shape=shape, groups=conv.groups)
        return Choice(packing, "indirect GEMM", f"{conv.groups} groups, one after the other")
    if conv.channels[0] <= MERGED_CHANNELS and conv.kernel[1] > 1 and conv.dilation[1] == 1:
        run = f"{conv.kernel[1]}·{conv.channels[0]}"
        why = f"{conv.channels[0]} input channels: a kernel row is one run of {run}"
        return Choice(Packing(form=MERGED, shape=shape), "merged-row GEMM", why)
    plain = conv.stride == conv.dilation == (1, 1) and conv.kernel == (3, 3)
    if plain and winograd and min(conv.channels) >= 16:
        estimates = {tile: winograd_estimate(conv, tile) for tile in (4, 2)} | {0: direct_estimate(conv)}
        best = min(estimates, key=lambda tile: estimates[tile])
        if best:
            gain = estimates[0] / estimates[best]
            why = f"3×3 at stride 1: estimated {gain:.1f} times as fast as direct"
            packing = Packing(form=WINOGRAD, shape=shape, tile=best)
            return Choice(packing, f"Winograd F({best}×{best}, 3×3)", why)
    if conv.kernel == (1, 1):
        why = "a dense layer" if conv.output.shape[1:] == (1, 1) else "1×1: a plain matrix product"
    elif plain and not winograd:
        why = "the map holds a NaN or an infinity, which Winograd would spread over its tile"
    else:
        why = "taps by a table of addresses, without copying patches"
    return Choice(Packing(form=DIRECT, shape=shape), "indirect GEMM", why)


def direct_estimate(conv: Convolution) -> float:
    """Seconds of the direct algorithm on the machine the constants were measured on (two Zen 4 cores)."""
    return conv.macs * 2 / 205e9 + reading(math.prod(conv.kernel_shape))


def winograd_estimate(conv: Convolution, tile: int) -> float:
    """Seconds of F(tile×tile): the products, their weights, and writing and reading V and M."""
    into, out = conv.channels
    frequencies = (tile + 2) ** 2
    tiles = -(-conv.output.shape[1] // tile) * -(-conv.output.shape[2] // tile)
    products = frequencies * tiles * into * out * 2 / 190e9
    if tiles < host().tile_pixels:  # register tiles of few rows wait for their weights
        products *= 1.25 if tiles >= 8 else 1.6
    transforms = frequencies * tiles * (into + out) * 4 * 2 / 80e9
    return products + reading(frequencies * into * out) + transforms


def reading(weights: int) -> float:
    """Seconds that so many weights take to come from the last cache or, what is beyond 16 MB, from memory."""
    return max(4 * weights / 140e9, (4 * weights - 16e6) / 40e9)


def tile_pixels(pixels: int) -> int:
    """The register tile that wastes least on a map of so many pixels (the last tile overlaps)."""
    sizes = [size for size in col.TILE_PIXELS[host().tile_pixels] if size <= pixels]
    if pixels >= 16 * sizes[0]:
        return sizes[0]
    return min(sizes, key=lambda size: -(-pixels // size) * (size + 1.2))


def gemm_row(conv: Convolution, weights: Address, packing: Packing, extra_reads: tuple[str, ...] = ()) -> Row:
    """One row of indirect GEMM."""
    out, depth, kh, kw = conv.kernel_shape
    each = out // conv.groups
    pixels = conv.output.shape[1] * conv.output.shape[2]
    size = tile_pixels(pixels)
    tiles = -(-pixels // size)
    panel = 2 * host().width
    panels = -(-each // panel)
    weight_bytes = packing.weight_bytes
    window_bytes = size * depth * 4 * (1 if kh * kw == 1 else conv.stride[0] * conv.stride[1] * 2)
    if weight_bytes <= L2_WEIGHTS or conv.groups > 1:
        tiles_a_task, panels_a_task = max(1, min(8, BLOCK_INPUT // window_bytes)), panels
    else:
        tiles_a_task, panels_a_task = max(1, min(tiles, L2_WEIGHTS // window_bytes)), 1
    task_macs = size * kh * kw * depth * panel * conv.groups
    tiles_a_task = min(
        tiles_a_task, max(1, LONGEST_TASK // max(1, task_macs * panels_a_task)), 4096 // max(1, kh * kw) + 1
    )
    tiles_a_task, panels_a_task = split(tiles, panels, tiles_a_task, panels_a_task, conv.groups > 1)
    values = source(conv.input) | target(conv.output) | second(conv.residual)
    values |= {
        col.KIND: col.GEMM,
        col.TASKS: -(-tiles // tiles_a_task) * -(-panels // panels_a_task),
        col.INPUT_CHANNELS: depth,
        col.OUTPUT_CHANNELS: each,
        col.KERNEL_HEIGHT: kh,
        col.KERNEL_WIDTH: kw,
        col.STRIDE_Y: conv.stride[0],
        col.STRIDE_X: conv.stride[1],
        col.DILATION_Y: conv.dilation[0],
        col.DILATION_X: conv.dilation[1],
        col.PAD_TOP: conv.pads[0][0],
        col.PAD_LEFT: conv.pads[1][0],
        col.WEIGHT: weights,
        col.BIAS: weights.plus(packing.weight_bytes),
        col.GROUPS: conv.groups,
        col.LANES: host().width if conv.groups == 1 else (each - 1) % host().width + 1,
        col.TILE: size,
        col.TILES_A_TASK: tiles_a_task,
        col.PANELS_A_TASK: panels_a_task,
        col.TILES_OUTSIDE: int(weight_bytes <= SMALL_WEIGHTS),
        col.PLAIN: col.PIXELS_RUN if is_plain(conv) else 0,
    }
    reads = (*conv.reads, *extra_reads)
    work = conv.macs * (DENSE_COST if pixels == 1 else 1.0)
    return Row(values=values, low=conv.low, high=conv.high, reads=reads, writes=(conv.name,), work=work)


def is_even(place: Place) -> bool:
    """Whether all pixels of a map lie at equal distances, from one row to the next too."""
    return place.row == place.shape[2] * place.pixel or place.shape[1] == 1


def is_plain(conv: Convolution) -> bool:
    """Whether it is one matrix product over pixels at equal distances: no table of addresses is needed."""
    even = all(is_even(place) for place in (conv.input, conv.output, conv.residual) if place is not None)
    same = conv.input.shape[1:] == conv.output.shape[1:]  # a phase of a transposed convolution may be smaller
    step = conv.kernel == conv.stride == (1, 1) and conv.pads == ((0, 0), (0, 0))
    return even and same and step and conv.groups == 1


def split(tiles: int, panels: int, tiles_a_task: int, panels_a_task: int, whole_groups: bool) -> Pair:
    """Smaller tasks until there are some for each core, so that none waits long for the last one."""
    enough = 8
    while -(-tiles // tiles_a_task) * -(-panels // panels_a_task) < enough:
        if tiles_a_task > 1:
            tiles_a_task = (tiles_a_task + 1) // 2
        elif panels_a_task > 1 and not whole_groups:
            panels_a_task = (panels_a_task + 1) // 2
        else:
            break
    return tiles_a_task, panels_a_task


def table_bytes(row: Row) -> int:
    """Bytes of a thread's address tables for a GEMM row."""
    values = {key: value for key, value in row.values.items() if isinstance(value, int)}
    taps = values[col.KERNEL_HEIGHT] * values[col.KERNEL_WIDTH]
    return 8 * values[col.TILES_A_TASK] * values[col.TILE] * (taps + 2)


def direct_work(conv: Convolution, choice: Choice, weights: Address) -> Work:
    """The indirect GEMM as a step."""
    row = gemm_row(conv, weights, choice.packing)
    return Work(algorithm=choice.algorithm, why=choice.why, table_bytes=table_bytes(row)).add(row)

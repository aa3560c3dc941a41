"""What a row of a plan does beyond what it must: values read again, and multiply–adds that nobody keeps.

A row reads its maps and weights once at least. Register tiles read some of them again and again: weights for
each tile, inputs for each panel of weights, input rows for each window that sees them. Where the set that is
gone through between two readings fits into a half of L1 it is found there, else in L2, or in the last cache.
This is counted from the loops of `engine.kernels.fast.tasks`. And register tiles are whole: the last vector
of channels may be partly empty, the last tile of a map overlaps the one before.
"""

from dataclasses import dataclass
from typing import Any, Final

from engine.kernels.fast.host import core_cache_bytes, host
from engine.kernels.fast.operations import (
    Depthwise,
    Gemm,
    ImageRuns,
    Operation,
    Pool,
    RowRuns,
    StrassenRuns,
    Windowed,
    Winograd,
    WinogradInput,
    WinogradOutput,
    WinogradProducts,
)

TRANSFORM_OPERATIONS: Final = {(2, 4): (4, 4), (4, 6): (14, 12), (2, 6): (14, 8)}
"""By output and input tile: of one row of a tile in Winograd's input transform, and in the output one."""


@dataclass(frozen=True)
class Caches:
    """Sizes of a core's own caches, in bytes."""

    l1: int
    l2: int

    @classmethod
    def here(cls) -> "Caches":
        """Those of this machine."""
        return cls(*core_cache_bytes())


@dataclass
class Again:
    """Bytes that are read a second time or more, by where they are then found."""

    caches: Caches
    l2: float = 0.0
    last: float = 0.0

    def read(self, size: float, between: float) -> None:
        """`size` more bytes, where `between` bytes are gone through from one reading to the next."""
        if size <= 0 or between <= self.caches.l1 / 2:
            return
        if between <= self.caches.l2 / 2:
            self.l2 += size
        else:
            self.last += size


def read_again(kind: type[Operation], row: Any, caches: Caches) -> Again:
    """What a row (by the names of its words) reads beyond its maps and weights once, written scratch too."""
    again = Again(caches)
    if issubclass(kind, Gemm):
        _of_tiles(again, kind, row)
    elif issubclass(kind, Winograd):
        _of_winograd(again, kind, row)
    elif issubclass(kind, Windowed):
        _of_windows(again, kind, row)
    return again


def computed_macs(kind: type[Operation], row: Any) -> float:
    """Multiply–adds that are really done, of empty lanes and of tiles that overlap too; 0 for other rows."""
    height, width = row.output_height, row.output_width
    if issubclass(kind, Gemm):
        by_rows = issubclass(kind, RowRuns)
        pixels: float = height * _up(width, row.tile) if by_rows else _up(height * width, row.tile)
        if kind is StrassenRuns:
            pixels = _up(height * width, 2 * row.tile) * 7 / 8
        steps = row.kernel_y * row.kernel_x * row.depth
        return float(pixels * steps * row.groups * host().padded(row.group_channels))
    if kind in (Winograd, WinogradProducts):
        blocks, rest = divmod(row.tile_count, row.tiles_a_task or row.tile_count)
        tiles = blocks * _up(row.tiles_a_task or row.tile_count, row.tile) + _up(rest, row.tile)
        out = host().padded(row.output_channels)
        return float(row.input_tile**2 * tiles * row.input_channels * out)
    if kind is Depthwise:
        at_once = max(1, row.at_once)
        taps = row.kernel_y * row.kernel_x * row.group_channels
        return float(height * _up(width, at_once) * taps * host().padded(row.output_channels))
    return 0.0


def other_operations(kind: type[Operation], row: Any) -> float:
    """Operations on values beside multiply–adds of weights: Winograd's transforms, what windows compare."""
    if issubclass(kind, Winograd):
        m, n, tiles = row.output_tile, row.input_tile, row.tile_count
        into, out = TRANSFORM_OPERATIONS[m, n]
        entering = tiles * host().padded(row.input_channels) * into * 2 * n
        leaving = tiles * host().padded(row.output_channels) * out * (m + n)
        return float(
            entering * (kind in (Winograd, WinogradInput)) + leaving * (kind in (Winograd, WinogradOutput))
        )
    if kind is Pool:
        values = row.output_height * row.output_width * host().padded(row.output_channels)
        return float(values * row.kernel_y * row.kernel_x)
    return 0.0


def _up(count: int, step: int) -> int:
    return -(-count // step) * step


def _of_tiles(again: Again, kind: type[Operation], row: Any) -> None:
    """Of a matrix product: a task is some tiles times some panels, the one loop inside of the other."""
    panels = -(-row.group_channels // (2 * host().width))
    taps = row.kernel_y * row.kernel_x
    panel = taps * row.depth * 4 * host().padded(row.group_channels) / panels
    pixels = row.output_height * row.output_width
    tiles_a_task, panels_a_task = row.tiles_a_task, min(panels, row.panels_a_task)
    if issubclass(kind, RowRuns):  # a task is some output rows times all panels
        tiles_a_task, panels_a_task = row.tiles_a_task * -(-row.output_width // row.tile), panels
    tiles = max(1, -(-pixels // row.tile))
    tiles_a_task = min(tiles, tiles_a_task)
    across = min(row.tile * row.kernel_x, (row.tile - 1) * row.stride_x + row.kernel_x)
    input_pixel, line = row.input_pixel, row.input_row
    if kind is ImageRuns:  # it reads what it has copied
        input_pixel, line = 4 * row.input_channels, _of_copies(again, row)
    pixel = min(4 * row.depth, input_pixel)
    seen = row.kernel_y * ((across - 1) * pixel + 4 * row.depth)
    blocks, panel_groups = tiles / tiles_a_task, panels / panels_a_task
    outside = kind is Gemm and row.tiles_outside
    weights_between = panels_a_task * panel if outside else panel
    inputs_between = seen if outside else tiles_a_task * seen
    groups = row.groups
    weights, inputs = groups * panels * panel, groups * tiles * seen
    again.read((tiles_a_task - 1) * blocks * weights, weights_between)
    again.read((blocks - 1) * weights, weights)
    again.read((panels_a_task - 1) * panel_groups * inputs, inputs_between)
    again.read((panel_groups - 1) * inputs, tiles_a_task * seen * groups)
    if row.kernel_y > 1:  # input rows that lie under several output rows
        once = 4 * groups * row.depth * row.input_height * row.input_width / max(1, row.kernel_x)
        once *= row.kernel_x if kind is Gemm else 1
        again.read(inputs - once, row.kernel_y * line)


def _of_copies(again: Again, row: Any) -> int:
    """Of input rows that several tasks copy, and of their copies, as long as what is told."""
    rows_a_task = (row.tiles_a_task - 1) * row.stride_y + (row.kernel_y - 1) * row.dilation_y + 1
    rows = row.tasks * rows_a_task
    seen = 4 * row.input_channels * row.input_width
    again.read((rows - row.input_height) * seen, rows_a_task * seen)
    line = int(4 * row.input_channels * row.padded_width)
    again.read(rows * line, row.kernel_y * line)
    return line


def _of_winograd(again: Again, kind: type[Operation], row: Any) -> None:
    """V and M are written and read; weights are read for each block, or once in three phases."""
    frequencies = row.input_tile**2
    into, out = 4 * host().padded(row.input_channels), 4 * host().padded(row.output_channels)
    tiles = row.tile_count
    panels = -(-out // (2 * host().vector_bytes))
    v, m, weights = (
        frequencies * tiles * into,
        frequencies * tiles * out,
        frequencies * row.input_channels * out,
    )
    block = row.tiles_a_task if kind is Winograd else tiles
    between = (frequencies * block) * (into + out)
    if kind in (Winograd, WinogradInput):
        share = tiles * row.output_tile**2 / (row.output_height * row.output_width)  # of the map: a chunk
        seen = min(1.0, share) * row.input_height * row.input_width * into
        again.read(v - seen, 2 * row.output_tile * row.input_row)
        again.read(v, between)
    if kind in (Winograd, WinogradProducts):
        runs = max(1, block // row.tile)
        panel = row.input_channels * 2 * host().vector_bytes
        again.read(v, between)
        again.read((panels - 1) * v, block * into)
        again.read((runs - 1) * weights * tiles / block, panel)
        again.read(m, between)
    if kind is Winograd:
        again.read((tiles / block - 1) * weights, weights)
    if kind in (Winograd, WinogradOutput):
        again.read(m, between)


def _of_windows(again: Again, kind: type[Operation], row: Any) -> None:
    """Input rows under several output rows, and the weights of each run of windows."""
    pixel = 4 * host().padded(row.input_channels)
    line = row.input_width * pixel
    rows = min(row.kernel_y, row.input_height) * row.output_height
    again.read((rows - row.input_height) * line, row.kernel_y * row.input_row)
    if kind is Depthwise:
        weights = row.group_channels * row.kernel_y * row.kernel_x * pixel
        runs = row.output_height * -(-row.output_width // max(1, row.at_once))
        again.read((runs - 1) * weights, weights)

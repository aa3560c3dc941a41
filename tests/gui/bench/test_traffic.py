"""What is read again is counted as a slow walk through the same loops counts it."""

from dataclasses import dataclass, field
from itertools import product
from types import SimpleNamespace

import pytest

from engine.execution.executor import Executor
from engine.kernels.fast.host import host
from engine.kernels.fast.micro_kernels.winograd_transforms import _times_columns, _times_rows
from engine.kernels.fast.operation_rows import decode, operation_of
from engine.kernels.fast.operations import (
    Depthwise,
    Gemm,
    ImageRuns,
    PixelRuns,
    Pool,
    RowRuns,
    Winograd,
    WinogradOutput,
)
from engine.kernels.fast.points import transforms
from engine.kernels.fast.variants import WINOGRAD_TILES
from engine.model.network import Network
from gui.bench.traffic import TRANSFORM_OPERATIONS, Caches, computed_macs, read_again
from tests.engine.execution.odd_networks import make, node

WIDTH = host().width
CACHES = Caches(l1=32 << 10, l2=1 << 20)


def gemm(**fields: int) -> SimpleNamespace:
    """A matrix product's words: 14 pixels a tile, 20 tiles in tasks of 4, 6 panels in tasks of 3."""
    words = {
        "kernel_y": 1, "kernel_x": 1, "stride_x": 1, "depth": 256, "groups": 1, "tile": 14,
        "group_channels": 6 * 2 * WIDTH, "output_height": 10, "output_width": 28, "input_height": 10,
        "input_width": 28, "input_pixel": 1024, "input_row": 28 * 1024, "tiles_a_task": 4, "panels_a_task": 3,
        "tiles_outside": 0,
    } | fields  # fmt: skip
    return SimpleNamespace(**words)


@dataclass
class Walk:
    """The tasks of a matrix product, tile by tile and panel by panel: which piece is read when."""

    row: SimpleNamespace
    outside: bool
    pieces: list[tuple[str, int]] = field(default_factory=list)

    def run(self) -> None:
        tiles, panels = 20, 6
        blocks = range(0, tiles, self.row.tiles_a_task)
        for block, first in product(blocks, range(0, panels, self.row.panels_a_task)):
            some_tiles = range(block, block + self.row.tiles_a_task)
            some_panels = range(first, first + self.row.panels_a_task)
            loop = product(some_tiles, some_panels) if self.outside else product(some_panels, some_tiles)
            for one, other in loop:
                tile, panel = (one, other) if self.outside else (other, one)
                self.pieces += [("panel", panel), ("tile", tile)]

    def readings(self) -> int:
        """Bytes that reach L1: it holds the last tile or panel, unless several fit."""
        size = {"tile": 14 * 256 * 4, "panel": 256 * 2 * 4 * WIDTH}
        held: dict[str, int] = {}
        read = 0
        for kind, number in self.pieces:
            if held.get(kind) != number:
                read += size[kind]
            held[kind] = number
        return read


@pytest.mark.parametrize(("kind", "outside"), [(Gemm, 1), (Gemm, 0), (PixelRuns, 0)])
def test_tiles_and_panels_are_read_as_often_as_the_loops_come_to_them(kind: type, outside: int) -> None:
    row = gemm(tiles_outside=outside)
    walk = Walk(row, bool(outside))
    walk.run()
    panel, tile = 256 * 2 * 4 * WIDTH, 14 * 256 * 4
    caches = Caches(l1=2 * max(panel, tile), l2=1 << 30)  # one of each fits
    again = read_again(kind, row, caches)
    once = 6 * panel + 20 * tile
    assert again.last == 0
    assert again.l2 + once == walk.readings()


def test_weights_that_do_not_fit_into_l2_come_from_the_last_cache() -> None:
    row = gemm()
    weights = 256 * 6 * 2 * 4 * WIDTH
    near = read_again(PixelRuns, row, Caches(l1=64 << 10, l2=2 * weights))
    far = read_again(PixelRuns, row, Caches(l1=64 << 10, l2=2 * weights - 1))
    assert near.last == 0
    assert far.last == 4 * weights  # five blocks of tiles
    assert far.l2 + far.last == near.l2


def test_what_stays_in_l1_is_not_counted() -> None:
    again = read_again(PixelRuns, gemm(), Caches(l1=1 << 30, l2=1 << 30))
    assert (again.l2, again.last) == (0, 0)


def test_three_rows_of_a_depthwise_map_are_read_for_each_of_its_own() -> None:
    row = SimpleNamespace(
        kernel_y=3, kernel_x=3, group_channels=1, input_channels=2 * WIDTH, input_width=100, input_height=50,
        input_row=100 * 8 * WIDTH, output_height=50, output_width=100, at_once=10,
    )  # fmt: skip
    line, weights = 100 * 8 * WIDTH, 9 * 8 * WIDTH
    nothing_fits = Caches(l1=0, l2=1 << 30)
    assert read_again(Depthwise, row, nothing_fits).l2 == 2 * 50 * line + (50 * 10 - 1) * weights
    assert read_again(Pool, row, nothing_fits).l2 == 2 * 50 * line
    assert read_again(Depthwise, row, Caches(l1=8 * line, l2=1 << 30)).l2 == 0


def test_winograd_reads_its_weights_for_each_block_and_passes_both_transforms_through_l2() -> None:
    tiles, block, into, out = 24, 6, 2 * WIDTH, 4 * WIDTH
    row = SimpleNamespace(
        output_tile=2, input_tile=4, tile_count=tiles, tiles_a_task=block, tile=6, input_channels=into,
        output_channels=out, output_height=8, output_width=12, input_height=8, input_width=12,
        input_row=12 * 4 * into,
    )  # fmt: skip
    v, m, weights = 16 * tiles * 4 * into, 16 * tiles * 4 * out, 16 * into * 4 * out
    seen = 8 * 12 * 4 * into
    again = read_again(Winograd, row, Caches(l1=0, l2=1 << 30))
    panels = 2
    # tiles overlap; V is written, and read for each panel; M is written and read; weights for four blocks
    assert again.l2 == (v - seen) + (1 + panels) * v + 2 * m + 3 * weights
    assert read_again(WinogradOutput, row, Caches(l1=0, l2=1 << 30)).l2 == m


def test_whole_tiles_and_whole_vectors_are_computed() -> None:
    row = gemm(group_channels=2 * WIDTH + 1, output_width=29)  # 290 pixels are 21 tiles, three vectors
    assert computed_macs(Gemm, row) == 21 * 14 * 256 * 3 * WIDTH
    assert computed_macs(RowRuns, row) == 10 * 3 * 14 * 256 * 3 * WIDTH
    assert computed_macs(ImageRuns, row) == 10 * 3 * 14 * 256 * 3 * WIDTH


def test_input_rows_are_read_again_by_each_task_that_copies_them() -> None:
    tasks, rows_a_task, stride, kernel, height, width = 4, 3, 2, 5, 27, 30
    copied = [
        (y * stride) + i
        for task in range(tasks)
        for y in range(task * rows_a_task, (task + 1) * rows_a_task)
        for i in range(kernel)
        if y == task * rows_a_task or i >= kernel - stride  # the rows above saw the others
    ]
    words = {
        "output_height": tasks * rows_a_task, "kernel_y": kernel, "stride_y": stride, "dilation_y": 1,
        "tasks": tasks, "tiles_a_task": rows_a_task, "input_channels": 3, "input_height": height,
        "input_width": width, "padded_width": 32, "depth": 9,
    }  # fmt: skip
    pixels = gemm(**words, input_pixel=12, input_row=32 * 12)
    planes = gemm(**words, input_pixel=4, input_row=4 * width)
    nothing_fits = Caches(l1=0, l2=1 << 30)
    more = read_again(ImageRuns, planes, nothing_fits).l2 - read_again(RowRuns, pixels, nothing_fits).l2
    assert more == (len(copied) - len(set(copied))) * 12 * width + len(copied) * 12 * 32


class Counter:
    """Stands for the vector code, and counts its instructions."""

    def __init__(self) -> None:
        self.count = 0

    def constant(self, value: float) -> float:
        return value

    def operation(self, *operands: object) -> object:
        self.count += 1
        return object()

    add = subtract = multiply = multiply_add = operation


@pytest.mark.parametrize(("m", "n"), WINOGRAD_TILES)
def test_the_transforms_take_the_operations_that_are_emitted(m: int, n: int) -> None:
    into, out = Counter(), Counter()
    matrices, values = transforms(m, n - m + 1), [object()] * n
    _times_rows(into, matrices.input, values)
    _times_columns(out, matrices.output, values)
    assert (into.count, out.count) == TRANSFORM_OPERATIONS[m, n]


def network() -> Network:
    def conv(channels: int, kernel: int, **settings: object) -> object:
        return make("Conv2d", out_channels=channels, kernel_size=(kernel, kernel), **settings)

    return Network(
        [
            node("input", make("Input", shape=(3, 40, 44))),
            node("stem", conv(20, 5), "input"),
            node("winograd", conv(33, 3), "stem"),
            node("strided", conv(64, 3, stride=(2, 2)), "winograd"),
            node("grouped", conv(64, 3, groups=4), "strided"),
            node("depthwise", conv(64, 3, groups=64), "grouped"),
            node("one", conv(200, 1), "depthwise"),
            node("pool", make("GlobalAvgPool2d"), "one"),
        ]
    )


def test_no_row_computes_less_than_its_layer_needs_or_reads_less_than_nothing() -> None:
    net = network()
    plan = Executor(threads=1).plan(net)
    for step in plan.steps:
        found = [(operation_of(plan.rows[row]), decode(plan.rows[row])) for row in step.rows]
        if step.macs:
            computed = sum(computed_macs(kind, words) for kind, words in found)
            share = 16 / 36 / 1.5 if "Winograd" in step.algorithm else 1.0
            assert step.macs * share <= computed <= 3 * step.macs, step
        for kind, words in found:
            again = read_again(kind, words, CACHES)
            assert again.l2 >= 0
            assert again.last >= 0

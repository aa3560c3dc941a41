"""A matrix product by Strassen's algorithm as tasks: a block of pixels times some pairs of panels.

A pair is a panel of each half of the output channels. A block's pixels are two halves, too; the sums of its
inputs are made once, and stay in the core's own cache.
"""

from typing import Any

from engine.kernels.fast.emit.memory import store_word
from engine.kernels.fast.emit.micro_kernel import task
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, WIDTH
from engine.kernels.fast.micro_kernels.strassen import (
    PART,
    PART_BYTES,
    PRODUCTS,
    PUT_BY_BYTES,
    SUMS,
    quarter_sums,
    strassen_tile,
)
from engine.kernels.fast.operations import StrassenRuns
from engine.kernels.fast.tasks.finishing import NOTHING, finish
from engine.kernels.fast.variants import LONGEST_RUN, UNROLL
from engine.kernels.jit import kernel_part

PANEL_BYTES = 2 * VECTOR_BYTES
INPUTS, SPACING, PUT_BY, OUTPUT, FIRST, SECOND, TAKEN, BIAS, OTHER = range(len(PART))


@kernel_part
def tell(thread: Any, number: int, inputs: int, spacing: int, put_by: int) -> None:
    """What is done with a product that makes no output."""
    part = thread.tables + number * PART_BYTES
    store_word(part + 8 * INPUTS, inputs)
    store_word(part + 8 * SPACING, spacing)
    store_word(part + 8 * PUT_BY, put_by)
    for word in range(OUTPUT, len(PART)):
        store_word(part + 8 * word, 0)


@kernel_part
def tell_output(
    row: Any,
    thread: Any,
    number: int,
    pixel: int,
    column: int,
    spare: int,
    first: int,
    second: int,
    taken: int,
) -> None:
    """…and of one that does, from this pixel and column on; spare: where it is until it is finished, or 0."""
    part = thread.tables + number * PART_BYTES
    place = row.output + pixel * row.output_pixel + column
    store_word(part + 8 * OUTPUT, spare if spare != 0 else place)
    store_word(part + 8 * FIRST, first)
    store_word(part + 8 * SECOND, second)
    store_word(part + 8 * TAKEN, taken)
    store_word(part + 8 * BIAS, row.bias + column)
    if row.other != 0:
        store_word(part + 8 * OTHER, row.other + pixel * row.other_pixel + column)


@kernel_part
def tell_all(
    row: Any, thread: Any, upper: int, lower: int, left: int, right: int, sums: int, room: int, put_by: int
) -> None:
    """The seven products of a tile, as `micro_kernels.strassen` has them.

    upper, lower: the first pixel in either half; left, right: the columns in bytes; sums: the first of the
    first pixel, `room` bytes before the next; put_by: room for five products, then for four outputs that are
    not finished.
    """
    spacing, wide = row.input_pixel, row.sum_bytes
    a11, a22 = row.input + upper * spacing, row.input + lower * spacing + 2 * row.depth
    each = row.tile * PUT_BY_BYTES
    p1, p2, p3, p4, p5 = put_by, put_by + each, put_by + 2 * each, put_by + 3 * each, put_by + 4 * each
    spare, step = put_by + 5 * each, each
    if row.function == NOTHING:
        spare, step = 0, 0
    tell(thread, 0, sums, wide, p1)
    tell(thread, 1, sums + room, wide, p2)
    tell(thread, 2, a11, spacing, p3)
    tell(thread, 3, a22, spacing, p4)
    tell_output(row, thread, 3, lower, left, spare + 3 * step, p2, 0, 0)
    tell(thread, 4, sums + 2 * room, wide, p5)
    tell_output(row, thread, 4, upper, right, spare + step, p3, 0, 0)
    tell(thread, 5, sums + 3 * room, wide, 0)
    tell_output(row, thread, 5, lower, right, spare + 2 * step, p1, p3, p2)
    tell(thread, 6, sums + 4 * room, wide, 0)
    tell_output(row, thread, 6, upper, left, spare, p1, p4, p5)


@kernel_part
def finish_tile(
    row: Any, thread: Any, upper: int, lower: int, left: int, right: int, spare: int, vectors: int
) -> None:
    """The row's function of the four outputs of a tile, into the map."""
    for quarter in range(4):
        pixel = upper if quarter < 2 else lower
        column = right if 0 < quarter < 3 else left
        place = row.output + pixel * row.output_pixel + column
        finish(
            row, thread.kernels, source=spare + quarter * row.tile * PUT_BY_BYTES, spacing=PUT_BY_BYTES,
            pixels=row.tile, blocks=vectors, place=place,
        )  # fmt: skip


@task(StrassenRuns)
def strassen_task(row: Any, number: int, thread: Any) -> int:
    """A block of pixels times some pairs of panels; gives how many tiles met what is not finite."""
    pixels, spacing, depth, size = (
        row.output_height * row.output_width,
        row.input_pixel,
        row.depth // 2,
        row.tile,
    )
    half_vectors = (row.group_channels + WIDTH - 1) // WIDTH // 2
    panels = (half_vectors + 1) // 2
    groups = (panels + row.panels_a_task - 1) // row.panels_a_task
    block = number // groups
    first_panel = (number - block * groups) * row.panels_a_task
    end_panel = min(panels, first_panel + row.panels_a_task)
    blocks, tiles = row.tasks // groups, row.tiles_a_task
    begin, end = pixels * block // blocks, pixels * (block + 1) // blocks
    half = tiles * size
    middle = end - half  # pixels that are in both halves are computed twice, and the later ones stay
    room = half * row.sum_bytes
    so_far = thread.scratch + SUMS * room
    put_by = so_far + size * PUT_BY_BYTES
    runs = (depth + LONGEST_RUN - 1) // LONGEST_RUN
    run = ((depth + runs - 1) // runs + UNROLL - 1) // UNROLL * UNROLL
    quarter_sums(
        thread.kernels, first=row.input + begin * spacing, second=row.input + middle * spacing,
        spacing=spacing, pixels=half, depth=depth, sums=thread.scratch, sum_spacing=row.sum_bytes,
        sum_room=room,
    )  # fmt: skip
    turns = PRODUCTS * (depth // UNROLL)  # in which a part of the next block is fetched
    ahead_step = (end - begin) * spacing // max(1, (end_panel - first_panel) * tiles * turns)
    ahead = row.input + end * spacing
    finished = row.function == NOTHING
    output_spacing, streams = PUT_BY_BYTES, 0
    if finished:
        output_spacing, streams = row.output_pixel, row.streams
    nonfinite = 0
    for panel in range(first_panel, end_panel):
        vectors = 1 if 2 * panel + 1 == half_vectors else 2
        left = panel * PANEL_BYTES
        right = half_vectors * VECTOR_BYTES + left
        for at in range(0, half, size):
            upper, lower = begin + at, middle + at
            tell_all(
                row, thread, upper, lower, left, right, thread.scratch + at * row.sum_bytes, room, put_by
            )
            nonfinite += strassen_tile(
                thread.kernels, size, vectors, parts=thread.tables, depth=depth, runs=runs, run=run,
                so_far=so_far,
                weight=row.weight + PRODUCTS * panel * depth * PANEL_BYTES, output_spacing=output_spacing,
                other_spacing=row.other_pixel, ahead=ahead, ahead_step=ahead_step, streams=streams,
                low=row.low, high=row.high,
            )  # fmt: skip
            ahead += turns * ahead_step
            if not finished:
                finish_tile(row, thread, upper, lower, left, right, put_by + 5 * size * PUT_BY_BYTES, vectors)
    return nonfinite

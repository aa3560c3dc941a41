"""All micro-kernels, compiled once and reached through one table of addresses.

Each is a `cfunc`: numba caches its machine code on disk, and callers do not compile it again.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import types

from engine.kernels.fast import (
    columns,
    elementwise,
    gemm_tasks,
    pixel_tasks,
    window_tasks,
    windows,
    winograd_tasks,
)
from engine.kernels.fast.gemm import gemm_tile
from engine.kernels.fast.host import host
from engine.kernels.fast.peak import multiply_adds
from engine.kernels.fast.plain_gemm import gemm_run
from engine.kernels.fast.response_norm import QUARTERS, response_pixel
from engine.kernels.fast.second_compiler import second_compiler
from engine.kernels.fast.winograd import transform_input, transform_output
from engine.kernels.jit import compiled_function

WINOGRAD_TILES: Final = (2, 4)

Maker = Callable[[], Any]
Kernel = tuple[int, int, int, Maker]
"""(slot, integer arguments, float arguments, what makes the function to compile)."""


def micro_kernels() -> Iterator[Kernel]:
    """Every micro-kernel."""
    for pixels in columns.TILE_PIXELS[host().tile_pixels]:
        for vectors in (2, 1):
            yield columns.GEMM_SLOT + 2 * pixels + vectors - 1, 13, 2, _gemm(pixels, vectors)
            yield columns.PLAIN_SLOT + 2 * pixels + vectors - 1, 19, 2, _plain(pixels, vectors)
    for tile in WINOGRAD_TILES:
        yield columns.WINOGRAD_INPUT_SLOT + tile, 4, 0, _winograd_input(tile)
        yield columns.WINOGRAD_OUTPUT_SLOT + tile, 7, 2, _winograd_output(tile)
    for width, stride in columns.DEPTHWISE_VARIANTS:
        for pixels in (1, columns.DEPTHWISE_PIXELS):
            slot = columns.DEPTHWISE_SLOT + 16 * (width // 2) + 2 * stride + (pixels > 1)
            yield slot, 10, 2, _depthwise(pixels, stride, width)
    for mode in (windows.DEPTHWISE, windows.MAXIMUM, windows.SUM):
        yield columns.WINDOW_SLOT + mode, 5, 3, _window(mode)
    for mode in (windows.MAXIMUM, windows.SUM):
        yield columns.GLOBAL_SLOT + mode, 7, 1, _global(mode)
    for width, stride in columns.MAX_VARIANTS:
        yield columns.MAX_SLOT + 4 * width + stride, 6, 0, _maximum(stride, width)
    for quarters in QUARTERS:
        yield columns.RESPONSE_SLOT + quarters, 6, 2, _response(quarters)
    yield columns.PEAK_SLOT, 1, 0, _peak()
    for mode in elementwise.MODES:
        yield columns.PIXELS_SLOT + mode, 8, 2, _pixels(mode)


def tasks() -> Iterator[Kernel]:
    """What does one task of a row: the interpreter calls them by the row's kind."""
    by_kind = {
        columns.GEMM: gemm_tasks.gemm_task,
        columns.GEMM + columns.PLAIN_TASKS + columns.PIXELS_RUN: gemm_tasks.plain_task,
        columns.GEMM + columns.PLAIN_TASKS + columns.ROWS_RUN: gemm_tasks.window_rows_task,
        columns.WINOGRAD: winograd_tasks.winograd_task,
        columns.WINOGRAD_INPUT: winograd_tasks.input_phase_task,
        columns.WINOGRAD_PRODUCTS: winograd_tasks.products_phase_task,
        columns.WINOGRAD_OUTPUT: winograd_tasks.output_phase_task,
        columns.DEPTHWISE: window_tasks.depthwise_task,
        columns.POOL: window_tasks.pool_task,
        columns.GLOBAL_POOL: window_tasks.global_pool_task,
        columns.PIXELS: pixel_tasks.pixels_task,
        columns.COPY: pixel_tasks.copy_task,
        columns.SOFTMAX: pixel_tasks.softmax_task,
        columns.RESPONSE_NORM: pixel_tasks.response_norm_task,
        columns.LAYER_NORM: pixel_tasks.layer_norm_task,
    }
    for kind, task in by_kind.items():
        yield columns.TASK_SLOT + kind, 7, 2, partial(_as_it_is, task)


def _as_it_is(task: Any) -> Any:
    return task


class Library:
    """The compiled micro-kernels; `addresses` is the table that rows are run with."""

    def __init__(
        self, progress: Callable[[int, int], None] = lambda done, total: None, *, backwards: bool = False
    ) -> None:
        """Compile or load all. `progress(done, total)` is told after each; the interpreter counts as one.

        backwards: from the last kernel to the first, as the `second_compiler` does.
        """
        self.addresses: npt.NDArray[np.int64] = np.zeros(columns.SLOTS, np.int64)
        self._kept: list[Any] = []  # machine code lives as long as these objects
        kernels = [*tasks(), *micro_kernels()]
        self.count = len(kernels)
        if backwards:
            self._compile(reversed(kernels), progress)
        else:
            with second_compiler(self.count):
                self._compile(kernels, progress)

    def _compile(self, kernels: Iterable[Kernel], progress: Callable[[int, int], None]) -> None:
        for done, (slot, words, floats, make) in enumerate(kernels, start=1):
            signature = types.int64(*[types.int64] * words, *[types.float32] * floats)
            function = make()
            # numba keeps an index file for each qualified name, and two processes that write different
            # kernels into one index at once would mix them up
            function.__qualname__ = f"micro_kernel_{slot}"
            compiled = compiled_function(signature)(function)
            self._kept.append(compiled)
            self.addresses[slot] = int(compiled.address or 0)
            progress(done, self.count + 1)  # the last one is the interpreter


def _gemm(pixels: int, vectors: int) -> Maker:
    def make() -> Any:
        def kernel(
            inputs: Any,
            base: Any,
            taps: Any,
            depth: Any,
            weight: Any,
            outputs: Any,
            column: Any,
            bias: Any,
            residuals: Any,
            ahead: Any,
            following: Any,
            lanes: Any,
            streams: Any,
            low: Any,
            high: Any,
        ) -> Any:
            gemm_tile(
                pixels,
                vectors,
                inputs,
                base,
                taps,
                depth,
                weight,
                outputs,
                column,
                bias,
                residuals,
                ahead,
                following,
                lanes,
                streams,
                low,
                high,
            )
            return 0

        return kernel

    return make


def _plain(pixels: int, vectors: int) -> Maker:
    def make() -> Any:
        def kernel(
            inputs: Any,
            spacing: Any,
            taps: Any,
            tap_bytes: Any,
            depth: Any,
            weight: Any,
            outputs: Any,
            output_spacing: Any,
            bias: Any,
            residuals: Any,
            residual_spacing: Any,
            tiles: Any,
            following: Any,
            following_step: Any,
            ahead: Any,
            ahead_step: Any,
            claimed: Any,
            claimed_step: Any,
            streams: Any,
            low: Any,
            high: Any,
        ) -> Any:
            gemm_run(
                pixels,
                vectors,
                inputs,
                spacing,
                taps,
                tap_bytes,
                depth,
                weight,
                outputs,
                output_spacing,
                bias,
                residuals,
                residual_spacing,
                tiles,
                following,
                following_step,
                ahead,
                ahead_step,
                claimed,
                claimed_step,
                streams,
                low,
                high,
            )
            return 0

        return kernel

    return make


def _maximum(stride: int, width: int) -> Maker:
    def make() -> Any:
        pixels = columns.DEPTHWISE_PIXELS

        def kernel(rows: Any, count: Any, spacing: Any, blocks: Any, output: Any, output_spacing: Any) -> Any:
            windows.max_pixels(pixels, stride, width, rows, count, spacing, blocks, output, output_spacing)
            return 0

        return kernel

    return make


def _response(quarters: int) -> Maker:
    def make() -> Any:
        def kernel(
            source: Any,
            squares: Any,
            before: Any,
            size: Any,
            blocks: Any,
            output: Any,
            scale: Any,
            offset: Any,
        ) -> Any:
            response_pixel(quarters, source, squares, before, size, blocks, output, scale, offset)
            return 0

        return kernel

    return make


def _peak() -> Maker:
    def make() -> Any:
        def kernel(turns: Any) -> Any:
            return multiply_adds(turns)

        return kernel

    return make


def _winograd_input(tile: int) -> Maker:
    def make() -> Any:
        def kernel(inputs: Any, out: Any, spacing: Any, blocks: Any) -> Any:
            transform_input(tile, inputs, out, spacing, blocks)
            return 0

        return kernel

    return make


def _winograd_output(tile: int) -> Maker:
    def make() -> Any:
        def kernel(
            products: Any,
            spacing: Any,
            blocks: Any,
            bias: Any,
            outputs: Any,
            residuals: Any,
            streams: Any,
            low: Any,
            high: Any,
        ) -> Any:
            return transform_output(
                tile, products, spacing, blocks, bias, outputs, residuals, streams, low, high
            )

        return kernel

    return make


def _depthwise(pixels: int, stride: int, width: int) -> Maker:
    def make() -> Any:
        def kernel(
            rows: Any,
            count: Any,
            spacing: Any,
            row_bytes: Any,
            weight: Any,
            blocks: Any,
            output: Any,
            output_spacing: Any,
            bias: Any,
            streams: Any,
            low: Any,
            high: Any,
        ) -> Any:
            windows.depthwise_pixels(
                pixels,
                stride,
                width,
                rows,
                count,
                spacing,
                row_bytes,
                weight,
                blocks,
                output,
                output_spacing,
                bias,
                streams,
                low,
                high,
            )
            return 0

        return kernel

    return make


def _window(mode: int) -> Maker:
    def make() -> Any:
        def kernel(
            taps: Any, count: Any, blocks: Any, output: Any, bias: Any, scale: Any, low: Any, high: Any
        ) -> Any:
            windows.window_pixel(mode, taps, count, blocks, output, bias, scale, low, high)
            return 0

        return kernel

    return make


def _global(mode: int) -> Maker:
    def make() -> Any:
        def kernel(
            source: Any,
            row_bytes: Any,
            spacing: Any,
            height: Any,
            width: Any,
            blocks: Any,
            output: Any,
            scale: Any,
        ) -> Any:
            windows.global_pool(mode, source, row_bytes, spacing, height, width, blocks, output, scale)
            return 0

        return kernel

    return make


def _pixels(mode: int) -> Maker:
    def make() -> Any:
        def kernel(
            source: Any,
            spacing: Any,
            other: Any,
            other_spacing: Any,
            pixels: Any,
            blocks: Any,
            output: Any,
            output_spacing: Any,
            low: Any,
            high: Any,
        ) -> Any:
            elementwise.pixel_run(
                mode, source, spacing, other, other_spacing, pixels, blocks, output, output_spacing, low, high
            )
            return 0

        return kernel

    return make

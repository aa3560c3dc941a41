"""Every micro-kernel as a function of numba code that a `Library` compiles, and the slot it is found in."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from engine.kernels.fast import columns, elementwise, windows
from engine.kernels.fast.gemm import gemm_tile
from engine.kernels.fast.host import host
from engine.kernels.fast.peak import multiply_adds
from engine.kernels.fast.plain_gemm import gemm_run
from engine.kernels.fast.response_norm import QUARTERS, response_pixel
from engine.kernels.fast.winograd import transform_input, transform_output

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

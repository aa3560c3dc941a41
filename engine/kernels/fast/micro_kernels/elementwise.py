"""Micro-kernels that work value by value on rows of pixels: affine maps, sums, products, activations."""

from typing import Final

from engine.kernels.fast.emit.micro_kernel import Float, Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, Value, Vectors
from engine.kernels.fast.micro_kernels.slopes import SLOPES
from engine.kernels.fast.micro_kernels.smooth import gelu, gelu_tanh, sigmoid, silu, tanh
from engine.kernels.fast.operations import Function

SMOOTH: Final = {
    Function.SIGMOID: sigmoid,
    Function.SILU: silu,
    Function.TANH: tanh,
    Function.GELU: gelu,
    Function.GELU_TANH: gelu_tanh,
}
SIXTH: Final = 11184811 / 2**26
SIXTH_REST: Final = 1 / 6 - SIXTH
"""A sixth in two numbers of single precision: with the first alone all values are off by the same."""


@micro_kernel((function,) for function in Function)
def pixel_run(
    v: Vectors, function: int, *, source: Word, spacing: Word, other: Word, other_spacing: Word, pixels: Word,
    blocks: Word, output: Word, output_spacing: Word, low: Float, high: Float, slope: Float, streams: Word,
) -> None:  # fmt: skip
    """`pixels` pixels of `blocks` vectors each.

    other: the second operand, `other_spacing` bytes between its pixels (0: the same one for all); streams:
    whether outputs go past the caches.
    """
    function = Function(function)
    floor, ceiling, zero = v.splat(low), v.splat(high), v.constant(0.0)

    def value(x: Value, second: Value) -> Value:
        if function in SMOOTH:
            return SMOOTH[function](v, x)
        if function in SLOPES:
            return v.multiply(x, SLOPES[function](v, v.load(second)))
        if function in (Function.LEAKY, Function.LEAKY_BACK):
            sign = x if function == Function.LEAKY else v.load(second)
            negative = v.builder.fcmp_ordered("<" if function == Function.LEAKY else "<=", sign, zero)
            return v.builder.select(negative, v.multiply(x, v.splat(slope)), x)
        if function in (Function.HARDSIGMOID, Function.HARDSWISH):
            gate = v.clamp(v.add(x, v.constant(3.0)), zero, v.constant(6.0))
            gate = v.multiply_add(gate, v.constant(SIXTH), v.multiply(gate, v.constant(SIXTH_REST)))
            return v.multiply(x, gate) if function == Function.HARDSWISH else gate
        if function == Function.GATE:
            y, b = v.load(second), v.builder
            inside = b.and_(b.fcmp_ordered(">", y, floor), b.fcmp_ordered("<", y, ceiling))
            return b.select(inside, x, zero)
        if function == Function.ADD:
            x = v.add(x, v.load(second))
        elif function == Function.MULTIPLY:
            x = v.multiply(x, v.load(second))
        return v.clamp(x, floor, ceiling)

    def pixel(index: Value, carried: list[Value]) -> list[Value]:
        x, y, out = carried

        def block(i: Value, carried: list[Value]) -> list[Value]:
            here = v.times(i, VECTOR_BYTES)
            result = value(v.load(v.offset(x, here)), v.offset(y, here))
            with v.either(v.nonzero(streams), v.stream, v.store) as ways:
                for put in ways:
                    put(result, v.offset(out, here))
            return []

        v.loop(blocks, [], block)
        return [v.offset(x, spacing), v.offset(y, other_spacing), v.offset(out, output_spacing)]

    v.loop(pixels, [source, other, output], pixel)


@micro_kernel()
def affine_run(
    v: Vectors, *, source: Word, spacing: Word, scales: Word, shifts: Word, pixels: Word, blocks: Word,
    output: Word, output_spacing: Word, near: Word, near_spacing: Word, streams: Word, low: Float,
    high: Float,
) -> None:  # fmt: skip
    """clamp(x · scale + shift), scale and shift of each channel, on `pixels` pixels of `blocks` vectors.

    streams: whether the output goes past the caches; near (0: nowhere): where the results are put as well.
    """
    floor, ceiling = v.splat(low), v.splat(high)
    twice = v.nonzero(near)

    def pixel(index: Value, carried: list[Value]) -> list[Value]:
        x, out, copy = carried

        def block(i: Value, carried: list[Value]) -> list[Value]:
            here = v.times(i, VECTOR_BYTES)
            scale, shift = v.load(v.offset(scales, here)), v.load(v.offset(shifts, here))
            result = v.multiply_add(v.load(v.offset(x, here)), scale, shift)
            result = v.clamp(result, floor, ceiling)
            with v.either(v.nonzero(streams), v.stream, v.store) as ways:
                for put in ways:
                    put(result, v.offset(out, here))
            with v.when(twice):
                v.store(result, v.offset(copy, here))
            return []

        v.loop(blocks, [], block)
        return [v.offset(x, spacing), v.offset(out, output_spacing), v.offset(copy, near_spacing)]

    v.loop(pixels, [source, output, near], pixel)

"""Micro-kernels that work value by value on rows of pixels: affine maps, sums, products, activations."""

from typing import Any, Final

from numba import types

from engine.kernels.fast.smooth import gelu, gelu_tanh, sigmoid, silu, tanh
from engine.kernels.fast.vector_ir import ADDRESS, FLOAT, VECTOR_BYTES, Value, Vectors, emitted

CLAMP: Final = 0
"""clamp(x): ReLU, ReLU6, or a copy."""
AFFINE: Final = 1
"""clamp(x · scale + shift), scale and shift of each channel: batch normalisation."""
ADD: Final = 2
"""clamp(x + y)."""
MULTIPLY: Final = 3
"""clamp(x · y)."""
SCALE: Final = 4
"""clamp(x · y), y one pixel for the whole map: squeeze-and-excitation."""
LEAKY: Final = 5
"""x, or slope · x where it is negative; the slope stands in `lowest`."""
HARD_SIGMOID: Final = 6
"""clamp(x + 3, 0, 6) / 6."""
HARD_SWISH: Final = 7
"""x · clamp(x + 3, 0, 6) / 6."""

SIGMOID: Final = 8
SILU: Final = 9
TANH: Final = 10
GELU: Final = 11
GELU_TANH: Final = 12

SMOOTH: Final = {SIGMOID: sigmoid, SILU: silu, TANH: tanh, GELU: gelu, GELU_TANH: gelu_tanh}
MODES: Final = (CLAMP, AFFINE, ADD, MULTIPLY, SCALE, LEAKY, HARD_SIGMOID, HARD_SWISH, *SMOOTH)


@emitted
def pixel_run(
    typing_context: Any, mode: Any, source: Any, spacing: Any, other: Any, other_spacing: Any, pixels: Any,
    blocks: Any, output: Any, output_spacing: Any, lowest: Any, highest: Any,
) -> Any:  # fmt: skip
    """`pixels` pixels of `blocks` vectors each.

    other: the second operand, `other_spacing` bytes between its pixels (0 for SCALE); for AFFINE the scale
    of each channel, with the shifts `other_spacing` bytes behind.
    """
    kind = mode.literal_value

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, source, spacing, other, other_spacing, pixels, blocks, output, output_spacing, low, high = (
            arguments
        )
        v = Vectors(builder)
        floor, ceiling, zero = v.splat(low), v.splat(high), v.constant(0.0)

        def value(x: Value, second: Value, here: Value) -> Value:
            if kind == AFFINE:
                shift = v.load(v.offset(other, here, other_spacing))
                return v.clamp(v.multiply_add(x, v.load(v.offset(other, here)), shift), floor, ceiling)
            if kind in SMOOTH:
                return SMOOTH[kind](v, x)
            if kind == LEAKY:
                negative = builder.fcmp_ordered("<", x, zero)
                return builder.select(negative, v.multiply(x, floor), x)
            if kind in (HARD_SIGMOID, HARD_SWISH):
                gate = v.clamp(v.add(x, v.constant(3.0)), zero, v.constant(6.0))
                gate = v.multiply(gate, v.constant(1 / 6))
                return v.multiply(x, gate) if kind == HARD_SWISH else gate
            if kind == ADD:
                x = v.add(x, v.load(second))
            elif kind in (MULTIPLY, SCALE):
                x = v.multiply(x, v.load(second))
            return v.clamp(x, floor, ceiling)

        def pixel(index: Value, carried: list[Value]) -> list[Value]:
            x, y, out = carried

            def block(i: Value, carried: list[Value]) -> list[Value]:
                here = v.times(i, VECTOR_BYTES)
                result = value(v.load(v.offset(x, here)), v.offset(y, here), here)
                v.store(result, v.offset(out, here))
                return []

            v.loop(blocks, [], block)
            following = y if kind == AFFINE else v.offset(y, other_spacing)
            return [v.offset(x, spacing), following, v.offset(out, output_spacing)]

        v.loop(pixels, [source, other, output], pixel)
        return context.get_dummy_value()

    return types.void(mode, *[ADDRESS] * 8, FLOAT, FLOAT), code

"""Exponentials and what is made of them, a vector at a time, within a few units in the last place.

The exponential splits x = n·ln 2 + r with |r| ≤ ln 2 / 2 and takes a polynomial for eʳ; coefficients of it
and of tanh near zero: Moshier, Cephes Mathematical Library, `expf.c` and `tanhf.c`. The complementary error
function: Press et al., "Numerical Recipes", section 6.2, relative error below 1.2e-7 everywhere.
A NaN stays a NaN, and infinities go where IEEE 754 arithmetic on the definition puts them.
"""

from collections.abc import Sequence
from math import erfc, exp, log, pi, sqrt
from math import tanh as exact_tanh
from typing import Final

from llvmlite import ir

from engine.kernels.fast.emit.vector_ir import HAS_SCALE, LOOKUP_ENTRIES, WIDTH, Value, Vectors
from engine.kernels.fast.micro_kernels.piecewise import ROUNDING, Piecewise, interpolating

_LARGEST: Final = 88.72
"""Above, e^x is infinite in single precision."""
_SMALLEST: Final = -86.6
"""Below, it is taken as zero: what is left out is smaller than 1e-37."""
_BEYOND: Final = 200.0
"""e^±200 are infinite and zero, too."""
_EXP: Final = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5)
_EXP_ALONE: Final = interpolating(exp, log(2) / 2, 6)[::-1].tolist()
"""Relative error below 1e-8 before rounding; one at zero."""
_TANH: Final = (-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)
_ERFC: Final = (
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807,
    -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
)  # fmt: skip
_LN2_HIGH: Final = 0.693359375
_LN2_LOW: Final = -2.12194440e-4
_TANH_NEAR_ZERO: Final = 0.625
_CUBIC: Final = 0.044715

TAIL_OF_NORMAL: Final = Piecewise(function=lambda z: erfc(z * sqrt(0.5)) / 2, end=5.0, degree=4)
"""Φ(−z)."""
TANH_SHARE: Final = Piecewise(function=lambda z: exact_tanh(z) / z if z else 1.0, end=9.0625, degree=5)
"""tanh z / z; from the end on, tanh is one in single precision."""


def polynomial(v: Vectors, x: Value, coefficients: Sequence[float]) -> Value:
    """Horner's scheme, highest power first."""
    total = v.constant(coefficients[0])
    for coefficient in coefficients[1:]:
        total = v.multiply_add(total, x, v.constant(coefficient))
    return total


def exponential(v: Vectors, x: Value) -> Value:
    """e^x."""
    return _scaled_exponential(v, x) if HAS_SCALE else _written_exponential(v, x)


def _scaled_exponential(v: Vectors, x: Value) -> Value:
    """By an instruction that multiplies by 2ⁿ, and knows what is too large or too small."""
    far = v.clamp(x, v.constant(-_BEYOND), v.constant(_BEYOND))  # an infinity would be taken from another
    _, n, r = _split(v, far)
    return v.times_power_of_two(polynomial(v, r, _EXP_ALONE), n)


def _written_exponential(v: Vectors, x: Value) -> Value:
    """By writing 2ⁿ as bits."""
    b = v.builder
    low, high = v.constant(_SMALLEST), v.constant(_LARGEST)
    shifted, _, r = _split(v, v.clamp(x, low, high))
    small = v.multiply_add(polynomial(v, r, _EXP), v.multiply(r, r), v.add(r, v.constant(1.0)))
    # 2ⁿ⁻¹ by writing the exponent; the missing factor of two comes last, for 2¹²⁸ cannot be written.
    whole = ir.VectorType(ir.IntType(32), WIDTH)
    bits = b.add(b.bitcast(shifted, whole), ir.Constant(whole, [126] * WIDTH))
    half = b.bitcast(b.shl(bits, ir.Constant(whole, [23] * WIDTH)), small.type)
    result = v.multiply(v.multiply(small, half), v.constant(2.0))
    result = b.select(b.fcmp_ordered(">", x, high), v.constant(float("inf")), result)
    return b.select(b.fcmp_ordered("<", x, low), v.constant(0.0), result)


def _split(v: Vectors, x: Value) -> tuple[Value, Value, Value]:
    """x = n·ln 2 + r: n in the lowest bits of a number, n, and r."""
    shifted = v.multiply_add(x, v.constant(1 / log(2)), v.constant(ROUNDING))
    n = v.subtract(shifted, v.constant(ROUNDING))
    r = v.multiply_add(n, v.constant(-_LN2_HIGH), x)
    return shifted, n, v.multiply_add(n, v.constant(-_LN2_LOW), r)


def sigmoid(v: Vectors, x: Value) -> Value:
    """1 / (1 + e^−x)."""
    return v.divide(v.constant(1.0), v.add(v.constant(1.0), exponential(v, negative(v, x))))


def silu(v: Vectors, x: Value) -> Value:
    """x / (1 + e^−x)."""
    return v.divide(x, v.add(v.constant(1.0), exponential(v, negative(v, x))))


def tanh(v: Vectors, x: Value) -> Value:
    """(1 − e) / (1 + e) with e = e^−2|x|, and an odd polynomial near zero, where that would cancel."""
    b, one = v.builder, v.constant(1.0)
    if LOOKUP_ENTRIES:
        end = v.constant(TANH_SHARE.end)
        near = v.clamp(x, negative(v, end), end)
        return v.multiply(near, TANH_SHARE.at(v, v.absolute(near)))
    size = v.absolute(x)
    e = exponential(v, v.multiply(size, v.constant(-2.0)))
    far = v.divide(v.subtract(one, e), v.add(one, e))
    far = b.select(b.fcmp_ordered("<", x, v.constant(0.0)), negative(v, far), far)
    square = v.multiply(x, x)
    near = v.multiply_add(v.multiply(polynomial(v, square, _TANH), square), x, x)
    return b.select(b.fcmp_ordered("<", size, v.constant(_TANH_NEAR_ZERO)), near, far)


def gelu(v: Vectors, x: Value) -> Value:
    """x · Φ(x), the normal distribution.

    By the table: max(x, 0) − |x| · Φ(−|x|). Beyond its end Φ is one above zero; below, where it falls without
    end, the few values that reach so far are computed as without a table.
    """

    def directly() -> Value:
        b, tail = v.builder, tail_of_normal(v, x)
        below = b.fcmp_ordered("<", x, v.constant(0.0))
        return v.multiply(x, b.select(below, tail, v.subtract(v.constant(1.0), tail)))

    if not LOOKUP_ENTRIES:
        return directly()
    end, zero = v.constant(TAIL_OF_NORMAL.end), v.constant(0.0)
    size = v.clamp(v.absolute(x), zero, end)
    above = v.builder.select(v.builder.fcmp_ordered(">", zero, x), zero, x)
    found = v.multiply_add(negative(v, size), TAIL_OF_NORMAL.at(v, size), above)
    far = v.builder.fcmp_ordered("<", x, negative(v, end))
    # Lane by lane: a value must not depend on its neighbours, which may be what a pixel is padded with.
    (result,) = v.when_changing(v.any_lane(far), [found], lambda: [v.builder.select(far, directly(), found)])
    return result


def tail_of_normal(v: Vectors, x: Value) -> Value:
    """Φ(−|x|) = erfc(|x| / √2) / 2."""
    z = v.multiply(v.absolute(x), v.constant(sqrt(0.5)))
    t = v.divide(v.constant(1.0), v.multiply_add(z, v.constant(0.5), v.constant(1.0)))
    power = v.subtract(polynomial(v, t, _ERFC), v.multiply(z, z))
    return v.multiply(v.multiply(t, exponential(v, power)), v.constant(0.5))


def gelu_tanh(v: Vectors, x: Value) -> Value:
    """x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2; Hendrycks & Gimpel, 2016."""
    inner = v.multiply_add(v.multiply(v.multiply(x, x), v.constant(_CUBIC)), x, x)
    # (1 + tanh u) / 2 is the sigmoid of 2u, which does not cancel where u is negative.
    return v.multiply(x, sigmoid(v, v.multiply(inner, v.constant(2 * sqrt(2 / pi)))))


def negative(v: Vectors, x: Value) -> Value:
    """−x."""
    return v.subtract(v.constant(-0.0), x)

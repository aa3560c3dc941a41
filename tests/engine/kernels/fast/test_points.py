"""Winograd's matrices, and packing, in exact or double arithmetic."""

import numpy as np
import pytest

from engine.kernels.fast.host import host
from engine.kernels.fast.packing import (
    DEPTHWISE,
    DIRECT,
    STRASSEN,
    WINOGRAD,
    Folding,
    Packing,
    pack,
    rounded_alike,
)
from engine.kernels.fast.points import transforms
from engine.kernels.fast.variants import WINOGRAD_TILES


@pytest.mark.parametrize(("tile", "inputs"), WINOGRAD_TILES)
def test_the_transforms_compute_a_correlation(tile: int, inputs: int) -> None:
    taps = inputs - tile + 1
    made = transforms(tile, taps)
    source = np.random.default_rng(tile)
    data, kernel = source.standard_normal((inputs, inputs)), source.standard_normal((taps, taps))
    products = (made.kernel @ kernel @ made.kernel.T) * (made.input @ data @ made.input.T)
    right = np.array(
        [[(data[i : i + taps, j : j + taps] * kernel).sum() for j in range(tile)] for i in range(tile)]
    )
    np.testing.assert_allclose(made.output @ products @ made.output.T, right, atol=1e-12)


def test_a_folded_normalisation_is_that_of_the_convolution() -> None:
    source = np.random.default_rng(1)
    weight = source.standard_normal((5, 3, 1, 1)).astype(np.float32)
    bias = source.standard_normal(5).astype(np.float32)
    norm = {
        name: source.uniform(0.5, 2.0, 5).astype(np.float32)
        for name in ("weight", "bias", "running_mean", "running_var")
    }
    packing = Packing(form=DIRECT, shape=(5, 3, 1, 1))
    out = np.full(packing.bytes // 4, 7, np.float32)
    pack(packing, {"weight": weight, "bias": bias}, norm, 1e-3, out)
    x = source.standard_normal(3)
    width = host().padded(5)
    start, factor, rest = out[packing.weight_bytes // 4 :][: 3 * width].reshape(3, width)[:, :5]
    made = (x @ out[: 3 * width].reshape(3, width)[:, :5] + start) * factor + rest
    scale = norm["weight"] / np.sqrt(norm["running_var"] + 1e-3)
    right = (weight[:, :, 0, 0] @ x + bias - norm["running_mean"]) * scale + norm["bias"]
    np.testing.assert_allclose(made, right, rtol=1e-5)
    assert not out[: 3 * width].reshape(3, width)[:, 5:].any()


def test_what_a_normalisation_leaves_is_rounded_to_its_own_size() -> None:
    """However much larger the mean is that it takes away and what it adds, and even if its scale is 0."""
    source = np.random.default_rng(2)
    mean, left = source.uniform(-1e4, 1e4, 500), source.uniform(-2, 2, 500)
    scale, added = source.uniform(-3, 3, 500), source.uniform(-1e4, 1e4, 500)
    scale[:9] = 0.0
    start, factor, rest = (part.astype(np.float64) for part in Folding(scale, -mean, added).rounded())
    sums = mean + left + start
    assert np.all(np.abs(sums) <= 2 + 2.0**-10)  # small, so that rounding does little to them
    np.testing.assert_allclose(factor * sums + rest, scale * left + added, rtol=2.0**-23, atol=2.0**-23 * 6)


def test_what_is_not_finite_in_a_normalisation_ends_its_sums() -> None:
    huge = float(np.finfo(np.float32).max)
    scale, start = np.array([2.0, 0.5, 0.25]), np.array([np.inf, -np.inf, 2.0 * huge])
    begins, factor, rest = Folding(scale, start, np.zeros(3)).rounded()
    np.testing.assert_array_equal(begins, 0)
    np.testing.assert_array_equal(factor, scale)
    np.testing.assert_allclose(rest, [np.inf, -np.inf, huge / 2])


@pytest.mark.parametrize("taps", [4, 9, 25])
def test_errors_of_taps_do_not_add_up_where_a_window_sees_one_value(taps: int) -> None:
    weight = np.random.default_rng(taps).standard_normal((taps, 500, 2))
    made, plain = rounded_alike(weight).astype(np.float64), weight.astype(np.float32).astype(np.float64)
    assert np.square((made - weight).sum(0)).mean() < np.square((plain - weight).sum(0)).mean() / 4
    assert np.square(made - weight).mean() < 2 * np.square(plain - weight).mean()
    assert np.all(np.abs(made - weight).max(0) <= 2.0**-22 * np.abs(weight).max(0))


def test_what_is_0_or_not_finite_is_rounded_as_ever() -> None:
    weight = np.random.default_rng(3).standard_normal((9, 6))
    weight[4, :] = 0.0
    weight[2, 1], weight[3, 2], weight[5, 3] = np.nan, -np.inf, 1e39
    made = rounded_alike(weight)
    assert not made[4].any()
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(made[:, 1:4], weight[:, 1:4].astype(np.float32))
    whole = np.ldexp(weight[:, 4:].astype(np.float32), 3).astype(np.float64)
    np.testing.assert_array_equal(rounded_alike(whole), whole)


def test_a_depthwise_kernel_is_packed_with_the_sum_that_it_has() -> None:
    source = np.random.default_rng(4)
    shape = (40, 1, 3, 3)
    weight = source.standard_normal(shape).astype(np.float32)
    norm = {"weight": source.uniform(0.5, 2.0, 40).astype(np.float32)}
    packing = Packing(form=DEPTHWISE, shape=shape)
    out = np.empty(packing.bytes // 4, np.float32)
    pack(packing, {"weight": weight}, norm, 0.0, out)
    packed = out[: packing.weight_bytes // 4].reshape(-1, 9, host().width).astype(np.float64)
    sums = packed.sum(1).ravel()[:40]
    right = weight.astype(np.float64).reshape(40, 9) * norm["weight"][:, None]
    plain = right.astype(np.float32).astype(np.float64).sum(1)
    assert np.square(sums - right.sum(1)).sum() < np.square(plain - right.sum(1)).sum() / 4
    np.testing.assert_allclose(packed.transpose(0, 2, 1).reshape(-1, 9)[:40], right, rtol=1e-4)


def test_packed_sizes_are_what_packing_says() -> None:
    packing = Packing(form=WINOGRAD, shape=(33, 7, 3, 3), tile=4)
    out = np.empty(packing.bytes // 4, np.float32)
    pack(packing, {"weight": np.ones((33, 7, 3, 3), np.float32)}, None, 0.0, out)
    assert np.isfinite(out).all()
    assert packing.weight_bytes == 36 * 7 * 4 * host().padded(33)


def test_seven_packed_quarters_multiply_like_the_whole_matrix() -> None:
    """Strassen's algorithm in double precision, on what was packed for it."""
    width, source = host().width, np.random.default_rng(2)
    rows, columns = 6, 3 * width
    weight = source.standard_normal((2 * columns, 2 * rows, 1, 1)).astype(np.float32)
    packing = Packing(form=STRASSEN, shape=(2 * columns, 2 * rows, 1, 1))
    out = np.empty(packing.bytes // 4, np.float32)
    pack(packing, {"weight": weight}, None, 0.0, out)
    panel, single = 7 * rows * 2 * width, 7 * rows * width
    b = np.concatenate(
        [
            out[:panel].reshape(7, rows, 2 * width),
            out[panel : panel + single].reshape(7, rows, width),
        ],
        axis=2,
    ).astype(np.float64)
    x = source.standard_normal((8, 2 * rows))
    (a11, a12), (a21, a22) = x.reshape(2, 4, 2, rows).transpose(0, 2, 1, 3)
    sums = (a11 + a22, a21 + a22, a11, a22, a11 + a12, a21 - a11, a12 - a22)
    p1, p2, p3, p4, p5, p6, p7 = (a @ quarter for a, quarter in zip(sums, b, strict=True))
    upper = np.hstack([p1 + p4 - p5 + p7, p3 + p5])
    lower = np.hstack([p2 + p4, p1 - p2 + p3 + p6])
    np.testing.assert_allclose(np.vstack([upper, lower]), x @ weight[:, :, 0, 0].T, atol=1e-5)

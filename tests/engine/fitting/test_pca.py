"""PCA and the spectrum: against the definitions, sample by sample."""

import numpy as np
import pytest

from engine.errors import FitError
from engine.fitting import pca
from engine.fitting.patches import moments, normalised, sample_patches
from engine.fitting.pca import components, principal_components, whitening
from engine.fitting.spectrum import columns, explained, spectrum, way_back

RNG = np.random.default_rng(0)


def maps(channels: int = 6, rank: int = 6, size: int = 12) -> np.ndarray:
    """Maps whose columns lie in `rank` dimensions, unequally strong."""
    basis = RNG.standard_normal((channels, rank)) * (2.0 ** -np.arange(rank))
    made = basis @ RNG.standard_normal((rank, size * size)) + 0.5
    return made.reshape(channels, size, size).astype(np.float32)


def test_patches_are_those_of_the_map() -> None:
    x = RNG.standard_normal((2, 6, 7)).astype(np.float32)
    made = sample_patches(x, (3, 2), 10_000)
    assert made.shape == (4 * 6, 2 * 3 * 2)
    expected = [x[:, i : i + 3, j : j + 2].ravel() for i in range(4) for j in range(6)]
    np.testing.assert_array_equal(made, expected)


def test_dilated_patches_skip_pixels() -> None:
    x = np.arange(25, dtype=np.float32).reshape(1, 5, 5)
    made = sample_patches(x, (2, 2), 10_000, dilation=(4, 3))
    np.testing.assert_array_equal(made, [[0, 3, 20, 23], [1, 4, 21, 24]])


def test_few_patches_are_different_ones_and_always_the_same() -> None:
    x = np.arange(100, dtype=np.float32).reshape(1, 10, 10)
    made = sample_patches(x, (1, 1), 30, seed=3)
    assert len(np.unique(made)) == len(made) == 30
    np.testing.assert_array_equal(made, sample_patches(x, (1, 1), 30, seed=3))
    assert (made != sample_patches(x, (1, 1), 30, seed=4)).any()


def test_a_kernel_larger_than_the_map_says_so() -> None:
    with pytest.raises(FitError, match=r"kernel of 5×3 does not fit into maps of 4×9"):
        sample_patches(np.zeros((1, 4, 9), np.float32), (3, 3), 10, dilation=(2, 1))


def test_blank_patches_are_left_out_and_the_rest_has_contrast_1() -> None:
    patches = np.concatenate([np.full((5, 9), 3.0), RNG.standard_normal((7, 9))]).astype(np.float32)
    made = normalised(patches)
    assert made.shape == (7, 9)
    np.testing.assert_allclose(made.mean(axis=1), 0, atol=1e-6)
    assert (made.std(axis=1) < 1).all()
    assert made.std(axis=1).mean() > 0.85
    with pytest.raises(FitError, match="no contrast"):
        normalised(np.ones((4, 9), np.float32))


def test_components_are_orthonormal_and_fall() -> None:
    samples = columns(maps())
    found = components(*moments(samples))
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(6), atol=1e-10)
    assert (np.diff(found.variances) <= 0).all()
    projected = (samples - found.mean) @ found.vectors.T
    np.testing.assert_allclose(projected.var(axis=0), found.variances, rtol=1e-3, atol=1e-6)
    assert (found.vectors[np.arange(6), np.abs(found.vectors).argmax(axis=1)] > 0).all()


def test_whitened_samples_vary_alike_in_all_directions() -> None:
    samples = columns(maps(size=40))
    found = components(*moments(samples))
    white = (samples - found.mean) @ whitening(found, 0.0).T
    np.testing.assert_allclose(np.cov(white.T, bias=True), np.eye(6), atol=0.02)


@pytest.mark.parametrize("centred", [True, False])
def test_leading_components_of_long_rows_are_those_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, centred: bool
) -> None:
    samples = columns(maps(channels=60, rank=20, size=30)) + np.float32(1e-3)
    exact = principal_components(samples, 5, centred=centred)
    monkeypatch.setattr(pca, "EXACT", 12)
    found = principal_components(samples, 5, centred=centred)
    assert found.vectors.shape == (5 + pca.OVERSAMPLING, 60)
    np.testing.assert_allclose(found.variances[:6], exact.variances[:6], rtol=1e-3)
    np.testing.assert_allclose(np.abs(np.sum(found.vectors[:6] * exact.vectors[:6], axis=1)), 1, atol=1e-3)
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(len(found.vectors)), atol=1e-5)


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("kept", [0, 1, 2, 4, 6])
def test_the_best_share_is_what_projecting_and_back_gives(kept: int, centred: bool) -> None:
    x = maps()
    samples = columns(x).astype(np.float64)
    found = components(*moments(columns(x), centred=centred))
    basis = found.vectors[:kept]
    given_back = (samples - found.mean) @ basis.T @ basis + found.mean
    lost = np.sum((samples - given_back) ** 2) / np.sum((samples - found.mean) ** 2)
    made = spectrum(x, centred=centred)
    assert made.best[kept] == pytest.approx(1 - lost, abs=1e-6)
    assert made.error(kept) == pytest.approx(np.sqrt(lost), abs=1e-3)


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("kept", [1, 3, 6])
def test_the_random_share_is_what_least_squares_gives_back(kept: int, centred: bool) -> None:
    x = maps()
    projection = RNG.standard_normal((6, 6)).astype(np.float32)
    samples = columns(x).astype(np.float64)
    if centred:
        samples = samples - samples.mean(axis=0)
    seen = samples @ projection[:kept].T
    given_back = seen @ np.linalg.lstsq(seen, samples, rcond=None)[0]
    share = 1 - np.sum((samples - given_back) ** 2) / np.sum(samples**2)
    made = spectrum(x, centred=centred, projection=projection)
    assert made.drawn[kept] == pytest.approx(share, abs=1e-5)
    y = np.einsum("kc,chw->khw", projection[:kept], x)
    assert explained(x, y, centred=centred) == pytest.approx(share, abs=1e-5)


def test_nothing_is_lost_only_within_the_rank() -> None:
    made = spectrum(maps(channels=8, rank=3), centred=False)
    assert made.dimensions <= 4  # three directions and the mean
    assert made.best[made.dimensions] == pytest.approx(1, abs=1e-9)
    assert made.best[2] < 1
    assert made.needed(1.0) <= 4
    assert (made.drawn <= made.best + 1e-9).all()


def test_shares_never_fall_and_end_at_1() -> None:
    made = spectrum(maps(channels=10, rank=10))
    for curve in (made.best, made.drawn):
        assert curve[0] == 0
        assert (np.diff(curve) >= -1e-12).all()
        assert curve[-1] == pytest.approx(1, abs=1e-6)
    assert made.needed(0.5) <= made.needed(0.9) <= made.channels == 10


def test_a_relu_loses_more() -> None:
    x = maps(channels=8, rank=8, size=30)
    projection = RNG.standard_normal((3, 8)).astype(np.float32)
    y = np.einsum("kc,chw->khw", projection, x)
    assert explained(x, np.maximum(y, 0)) < explained(x, y) - 0.01


@pytest.mark.parametrize("centred", [True, False])
def test_the_way_back_is_least_squares(centred: bool) -> None:
    x = maps(channels=5)
    y = np.einsum("kc,chw->khw", RNG.standard_normal((3, 5)), x).astype(np.float32)
    weight, bias = way_back(x, y, centred=centred)
    a, b = columns(y).astype(np.float64), columns(x).astype(np.float64)
    if centred:
        a = np.concatenate([a, np.ones((len(a), 1))], axis=1)
    expected = np.linalg.lstsq(a, b, rcond=None)[0]
    np.testing.assert_allclose(weight, expected[:3].T, atol=1e-3)
    np.testing.assert_allclose(bias, expected[3] if centred else np.zeros(5), atol=1e-3)


def test_blank_maps_lose_nothing() -> None:
    made = spectrum(np.full((4, 5, 5), 7, np.float32))
    assert (made.best == 1).all()
    assert made.error(0) == 0
    assert explained(np.zeros((2, 3, 3), np.float32), np.zeros((1, 3, 3), np.float32)) == 1


def test_maps_that_cannot_be_measured_say_so() -> None:
    with pytest.raises(FitError, match="not finite"):
        spectrum(np.full((2, 2, 2), np.nan, np.float32))
    with pytest.raises(FitError, match="given back"):
        explained(np.zeros((2, 3, 3), np.float32), np.zeros((2, 3, 4), np.float32))

"""Filter banks: the kernels of the books, at every size, and a clear word where they do not fit."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.errors import FormatError
from engine.execution.executor import Executor
from engine.layers import Layer
from engine.weights import misfit, weights_from_json, weights_sources, weights_to_json
from engine.weights.bank import LUMINANCE, Bank
from engine.weights.colour import ColourOpponent
from engine.weights.edges import Laplacian, Prewitt, Sobel
from engine.weights.gabor import Gabor
from engine.weights.smoothing import BoxBlur, Emboss, Gaussian, Identity, Sharpen
from tests.engine.small_networks import chain, conv, make

GREY = ((1, 16, 16),)
RGB = ((3, 16, 16),)
BANKS = [source for source in weights_sources().values() if issubclass(source, Bank)]
PHOTOGRAPH = np.random.default_rng(1).integers(0, 256, (40, 40, 3), dtype=np.uint8)


def kernels(bank: Bank, layer: Layer, shapes: Any = GREY) -> Any:
    return bank.parameters("a", layer, shapes, 0)["weight"]


def test_all_named_banks_are_there() -> None:
    assert [bank.name for bank in BANKS] == [
        "sobel", "prewitt", "laplacian", "gabor", "colour_opponent",
        "identity", "box_blur", "gaussian", "sharpen", "emboss",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bank", "expected"),
    [
        (Sobel(), [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
        (Prewitt(), [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
        (Laplacian(), [[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
        (Sharpen(), [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        (Emboss(), [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
        (Identity(), [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        (BoxBlur(), np.full((3, 3), 1 / 9)),
    ],
)
def test_3_by_3_kernels_are_those_of_the_books(bank: Bank, expected: Any) -> None:
    np.testing.assert_allclose(kernels(bank, conv(1, 3))[0, 0], expected, rtol=1e-6)


def test_a_larger_sobel_is_the_next_row_of_pascal_s_triangle() -> None:
    expected = np.outer([1, 4, 6, 4, 1], [-1, -2, 0, 2, 1])
    np.testing.assert_array_equal(kernels(Sobel(), conv(1, 5))[0, 0], expected)


def test_derivatives_come_along_both_axes_and_with_both_signs() -> None:
    right, down, left, up = kernels(Sobel(), conv(4, 3))[:, 0]
    np.testing.assert_array_equal(down, right.T)
    np.testing.assert_array_equal(left, -right)
    np.testing.assert_array_equal(up, -down)
    np.testing.assert_array_equal(kernels(Sobel(), conv(6, 3))[4:, 0], [right, down])


@pytest.mark.parametrize("bank", [Sobel(), Prewitt(), Laplacian(), Gabor()])
@pytest.mark.parametrize("size", [3, 4, 7, (3, 7)])
def test_derivatives_do_not_see_plain_brightness(bank: Bank, size: Any) -> None:
    for kernel in kernels(bank, conv(16, size))[:, 0]:
        assert abs(kernel.sum()) < 1e-5 * max(1, np.abs(kernel).max())
        assert np.abs(kernel).max() > 0


@pytest.mark.parametrize("bank", [BoxBlur(), Gaussian(), Gaussian(sigma=0.5), Sharpen(), Identity()])
@pytest.mark.parametrize("size", [3, 6, (5, 3)])
def test_averages_keep_the_brightness(bank: Bank, size: Any) -> None:
    assert kernels(bank, conv(1, size)).sum() == pytest.approx(1, abs=1e-5)


def test_a_gaussian_has_the_width_that_is_asked_for() -> None:
    kernel = kernels(Gaussian(sigma=1.5), conv(1, 15))[0, 0]
    away = np.arange(15) - 7
    assert np.sum(kernel.sum(axis=0) * away**2) == pytest.approx(1.5**2, rel=0.01)


def test_gabor_kernels_are_the_same_one_at_even_angles() -> None:
    made = kernels(Gabor(wavelength=6.0, orientations=4), conv(8, 15))[:, 0]
    np.testing.assert_allclose(np.square(made).sum(axis=(1, 2)), 1, rtol=1e-5)
    np.testing.assert_allclose(made[2], np.rot90(made[0], -1), atol=1e-6)  # a quarter of a turn, y downwards
    np.testing.assert_allclose(made[0], -made[0, :, ::-1], atol=1e-6)  # an edge is odd across
    np.testing.assert_allclose(made[4], made[4, :, ::-1], atol=1e-6)  # a line is even
    assert made[0, 7, 8] > 0  # brighter to the right
    angles = [_angle(kernel) for kernel in made[:4]]
    for a, b in pairwise(angles):
        assert (b - a) % 180 == pytest.approx(45, abs=1.5)


@pytest.mark.parametrize("wavelength", [4.0, 6.0])
def test_a_gabor_kernel_peaks_at_its_wavelength(wavelength: float) -> None:
    kernel = kernels(Gabor(wavelength=wavelength, orientations=1), conv(1, 31))[0, 0]
    spectrum = np.abs(np.fft.fft2(kernel, (256, 256)))
    row, column = np.unravel_index(spectrum.argmax(), spectrum.shape)
    assert row == 0
    assert 256 / min(column, 256 - column) == pytest.approx(wavelength, rel=0.08)


def _angle(kernel: Any) -> float:
    """Direction across the stripes, in degrees, from the energy of the spectrum."""
    power = np.abs(np.fft.fftshift(np.fft.fft2(kernel, (128, 128)))) ** 2
    y, x = np.meshgrid(np.arange(-64, 64), np.arange(-64, 64), indexing="ij")
    turned = np.sum(power * (x + 1j * y) ** 2 / np.maximum(x**2 + y**2, 1))
    return float(np.degrees(np.angle(turned)) / 2)


def test_derivatives_of_a_photograph_look_at_its_luminance() -> None:
    made = kernels(Sobel(), conv(2, 3), RGB)
    np.testing.assert_allclose(made.sum(axis=1)[0], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], atol=1e-6)
    np.testing.assert_allclose(made[0, :, 1, 2] / 2, LUMINANCE, rtol=1e-6)


def test_blurs_keep_the_colours_apart() -> None:
    made = kernels(BoxBlur(), conv(3, 3), RGB)
    for k in range(3):
        np.testing.assert_array_equal(made[k].any(axis=(1, 2)), np.arange(3) == k)


def test_identity_gives_the_photograph_back() -> None:
    for layer in (conv(3, 1), conv(3, 3), conv(3, 4), conv(3, (2, 5)), make("DepthwiseConv2d")):
        network = chain(layer, shape=(3, 12, 12)).set_weights("n1", Identity())
        maps = {result.node_id: result.map for result in Executor().run(network, PHOTOGRAPH)}
        np.testing.assert_allclose(maps["n1"], maps["input"], atol=1e-6)


def test_depthwise_maps_take_the_kernels_in_turn_or_all_of_them() -> None:
    shapes = ((5, 8, 8),)
    turn = kernels(Sobel(), make("DepthwiseConv2d"), shapes)[:, 0]
    np.testing.assert_array_equal(turn[1], turn[0].T)
    np.testing.assert_array_equal(turn[4], turn[0])
    every = kernels(Sobel(), make("DepthwiseConv2d", multiplier=4), shapes)[:, 0]
    for channel in range(5):
        np.testing.assert_array_equal(every[4 * channel : 4 * channel + 4], every[:4])


def test_opponent_colours_of_grey_are_nothing() -> None:
    made = kernels(ColourOpponent(), conv(6, 1), RGB)[:, :, 0, 0]
    np.testing.assert_allclose(made @ [0.5, 0.5, 0.5], [0.5, 0, 0, -0.5, 0, 0], atol=1e-6)
    assert (made @ [1, 0, 0])[1] == 1


@pytest.mark.parametrize(
    ("bank", "layer", "shapes", "words"),
    [
        (Sobel(), conv(4, 1), RGB, "Sobel needs a kernel of at least 2×2; that of Conv 1×1 · 4 is 1×1"),
        (Gabor(), conv(4, (1, 7)), RGB, "at least 3×3; that of Conv 1×7 · 4 is 1×7"),
        (Sobel(), make("Linear"), ((7,),), "Sobel kernels are for convolutions; Linear · 10 is none"),
        (Sobel(), make("ConvTranspose2d"), RGB, "none"),
        (Sobel(), make("BatchNorm2d"), RGB, "none"),
        (ColourOpponent(), conv(4, 1), GREY, "sees 1 channel."),
        (ColourOpponent(), make("DepthwiseConv2d"), RGB, "sees 1 channel."),
        (ColourOpponent(), conv(4, 1), ((64, 4, 4),), "sees 64 channels."),
        (ColourOpponent(), make("Linear"), ((3,),), "none"),
    ],
)
def test_what_does_not_fit_says_so(bank: Bank, layer: Layer, shapes: Any, words: str) -> None:
    assert words in misfit(bank, layer, shapes)


def test_layers_without_parameters_take_any_bank() -> None:
    assert misfit(Sobel(), make("ReLU"), RGB) == ""


def test_a_kernel_that_is_too_small_can_be_enlarged() -> None:
    network = chain(conv(4, 1), shape=(1, 8, 8)).set_weights("n1", Gabor())
    (problem,) = analyze(network).problems
    assert [fix.text for fix in problem.fixes] == ["Kernel 3×3", "Draw anew (He)"]
    for fix in problem.fixes:
        assert not analyze(fix.apply(network)).problems


@pytest.mark.parametrize("source", BANKS)
@pytest.mark.parametrize("layer", [conv(9, 5), conv(6, 3, groups=3), make("DepthwiseConv2d", multiplier=3)])
def test_every_bank_either_makes_finite_parameters_or_says_why_not(source: Any, layer: Layer) -> None:
    bank = source()
    if not misfit(bank, layer, RGB):
        made = bank.parameters("a", layer, RGB, 0)
        assert {name: one.shape for name, one in made.items()} == layer.param_shapes(*RGB)
        for values in made.values():
            assert values.dtype == np.float32
            assert np.isfinite(values).all()
            assert not values.flags.writeable
    else:
        assert isinstance(bank, ColourOpponent)


def test_huge_kernels_stay_finite() -> None:
    for bank in (Sobel(), Gaussian(), Gabor(), Prewitt()):
        assert np.isfinite(kernels(bank, conv(2, 301))).all()


@pytest.mark.parametrize("source", BANKS)
def test_a_bank_survives_its_json_form(source: Any) -> None:
    assert weights_from_json(weights_to_json(source())) == source()
    assert weights_from_json(source.name) == source()
    assert source.help
    assert source().text


def test_settings_survive_too_and_are_checked() -> None:
    gabor = Gabor(wavelength=6.5, orientations=12)
    assert weights_to_json(gabor) == {"source": "gabor", "wavelength": 6.5, "orientations": 12}
    assert weights_from_json(weights_to_json(gabor)) == gabor
    assert weights_from_json({"source": "gabor", "wavelength": 8}) == Gabor(wavelength=8.0)
    assert gabor.text == "Gabor, 12 angles, wavelength 6.5 px"
    for wrong in ({"wavelength": 1}, {"orientations": 0}, {"orientations": 2.5}, {"wavelength": "x"}):
        with pytest.raises(FormatError, match=next(iter(wrong))):
            weights_from_json({"source": "gabor"} | wrong)

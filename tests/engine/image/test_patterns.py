"""Test patterns: raw numbers at the size of the Input, whatever that is."""

import numpy as np
import pytest

from engine.errors import PhotographError
from engine.execution.executor import Executor
from engine.image.image_source import image_title, is_bundled, neighbour, open_image
from engine.image.patterns import PATTERNS, find_pattern
from engine.image.photograph import fill_input
from engine.image.preprocessing import Preprocessing
from engine.weights import Given
from tests.engine.small_networks import chain, conv


def test_the_ramp_counts_the_pixels() -> None:
    made = fill_input(find_pattern("pattern:ramp"), (1, 4, 4))
    np.testing.assert_array_equal(made[0, 0], np.arange(1, 17).reshape(4, 4))
    assert made.dtype == np.float32
    assert not made.flags.writeable


def test_twice_the_ramp_is_2_to_32() -> None:
    network = chain(conv(1, 1, bias=False), shape=(1, 4, 4))
    network = network.set_weights("n1", Given({"weight": [[[[2.0]]]]}))
    maps = {result.node_id: result.map for result in Executor().run(network, open_image("pattern:ramp"))}
    np.testing.assert_array_equal(maps["n1"].ravel(), np.arange(2, 34, 2))


def test_an_impulse_gives_the_kernel_back_turned_round() -> None:
    kernel = np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3)
    network = chain(conv(1, 3, bias=False), shape=(1, 7, 9)).set_weights("n1", Given({"weight": kernel}))
    maps = {result.node_id: result.map for result in Executor().run(network, open_image("pattern:impulse"))}
    np.testing.assert_array_equal(maps["n1"][0, 0, 2:5, 3:6], kernel[0, 0, ::-1, ::-1])
    assert np.count_nonzero(maps["n1"]) == 8


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 4, 4), (3, 1, 9), (3, 31, 17), (1, 224, 300), (20, 12, 9)])
@pytest.mark.parametrize("normalization", ["unit", "signed", "imagenet"])
def test_every_pattern_fills_every_input(name: str, shape: tuple[int, int, int], normalization: str) -> None:
    made = fill_input(PATTERNS[name], shape, Preprocessing(resize="fit", normalization=normalization))
    assert made.shape == (1, *shape)
    assert np.isfinite(made).all()
    if shape[0] == 3:
        plain = fill_input(PATTERNS[name], shape)
        assert (plain[0, 0] == plain[0, 1]).all()
        assert (plain[0, 0] == plain[0, 2]).all()


def test_signed_values_go_from_minus_1_to_1() -> None:
    made = fill_input(find_pattern("pattern:checker"), (1, 16, 16), Preprocessing(normalization="signed"))
    assert set(made.ravel()) == {-1.0, 1.0}


def test_the_grating_has_its_wavelength_and_the_gradient_its_ends() -> None:
    grating = PATTERNS["grating"].values((4, 64))
    np.testing.assert_allclose(grating[:, 8:], grating[:, :-8], atol=1e-6)
    gradient = PATTERNS["gradient"].values((3, 5))
    np.testing.assert_allclose(gradient, [[0, 0.25, 0.5, 0.75, 1]] * 3)


def test_the_zone_plate_alternates_at_its_edge() -> None:
    plate = PATTERNS["zone_plate"].values((65, 65))
    np.testing.assert_allclose(plate, plate.T, atol=1e-6)
    assert plate[32, 32] == 1
    edge = np.diff(plate[32, -4:])
    assert (np.sign(edge[1:]) == -np.sign(edge[:-1])).all()


@pytest.mark.parametrize("size", [(4, 4), (1, 1), (300, 200), (7, 1)])
def test_a_picture_shows_small_patterns_in_squares(size: tuple[int, int]) -> None:
    picture = PATTERNS["ramp"].picture(size)
    assert picture.dtype == np.uint8
    assert picture.shape[0] * size[1] == picture.shape[1] * size[0]
    assert max(picture.shape) >= 256
    if size != (1, 1):
        assert (picture.min(), picture.max()) == (0, 255)


def test_unknown_patterns_are_refused_with_those_there_are() -> None:
    with pytest.raises(
        PhotographError, match=r"'plaid'.*impulse, grating, checker, gradient, zone_plate, ramp"
    ):
        open_image("pattern:plaid")


def test_references() -> None:
    assert is_bundled("astronaut")
    assert is_bundled("pattern:ramp")
    assert not is_bundled("ramp.png")
    assert image_title("hubble_deep_field") == "hubble deep field"
    assert image_title("pattern:zone_plate") == "zone plate"
    assert image_title("pattern:lost") == "pattern:lost"
    assert image_title("/home/me/my_cat.jpg") == "my cat"
    assert neighbour("astronaut", 1) == "brick"
    assert neighbour("astronaut", -1) == "rocket"
    assert neighbour("pattern:ramp", 1) == "pattern:impulse"
    assert neighbour("/home/me/cat.jpg", 1) == neighbour("", -1) == "astronaut"

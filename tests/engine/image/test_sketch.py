"""Drawings: text that comes back to the bit, looked at as MNIST has its digits."""

import numpy as np
import pytest

from engine.errors import PhotographError
from engine.image.image_source import image_title, is_bundled, open_image
from engine.image.sketch import SIDE, as_digit, read_sketch, sketch_reference

INK = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)


def drawn(rows: slice, columns: slice) -> np.ndarray:
    ink = np.zeros((SIDE, SIDE), np.uint8)
    ink[rows, columns] = 255
    return ink


def test_a_drawing_is_held_as_text() -> None:
    reference = sketch_reference(INK)
    np.testing.assert_array_equal(read_sketch(reference), INK)
    assert is_bundled(reference), "it means the same everywhere"
    assert image_title(reference) == "a drawing"
    assert open_image(reference).shape == (28, 28, 3)


@pytest.mark.parametrize("reference", ["sketch:", "sketch:AAAA", "sketch:%%%", "sketch:ü"])
def test_a_damaged_drawing_is_refused(reference: str) -> None:
    with pytest.raises(PhotographError, match="the drawing is damaged"):
        open_image(reference)


def test_a_bomb_is_not_unfolded() -> None:
    huge = sketch_reference(np.zeros((SIDE * 40, SIDE * 40), np.uint8))
    with pytest.raises(PhotographError, match="damaged"):
        read_sketch(huge)


@pytest.mark.parametrize("top", [0, 3, 16])
@pytest.mark.parametrize("left", [0, 20, 36])
def test_wherever_it_is_drawn_it_comes_to_the_middle(top: int, left: int) -> None:
    digit = as_digit(drawn(slice(top, top + 40), slice(left, left + 20)))[:, :, 0]
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    assert (rows[0], rows[-1]) == (4, 23), "20 rows high"
    assert (columns[0], columns[-1]) == (9, 18)
    assert digit.max() == 255


def test_the_centre_of_mass_counts_not_the_outline() -> None:
    ink = drawn(slice(0, 40), slice(0, 4)) + drawn(slice(36, 40), slice(4, 40))
    digit = as_digit(ink)[:, :, 0].astype(float)
    for axis in (0, 1):
        along = digit.sum(axis=axis)
        assert abs(along @ np.arange(28) / along.sum() - 13.5) <= 0.51


@pytest.mark.parametrize("ink", [drawn(slice(0, 0), slice(0, 0)), drawn(slice(5, 6), slice(7, 8)), INK])
def test_every_drawing_is_a_picture(ink: np.ndarray) -> None:
    digit = as_digit(ink)
    assert digit.shape == (28, 28, 3)
    assert not digit.flags.writeable
    assert digit.any() == bool(ink.any())

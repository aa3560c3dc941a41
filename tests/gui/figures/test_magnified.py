"""Sharp pictures."""

from dataclasses import replace

import numpy as np
import pytest

from gui.figures.drawing.drawing import Picture
from gui.figures.drawing.magnified import magnified
from tests.gui.figures.everything import SHARP

PICTURE = Picture(x=0, y=0, width=24, height=24, pixels=SHARP)


def test_each_pixel_becomes_a_square_of_equal_ones() -> None:
    made = magnified(PICTURE)
    assert made.shape == (96, 96, 3)
    assert np.array_equal(made[::48, ::48], SHARP)
    assert np.ptp(made[:48, 48:].reshape(-1, 3), axis=0).tolist() == [0, 0, 0]


@pytest.mark.parametrize("picture", [replace(PICTURE, smooth=True), replace(PICTURE, width=0.1, height=0.1)])
def test_what_is_smooth_or_small_stays(picture: Picture) -> None:
    assert np.array_equal(magnified(picture), SHARP)


def test_a_large_picture_grows_no_further() -> None:
    pixels = np.zeros((600, 700, 3), np.uint8)
    assert magnified(replace(PICTURE, width=5000, pixels=pixels)).shape == (600, 700, 3)

"""Drawings for print without colours."""

import numpy as np
import pytest

from gui.figures.drawing.drawing import Drawing, Picture, Rect
from gui.figures.drawing.greys import grey_of, grey_pixels, in_greys
from gui.look.theme import PALETTES, ROLE_COLOURS
from tests.gui.figures.everything import EVERYTHING


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    "colour", [*ROLE_COLOURS.values(), *(palette.text for palette in PALETTES.values()), "#000000"]
)
def test_a_grey_is_as_light_as_its_colour(colour: str) -> None:
    grey = grey_of(colour)
    assert grey[1:3] == grey[3:5] == grey[5:7]
    assert luminance(grey) == pytest.approx(luminance(colour), abs=0.006)


def test_greys_stay_as_they_are() -> None:
    assert grey_of("#FFFFFF") == "#FFFFFF"
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    assert np.array_equal(grey_pixels(ramp), ramp)


def test_nothing_in_a_drawing_keeps_a_colour() -> None:
    made = in_greys(EVERYTHING)
    for item in made.items:
        if isinstance(item, Picture):
            assert np.ptp(item.pixels.astype(int), axis=2).max() == 0
        else:
            found = [getattr(item, name, None) for name in ("fill", "stroke", "colour")]
            assert all(one is None or one[1:3] == one[3:5] == one[5:7] for one in found)
    blue = Drawing(width=1, height=1, background="#0072B2", items=(Rect(x=0, y=0, width=1, height=1),))
    assert in_greys(blue).background == grey_of("#0072B2")

"""Heat over a photograph: colour means heat, straight from 0 to the end of the scale."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from assets import sample_photographs
from engine.image.photograph import read_photograph
from gui.figures.rendering.painter import write_png
from gui.figures.worked.heat_figure import HeatFigure, draw_heat
from gui.look.heat_overlay import beyond, heat_limit, overlay, scale_strip, signed_picture
from gui.look.theme import PALETTES
from tests.golden_pictures import check_golden

GREY = np.full((8, 8, 3), 120, np.uint8)
RAMP = np.linspace(-1, 1, 64, dtype=np.float32).reshape(8, 8)


def test_no_heat_leaves_the_photograph_in_greys() -> None:
    photograph = np.random.default_rng(0).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    made = overlay(photograph, np.zeros((8, 8), np.float32), 1.0)
    assert (made[..., 0] == made[..., 1]).all()
    assert (made[..., 1] == made[..., 2]).all()


def test_heat_lies_as_thick_as_it_is_strong() -> None:
    made = overlay(GREY, RAMP, 1.0, opacity=1.0).astype(int)
    end = signed_picture(np.array([[1.0]], np.float32), 1.0)[0, 0].astype(int)
    for row, column in ((7, 7), (6, 3), (5, 0)):
        share = RAMP[row, column]
        expected = 120 * (1 - share) + end * share
        assert np.abs(made[row, column] - expected).max() <= 1


def test_a_threshold_leaves_weaker_heat_away_and_nothing_else() -> None:
    made = overlay(GREY, RAMP, 1.0, threshold=0.5)
    weak = np.abs(RAMP) < 0.5
    assert (made[weak] == 120).all()
    assert (made[~weak] == overlay(GREY, RAMP, 1.0)[~weak]).all()


def test_signs_have_different_colours_in_both_themes() -> None:
    for dark in (False, True):
        below, above = overlay(GREY, np.array([[-1, 1]], np.float32), 1.0, dark=dark)[0, (0, 7)]
        assert below[2] > below[0]
        assert above[0] > above[2]


def test_what_lies_beyond_the_scale_is_counted() -> None:
    values = np.array([[1, 2, 3, -8]], np.float32)
    assert heat_limit(values, speckled=False) == 8
    assert beyond(values, 2.5) == 0.5
    assert beyond(values, 8) == 0
    assert heat_limit(np.zeros((2, 2), np.float32), speckled=True) == 1


def test_the_strip_is_the_scale() -> None:
    strip = scale_strip(101, 2)
    assert (strip[0, 0] == signed_picture(np.array([[3.0]], np.float32), 3.0)[0, 0]).all()
    assert (strip[100, 0] == signed_picture(np.array([[-3.0]], np.float32), 3.0)[0, 0]).all()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_figure_is_as_it_was_found_good(theme: str) -> None:
    photograph = read_photograph(sample_photographs()["chelsea"])[20:244, 120:344]
    rows, columns = np.mgrid[0:13, 0:13]
    cells = np.exp(-((rows - 4) ** 2 + (columns - 5) ** 2) / 6) - 0.6 * np.exp(
        -((rows - 10) ** 2 + (columns - 10) ** 2) / 4
    )
    heat = cells.astype(np.float32).repeat(17, axis=0).repeat(17, axis=1)
    figure = HeatFigure(
        photograph=photograph,
        heat=heat,
        limit=heat_limit(heat, speckled=False),
        title="Grad-CAM: 285 Egyptian cat (logit 35.3), squeezenet1_1 on chelsea",
        notes=[
            "✓ mean 35.27, bias +0: together 35.27 = the score 35.27",
            "Does not show: which pixels it was.",
        ],
        warning="Switched off: nothing leads to this number.",
    )
    png = write_png(draw_heat(figure, PALETTES[theme]), 1.0)
    assert Image.open(BytesIO(png)).size[0] > 900
    check_golden(f"heat_figure_{theme}", png)

"""Colours of figures are told apart with any colour vision."""

from itertools import combinations

import numpy as np
import pytest

from gui.figures.chain import chain_box
from gui.figures.slabs import slab_piece
from gui.figures.tints import ink_on, luminance, mixed

# Machado, Oliveira & Fernandes, "A physiologically-based model for simulation of color vision deficiency",
# IEEE Transactions on Visualization and Computer Graphics 15(6), 2009, severity 1.0, linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# Ottosson, "A perceptual color space for image processing", 2020.
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def seen(colour: str, vision: str) -> np.ndarray:
    s = np.array(list(bytes.fromhex(colour[1:]))) / 255
    linear = np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)
    return TO_LAB @ np.cbrt(TO_CONES @ np.clip(VISION[vision] @ linear, 0, 1))


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("colours", [chain_box.COLOURS, slab_piece.COLOURS], ids=["column", "slabs"])
def test_kinds_that_meet_in_a_figure_are_told_apart(colours, vision: str) -> None:
    kinds = ["input", "convolution", "depthwise", "up", "pooling", "dense", "softmax", "concat"]
    if colours is chain_box.COLOURS:
        kinds.append("pointwise")
    for combination, other in combinations(kinds, 2):
        distance = np.linalg.norm(seen(colours[combination], vision) - seen(colours[other], vision))
        assert distance > 0.048, (combination, other)


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_words_stand_out_on_every_box() -> None:
    for colour in chain_box.COLOURS.values():
        assert contrast(ink_on(colour), colour) >= 4.5


def test_mixtures_and_luminance() -> None:
    assert mixed("#000000", "#FFFFFF", 0.5) == "#808080"
    assert mixed("#123456", "#FFFFFF", 0.0) == "#123456"
    assert luminance("#FFFFFF") == pytest.approx(1)
    assert luminance("#000000") == 0

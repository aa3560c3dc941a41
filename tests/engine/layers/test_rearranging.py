"""Layers that put values elsewhere: shuffles, slices, borders, enlargements."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ShapeError
from engine.layers import Layer, Operations
from engine.layers.borders import Crop, Pad
from engine.layers.channel_shuffle import ChannelShuffle
from engine.layers.pixel_shuffle import PixelShuffle
from engine.layers.slicing import Slice
from engine.layers.upsample import Upsample
from engine.shapes import Shape
from tests.engine.check_layer import check_layer


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (ChannelShuffle(groups=1), (6, 3, 2)),
        (ChannelShuffle(groups=2), (6, 3, 2)),
        (ChannelShuffle(groups=3), (6, 3, 2)),
        (ChannelShuffle(groups=6), (6, 3, 2)),
        (Slice(start=0, stop=6), (6, 3, 2)),
        (Slice(start=2, stop=5), (6, 3, 2)),
        (Slice(start=4, stop=5), (9,)),
        (Pad(), (2, 3, 4)),
        (Pad(top=0, bottom=2, left=1, right=0), (2, 3, 4)),
        (Pad(mode="reflect", top=2, bottom=1, left=0, right=3), (2, 3, 4)),
        (Pad(mode="replicate", top=5, bottom=1, left=0, right=3), (2, 3, 4)),
        (Pad(top=0, bottom=0, left=0, right=0, mode="reflect"), (2, 1, 1)),
        (Crop(top=1, left=2, height=2, width=2), (2, 3, 4)),
        (Crop(height=3, width=4), (2, 3, 4)),
        (PixelShuffle(upscale_factor=1), (3, 2, 3)),
        (PixelShuffle(upscale_factor=2), (8, 2, 3)),
        (PixelShuffle(upscale_factor=3), (18, 2, 3)),
    ],
    ids=str,
)
def test_rearrangements_keep_the_contract_and_compute_nothing(layer: Layer, shape: Shape) -> None:
    check_layer(layer, shape)
    assert layer.operations(shape).total == 0


@given(
    factor=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    mode=st.sampled_from(["nearest", "bilinear"]),
    corners=st.booleans(),
    size=st.tuples(st.integers(1, 5), st.integers(1, 5)),
)
def test_enlarging_keeps_the_contract(
    factor: tuple[int, int], mode: str, corners: bool, size: tuple[int, int]
) -> None:
    check_layer(Upsample(scale_factor=factor, mode=mode, align_corners=corners), (2, *size))


def row(layer: Layer, values: list[float]) -> list[float]:
    made: list[float] = layer.forward([np.array([[[values]]], np.float32)], {})[0, 0, 0].tolist()
    return made


def test_borders_by_hand() -> None:
    sides = dict(top=0, bottom=0, left=2, right=1)
    assert row(Pad(**sides), [1, 2, 3]) == [0, 0, 1, 2, 3, 0]
    assert row(Pad(mode="reflect", **sides), [1, 2, 3]) == [3, 2, 1, 2, 3, 2]
    assert row(Pad(mode="replicate", **sides), [1, 2, 3]) == [1, 1, 1, 2, 3, 3]
    assert row(Crop(left=1, width=2), [1, 2, 3]) == [2, 3]


def test_enlarging_by_hand() -> None:
    assert row(Upsample(scale_factor=(1, 2)), [1, 3]) == [1, 1, 3, 3]
    assert row(Upsample(scale_factor=(1, 2), mode="bilinear"), [1, 3]) == [1, 1.5, 2.5, 3]
    aligned = Upsample(scale_factor=(1, 2), mode="bilinear", align_corners=True)
    np.testing.assert_allclose(row(aligned, [0, 3]), [0, 1, 2, 3], rtol=1e-6)
    assert Upsample().operations((2, 3, 4)) == Operations()
    assert Upsample(mode="bilinear").operations((1, 2, 2)) == Operations(multiply=96, add=48)


def test_a_nan_spreads_only_where_it_is_mixed_in() -> None:
    made = row(Upsample(scale_factor=(1, 3), mode="bilinear"), [1, 2, float("nan"), 4])
    assert np.isnan(made).tolist() == [False] * 5 + [True] * 5 + [False] * 2


def test_shuffles_by_hand() -> None:
    x = np.arange(6, dtype=np.float32).reshape(1, 6, 1, 1)
    assert ChannelShuffle(groups=2).forward([x], {}).ravel().tolist() == [0, 3, 1, 4, 2, 5]
    assert Slice(start=1, stop=3).forward([x], {}).ravel().tolist() == [1, 2]
    x = np.arange(8, dtype=np.float32).reshape(1, 4, 1, 2)
    assert PixelShuffle().forward([x], {}).tolist() == [[[[0, 2, 1, 3], [4, 6, 5, 7]]]]


def test_reach_is_exact_and_rational() -> None:
    height, _ = Upsample(scale_factor=(3, 3)).reach((1, 4, 4))
    assert (height.first, height.last, height.step) == (Fraction(-2, 3), 0, Fraction(1, 3))
    assert [list(height.indices(o, 4)) for o in range(4)] == [[0], [0], [0], [1]]
    height, width = Crop(top=1, left=2, height=2, width=2).reach((1, 4, 4))
    assert (list(height.indices(0, 4)), list(width.indices(1, 4))) == ([1], [3])
    height, _ = Pad(top=2).reach((1, 4, 4))
    assert [list(height.indices(o, 4)) for o in range(4)] == [[], [], [0], [1]]


@pytest.mark.parametrize(
    ("layer", "setting", "message"),
    [
        (ChannelShuffle(groups=4), "groups", "groups=4 does not divide in_channels=6. 3 does."),
        (Slice(start=0, stop=7), "stop", "stop=7 lies behind the 6 channels coming in. 6 takes all."),
        (Slice(start=9, stop=12), "start", "start=9 lies behind the 6 channels coming in. At most 5 fits."),
        (Slice(start=3, stop=3), "start", "start=3 leaves nothing before stop=3. 2 or less does."),
        (
            Pad(mode="reflect", bottom=5),
            "bottom",
            "bottom=5 is more than a mirror at the border of 6×5×4 can show: at most 4.",
        ),
        (
            Crop(top=1, height=5, width=4),
            "height",
            "height=5 from top=1 is larger than the input 6×5×4. At most 4 fits.",
        ),
        (
            Crop(height=5, width=9),
            "width",
            "width=9 from left=0 is larger than the input 6×5×4. At most 4 fits.",
        ),
        (Crop(left=4), "left", "left=4 lies outside 6×5×4. At most 3 fits."),
        (
            PixelShuffle(),
            "upscale_factor",
            "upscale_factor=2 needs a multiple of 4 channels, and there are 6."
            " A factor of 1, or a 1×1 convolution to 8 channels, fits.",
        ),
    ],
    ids=str,
)
def test_what_does_not_fit_is_named_with_a_way_out(layer: Layer, setting: str, message: str) -> None:
    with pytest.raises(ShapeError) as error:
        layer.output_shape((6, 5, 4))
    assert (str(error.value), error.value.setting) == (message, setting)

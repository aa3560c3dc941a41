"""Convolution: full, grouped and depthwise."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.errors import ShapeError
from engine.layers.convolution import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.shapes import SAME, VALID, Padding
from tests.engine.check_layer import BATCH, check_layer

pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
paddings = st.one_of(st.sampled_from(["same", "valid", "full"]), st.tuples(*[st.integers(0, 3)] * 4)).map(
    Padding.of
)
sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))


@given(
    groups=st.integers(1, 3),
    channels=st.tuples(st.integers(1, 3), st.integers(1, 5)),
    size=sizes,
    kernel_size=pairs,
    stride=pairs,
    padding=paddings,
    dilation=pairs,
    bias=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_convolution_keeps_the_contract_for_any_settings(
    groups: int,
    channels: tuple[int, int],
    size: tuple[int, int],
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    padding: Padding,
    dilation: tuple[int, int],
    bias: bool,
    seed: int,
) -> None:
    layer = Conv2d(
        out_channels=groups * channels[1],
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        bias=bias,
    )
    shape = (groups * channels[0], *size)
    try:
        layer.output_shape(shape)
    except ShapeError:
        assume(False)
    check_layer(layer, shape, seed=seed)


@given(
    multiplier=st.integers(1, 3),
    size=sizes,
    kernel_size=pairs,
    stride=pairs,
    padding=paddings,
    bias=st.booleans(),
)
def test_depthwise_convolution_keeps_the_contract_for_any_settings(
    multiplier: int,
    size: tuple[int, int],
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    padding: Padding,
    bias: bool,
) -> None:
    layer = DepthwiseConv2d(
        multiplier=multiplier, kernel_size=kernel_size, stride=stride, padding=padding, bias=bias
    )
    try:
        layer.output_shape((3, *size))
    except ShapeError:
        assume(False)
    check_layer(layer, (3, *size))


def test_more_taps_than_one_slab_and_more_pixels_than_one_tile() -> None:
    check_layer(Conv2d(out_channels=6, kernel_size=(3, 3)), (19, 20, 30))


def test_convolution_by_hand() -> None:
    layer = Conv2d(out_channels=1, kernel_size=(2, 2), padding=VALID)
    x = np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3)
    weight = np.array([[[[1, 0], [0, -1]]]], np.float32)
    y = layer.forward([x], {"weight": weight, "bias": np.array([10], np.float32)})
    # each value less its lower right neighbour is −4, + 10: the kernel is not turned around
    assert y.tolist() == [[[[6, 6], [6, 6]]]]
    assert layer.macs((1, 3, 3)) == 16
    assert layer.operations((1, 3, 3)).add == 4


def test_one_kernel_of_one_value_scales_an_image() -> None:
    x = np.arange(1, 17, dtype=np.float32).reshape(1, 1, 4, 4)
    layer = Conv2d(out_channels=1, kernel_size=(1, 1), bias=False)
    assert layer.forward([x], {"weight": np.full((1, 1, 1, 1), 2, np.float32)}).tolist() == (2 * x).tolist()


def test_depthwise_by_hand() -> None:
    layer = DepthwiseConv2d(kernel_size=(1, 2), padding=VALID, multiplier=2, bias=False)
    x = np.array([[[[1, 2, 4]], [[10, 20, 40]]]], np.float32)
    weight = np.array([[1, 1], [-1, 1], [0, 1], [1, 0]], np.float32).reshape(4, 1, 1, 2)
    y = layer.forward([x], {"weight": weight})
    assert y[0, :, 0].tolist() == [[3, 6], [1, 2], [20, 40], [10, 20]]
    assert layer.output_shape((2, 1, 3)) == (4, 1, 2)
    assert layer.macs((2, 1, 3)) == 16
    assert layer.as_convolution((2, 1, 3)).param_shapes((2, 1, 3)) == layer.param_shapes((2, 1, 3))


@pytest.mark.parametrize(
    ("size", "stride", "out"), [(28, 1, 28), (28, 2, 14), (13, 2, 7), (13, 3, 5), (5, 5, 1), (2, 3, 1)]
)
def test_same_keeps_every_strided_position(size: int, stride: int, out: int) -> None:
    layer = Conv2d(stride=(stride, stride), padding=SAME)
    assert layer.output_shape((3, size, size)) == (64, out, out)
    check_layer(Conv2d(out_channels=2, stride=(stride, stride)), (1, size, 2))


def test_same_puts_the_smaller_half_before() -> None:
    assert Conv2d(stride=(2, 2)).window.pads((28, 28)) == ((0, 1), (0, 1))
    assert Conv2d(kernel_size=(4, 4)).window.pads((9, 9)) == ((1, 2), (1, 2))


def test_an_image_keeps_its_values_in_a_larger_batch() -> None:
    layer = Conv2d(out_channels=5)
    random = np.random.default_rng(0)
    x = random.standard_normal((BATCH, 3, 17, 19)).astype(np.float32)
    params = {
        "weight": random.standard_normal((5, 3, 3, 3)).astype(np.float32),
        "bias": np.ones(5, np.float32),
    }
    both = layer.forward([x], params)
    assert (layer.forward([x[1:]], params) == both[1:]).all()


def test_groups_that_do_not_divide_are_named_with_a_way_out() -> None:
    with pytest.raises(ShapeError, match=r"groups=3 does not divide in_channels=16\. 2 does\.") as error:
        Conv2d(groups=3, out_channels=12).output_shape((16, 8, 8))
    assert error.value.setting == "groups"
    with pytest.raises(ShapeError, match=r"groups=8 does not divide out_channels=12\. 4 does\."):
        Conv2d(groups=8, out_channels=12).output_shape((16, 8, 8))


def test_a_kernel_larger_than_its_input_is_refused() -> None:
    layer = Conv2d(kernel_size=(3, 9), padding=VALID)
    message = r"kernel_size=3×9 is larger than its input, 8 wide.*at most 8"
    with pytest.raises(ShapeError, match=message) as error:
        layer.output_shape((3, 8, 8))
    assert error.value.setting == "kernel_size"
    dilated = Conv2d(kernel_size=(3, 3), dilation=(9, 4), padding=VALID)
    message = r"kernel_size=3×3, dilated to 19×9, is larger than its input, 8 high with padding.*at most 1,"
    with pytest.raises(ShapeError, match=message):
        dilated.output_shape((3, 8, 8))
    assert dilated.replace(kernel_size=(1, 2)).output_shape((3, 8, 8)) == (64, 8, 4)
    assert Conv2d(kernel_size=(1023, 1023)).output_shape((3, 8, 8)) == (64, 8, 8)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("kernel_size", (0, 3)),
        ("kernel_size", (3, 1025)),
        ("stride", (0, 1)),
        ("dilation", (1, -1)),
        ("out_channels", 0),
        ("out_channels", 2.5),
        ("groups", True),
        ("bias", 1),
        ("kernel_size", 3),
        ("padding", "same"),
    ],
)
def test_a_setting_out_of_range_is_named(setting: str, value: object) -> None:
    with pytest.raises(ShapeError) as error:
        Conv2d().replace(**{setting: value})
    assert error.value.setting == setting
    assert setting in str(error.value)


def test_a_vector_is_refused() -> None:
    for layer in (Conv2d(), DepthwiseConv2d()):
        with pytest.raises(ShapeError, match="needs maps"):
            layer.output_shape((10,))


def test_cards_say_what_matters() -> None:
    assert (Conv2d().label, Conv2d().detail) == ("Conv 3×3 · 64", "same")
    assert Conv2d(kernel_size=(1, 1)).detail == ""
    assert Conv2d(kernel_size=(1, 1)).role == "pointwise"
    assert Conv2d(stride=(2, 2), dilation=(1, 2), padding=VALID).detail == "stride 2 · valid · dilation 1×2"
    assert DepthwiseConv2d(multiplier=2).label == "Depthwise 3×3 ×2"
    assert DepthwiseConv2d().role == "depthwise"


def test_vgg_counts() -> None:
    layer = Conv2d(out_channels=512, kernel_size=(3, 3))
    assert layer.macs((512, 28, 28)) == 1_849_688_064
    assert DepthwiseConv2d(bias=False).macs((512, 14, 14)) == 512 * 196 * 9


def test_only_what_mixes_all_channels_covers_a_map_as_a_dense_layer_does() -> None:
    assert Conv2d(kernel_size=(4, 4), padding=VALID).covers((4, 4, 4))
    assert not Conv2d(kernel_size=(4, 4), padding=VALID, groups=2).covers((4, 4, 4))
    assert not Conv2d(kernel_size=(4, 4), padding=VALID, dilation=(2, 1)).covers((4, 4, 4))
    assert not Conv2d(kernel_size=(4, 4)).covers((4, 4, 4))
    assert not Conv2d(kernel_size=(4, 3), padding=VALID).covers((4, 4, 4))

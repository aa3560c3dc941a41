"""Transposed convolution."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.errors import ShapeError
from engine.layers.convolution import Conv2d
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.shapes import SAME, Padding
from tests.engine.check_layer import check_layer, near

pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))


@given(
    groups=st.integers(1, 2),
    size=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    kernel_size=pairs,
    stride=pairs,
    padding=st.one_of(st.sampled_from(["same", "valid", "full"]), st.tuples(*[st.integers(0, 2)] * 4)).map(
        Padding.of
    ),
    output_padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    dilation=pairs,
    bias=st.booleans(),
)
def test_transposed_convolution_keeps_the_contract_for_any_settings(
    groups: int,
    size: tuple[int, int],
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    padding: Padding,
    output_padding: tuple[int, int],
    dilation: tuple[int, int],
    bias: bool,
) -> None:
    layer = ConvTranspose2d(
        out_channels=3 * groups,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
        bias=bias,
    )
    try:
        layer.output_shape((2 * groups, *size))
    except ShapeError:
        assume(False)
    check_layer(layer, (2 * groups, *size))


def test_stamps_overlap_and_add_up_by_hand() -> None:
    layer = ConvTranspose2d(out_channels=1, kernel_size=(1, 3), stride=(1, 2), bias=False)
    x = np.array([[[[1, 10, 100]]]], np.float32)
    y = layer.forward([x], {"weight": np.array([1, 2, 3], np.float32).reshape(1, 1, 1, 3)})
    assert y[0, 0, 0].tolist() == [1, 2, 3 + 10, 20, 30 + 100, 200, 300]
    assert layer.macs((1, 1, 3)) == 9


def test_output_padding_adds_at_the_end() -> None:
    layer = ConvTranspose2d(
        out_channels=1, kernel_size=(1, 1), stride=(1, 3), output_padding=(0, 2), bias=False
    )
    y = layer.forward([np.ones((1, 1, 1, 2), np.float32)], {"weight": np.ones((1, 1, 1, 1), np.float32)})
    assert y[0, 0, 0].tolist() == [1, 0, 0, 1, 0, 0]


def test_it_is_the_input_gradient_of_a_convolution() -> None:
    random = np.random.default_rng(3)
    conv = Conv2d(out_channels=4, stride=(2, 2), padding=Padding.of(1), bias=False)
    back = ConvTranspose2d(
        out_channels=2,
        kernel_size=(3, 3),
        stride=(2, 2),
        padding=Padding.of(1),
        output_padding=(1, 1),
        bias=False,
    )
    params = {"weight": random.standard_normal((4, 2, 3, 3)).astype(np.float32)}
    x = np.zeros((1, 2, 8, 8), np.float32)
    y = conv.forward([x], params)
    dy = random.standard_normal(y.shape).astype(np.float32)
    near(back.forward([dy], params), conv.backward([x], params, y, dy)[0])


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_same_multiplies_the_size_by_the_stride(kernel: int, stride: int) -> None:
    layer = ConvTranspose2d(kernel_size=(kernel, kernel), stride=(stride, stride), padding=SAME)
    assert layer.output_shape((8, 5, 7)) == (64, 5 * stride, 7 * stride)


def test_impossible_output_padding_is_named_with_what_fits() -> None:
    layer = ConvTranspose2d(stride=(2, 2), output_padding=(1, 2))
    message = r"output_padding=1×2 does not fit stride 2×2 and dilation 1×1: at the right at most 1 fits"
    with pytest.raises(ShapeError, match=message) as error:
        layer.output_shape((3, 4, 4))
    assert error.value.setting == "output_padding"
    assert ConvTranspose2d(dilation=(3, 3), output_padding=(2, 2)).output_shape((3, 4, 4)) == (64, 12, 12)


def test_padding_that_cuts_everything_off_is_refused() -> None:
    layer = ConvTranspose2d(kernel_size=(2, 2), padding=Padding.of(3))
    message = r"padding=3 cuts everything off 3×2×2: -2×-2 would be left"
    with pytest.raises(ShapeError, match=message) as error:
        layer.output_shape((3, 2, 2))
    assert error.value.setting == "padding"


def test_random_weights_count_the_stamps_that_meet() -> None:
    layer = ConvTranspose2d(kernel_size=(4, 4), stride=(2, 2), groups=2)
    assert layer.fan_in((8, 5, 5)) == 4 * 16 / 4

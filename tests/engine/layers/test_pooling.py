"""Pooling: the maximum and the mean of windows, and of parts."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.errors import ShapeError
from engine.layers import Layer
from engine.layers.adaptive_pooling import AdaptiveAvgPool2d, GlobalAvgPool2d
from engine.layers.average_pooling import AvgPool2d
from engine.layers.global_max_pooling import GlobalMaxPool2d
from engine.layers.max_pooling import MaxPool2d
from engine.layers.norm_pooling import LPPool2d
from engine.shapes import FULL, SAME, Padding
from tests import reference
from tests.engine.check_layer import check_layer

pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
paddings = st.one_of(st.sampled_from(["same", "valid", "full"]), st.tuples(*[st.integers(0, 2)] * 4)).map(
    Padding.of
)
sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))


@given(kernel_size=pairs, stride=pairs, padding=paddings, dilation=pairs, ceil_mode=st.booleans(), size=sizes)
def test_max_pooling_keeps_the_contract_for_any_settings(
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    padding: Padding,
    dilation: tuple[int, int],
    ceil_mode: bool,
    size: tuple[int, int],
) -> None:
    layer = MaxPool2d(
        kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode
    )
    try:
        layer.output_shape((2, *size))
    except ShapeError:
        assume(False)
    check_layer(layer, (2, *size))


@given(
    kernel_size=pairs,
    stride=pairs,
    padding=paddings,
    ceil_mode=st.booleans(),
    count=st.booleans(),
    size=sizes,
)
def test_average_pooling_keeps_the_contract_for_any_settings(
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    padding: Padding,
    ceil_mode: bool,
    count: bool,
    size: tuple[int, int],
) -> None:
    layer = AvgPool2d(
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        ceil_mode=ceil_mode,
        count_include_pad=count,
    )
    try:
        layer.output_shape((2, *size))
    except ShapeError:
        assume(False)
    check_layer(layer, (2, *size))


@given(size=sizes, output=st.tuples(st.integers(1, 10), st.integers(1, 10)))
def test_adaptive_pooling_keeps_the_contract_for_any_sizes(
    size: tuple[int, int], output: tuple[int, int]
) -> None:
    check_layer(AdaptiveAvgPool2d(output_size=output), (2, *size))


def test_global_pooling_keeps_the_contract() -> None:
    check_layer(GlobalAvgPool2d(), (3, 5, 7))
    assert GlobalAvgPool2d().output_shape((64, 7, 7)) == (64, 1, 1)
    assert GlobalAvgPool2d().whole_input
    assert AdaptiveAvgPool2d(output_size=(1, 1)).whole_input
    assert not AdaptiveAvgPool2d(output_size=(1, 2)).whole_input


def run(layer: Layer, rows: list[list[float]]) -> list[list[float]]:
    made: list[list[float]] = layer.forward([np.array([[rows]], np.float32)], {})[0, 0].tolist()
    return made


def test_pooling_by_hand() -> None:
    rows = [[1.0, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    assert run(MaxPool2d(), rows) == [[6, 8]]
    assert run(MaxPool2d(ceil_mode=True), rows) == [[6, 8], [10, 12]]
    assert run(MaxPool2d(kernel_size=(2, 2), stride=(1, 1)), rows) == [[6, 7, 8], [10, 11, 12]]
    assert run(AvgPool2d(), rows) == [[3.5, 5.5]]
    assert run(AvgPool2d(ceil_mode=True), rows) == [[3.5, 5.5], [9.5, 11.5]]
    assert run(GlobalAvgPool2d(), rows) == [[6.5]]
    # rows 0–1 and 1–2, columns 0–1, 1–2, 2–3: parts overlap where sizes do not divide
    assert run(AdaptiveAvgPool2d(output_size=(2, 3)), rows) == [[3.5, 4.5, 5.5], [7.5, 8.5, 9.5]]


def test_padding_counts_as_zeros_only_where_asked() -> None:
    layer = AvgPool2d(kernel_size=(3, 3), stride=(1, 1), padding=SAME)
    assert run(layer, [[9.0]]) == [[1.0]]
    assert run(AvgPool2d(kernel_size=(3, 3), padding=SAME, count_include_pad=False), [[9.0]]) == [[9.0]]
    assert run(MaxPool2d(kernel_size=(3, 3), padding=SAME), [[-9.0]]) == [[-9.0]]


def test_what_ceil_mode_adds_beyond_the_padding_never_counts() -> None:
    layer = AvgPool2d(kernel_size=(1, 3), stride=(1, 3), padding=Padding.of((0, 0, 0, 1)), ceil_mode=True)
    # columns 3, 4, padding and one beyond: the mean is of three
    assert run(layer, [[1.0, 1, 1, 3, 6]]) == [[1, 3]]
    layer = AvgPool2d(kernel_size=(1, 4), stride=(1, 3), padding=Padding.of((0, 0, 0, 1)), ceil_mode=True)
    assert run(layer, [[1.0, 1, 1, 3, 6]])[0][1] == 3.0


def test_overlapping_windows_share_a_gradient() -> None:
    layer = MaxPool2d(kernel_size=(1, 3), stride=(1, 1))
    x = np.array([[[[1, 5, 2, 5, 0]]]], np.float32)
    y = layer.forward([x], {})
    (dx,) = layer.backward([x], {}, y, np.array([[[[1, 10, 100]]]], np.float32))
    assert dx[0, 0, 0].tolist() == [0, 11, 0, 100, 0]  # the first of equal values takes it


def test_a_nan_is_seen_in_every_window_it_stands_in() -> None:
    x = np.zeros((1, 1, 4, 4), np.float32)
    x[0, 0, 1, 2] = np.nan
    for layer in (MaxPool2d(), AvgPool2d()):
        assert np.isnan(layer.forward([x], {})).tolist() == [[[[False, True], [False, False]]]]
    for place in range(4):  # wherever in the window
        x = np.array([[[[1, 2], [3, 4]]]], np.float32)
        x.flat[place] = np.nan
        assert np.isnan(MaxPool2d().forward([x], {})).all()


def test_operations_are_counted_per_window() -> None:
    assert MaxPool2d(kernel_size=(3, 3)).operations((2, 9, 9)).compare == 8 * 2 * 4 * 4
    assert AvgPool2d().operations((2, 4, 4)).add == 3 * 8
    assert AvgPool2d().operations((2, 4, 4)).divide == 8
    assert GlobalAvgPool2d().operations((2, 3, 3)).add == 16
    # rows are read 2 + 2 times, columns 2 + 2 + 2 times: 24 values in 6 means
    assert AdaptiveAvgPool2d(output_size=(2, 3)).operations((1, 3, 4)).add == 18


def test_same_pooling_keeps_every_strided_position() -> None:
    assert MaxPool2d(kernel_size=(3, 3), stride=(2, 2), padding=SAME).output_shape((1, 13, 14)) == (1, 7, 7)
    assert MaxPool2d(kernel_size=(3, 3), stride=(1, 1), padding=SAME).output_shape((1, 28, 28)) == (1, 28, 28)


def test_a_last_window_that_would_start_in_the_padding_is_dropped() -> None:
    layer = MaxPool2d(kernel_size=(2, 2), stride=(3, 3), padding=Padding.of(1), ceil_mode=True)
    assert layer.output_shape((1, 5, 4)) == (1, 2, 2)


def test_a_window_that_sees_no_pixel_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"padding=3 is as wide as the window.*at most 1") as error:
        MaxPool2d(padding=Padding.of(3)).output_shape((1, 8, 8))
    assert error.value.setting == "padding"
    with pytest.raises(ShapeError, match=r"dilation=3 is too wide for 2 rows.*at most 2 fits") as error:
        MaxPool2d(dilation=(3, 1), padding=FULL).output_shape((1, 2, 8))
    assert error.value.setting == "dilation"


def test_a_window_larger_than_its_input_is_refused() -> None:
    for layer in (MaxPool2d(kernel_size=(9, 2)), AvgPool2d(kernel_size=(9, 2))):
        with pytest.raises(ShapeError, match="larger than its input, 8 high"):
            layer.output_shape((1, 8, 8))


@reference.twin("GlobalMaxPool2d")
def largest(
    layer: GlobalMaxPool2d, inputs: Sequence[reference.Array], params: reference.Params
) -> reference.Array:
    return np.array([[[max(map(max, plane))]] for plane in inputs[0]])


@reference.twin("LPPool2d")
def norm_of_windows(
    layer: LPPool2d, inputs: Sequence[reference.Array], params: reference.Params
) -> reference.Array:
    (x,) = inputs
    kernel = layer.kernel_size[0] * layer.kernel_size[1]
    spans = [
        reference.starts(
            x.shape[1 + axis], layer.kernel_size[axis], layer.stride[axis], 1, (0, 0), ceil=layer.ceil_mode
        )
        for axis in (0, 1)
    ]
    y = np.zeros((x.shape[0], len(spans[0]), len(spans[1])))
    for c, oh, ow in np.ndindex(*y.shape):
        h, w = spans[0][oh], spans[1][ow]
        seen = x[c, h : h + layer.kernel_size[0], w : w + layer.kernel_size[1]]
        total = sum(value**layer.norm_type for value in seen.ravel()) * kernel / seen.size
        y[c, oh, ow] = total ** (1 / layer.norm_type) if total >= 0 else np.nan
    return y


@given(
    kernel_size=pairs, stride=pairs, ceil_mode=st.booleans(), power=st.sampled_from([2.0, 4.0]), size=sizes
)
def test_norm_pooling_keeps_the_contract_for_any_settings(
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    ceil_mode: bool,
    power: float,
    size: tuple[int, int],
) -> None:
    layer = LPPool2d(kernel_size=kernel_size, stride=stride, ceil_mode=ceil_mode, norm_type=power)
    try:
        layer.output_shape((2, *size))
    except ShapeError:
        assume(False)
    check_layer(layer, (2, *size))


def test_a_norm_lies_between_the_sum_and_the_maximum() -> None:
    x = np.array([[[[3.0, 4.0], [0.0, 12.0]]]], np.float32)
    assert LPPool2d().forward([x], {}).item() == pytest.approx(13.0)
    assert LPPool2d(norm_type=1.0).forward([x], {}).item() == pytest.approx(19.0)
    assert LPPool2d(norm_type=64.0).forward([x / 12], {}).item() == pytest.approx(1.0, abs=1e-3)


def test_a_norm_of_zeros_has_no_gradient_and_an_odd_one_of_negative_sums_is_no_number() -> None:
    zeros = np.zeros((1, 1, 2, 2), np.float32)
    layer = LPPool2d()
    (dx,) = layer.backward([zeros], {}, layer.forward([zeros], {}), np.ones((1, 1, 1, 1), np.float32))
    assert not dx.any()
    assert np.isnan(LPPool2d(norm_type=3.0).forward([zeros - 1], {})).all()


def test_a_norm_says_that_it_has_no_fast_path() -> None:
    assert LPPool2d().lowering((4, 6, 6)) is None
    assert GlobalMaxPool2d().lowering((4, 6, 6)).maximum


@given(size=sizes)
def test_global_maxima_keep_the_contract(size: tuple[int, int]) -> None:
    check_layer(GlobalMaxPool2d(), (3, *size))


def test_a_global_maximum_answers_at_one_place() -> None:
    x = np.array([[[[1.0, 5.0], [5.0, 2.0]]]], np.float32)
    layer = GlobalMaxPool2d()
    y = layer.forward([x], {})
    assert y.tolist() == [[[[5.0]]]]
    (dx,) = layer.backward([x], {}, y, np.full((1, 1, 1, 1), 3.0, np.float32))
    assert dx.tolist() == [[[[0.0, 3.0], [0.0, 0.0]]]]

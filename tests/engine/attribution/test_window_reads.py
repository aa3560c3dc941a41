"""Who reads whom: both ways agree with each other and with the values taken apart."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.attribution.fields.window_reads import inputs_of, inputs_through, outputs_reading
from engine.attribution.values.arithmetic import take_apart
from engine.layers import Layer
from tests.engine.small_networks import conv, make, means, pool, transposed, windows


@given(st.one_of(windows, means, transposed), st.randoms(use_true_random=False))
def test_what_an_output_reads_is_what_the_value_is_made_of(layer: Layer, random: Any) -> None:
    shape = (3, 13, 12)
    x = np.ones((1, *shape), np.float32)
    params = {name: np.ones(size, np.float32) for name, size in layer.param_shapes(shape).items()}
    at = tuple(random.randrange(size) for size in layer.output_shape(shape))
    made = take_apart(layer, [x], params, at)
    for axis, places in enumerate((made.rows, made.columns)):
        inside = sorted({index for index in places if 0 <= index < shape[1 + axis]})
        assert list(inputs_of(layer, shape, at[1 + axis], axis)) == inside


@given(st.one_of(windows, means, transposed))
def test_both_ways_agree(layer: Layer) -> None:
    shape = (3, 13, 12)
    for axis in (0, 1):
        outputs = range(layer.output_shape(shape)[1 + axis])
        read = {(i, o) for o in outputs for i in inputs_of(layer, shape, o, axis)}
        used = {(i, o) for i in range(shape[1 + axis]) for o in outputs_reading(layer, shape, i, axis)}
        assert read == used


def test_a_tap_meets_the_map_less_a_border() -> None:
    assert inputs_through(conv(1), (1, 5, 5), 0, 0) == (0, 1, 2, 3)
    assert inputs_through(conv(1), (1, 5, 5), 1, 0) == (0, 1, 2, 3, 4)
    assert inputs_through(conv(1, 1, 2), (1, 5, 5), 0, 1) == (0, 2, 4)
    assert inputs_through(make("ConvTranspose2d"), (1, 3, 3), 1, 0) == (0, 1, 2)
    assert inputs_through(make("GlobalAvgPool2d"), (1, 3, 3), 0, 0) == (0, 1, 2)


@pytest.mark.parametrize("layer", [conv(1, 3, 2), pool(3, 2), make("ConvTranspose2d", kernel_size=(3, 3))])
def test_the_taps_together_meet_what_is_read(layer: Layer) -> None:
    shape = (1, 9, 9)
    for axis in (0, 1):
        met = {i for tap in range(layer.kernel_size[axis]) for i in inputs_through(layer, shape, tap, axis)}  # type: ignore[attr-defined]
        assert met == {i for i in range(9) if outputs_reading(layer, shape, i, axis)}


@pytest.mark.parametrize(
    ("layer", "read"),
    [
        (make("Pad"), (2,)),
        (make("Pad", mode="reflect", top=3, bottom=3, left=3, right=3), (0,)),
        (make("Upsample"), (1,)),
        (make("PixelShuffle"), (1,)),
        (make("Crop", height=4, width=4), (3,)),
        (conv(1, 2, dilation=(3, 3), padding="valid"), ()),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_layers_that_move_or_repeat_values_say_so(layer: Layer, read: tuple[int, ...]) -> None:
    if read:
        assert inputs_of(layer, (4, 4, 4), 3, 0) == read
    else:
        assert inputs_of(layer, (4, 4, 4), 0, 0) == (0, 3), "a dilated kernel leaves out what lies between"


def test_a_crop_is_read_backwards_too() -> None:
    assert outputs_reading(make("Crop", top=1, height=3, width=4), (4, 4, 4), 1, 0) == (0,)

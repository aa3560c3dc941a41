"""Output sizes, padding and reach, by hand and against a sliding window."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.errors import ShapeError
from engine.shapes import FULL, SAME, VALID, Padding, Reach, Window, count_text, shape_text
from tests.reference import starts

pairs = st.tuples(st.integers(1, 6), st.integers(1, 6))
paddings = st.one_of(st.sampled_from(["same", "valid", "full"]), st.tuples(*[st.integers(0, 5)] * 4)).map(
    Padding.of
)


sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))


@given(kernel=pairs, stride=pairs, padding=paddings, dilation=pairs, ceil=st.booleans(), size=sizes)
def test_sizes_are_those_of_a_window_slid_step_by_step(
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: Padding,
    dilation: tuple[int, int],
    ceil: bool,
    size: tuple[int, int],
) -> None:
    window = Window(kernel, stride, padding, dilation, ceil)
    try:
        made = window.output_size(size)
    except ShapeError:
        assume(False)
    for axis in (0, 1):
        pads = window.pads(size)[axis]
        assume(not ceil or max(pads) < window.extent[axis])  # others are refused by the pooling layers
        found = starts(size[axis], kernel[axis], stride[axis], dilation[axis], pads, ceil=ceil)
        assert made[axis] == len(found)
        reach = window.reach(size)[axis]
        extent = window.extent[axis]
        for output, start in enumerate(found):
            assert list(reach.indices(output, size[axis])) == [
                i for i in range(start, start + extent) if 0 <= i < size[axis]
            ]
        if padding == SAME and not ceil:
            assert made[axis] == -(-size[axis] // stride[axis])


@pytest.mark.parametrize(
    ("window", "size", "out"),
    [
        (Window((3, 3)), (28, 28), (26, 26)),
        (Window((3, 3), (2, 2)), (28, 28), (13, 13)),
        (Window((3, 3), (2, 2), SAME), (28, 28), (14, 14)),
        (Window((3, 3), (1, 1), FULL), (28, 28), (30, 30)),
        (Window((7, 7), (2, 2), Padding.of(3)), (224, 224), (112, 112)),
        (Window((3, 3), (2, 2), ceil_mode=True), (112, 56), (56, 28)),
        (Window((5, 3), (2, 2), ceil_mode=True), (4, 4), (1, 2)),  # cut off, though larger than the input
        (Window((1, 7), (1, 1), Padding.of((0, 3))), (17, 17), (17, 17)),
        (Window((3, 3), (1, 1), Padding.of(4), (4, 4)), (9, 9), (9, 9)),
    ],
    ids=str,
)
def test_known_sizes(window: Window, size: tuple[int, int], out: tuple[int, int]) -> None:
    assert window.output_size(size) == out


def test_reach_has_rational_bounds() -> None:
    reach = Reach.of(-1, 1, 1)
    assert list(reach.indices(0, 9)) == [0, 1]
    assert list(reach.indices(8, 9)) == [7, 8]
    assert list(Reach.of(0, 0, 2).indices(3, 6)) == []


@pytest.mark.parametrize("value", ["half", -1, (1, 2, 3), (1, -2), 1.5, True])
def test_padding_that_is_none_is_refused(value: object) -> None:
    with pytest.raises((ShapeError, TypeError)) as error:
        Padding.of(value)  # type: ignore[arg-type]  # that is the point
    if isinstance(error.value, ShapeError):
        assert error.value.setting == "padding"


def test_paddings_that_are_alike_are_equal() -> None:
    assert Padding.of(0) == VALID
    assert Padding.of((1, 2)) == Padding.of((1, 1, 2, 2))
    assert Padding.of([0, 1, 0, 1]).text == "pad 0, 1, 0, 1"


def test_shapes_are_written_both_ways() -> None:
    assert shape_text((64, 56, 28)) == "64×56×28"
    assert shape_text((64, 56, 28), channels_last=True) == "56×28×64"
    assert shape_text((10,), channels_last=True) == "10"


def test_one_of_a_thing_is_no_plural() -> None:
    assert [count_text(number, "channel") for number in (0, 1, 2, 2048)] == [
        "0 channels", "1 channel", "2 channels", "2,048 channels",
    ]  # fmt: skip

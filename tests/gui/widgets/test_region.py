"""The part of the maps that is looked at."""

from hypothesis import given
from hypothesis import strategies as st

from gui.widgets.maps.region import WHOLE, Region

shares = st.floats(0, 1)


def test_the_whole_is_every_row_and_column() -> None:
    assert WHOLE.box(7, 5) == (0, 7, 0, 5)
    assert WHOLE.is_whole


def test_magnifying_keeps_the_point_under_the_mouse() -> None:
    half = WHOLE.zoomed(2, 0.25, 1.0)
    assert (half.left, half.top, half.extent) == (0.125, 0.5, 0.5)
    assert half.box(8, 16) == (4, 8, 2, 10)
    assert half.zoomed(0.5, 0.25, 1.0).is_whole


def test_the_same_region_is_the_same_share_of_every_map() -> None:
    quarter = Region(0.5, 0.5, 0.25)
    assert quarter.box(32, 32) == (16, 24, 16, 24)
    assert quarter.box(8, 8) == (4, 6, 4, 6)


@given(
    st.lists(st.tuples(st.floats(0.2, 5), shares, shares, st.floats(-2, 2)), max_size=8), st.integers(1, 99)
)
def test_what_is_seen_is_never_empty_and_never_outside(moves: list[tuple[float, ...]], size: int) -> None:
    region = WHOLE
    for factor, across, down, step in moves:
        region = region.zoomed(factor, across, down).moved(step, -step)
        top, bottom, left, right = region.box(size, 2 * size)
        assert 0 <= top < bottom <= size
        assert 0 <= left < right <= 2 * size

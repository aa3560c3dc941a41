"""Tiles: where they lie, which value each of their pixels takes, and which colour."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.look.colormaps import INFINITE, MINUS_INFINITE, NOT_A_NUMBER
from gui.widgets.maps.atlas import (
    COLOURS,
    GAP_INDEX,
    HIGH_INDEX,
    LOW_INDEX,
    NAN_INDEX,
    AtlasGrid,
    blended,
    by_strength,
    colour_table,
    extremes,
    fit_grid,
    nearest,
    paint_rows,
    paint_tiles,
)


@given(
    st.integers(1, 600),
    st.tuples(st.integers(1, 64), st.integers(1, 64)),
    st.tuples(st.integers(60, 1400), st.integers(40, 600)),
)
def test_tiles_always_fit_the_width(count: int, size: tuple[int, int], room: tuple[int, int]) -> None:
    grid = fit_grid(count, size, room, 4, (40, 160))
    assert 1 <= grid.columns <= count
    assert grid.columns * (grid.tile_width + grid.gap) - grid.gap <= room[0]
    assert grid.rows * grid.columns >= count


def test_few_maps_are_large_and_all_in_view() -> None:
    grid = fit_grid(4, (28, 28), (640, 220), 4, (40, 160))
    assert grid.height <= 220
    assert grid.tile_width == 140  # five times its 28 values


@given(st.integers(1, 40), st.integers(1, 9), st.integers(2, 20), st.integers(2, 20), st.integers(0, 5))
def test_a_tile_is_found_where_it_lies(count: int, columns: int, width: int, height: int, gap: int) -> None:
    grid = AtlasGrid(count, columns, width, height, gap)
    for tile in range(count):
        x, y = grid.place(tile)
        assert grid.find(x, y) == (tile, 0, 0)
        found = grid.find(x + width - 1, y + height - 1)
        assert found is not None
        assert found[0] == tile
        if gap:
            assert grid.find(x + width, y) is None
    assert grid.find(-1, 0) is None


def test_a_pixel_takes_the_value_under_its_middle() -> None:
    assert nearest(2, 4).tolist() == [0, 0, 1, 1]
    assert nearest(8, 4).tolist() == [1, 3, 5, 7]
    assert nearest(3, 3).tolist() == [0, 1, 2]


def test_tiles_hold_the_values_scaled_to_their_own_range() -> None:
    maps = np.array([[[0, 1], [2, 4]], [[-1, -1], [3, 3]]], np.float32)
    lows, highs = extremes(maps)
    painted = paint_tiles(maps, np.array([1, 0]), (2, 2), lows, highs)
    top = COLOURS - 1
    assert painted.tolist() == [[[0, 0], [top, top]], [[0, round(top / 4)], [round(top / 2 + 0.1), top]]]


def test_rows_are_painted_with_gaps_and_an_open_end() -> None:
    maps = np.arange(3, dtype=np.float32).reshape(3, 1, 1)
    grid = AtlasGrid(3, 2, 2, 2, 1)
    picture = paint_rows(
        maps, np.arange(3), grid, range(2), np.zeros(3, np.float32), np.full(3, 253, np.float32)
    )
    gap = GAP_INDEX
    assert picture.tolist() == [
        [0, 0, gap, 1, 1, gap],
        [0, 0, gap, 1, 1, gap],
        [gap] * 6,
        [2, 2, gap, gap, gap, gap],
        [2, 2, gap, gap, gap, gap],
        [gap] * 6,
    ]


def test_nan_and_infinities_have_colours_of_their_own() -> None:
    maps = np.array([[[np.nan, np.inf, -np.inf, 1, 2]]], np.float32)
    lows, highs = extremes(maps)
    assert (lows[0], highs[0]) == (1, 2)
    painted = paint_tiles(maps, np.array([0]), (1, 5), lows, highs)
    assert painted[0, 0].tolist() == [NAN_INDEX, HIGH_INDEX, LOW_INDEX, 0, COLOURS - 1]
    table = [value & 0xFFFFFF for value in colour_table("viridis", (1, 2, 3))]
    assert len(table) == 256
    for index, rgb in ((NAN_INDEX, NOT_A_NUMBER), (HIGH_INDEX, INFINITE), (LOW_INDEX, MINUS_INFINITE)):
        assert table[index] == int.from_bytes(bytes(rgb))
        assert table.count(table[index]) == 1


@pytest.mark.parametrize("value", [0.0, 3.4e38, np.nan])
def test_constant_maps_have_a_colour(value: float) -> None:
    maps = np.full((1, 2, 2), value, np.float32)
    assert paint_tiles(maps, np.array([0]), (2, 2), *extremes(maps)).shape == (1, 2, 2)


def test_the_strongest_map_comes_first() -> None:
    maps = np.zeros((3, 4, 4), np.float32)
    maps[1, ::2], maps[2, ::2] = 1, 5
    assert by_strength(maps).tolist() == [2, 1, 0]


def test_an_enlarged_tile_repeats_the_values_of_its_map() -> None:
    maps = np.random.default_rng(1).standard_normal((3, 5, 7)).astype(np.float32)
    lows, highs = extremes(maps)
    small = paint_tiles(maps, np.arange(3), (5, 7), lows, highs)
    large = paint_tiles(maps, np.arange(3), (15, 14), lows, highs)
    assert (large == small.repeat(3, axis=1).repeat(2, axis=2)).all()


def test_blending_is_the_mean_where_reduced_and_a_straight_line_where_enlarged() -> None:
    values = np.array([[[0, 2], [4, 6]]], np.float32)
    assert blended(values, (1, 1)).tolist() == [[[3]]]
    assert blended(values, (1, 2)).tolist() == [[[2, 4]]]
    np.testing.assert_allclose(blended(values[:, :1], (1, 4))[0, 0], [0, 0.5, 1.5, 2])
    assert (blended(np.full((2, 7, 5), 3, np.float32), (16, 3)) == 3).all()


def test_smooth_tiles_are_between_their_values() -> None:
    maps = np.array([[[0, 1]]], np.float32)
    painted = paint_tiles(maps, np.array([0]), (1, 8), *extremes(maps), smooth=True)[0, 0]
    assert painted[0] == 0
    assert painted[-1] == COLOURS - 1
    assert (np.diff(painted.astype(int)) >= 0).all()
    assert len(set(painted.tolist())) > 4

"""Numbers as colours."""

import numpy as np
import pytest

from gui.look.colormaps import NAMES, NOT_A_NUMBER, colour, lookup_table, on_ground


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_256_colours_and_cannot_be_changed(name: str) -> None:
    table = lookup_table(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 0


@pytest.mark.parametrize("name", ["viridis", "cividis", "greys"])
def test_a_table_gets_lighter_from_end_to_end(name: str) -> None:
    luminance = lookup_table(name) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luminance) > -1.0).all()
    assert luminance[-1] - luminance[0] > 150


def test_viridis_has_its_published_ends() -> None:
    assert tuple(lookup_table("viridis")[0]) == (0x44, 0x01, 0x54)
    assert tuple(lookup_table("viridis")[-1]) == (0xFD, 0xE7, 0x25)


def test_diverging_is_blue_below_zero_vermilion_above_and_neutral_between() -> None:
    table = lookup_table("diverging")
    assert tuple(table[0]) == (0x00, 0x72, 0xB2)
    assert tuple(table[-1]) == (0xD5, 0x5E, 0x00)
    assert np.ptp(table[127].astype(int)) < 8
    below, zero, above = colour(np.array([-1.0, 0.0, 4.0]), "diverging")
    assert below[2] > below[0]
    assert above[0] > above[2]
    assert zero.min() > 230


def test_on_dark_ground_diverging_is_dark_in_the_middle_and_lighter_at_both_ends() -> None:
    assert on_ground("diverging", dark=False) == "diverging"
    assert on_ground("cividis", dark=True) == "cividis"
    table = lookup_table(on_ground("diverging", dark=True)).astype(int)
    luminance = table @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luminance[:128]) < 1).all()
    assert (np.diff(luminance[128:]) > -1).all()
    assert luminance[127] < 60 < 120 < min(luminance[0], luminance[-1])
    assert table[0, 2] > table[0, 0]
    assert table[-1, 0] > table[-1, 2]


def test_values_outside_the_range_take_its_ends() -> None:
    table = lookup_table("viridis")
    made = colour(np.array([[-5.0, 0.0, 1.0, 7.0, np.inf, -np.inf]]), low=0.0, high=1.0)
    assert made.tolist() == [[table[i].tolist() for i in (0, 0, 255, 255, 255, 0)]]


def test_the_range_is_that_of_the_finite_values() -> None:
    made = colour(np.array([2.0, 4.0, np.inf, np.nan]))
    table = lookup_table("viridis")
    assert made[:3].tolist() == [table[0].tolist(), table[255].tolist(), table[255].tolist()]
    assert tuple(made[3]) == NOT_A_NUMBER


@pytest.mark.parametrize("values", [np.zeros((0, 3)), np.full((2, 2), np.nan), np.full((2, 2), 3.4e38)])
def test_arrays_without_a_range_have_colours_too(values: np.ndarray) -> None:
    assert colour(values).shape == (*values.shape, 3)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'jet'; there are viridis"):
        lookup_table("jet")

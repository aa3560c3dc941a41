"""Ticks are round numbers, as many as can be read, wherever the range lies; a logarithm for every loss."""

from itertools import pairwise
from math import isfinite, log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.widgets.charts.round_axes import logarithms, multiples, plain_number, round_ticks


@given(
    low=st.floats(-12, 12),
    span=st.floats(1e-3, 20),
    most=st.integers(2, 8),
)
def test_ticks_are_few_distinct_and_within_the_range(low: float, span: float, most: int) -> None:
    ticks = round_ticks(low, low + span, most)
    assert len(ticks) <= most
    assert ticks == sorted(set(ticks))
    assert all(low - 1e-9 <= log10(tick) <= low + span + 1e-9 for tick in ticks)
    assert all(log10(after) - log10(before) > span / most / 3 for before, after in pairwise(ticks))
    assert len(ticks) >= 2 or span < 1 or most == 2


@pytest.mark.parametrize(
    ("range_", "ticks"),
    [
        ((0.001, 1.2), [0.001, 0.01, 0.1, 1]),
        ((1e-9, 2), [1e-8, 1e-6, 1e-4, 0.01, 1]),
        ((0.08, 2.6), [0.1, 0.3, 1]),
        ((0.02, 3), [0.03, 0.1, 0.3, 1, 3]),
        ((60_000, 90_000), [60_000, 70_000, 80_000, 90_000]),
        ((0.96, 1.04), [0.96, 0.98, 1.0, 1.02, 1.04]),
    ],
)
def test_ticks_are_the_numbers_one_would_write(range_: tuple[float, float], ticks: list[float]) -> None:
    low, high = (log10(end) for end in range_)
    assert round_ticks(low, high, 5) == pytest.approx(ticks)


@given(st.lists(st.floats(0, 1e6) | st.sampled_from([0.0, float("nan"), float("inf")]), max_size=30))
def test_whatever_a_loss_is_it_has_a_place(values: list[float]) -> None:
    places = logarithms(values)
    positive = [value for value in values if isfinite(value) and value > 0]
    for value, place in zip(values, places, strict=True):
        if not isfinite(value):
            assert place != place
        elif value > 0:
            assert place == log10(value)
        else:
            assert place <= min((log10(one) for one in positive), default=0.0)
            assert isfinite(place)


@pytest.mark.parametrize(
    ("value", "text"), [(0.001, "0.001"), (1.0, "1"), (2000.0, "2000"), (1e-6, "1e−6"), (3e7, "3e7")]
)
def test_a_tick_is_short(value: float, text: str) -> None:
    assert plain_number(value) == text


@given(low=st.floats(-1e6, 1e6), span=st.floats(1e-3, 1e7), most=st.integers(2, 9))
def test_multiples_are_of_one_step_and_within_the_range(low: float, span: float, most: int) -> None:
    ticks = multiples(low, low + span, most)
    assert 1 <= len(ticks) <= most or most == 2
    assert all(low - 1e-5 * span <= tick <= low + span * (1 + 1e-5) for tick in ticks)
    assert len({round((after - before) / span, 6) for before, after in pairwise(ticks)}) <= 1


def test_steps_are_counted_in_round_numbers() -> None:
    assert multiples(0, 7500, 3) == [0, 5000]
    assert multiples(0, 16, 4) == [0, 5, 10, 15]

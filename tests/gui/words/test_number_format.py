"""Numbers as people read them."""

from fractions import Fraction

import pytest
from PySide6.QtCore import QLocale

from engine.analysis.receptive_field import ReceptiveField
from engine.shapes import SAME, Window
from gui.widgets.surface import local_numbers
from gui.words.number_format import Numbers, field_sentence, field_text, rational_text

ENGLISH = Numbers()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.0 K"),
        (163_696, "163.7 K"),
        (999_949, "999.9 K"),
        (999_950, "1.0 M"),
        (120_422_400, "120.4 M"),
        (15_470_264_320, "15.5 G"),
        (-2400, "−2.4 K"),
    ],
)
def test_short_figures_have_one_decimal_and_a_power(value: int, text: str) -> None:
    assert ENGLISH.short(value) == text.replace(" ", "\u00a0")


def test_exact_figures_are_grouped_by_commas() -> None:
    assert ENGLISH.exact(120_422_400) == "120,422,400"
    assert ENGLISH.exact(-1000) == "−1,000"


def test_bytes_have_decimal_units() -> None:
    assert ENGLISH.size(1_742_848) == "1.7\u00a0MB"
    assert ENGLISH.size(640) == "640\u00a0B"
    assert ENGLISH.exact_size(4096) == "4,096\u00a0bytes"


def test_nothing_follows_the_locale() -> None:
    """Words on screen are English, and so are numbers: as in files and on the command line."""
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        numbers = local_numbers()
        assert numbers.short(120_422_400) == "120.4\u00a0M"
        assert numbers.decimal(-0.37) == "−0.37"
        assert numbers.exact(1_000_000) == f"{1_000_000:,}" == "1,000,000"
    finally:
        QLocale.setDefault(QLocale.system())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (0.371, "0.37"),
        (-0.371, "−0.37"),
        (1234.5, "1234.50"),
        (1e-6, "1.00e-06"),
        (-2.5e7, "−2.50e+07"),
        (float("nan"), "NaN"),
        (float("-inf"), "−∞"),
    ],
)
def test_values_of_maps_stay_readable_at_every_size(value: float, text: str) -> None:
    assert ENGLISH.decimal(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.41, "41 %"), (1, "100 %"), (0.001, "< 1 %"), (0.9999, "> 99 %")]
)
def test_a_share_is_nothing_or_all_only_when_it_is(share: float, text: str) -> None:
    assert ENGLISH.percent(share) == text.replace(" ", "\u00a0")


SIZE = (28, 28)
PIXEL = ReceptiveField.of_input(SIZE)


def seen_through(*kernel: int, stride: int = 1) -> ReceptiveField:
    height, width = kernel
    return PIXEL.through(Window((height, width), (stride, stride), SAME).reach(SIZE))


def test_a_field_tells_its_range_over_branches() -> None:
    field = PIXEL.union(seen_through(5, 5))
    assert field_text(field, "px") == "1\u00a0…\u00a05\u00a0px"
    assert "1 along the branch that sees least" in field_sentence(field)


def test_a_field_tells_its_axes_where_they_differ() -> None:
    assert field_text(seen_through(3, 7)) == "3×7"


def test_a_field_tells_where_it_begins_and_whether_branches_are_misaligned() -> None:
    sentence = field_sentence(seen_through(5, 5))
    assert "begins at −2" in sentence
    assert "misaligned" not in sentence
    assert "misaligned" in field_sentence(PIXEL.union(seen_through(1, 1, stride=2)))


def test_fractions_stay_fractions() -> None:
    assert rational_text(Fraction(-1, 2)) == "−1/2"
    assert rational_text(Fraction(4, 2)) == "2"


def test_a_field_of_everything_says_so() -> None:
    field = PIXEL.seeing_all()
    assert (field_text(field), field_text(field, "px")) == ("all", "whole input")
    assert "whole input" in field_sentence(field)


def test_no_field_is_told_by_a_dash() -> None:
    assert field_text(None) == "–"
    assert "nothing is wired in" in field_sentence(None)

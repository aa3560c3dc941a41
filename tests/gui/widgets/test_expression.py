"""Numbers and calculations as they are typed."""

import re
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.widgets.settings.expression import ExpressionError, evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64", 64),
        (" 64 ", 64),
        ("64*2", 128),
        ("64 × 2", 128),
        ("3·3·64", 576),
        ("2+3*4", 14),
        ("(2+3)*4", 20),
        ("-5", -5),
        ("−5", -5),
        ("2--3", 5),
        ("-(2-5)", 3),
        ("12.5", Fraction(25, 2)),
        ("12,5", Fraction(25, 2)),
        ("0,125", Fraction(1, 8)),
        ("1e9", 10**9),
        ("1E-3", Fraction(1, 1000)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("8/4/2", 1),
        ("7-2-1", 4),
        ("7/2", Fraction(7, 2)),
        ("0.1*30", 3),
        ("1/3*3", 1),
    ],
)
def test_what_is_typed_is_worked_out(text: str, value: Fraction) -> None:
    assert evaluate(text) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "wanted"),
        ("  ", "wanted"),
        ("12abc", "no number"),
        ("3x2", "no number"),
        ("1 2", "no number"),
        ("1..2", "no number"),
        ("1,2,3", "no number"),
        ("(1", "no number"),
        ("1)", "no number"),
        ("2*", "no number"),
        ("*2", "no number"),
        ("2**3", "no number"),
        ("nan", "no number"),
        ("inf", "no number"),
        ("0x10", "no number"),
        ("1_000", "no number"),
        ("__import__('os')", "no number"),
        ("1e", "no number"),
        ("1e99999", "no number"),
        ("1/0", "divides by zero"),
        ("1/(2-2)", "divides by zero"),
        ("1,000", "two ways"),
        ("64*1,024", "two ways"),
        ("1" * 100, "too long"),
        ("٣", "no number"),
    ],
)
def test_what_is_no_number_is_said(text: str, why: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        evaluate(text)
    assert why in str(refused.value)
    assert len(str(refused.value)) < 120


_NUMBERS = st.integers(0, 99).map(str) | st.decimals(0, 99, places=2).map(str)


@given(
    st.recursive(
        _NUMBERS,
        lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map("".join) | inner.map("({})".format),
        max_leaves=6,
    )
)
def test_calculations_are_those_of_arithmetic(text: str) -> None:
    exact = "".join(f"Fraction('{part}')" if part[:1].isdigit() else part for part in _split(text))
    if len(text) <= 60:
        assert evaluate(text) == eval(exact)


def _split(text: str) -> list[str]:
    return re.findall(r"[\d.]+|[-+*()]", text)


@given(st.text(max_size=70))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with suppress(ExpressionError):
        assert isinstance(evaluate(text), Fraction)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("138,357,544", 138357544),
        ("1,000,000.5", Fraction(2000001, 2)),
        ("2*1,000,000", 2000000),
        ("0,5", Fraction(1, 2)),
    ],
)
def test_numbers_are_read_as_the_program_and_as_other_locales_write_them(text: str, value: object) -> None:
    assert evaluate(text) == value


def test_what_can_be_read_in_two_ways_is_refused_with_both() -> None:
    with pytest.raises(ExpressionError, match=r"type 1024 or 1\.024"):
        evaluate("1,024")

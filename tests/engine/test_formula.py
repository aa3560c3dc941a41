"""Expressions: text, LaTeX and value agree."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.formula import (
    Expression,
    ceiling,
    floor,
    largest,
    least,
    minus,
    number,
    plus,
    product,
    ratio,
)


def test_numbers_have_thousands_signs_and_fractions() -> None:
    assert (number(221312).text, number(221312).latex) == ("221,312", "221{,}312")
    assert (number(-90).text, number(-90).latex) == ("−90", "-90")
    assert number(Fraction(1, 2)).text == "1/2"
    assert number(Fraction(4, 2)).value == 2
    assert isinstance(number(Fraction(4, 2)).value, int)


def test_looser_operations_stand_in_parentheses() -> None:
    difference = minus(number(3), number(1))
    assert product(number(2), difference).text == "2·(3 − 1)"
    assert product(number(2), difference).latex == r"2 \cdot \left(3 - 1\right)"
    assert minus(number(9), plus(number(1), number(2))).text == "9 − (1 + 2)"
    assert plus(number(5), number(-2)).text == "5 + (−2)"
    assert product(number(-2), number(3)).text == "(−2)·3"
    assert ratio(number(1), product(number(2), number(3))).text == "1/(2·3)"


def test_rounding_goes_down_and_up_also_below_zero() -> None:
    half = ratio(number(-3), number(2))
    assert (floor(half).value, ceiling(half).value) == (-2, -1)
    assert floor(ratio(number(225), number(2))).text == "⌊225/2⌋"


def test_equal_terms_of_a_maximum_are_said_once() -> None:
    assert largest(number(3), number(3)).text == "3"
    assert (largest(number(3), number(5)).text, largest(number(3), number(5)).value) == ("max(3, 5)", 5)
    assert least(number(0), number(-1)).latex == r"\min\left(0, -1\right)"


leaves = st.integers(-50, 5000).map(number)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda ones: product(*ones)),
        st.lists(inner, min_size=1, max_size=3).map(lambda ones: plus(*ones)),
        st.lists(inner, min_size=2, max_size=3).map(lambda ones: minus(*ones)),
        st.tuples(inner, st.integers(1, 9).map(number)).map(lambda two: ratio(*two)),
        inner.map(floor),
        inner.map(ceiling),
    ),
    max_leaves=8,
)


@given(expressions)
def test_reading_the_text_gives_the_value(expression: Expression) -> None:
    code = expression.text.replace(",", "").replace("·", "*").replace("−", "-")
    for left, right, name in (("⌊", "⌋", "down"), ("⌈", "⌉", "up")):
        code = code.replace(left, f"{name}(").replace(right, ")")
    numbers = "".join(f" {part} " if not part.isdigit() else f"F({part})" for part in _parts(code))
    found = eval(
        numbers, {"F": Fraction, "down": lambda x: Fraction(x // 1), "up": lambda x: -Fraction(-x // 1)}
    )
    assert found == expression.value


@given(expressions)
def test_latex_is_balanced(expression: Expression) -> None:
    assert expression.latex.count("{") == expression.latex.count("}")
    assert expression.latex.count(r"\left") == expression.latex.count(r"\right")


def _parts(code: str) -> list[str]:
    import re

    return re.findall(r"\d+|[a-z]+|\S", code)

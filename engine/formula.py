"""Small arithmetic expressions with their values substituted, as text and LaTeX.

An expression knows its value, so that a formula shown to people cannot disagree with its result.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Final, NamedTuple

Rational = Fraction | int

SUM: Final = 1
PRODUCT: Final = 2
ATOM: Final = 3


@dataclass(frozen=True)
class Expression:
    """Text, LaTeX and value; `level` says how tightly its outermost operation binds."""

    text: str
    latex: str
    value: Rational
    level: int = ATOM

    def __str__(self) -> str:
        return self.text


class Rule(NamedTuple):
    """A number with its values substituted, the rule in words, and its source (empty for counting)."""

    expression: Expression
    words: str
    source: str = ""


def number(value: Rational) -> Expression:
    """`221,312`, `−90`, `1/2`."""
    value = _plain(value)
    if isinstance(value, int):
        text = f"{abs(value):,}"
        latex = text.replace(",", "{,}")
    else:
        text = f"{abs(value.numerator):,}/{value.denominator:,}"
        latex = rf"\frac{{{_digits(abs(value.numerator))}}}{{{_digits(value.denominator)}}}"
    if value < 0:
        return Expression(f"−{text}", f"-{latex}", value, SUM)
    return Expression(text, latex, value, ATOM if isinstance(value, int) else SUM)


def product(*factors: Expression) -> Expression:
    """`3·3·192·128`."""
    if len(factors) == 1:
        return factors[0]
    return Expression(
        "·".join(_held(factor, PRODUCT).text for factor in factors),
        r" \cdot ".join(_held(factor, PRODUCT).latex for factor in factors),
        _plain(prod((factor.value for factor in factors), start=Fraction(1))),
        PRODUCT,
    )


def plus(*terms: Expression) -> Expression:
    """`221,184 + 128`; a negative number stands in parentheses unless it comes first."""
    if len(terms) == 1:
        return terms[0]
    held = [terms[0], *(_held(term, PRODUCT if term.value < 0 else SUM) for term in terms[1:])]
    return Expression(
        " + ".join(one.text for one in held),
        " + ".join(one.latex for one in held),
        _plain(sum((term.value for term in terms), Fraction(0))),
        SUM,
    )


def minus(first: Expression, *others: Expression) -> Expression:
    """`226 − 3`."""
    return Expression(
        " − ".join((first.text, *(_held(other, PRODUCT).text for other in others))),
        " - ".join((first.latex, *(_held(other, PRODUCT).latex for other in others))),
        _plain(first.value - sum((other.value for other in others), Fraction(0))),
        SUM,
    )


def ratio(above: Expression, below: Expression) -> Expression:
    """`192/2`, exact; in parentheses within a product."""
    return Expression(
        f"{_held(above, PRODUCT).text}/{_held(below, ATOM).text}",
        rf"\frac{{{above.latex}}}{{{below.latex}}}",
        _plain(Fraction(above.value) / Fraction(below.value)),
        SUM,
    )


def floor(one: Expression) -> Expression:
    """`⌊225/2⌋`."""
    return Expression(f"⌊{one.text}⌋", rf"\left\lfloor {one.latex} \right\rfloor", one.value // 1)


def ceiling(one: Expression) -> Expression:
    """`⌈225/2⌉`."""
    return Expression(f"⌈{one.text}⌉", rf"\left\lceil {one.latex} \right\rceil", -(-one.value // 1))


def largest(*ones: Expression) -> Expression:
    """`max(3, 5)`; a single value stands for itself, equal ones are said once."""
    return _chosen("max", ones, max(one.value for one in ones))


def least(*ones: Expression) -> Expression:
    """`min(0, −1)`."""
    return _chosen("min", ones, min(one.value for one in ones))


def _chosen(name: str, ones: tuple[Expression, ...], value: Rational) -> Expression:
    distinct = list({one.text: one for one in ones}.values())
    if len(distinct) == 1:
        return distinct[0]
    text = ", ".join(one.text for one in distinct)
    latex = ", ".join(one.latex for one in distinct)
    return Expression(f"{name}({text})", rf"\{name}\left({latex}\right)", value)


def _held(one: Expression, level: int) -> Expression:
    """In parentheses where it binds less tightly than the operation around it."""
    if one.level >= level:
        return one
    return Expression(f"({one.text})", rf"\left({one.latex}\right)", one.value)


def _plain(value: Rational) -> Rational:
    return value.numerator if value.denominator == 1 else Fraction(value)


def _digits(value: int) -> str:
    return f"{value:,}".replace(",", "{,}")

"""What is typed into a field for a number: a number, or a calculation with + − * / and parentheses.

Worked out exactly, as fractions: 0.1*30 is 3. Nothing of Python's is ever executed.
"""

import re
from fractions import Fraction
from textwrap import shorten
from typing import Final

_MOST_LETTERS: Final = 60
_MOST_DIGITS: Final = 400
"""In an exponent's power of ten: what lies beyond is no number of this program's, and takes its time."""

_TOKENS: Final = re.compile(
    r"\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([-+*/()]))", re.IGNORECASE | re.ASCII
)
_SIGNS: Final = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/"})
_GROUPED: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3}){2,}(?:\.\d+)?(?![\d.,])", re.ASCII)
"""As the program writes large numbers: several commas are no decimal signs."""
_TWO_WAYS: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2},\d{3}(?![\d.,])", re.ASCII)


class ExpressionError(ValueError):
    """What was typed is no number: why, in one line for people."""


def evaluate(text: str) -> Fraction:
    """The number that `text` says; `ExpressionError` where it says none, or could mean two."""
    quoted = f"“{shorten(text, 40, placeholder='…')}”"
    if not text.strip():
        raise ExpressionError("a number is wanted")
    if len(text) > _MOST_LETTERS:
        raise ExpressionError(f"{quoted} is too long for a number")
    text = _GROUPED.sub(lambda found: found[0].replace(",", ""), text)
    ambiguous = _TWO_WAYS.search(text)
    if ambiguous:
        whole, point = (ambiguous[0].replace(",", sign) for sign in ("", "."))
        raise ExpressionError(f"{quoted} can be read in two ways: type {whole} or {point}")
    try:
        return _Parser(text.translate(_SIGNS).replace(",", "."), quoted).parse()
    except ZeroDivisionError:
        raise ExpressionError(f"{quoted} divides by zero") from None


class _Parser:
    """Reads sums of products of signed factors, from left to right."""

    def __init__(self, text: str, quoted: str) -> None:
        self._wrong = ExpressionError(f"{quoted} is no number")
        self._tokens = self._split(text.rstrip())
        self._at = 0

    def parse(self) -> Fraction:
        value = self._sum()
        if self._next():
            raise self._wrong
        return value

    def _split(self, text: str) -> list[str]:
        tokens, place = [], 0
        while place < len(text):
            match = _TOKENS.match(text, place)
            if match is None:
                raise self._wrong
            tokens.append(match[1] or match[2])
            place = match.end()
        return tokens

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self._at += 1
        return token

    def _sum(self) -> Fraction:
        value = self._product()
        while self._next() in {"+", "-"}:
            value = value + self._product() if self._take() == "+" else value - self._product()
        return value

    def _product(self) -> Fraction:
        value = self._factor()
        while self._next() in {"*", "/"}:
            value = value * self._factor() if self._take() == "*" else value / self._factor()
        return value

    def _factor(self) -> Fraction:
        token = self._take()
        if token in {"+", "-"}:
            return self._factor() if token == "+" else -self._factor()
        if token == "(":
            value = self._sum()
            if self._take() != ")":
                raise self._wrong
            return value
        if not token or not (token[0].isdigit() or token[0] == "."):
            raise self._wrong
        _, _, exponent = token.lower().partition("e")
        if len(exponent) > 4 or abs(int(exponent or 0)) > _MOST_DIGITS:
            raise self._wrong
        return Fraction(token)

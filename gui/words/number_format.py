"""Numbers as people read them: short in tables and cards, exact on hover and when copied. Free of Qt.

Short figures have one decimal and a power of ten (`120.4 M`), bytes are decimal too (`1.7 MB`). Everywhere,
in windows, files and on the command line, a comma stands between thousands and a point before decimals,
whatever the locale: a figure in a lecture, in a paper and in a terminal is the same text.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, isinf, isnan
from typing import ClassVar, Final

from engine.analysis.receptive_field import ReceptiveField

NO_BREAK: Final = "\u00a0"
MINUS: Final = "−"
_UNITS: Final = ("", "K", "M", "G", "T", "P", "E")


@dataclass(frozen=True)
class Numbers:
    """How numbers are written."""

    decimal_point: ClassVar[str] = "."

    def exact(self, value: int) -> str:
        """`120,422,400`."""
        return f"{value:,}".replace("-", MINUS)

    def short(self, value: int) -> str:
        """`120.4 M`, `9.6 K`; below a thousand the number itself."""
        return self._scaled(value, "")

    def size(self, size_bytes: int) -> str:
        """`1.7 MB`, `640 B`."""
        return self._scaled(size_bytes, "B")

    def exact_size(self, size_bytes: int) -> str:
        """`1,742,848 bytes`."""
        return f"{self.exact(size_bytes)}{NO_BREAK}bytes"

    def decimal(self, value: float, places: int = 2) -> str:
        """A value of a map: `0.37`, `−1.20e+06`, `NaN`, `∞`; very large and very small ones with a power."""
        if isnan(value):
            return "NaN"
        if isinf(value):
            return "∞" if value > 0 else f"{MINUS}∞"
        plain = value == 0 or 0.5 * 10**-places <= abs(value) < 1e5
        text = f"{value:.{places}f}" if plain else f"{value:.{places}e}"
        return text.replace("-", MINUS, 1 if value < 0 else 0).replace(".", self.decimal_point)

    def percent(self, share: float) -> str:
        """A share of 1 as `41 %`; never `0 %` of something, nor `100 %` of less."""
        rounded = round(100 * share)
        if rounded == 0 and share > 0:
            text = "<" + NO_BREAK + "1"
        elif rounded == 100 and share < 1:
            text = ">" + NO_BREAK + "99"
        else:
            text = str(rounded)
        return f"{text}{NO_BREAK}%"

    def _scaled(self, value: int, unit: str) -> str:
        if abs(value) < 1000:
            return f"{value}{NO_BREAK}{unit}".rstrip(NO_BREAK)
        scaled, power = float(value), 0
        while round(abs(scaled), 1) >= 1000 and power < len(_UNITS) - 1:
            scaled /= 1000
            power += 1
        text = f"{scaled:.1f}".replace("-", MINUS).replace(".", self.decimal_point)
        return f"{text}{NO_BREAK}{_UNITS[power]}{unit}"


def share_percent(share: float, numbers: Numbers) -> str:
    """A class's share of 1 to a tenth of a percent: `59.5 %`, `<0.1 %`; what is no number is a dash."""
    if not isfinite(share):
        return "–"
    if 0 < share < 0.001:
        return f"<{numbers.decimal(0.1, 1)}{NO_BREAK}%"
    return f"{numbers.decimal(round(100 * share, 1), 1)}{NO_BREAK}%"


def rational_text(value: Fraction | int) -> str:
    """`32`, `−90`, `1/2`."""
    return str(Fraction(value)).replace("-", MINUS)


def field_text(field: ReceptiveField | None, unit: str = "") -> str:
    """A receptive field's size: `212`, `1 … 5` over its branches, `3×7`, `all` of the input, `–` for none."""
    if field is None:
        return "–"
    if field.whole_input:
        return "whole input" if unit else "all"
    largest = pair_text(field.size)
    smallest = pair_text(field.smallest)
    text = largest if largest == smallest else f"{smallest}{NO_BREAK}…{NO_BREAK}{largest}"
    return f"{text}{NO_BREAK}{unit}" if unit else text


def field_sentence(field: ReceptiveField | None) -> str:
    """Everything a receptive field says, in words."""
    if field is None:
        return "No receptive field: nothing is wired in yet."
    smallest, largest = pair_text(field.smallest), pair_text(field.size)
    parts = [
        f"{largest} {'pixel' if largest == '1×1' else 'pixels'} of the input, a step of"
        f" {pair_text(field.jump)} between neighbours"
    ]
    if field.whole_input:
        parts = ["Every output sees the whole input"]
    else:
        if largest != smallest:
            parts.append(f"{smallest} along the branch that sees least")
        parts.append(f"the first output begins at {pair_text(field.start)}")
    if not field.aligned:
        parts.append("misaligned: branches of different steps or centres meet, so outputs differ")
    return "; ".join(parts) + "."


def pair_text(pair: tuple[Fraction | int, Fraction | int]) -> str:
    """`3`, or `3×7` where height and width differ."""
    height, width = pair
    return rational_text(height) if height == width else f"{rational_text(height)}×{rational_text(width)}"

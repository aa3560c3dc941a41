"""Amounts as people type them on the command line: `5M` parameters, `64MB`."""

import re
from argparse import ArgumentTypeError
from fractions import Fraction
from typing import Final

from engine.errors import quoted

_POWERS: Final = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_NUMBER: Final = r"([0-9]{1,18}(?:,[0-9]{3})*(?:\.[0-9]{1,9})?) *"


def amount(text: str) -> int:
    """A count from `5M`, `1.5G`, `1,000,000` or `600000`; K, M, G and T are powers of 1000."""
    match = re.fullmatch(_NUMBER + "([kmgt]?)", text.strip(), re.IGNORECASE)
    if match is None:
        raise ArgumentTypeError(f"{quoted(text)} is no amount such as 5M, 1.5G or 600000")
    return _whole(text, match[1], 1000 ** _POWERS[match[2].lower()])


def memory(text: str) -> int:
    """Bytes from `64MB` (powers of 1000), `64MiB` (powers of 1024) or `64000000`."""
    match = re.fullmatch(_NUMBER + "(?:([kmgt]?)(i?)b?)", text.strip(), re.IGNORECASE)
    if match is None or (match[3] and not match[2]):
        raise ArgumentTypeError(f"{quoted(text)} is no memory such as 64MB, 1.5GB, 64MiB or 64000000")
    return _whole(text, match[1], (1024 if match[3] else 1000) ** _POWERS[match[2].lower()])


def _whole(text: str, number: str, times: int) -> int:
    value = Fraction(number.replace(",", "")) * times
    if value.denominator != 1:
        raise ArgumentTypeError(f"{quoted(text)} is no whole number")
    return int(value)

"""What Qt writes into a PDF differently each time, made the same: dates, time zone, identifiers."""

import re
from collections.abc import Sequence
from typing import Final

_CHANGING: Final = (
    (rb"(?<=Date \(D:)\d{14}(?:Z|[+-]\d\d'\d\d')(?=\))", b"20000101000000Z"),
    (rb'(?<=Date=")[-\d:T]{19}(?:Z|[+-]\d\d:\d\d)(?=")', b"2000-01-01T00:00:00+00:00"),
    (rb"(?<=uuid:)[-0-9a-f]{36}", b"00000000-0000-4000-8000-000000000000"),
    (rb"(?<=/ID \[ <)[0-9a-f]{72}> <[0-9a-f]{72}(?=> \])", b"0" * 72 + b"> <" + b"0" * 72),
)
_PLACES: Final = re.compile(rb"(?<=startxref\n)\d+|\d{10}(?= 00000 n)")


def undated(pdf: bytes) -> bytes:
    """The file with fixed dates and identifiers, its table of places as they are then.

    A time zone makes a date longer, and everything behind it moves (ISO 32000-1, sections 7.5.4 and 7.9.4).
    """
    found = sorted(
        (match.start(), match.end(), same)
        for pattern, same in _CHANGING
        for match in re.finditer(pattern, pdf)
    )
    table = pdf.rindex(b"\nxref")
    parts, shifts, last = [], [], 0
    for start, end, same in found:
        parts += [pdf[last:start], same]
        shifts.append((end, len(same) - (end - start)))
        last = end
    made = b"".join([*parts, pdf[last:]])
    if not any(shift for _, shift in shifts):
        return made
    table += _shift(table, shifts)

    def moved(match: re.Match[bytes]) -> bytes:
        place = int(match[0]) + _shift(int(match[0]), shifts)
        return str(place).encode().rjust(len(match[0]), b"0") if len(match[0]) == 10 else str(place).encode()

    return made[:table] + _PLACES.sub(moved, made[table:])


def _shift(place: int, shifts: Sequence[tuple[int, int]]) -> int:
    return sum(shift for end, shift in shifts if end <= place)

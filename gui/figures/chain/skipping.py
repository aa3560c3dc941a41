"""How high shortcuts run above what they pass, so that nested ones lie over each other."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """From where to where a shortcut runs along the network, and how much room it needs above its line."""

    start: float
    end: float
    above: float = 0.0


def levels(spans: Sequence[Span], tops: Sequence[tuple[float, float, float]], clear: float) -> list[float]:
    """The y of each shortcut: `clear` above the tops it passes, and above all shorter ones it covers.

    `tops` are (start, end, y) of what stands there, y downwards. A shortcut that only touches another at an
    end may lie at its height.
    """
    made: dict[int, float] = {}
    for index in sorted(range(len(spans)), key=lambda i: (spans[i].end - spans[i].start, i)):
        span = spans[index]
        below = [y for start, end, y in tops if start < span.end and span.start < end]
        for other, y in made.items():
            if spans[other].start < span.end and span.start < spans[other].end:
                below.append(y - spans[other].above)
        made[index] = min(below, default=0.0) - clear
    return [made[index] for index in range(len(spans))]

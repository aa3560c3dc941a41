"""A part of a photograph as a reference of its own: `crop:0.25,0,0.5,0.5:chelsea`.

Left, top, width and height are shares of the photograph's own size. Everything that knows a photograph by
its reference (project files, commands, caches) knows parts of it then, too.
"""

import re
from typing import Final, NamedTuple

from engine.errors import PhotographError, quoted

CROP: Final = "crop:"
LEAST: Final = 0.02
"""Of a side: a smaller part is none that can be looked at."""

_FORM: Final = re.compile(r"crop:([0-9.]+),([0-9.]+),([0-9.]+),([0-9.]+):(.+)", re.DOTALL)


class Part(NamedTuple):
    """Shares of a photograph's width and height."""

    left: float
    top: float
    width: float
    height: float

    def zoomed(self, factor: float, x: float, y: float) -> "Part":
        """So many times as large, the point (x, y), in shares of this part, staying where it is."""
        factor = max(factor, LEAST / min(self.width, self.height))
        width, height = min(1.0, self.width * factor), min(1.0, self.height * factor)
        left = self.left + x * (self.width - width)
        top = self.top + y * (self.height - height)
        return Part(left, top, width, height).inside()

    def moved(self, x: float, y: float) -> "Part":
        """Shifted by shares of itself."""
        return Part(self.left + x * self.width, self.top + y * self.height, self.width, self.height).inside()

    def inside(self) -> "Part":
        """Pushed back into the photograph."""
        return Part(
            min(max(self.left, 0.0), 1 - self.width),
            min(max(self.top, 0.0), 1 - self.height),
            self.width,
            self.height,
        )

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in a photograph of this size; at least one pixel."""
        left, top = round(self.left * width), round(self.top * height)
        left, top = min(left, width - 1), min(top, height - 1)
        right = min(width, max(left + 1, round((self.left + self.width) * width)))
        bottom = min(height, max(top + 1, round((self.top + self.height) * height)))
        return left, top, right, bottom


WHOLE: Final = Part(0.0, 0.0, 1.0, 1.0)


def is_cropped(reference: str) -> bool:
    """Whether the reference means a part of a photograph."""
    return reference.startswith(CROP)


def part_of(reference: str) -> tuple[Part, str]:
    """Which part, and of what; `PhotographError` for a part that is none."""
    if not is_cropped(reference):
        return WHOLE, reference
    found = _FORM.fullmatch(reference)
    try:
        part = Part(*map(float, found.groups()[:4])) if found is not None else None
    except ValueError:
        part = None
    if found is None or part is None or not _fits(part) or is_cropped(found[5]):
        raise PhotographError(
            f"{quoted(reference)} is no part of a photograph:"
            " crop:LEFT,TOP,WIDTH,HEIGHT:PHOTOGRAPH takes shares of its size, from 0 to 1"
        )
    return part, found[5]


def cropped(reference: str, part: Part) -> str:
    """The reference of this part of a photograph; of all of it, its own."""
    if part.width >= 0.9995 and part.height >= 0.9995:
        return reference
    numbers = ",".join(f"{share:.4f}".rstrip("0").rstrip(".") for share in part)
    return f"{CROP}{numbers}:{reference}"


def _fits(part: Part) -> bool:
    ends = part.left + part.width, part.top + part.height
    return min(part.width, part.height) >= LEAST / 2 and max(ends) <= 1.0002

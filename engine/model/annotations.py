"""What people write and draw around a network: titled frames and text notes. No part in what is computed."""

from dataclasses import dataclass
from typing import Final

from engine.errors import NetworkError, quoted

FRAME_COLOURS: Final = ("grey", "blue", "green", "yellow", "orange", "red", "purple")
"""Names of the colours a frame can have; the theme says what they look like."""

LEAST_FRAME: Final = 48.0
"""Smallest width and height of a frame, in canvas units."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A titled rectangle behind the cards. Moved, it takes along what lies on it."""

    id: str
    title: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = 480.0
    height: float = 320.0
    colour: str = FRAME_COLOURS[0]

    def __post_init__(self) -> None:
        if self.colour not in FRAME_COLOURS:
            raise NetworkError(f"colour={quoted(self.colour)} is none of {', '.join(FRAME_COLOURS)}")
        for name in ("width", "height"):
            if not getattr(self, name) >= LEAST_FRAME:
                raise NetworkError(f"{name}={getattr(self, name)} of a frame is below {LEAST_FRAME:.0f}")

    def holds(self, x: float, y: float, width: float = 0.0, height: float = 0.0) -> bool:
        """Whether a rectangle of this top left corner and size lies on it entirely."""
        return (
            self.x <= x
            and self.y <= y
            and x + width <= self.x + self.width
            and y + height <= self.y + self.height
        )


@dataclass(frozen=True, kw_only=True)
class TextNote:
    """Words on the canvas; x and y are their top left corner. They may have several lines."""

    id: str
    text: str = ""
    x: float = 0.0
    y: float = 0.0


Annotation = Frame | TextNote

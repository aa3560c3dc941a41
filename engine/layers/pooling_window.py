"""What all pooling windows have to keep to."""

from engine.errors import ShapeError
from engine.shapes import Shape, Window


def require_overlap(window: Window, shape: Shape) -> None:
    """`ShapeError` where the padding is so wide that a window would lie wholly in it."""
    for (before, after), extent in zip(window.pads((shape[1], shape[2])), window.extent, strict=True):
        if max(before, after) >= extent:
            raise ShapeError(
                f"padding={max(before, after)} is as wide as the window, which would see no pixel of the"
                f" input. A padding of at most {extent - 1} keeps every window on the map.",
                setting="padding",
            )

"""Maps of different size that meet value by value: axes of size 1 are repeated over the others'."""

from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.shapes import Shape, is_map, shape_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


def broadcast_shape(kind: str, *shapes: Shape) -> Shape:
    """The shape that all are repeated to; `ShapeError` says what does not meet and a way out.

    A vector meets vectors of its own size only: (F,) could be channels or pixels of a map.
    """
    made = shapes[0]
    for other in shapes[1:]:
        if made == other:
            continue
        if not is_map(made) or not is_map(other):
            raise ShapeError(
                f"{kind} needs equal shapes: {shape_text(made)} and {shape_text(other)}. A gate for"
                " maps stays a map: a 1×1 convolution in place of Linear keeps it C×1×1."
            )
        if made[0] != other[0] and 1 not in (made[0], other[0]):
            raise ShapeError(
                f"{kind} needs equal channels, or one: {shape_text(made)} and {shape_text(other)}."
                f" A 1×1 convolution to {made[0]} channels matches them."
            )
        if any(a != b and 1 not in (a, b) for a, b in zip(made[1:], other[1:], strict=True)):
            raise ShapeError(
                f"{kind} needs equal heights and widths, or 1×1: {shape_text(made)} and"
                f" {shape_text(other)}. Global average pooling makes a gate of C×1×1."
            )
        made = tuple(max(a, b) for a, b in zip(made, other, strict=True))
    return made


def summed(gradient: "Array", shape: tuple[int, ...]) -> "Array":
    """The sum over the axes along which an input of this shape (batch first) was repeated."""
    repeated = tuple(axis for axis, size in enumerate(shape) if size != gradient.shape[axis])
    return gradient.sum(axis=repeated, keepdims=True) if repeated else gradient

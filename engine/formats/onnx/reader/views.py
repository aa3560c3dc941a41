"""How a tensor of the file lies in a map of the network: its axes as strides over the map's values.

A file reshapes, transposes and flattens; a network here has maps (C, H, W) and vectors (F,). A view says
which value of a node's map each element of such a tensor is, so that moving data about needs no layer until
something reads it in the new order, and so that whatever reads it knows exactly what it gets.

An axis is a list of parts (size, stride), the outermost first; strides count values of one image's map in
channels-first order. The batch is a part with the stride `BATCH`; a stride of 0 repeats a value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

from engine.shapes import Shape

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Part = tuple[int, int]
Axis = tuple[Part, ...]

BATCH: Final = -1
"""The stride of the batch: it never joins with another part."""


@dataclass(frozen=True)
class View:
    """The axes of a tensor as parts of a node's map."""

    axes: tuple[Axis, ...]

    @classmethod
    def of(cls, shape: Shape, batch: int) -> "View":
        """The node's own array, (N, C, H, W) or (N, F)."""
        return cls((_joined([(batch, BATCH)]), *(_joined([part]) for part in own_parts(shape))))

    @property
    def shape(self) -> Shape:
        """The sizes of the tensor."""
        return tuple(prod(size for size, _ in axis) for axis in self.axes)

    @property
    def parts(self) -> Axis:
        """All axes in one row, neighbours joined where one goes on where the other ends."""
        return _joined([part for axis in self.axes for part in axis])

    @property
    def repeats(self) -> bool:
        """Whether a value stands at several places."""
        return any(stride == 0 for axis in self.axes for _, stride in axis)

    def transpose(self, order: Sequence[int]) -> "View":
        """With the axes in another order."""
        return View(tuple(self.axes[axis] for axis in order))

    def reshape(self, shape: Sequence[int]) -> "View | None":
        """The same elements in the same order under other sizes; None where the parts cannot be cut so."""
        if prod(shape) != prod(self.shape):
            return None
        left = list(self.parts)
        axes: list[Axis] = []
        for wanted in reversed(shape):
            taken: list[Part] = []
            while wanted > 1:
                if not left:
                    return None
                size, stride = left.pop()
                if wanted % size == 0:
                    taken.append((size, stride))
                    wanted //= size
                elif size % wanted == 0 and stride != BATCH:
                    taken.append((wanted, stride))
                    left.append((size // wanted, stride * wanted))
                    wanted = 1
                else:
                    return None
            axes.append(_joined(taken[::-1]))
        return View(tuple(reversed(axes)))

    def expand(self, shape: Sequence[int]) -> "View":
        """Repeated along axes of size 1 (and along new ones in front) up to these sizes."""
        padded = ((),) * (len(shape) - len(self.axes)) + self.axes
        return View(
            tuple(
                ((size, 0),) if size > 1 and prod(one for one, _ in axis) == 1 else axis
                for size, axis in zip(shape, padded, strict=True)
            )
        )

    def unrepeated(self) -> "View":
        """With axes that only repeat one value cut down to that value."""
        return View(tuple(() if all(not stride for _, stride in axis) else axis for axis in self.axes))

    def indices(self) -> "npt.NDArray[np.int64]":
        """Place in the map of each element of the tensor of one image, in a row."""
        import numpy as np

        found = np.zeros(1, np.int64)
        for size, stride in self.parts:
            if stride != BATCH:
                found = (found[:, None] + stride * np.arange(size)).ravel()
        return found


def own_parts(shape: Shape) -> tuple[Part, ...]:
    """The parts of a map in its own order, one for each axis."""
    return tuple((size, prod(shape[axis + 1 :])) for axis, size in enumerate(shape))


def _joined(parts: Sequence[Part]) -> Axis:
    made: list[Part] = []
    for size, stride in parts:
        if size == 1:
            continue
        if made and stride != BATCH and made[-1][1] != BATCH and made[-1][1] == size * stride:
            made[-1] = (made[-1][0] * size, stride)
        else:
            made.append((size, stride))
    return tuple(made)


def own_axes(axis: Axis, shape: Shape) -> tuple[int, ...] | None:
    """Which axes of a map (0 channels, 1 height, 2 width) an axis of a tensor runs along, in order.

    None for one that cuts an axis of the map into pieces, or repeats.
    """
    found: list[int] = []
    for size, stride in _joined(axis):
        number = next(
            (
                axis
                for axis, (own, own_stride) in enumerate(own_parts(shape))
                if own > 1 and own_stride * own == stride * size
            ),
            None,
        )
        if number is None:
            return None
        left = size
        while left > 1:
            if number >= len(shape) or left % shape[number]:
                return None
            if shape[number] > 1:
                found.append(number)
            left //= shape[number]
            number += 1
        if prod(shape[number:]) != stride:
            return None
    return tuple(found)

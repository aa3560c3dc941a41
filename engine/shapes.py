"""Shapes, padding and windows: the arithmetic of output sizes, written once.

A `Shape` is (C, H, W) for maps and (F,) for vectors; the batch axis exists only in arrays. Pairs are
(height, width). Source of the formulas: Dumoulin & Visin, "A guide to convolution arithmetic for deep
learning", 2016; `same` follows TensorFlow, ceil mode follows PyTorch and ONNX.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, prod
from typing import Final

from engine.errors import ShapeError, quoted

Shape = tuple[int, ...]
Pair = tuple[int, int]

BYTES_PER_VALUE: Final = 4
"""Bytes of one float32 value."""

PADDING_MODES: Final = ("valid", "same", "full", "explicit")


def is_map(shape: Shape) -> bool:
    """Whether the shape is (C, H, W)."""
    return len(shape) == 3


def elements(shape: Shape) -> int:
    """Number of values in an array of this shape."""
    return prod(shape)


def shape_text(shape: Shape, *, channels_last: bool = False) -> str:
    """The shape for people: `64×56×56`, or `56×56×64` with `channels_last`."""
    if channels_last and is_map(shape):
        shape = (*shape[1:], shape[0])
    return "×".join(str(size) for size in shape)


def shape_of(text: str) -> Shape:
    """(C, H, W) from `3x224x224` or `3×224×224`; `ShapeError` for anything else."""
    parts = [part.strip() for part in text.strip().lower().replace("×", "x").split("x")]
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in parts):
        raise ShapeError(f"{quoted(text)} is no shape such as 3x224x224 (channels, height, width)")
    return tuple(int(part) for part in parts)


def count_text(number: int, noun: str) -> str:
    """`1 channel`, `1,024 channels`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def pair_text(pair: Pair) -> str:
    """`3×3`, `1×7`."""
    return f"{pair[0]}×{pair[1]}"


@dataclass(frozen=True)
class Padding:
    """How many rows and columns are added around a map before a window slides over it.

    `valid` adds none, `full` adds `e − 1` on every side, `same` keeps ceil(n / stride) positions with
    the smaller half before (TensorFlow), `explicit` adds what the four numbers say.
    """

    mode: str = "valid"
    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0

    def __post_init__(self) -> None:
        if self.mode not in PADDING_MODES:
            raise ShapeError(
                f"padding={quoted(self.mode)} is none of {', '.join(PADDING_MODES)}", setting="padding"
            )
        for side in ("top", "bottom", "left", "right"):
            value = getattr(self, side)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ShapeError(
                    f"padding {side}={quoted(value)} must be a whole number of at least 0", setting="padding"
                )
            if self.mode != "explicit" and value:
                raise ShapeError(
                    f"padding {side}={quoted(value)} needs mode 'explicit', not {quoted(self.mode)}",
                    setting="padding",
                )

    @classmethod
    def of(cls, value: "Padding | str | int | Sequence[int]") -> "Padding":
        """Padding from a mode, one number, (vertical, horizontal), or (top, bottom, left, right)."""
        if isinstance(value, Padding):
            return value
        if isinstance(value, str):
            return cls(value)
        if isinstance(value, int):
            value = (value,) * 4
        sides = tuple(value)
        if len(sides) == 2:
            sides = (sides[0], sides[0], sides[1], sides[1])
        if len(sides) != 4:
            raise ShapeError(
                f"padding={quoted(value)} must be a mode, a number, a pair or four numbers", setting="padding"
            )
        padding = cls("explicit", *sides)
        return padding if any(sides) else VALID

    def amounts(self, size: int, extent: int, stride: int, axis: int) -> Pair:
        """(before, after) along one axis (0 height, 1 width), for a kernel of this effective extent."""
        if self.mode == "same":
            total = max((-(-size // stride) - 1) * stride + extent - size, 0)
            return total // 2, total - total // 2
        if self.mode == "full":
            return extent - 1, extent - 1
        return (self.top, self.bottom) if axis == 0 else (self.left, self.right)

    @property
    def text(self) -> str:
        """`same`, `pad 1`, `pad 1, 0, 2, 2` (top, bottom, left, right)."""
        if self.mode != "explicit":
            return self.mode
        sides = (self.top, self.bottom, self.left, self.right)
        if len(set(sides)) == 1:
            return f"pad {self.top}"
        return "pad " + ", ".join(str(side) for side in sides)

    def to_json(self) -> str | list[int]:
        """A mode's name, or [top, bottom, left, right]."""
        return self.mode if self.mode != "explicit" else [self.top, self.bottom, self.left, self.right]


VALID: Final = Padding("valid")
SAME: Final = Padding("same")
FULL: Final = Padding("full")


@dataclass(frozen=True)
class Reach:
    """What one output reads along one axis: output `o` reads the input indices `i` (whole numbers) with
    `o·step + first ≤ i ≤ o·step + last`, as far as they lie inside the map.

    The bounds are rational and inclusive: a window has whole ones; layers that enlarge a map have a step
    below 1, and some outputs then have fewer whole numbers between their bounds than others.
    """

    first: Fraction
    last: Fraction
    step: Fraction
    gap: Fraction = Fraction(0)
    """From one tap of a kernel to the next, the first tap lying at `first`; 0 where there are no taps and
    every whole number between the bounds is read."""

    @classmethod
    def of(
        cls, first: Fraction | int, last: Fraction | int, step: Fraction | int = 1, gap: Fraction | int = 0
    ) -> "Reach":
        """From whole numbers or fractions."""
        return cls(Fraction(first), Fraction(last), Fraction(step), Fraction(gap))

    def indices(self, output: int, size: int) -> range:
        """From the first to the last input index that this output reads, in an input of this size."""
        low, high = output * self.step + self.first, output * self.step + self.last
        return range(max(ceil(low), 0), min(floor(high), size - 1) + 1)

    def taps(self, output: int, size: int) -> tuple[int, ...]:
        """The input indices that this output reads, without those that a dilated kernel leaves out."""
        within = self.indices(output, size)
        if not self.gap:
            return tuple(within)
        first = output * self.step + self.first
        return tuple(index for index in within if ((index - first) / self.gap).denominator == 1)

    def passes(self, tap: int, outputs: int, size: int) -> tuple[int, ...]:
        """The input indices that one tap meets on the kernel's way over so many outputs."""
        met = (output * self.step + self.first + tap * self.gap for output in range(outputs))
        return tuple(int(index) for index in met if index.denominator == 1 and 0 <= index < size)


@dataclass(frozen=True)
class Window:
    """A window that slides over a map: the one description that shapes, costs and receptive fields share."""

    kernel_size: Pair
    stride: Pair = (1, 1)
    padding: Padding = VALID
    dilation: Pair = (1, 1)
    ceil_mode: bool = False

    @property
    def extent(self) -> Pair:
        """Effective kernel size `dilation·(k − 1) + 1` per axis."""
        (kh, kw), (dh, dw) = self.kernel_size, self.dilation
        return dh * (kh - 1) + 1, dw * (kw - 1) + 1

    @property
    def text(self) -> str:
        """All but the kernel, for people: `stride 2 · same`; what says nothing is left out."""
        parts = []
        if self.stride != (1, 1):
            same = self.stride[0] == self.stride[1]
            parts.append(f"stride {self.stride[0] if same else pair_text(self.stride)}")
        if self.kernel_size != (1, 1) or self.padding.mode == "explicit":
            parts.append(self.padding.text)
        if self.dilation != (1, 1):
            same = self.dilation[0] == self.dilation[1]
            parts.append(f"dilation {self.dilation[0] if same else pair_text(self.dilation)}")
        if self.ceil_mode:
            parts.append("ceil")
        return " · ".join(parts)

    def pads(self, size: Pair) -> tuple[Pair, Pair]:
        """((top, bottom), (left, right)) for an input of this height and width."""
        vertical = self.padding.amounts(size[0], self.extent[0], self.stride[0], 0)
        return vertical, self.padding.amounts(size[1], self.extent[1], self.stride[1], 1)

    def reach(self, size: Pair) -> tuple[Reach, Reach]:
        """What one output reads of a map of this height and width, per axis."""
        (top, _), (left, _) = self.pads(size)
        height, width = self.extent
        return (
            Reach.of(-top, height - 1 - top, self.stride[0], self.dilation[0]),
            Reach.of(-left, width - 1 - left, self.stride[1], self.dilation[1]),
        )

    def output_size(self, size: Pair) -> Pair:
        """Height and width that come out: floor((n + p + q − e) / stride) + 1; `ShapeError` if none."""
        return self._axis(size, 0), self._axis(size, 1)

    def _axis(self, size: Pair, axis: int) -> int:
        n, extent, stride = size[axis], self.extent[axis], self.stride[axis]
        before, after = self.pads(size)[axis]
        room = n + before + after - extent
        # Ceil mode lets a window be cut off by less than a stride, also where it is the only one (PyTorch).
        out = (-(-room // stride) if self.ceil_mode else room // stride) + 1
        if out < 1:
            name, dilation, there = ("high", "wide")[axis], self.dilation[axis], n + before + after
            spans = f", dilated to {pair_text(self.extent)}," if self.dilation != (1, 1) else ""
            most = f"A kernel of at most {(there - 1) // dilation + 1}"
            raise ShapeError(
                f"kernel_size={pair_text(self.kernel_size)}{spans} is larger than its input, {there} {name}"
                f" with padding. {most}, or more padding, fits.",
                setting="kernel_size",
            )
        # A last window that would start in the right padding is dropped (PyTorch, ONNX).
        return out - 1 if self.ceil_mode and (out - 1) * stride >= n + before else out

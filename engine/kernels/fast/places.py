"""Where a map lies in memory, and how long a channels-last buffer for it is."""

from dataclasses import dataclass
from typing import Final

from engine.kernels.fast.host import host
from engine.shapes import BYTES_PER_VALUE, Shape

SLACK_VECTORS: Final = 2
"""Vectors at the end of each buffer: the last pixel of a slice may be read as a whole panel."""

ALIASING_BYTES: Final = 2048
"""Pixels at multiples of this many bytes share few sets of the L1 cache; they get one vector more."""


@dataclass(frozen=True)
class Address:
    """A byte of a buffer."""

    buffer: int
    offset: int = 0

    def plus(self, offset: int) -> "Address":
        """So many bytes further on."""
        return Address(self.buffer, self.offset + offset)


@dataclass(frozen=True)
class Place:
    """A map in memory: its first value, its shape as (C, H, W), and the bytes from one to the next."""

    address: Address
    shape: Shape
    pixel: int
    row: int
    channel: int = BYTES_PER_VALUE

    @property
    def channels_last(self) -> bool:
        """Whether a pixel's channels lie side by side and whole vectors may be read."""
        return self.channel == BYTES_PER_VALUE and self.pixel % host().vector_bytes == 0

    @property
    def contiguous_channels(self) -> bool:
        """Whether a pixel's channels lie side by side."""
        return self.channel == BYTES_PER_VALUE

    def crop(self, top: int, left: int, height: int, width: int) -> "Place":
        """The place of a map that is a rectangle of this one."""
        first = self.address.plus(top * self.row + left * self.pixel)
        return Place(first, (self.shape[0], height, width), self.pixel, self.row, self.channel)

    def slice(self, channel: int, shape: Shape) -> "Place":
        """The place of a map that is a run of this one's channels."""
        return Place(self.address.plus(channel * self.channel), shape, self.pixel, self.row, self.channel)


@dataclass(frozen=True, kw_only=True)
class MapLayout:
    """How a map that exists lies in its memory: the bytes from value to value, and from the first one on."""

    pixel: int
    row: int
    channel: int
    bytes: int


def as_map(shape: Shape) -> Shape:
    """(C, H, W); a vector is a map of one pixel."""
    return shape if len(shape) == 3 else (shape[0], 1, 1)


def pixel_bytes(shape: Shape) -> int:
    """Bytes from one pixel to the next in a channels-last buffer of this (C, H, W)."""
    channels, height, width = shape
    stride = host().padded(channels) * BYTES_PER_VALUE
    if stride % ALIASING_BYTES == 0 and height * width > 1:
        stride += host().vector_bytes
    return stride


def map_bytes(shape: Shape) -> int:
    """Bytes of a channels-last buffer for this (C, H, W)."""
    return pixel_bytes(shape) * shape[1] * shape[2] + SLACK_VECTORS * host().vector_bytes


def channels_last_place(buffer: int, shape: Shape) -> Place:
    """The place of a map that has a channels-last buffer to itself."""
    pixel = pixel_bytes(shape)
    return Place(Address(buffer), shape, pixel, pixel * shape[2])

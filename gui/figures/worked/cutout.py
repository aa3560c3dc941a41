"""Which cells of a layer's input and output a drawing of its arithmetic shows, and which are read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.layers import Layer
from engine.shapes import Shape

WHOLE: Final = 11
"""Maps of at most so many rows and columns are drawn whole; of larger ones a part, about three smaller."""


@dataclass(frozen=True, kw_only=True)
class Cutout:
    """Rows, columns and channels of a map; negative rows and those behind the end are padding."""

    rows: range
    columns: range
    channels: tuple[int, ...]
    shape: Shape
    between: tuple[int, int] = (1, 1)
    """Every so many rows and columns hold a value, zeros lie between."""

    @property
    def whole(self) -> bool:
        """Whether all rows and columns of the map are in it."""
        _, height, width = self.shape
        return (
            self.rows.start <= 0
            and self.rows.stop >= height
            and (self.columns.start <= 0 and self.columns.stop >= width)
        )

    def is_padding(self, row: int, column: int) -> bool:
        """Whether a cell lies outside of the map, or holds a zero that was put between its values."""
        _, height, width = self.shape
        inserted = row % self.between[0] or column % self.between[1]
        return bool(inserted) or not (0 <= row < height and 0 <= column < width)


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """What one output value reads: rows and columns of the input (padding too), and channels."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    channels: tuple[int, ...]


def footprint(layer: Layer, inputs: Shape, output: Shape, at: tuple[int, int, int]) -> Footprint:
    """The taps of the layer's window at an output position; of a layer without one the position alone."""
    spans = []
    for axis, place in enumerate(at[1:]):
        spans.append(_taps(layer, inputs, axis, place))
    return Footprint(rows=spans[0], columns=spans[1], channels=_channels(layer, inputs[0], output[0], at[0]))


def _taps(layer: Layer, shape: Shape, axis: int, place: int) -> tuple[int, ...]:
    size = shape[1 + axis]
    if layer.whole_input:
        return tuple(range(size))
    window = layer.window
    if window is not None:
        before = window.pads((shape[1], shape[2]))[axis][0]
        first = place * window.stride[axis] - before
        return tuple(range(first, first + window.extent[axis], window.dilation[axis]))
    reach = layer.reach(shape)
    if reach is None:
        return (min(place, size - 1),)
    return tuple(reach[axis].indices(place, size))


def _channels(layer: Layer, channels: int, out_channels: int, channel: int) -> tuple[int, ...]:
    if layer.outputs is not None:
        groups = layer.weight_groups
        own = channels // groups
        group = channel // max(1, out_channels // groups)
        return tuple(range(group * own, (group + 1) * own))
    if layer.role == "depthwise":
        return (channel * channels // max(1, out_channels),)
    return (min(channel, channels - 1),)


def cut_around(
    shape: Shape,
    rows: Sequence[int],
    columns: Sequence[int],
    channels: tuple[int, ...],
    pads: int = 0,
    whole: int = WHOLE,
) -> Cutout:
    """The part of a map around what is read, or all of a map of at most `whole` rows and columns; `pads`
    lets padding be seen."""
    reads = (tuple(rows), tuple(columns))
    spans = [_span(size, read, pads, whole) for size, read in zip(shape[1:], reads, strict=True)]
    return Cutout(rows=spans[0], columns=spans[1], channels=channels, shape=shape)


def paged(
    layer: Layer, below: Cutout, above: Cutout, at: tuple[int, int, int], whole: int = WHOLE
) -> tuple[Cutout, Cutout]:
    """The cutouts of a large map turned over like pages: neighbouring values are drawn in the same part of
    their maps, so that in an animation the footprint moves and the map stays. As they are where a page
    would hold fewer than three values."""
    parts = [(below.rows, above.rows), (below.columns, above.columns)]
    for axis in (0, 1):
        found = _page(layer, below.shape, above.shape, axis, at[1 + axis], whole)
        if found is not None:
            kept, others = parts[axis], (below.shape[1 + axis], above.shape[1 + axis])
            parts[axis] = (
                kept[0] if len(kept[0]) >= others[0] else found[0],
                kept[1] if len(kept[1]) >= others[1] else found[1],
            )
    (rows_below, rows_above), (columns_below, columns_above) = parts
    return (
        replace(below, rows=rows_below, columns=columns_below),
        replace(above, rows=rows_above, columns=columns_above),
    )


def _page(
    layer: Layer, inputs: Shape, output: Shape, axis: int, place: int, whole: int
) -> tuple[range, range] | None:
    """What is read for a page of output places along an axis, and the page."""
    size = output[1 + axis]
    for length in range(whole - 3, 2, -1):
        start = min(place // length * length, max(0, size - length))
        page = range(start, min(start + length, size))
        taps = [*_taps(layer, inputs, axis, page[0]), *_taps(layer, inputs, axis, page[-1])]
        if taps and max(taps) - min(taps) < whole:
            return range(min(taps), max(taps) + 1), page
    return None


def _span(size: int, read: tuple[int, ...], pads: int, whole: int) -> range:
    low, high = (min(read), max(read)) if read else (0, 0)
    if size + 2 * pads <= whole:
        return range(min(-pads, low), max(size + pads, high + 1))
    length = min(max(whole - 3, high - low + 3), size + 2 * pads)
    start = (low + high + 1) // 2 - length // 2
    # Inside the map, but for the padding that is read.
    start = min(max(start, min(-pads, low)), max(size + pads, high + 1) - length)
    return range(start, start + length)


def shown_channels(channels: Sequence[int], chosen: int | None, most: int) -> tuple[int, ...]:
    """At most so many of the channels, the chosen one among them; the first ones and the last."""
    if len(channels) <= most:
        return tuple(channels)
    if most == 1:
        return (channels[0] if chosen is None else chosen,)
    shown = [*channels[: most - 1], channels[-1]]
    if chosen is not None and chosen not in shown:
        shown[-2 if most > 2 else 0] = chosen
    return tuple(sorted(shown))

"""Where the cells of a layer lie on the picture: at the centres of what they see, not where a resize puts
them.

A resize takes cell i to lie at (i + ½)·S/n − ½. Windows that are not padded, or padded on one side more, look
elsewhere: the cells of ResNet-18's last maps look 15.5 pixels further to the top left, of EfficientNet-Lite0
(`same` as TensorFlow has it) as much to the bottom right. The centre of the theoretical receptive field is
right as long as that lies inside of the picture; a field that is cut off looks more to the middle, which
only the measured field tells (Luo et al., "Understanding the effective receptive field", NeurIPS 2016).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.analysis.receptive_field import AxisField
from engine.attribution.backward.whole_gradient import whole_gradient
from engine.attribution.fields.gradients import channel_mean
from engine.errors import NetworkError
from engine.model.network import Network
from engine.shapes import Pair
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]
Centres = npt.NDArray[np.float64]

Kind = Literal["field", "measured", "resize"]
KINDS: Final[tuple[Kind, ...]] = ("measured", "field", "resize")

MEASURED: Final = 9
"""So many cells along an axis are measured, at most."""


@dataclass(frozen=True, eq=False)
class Places:
    """The centres of a layer's cells, in pixels of the Input: pixel 0 has its centre at 0."""

    rows: Centres
    columns: Centres
    kind: Kind

    def off_by(self, other: "Places") -> float:
        """How far a cell is from its other place, at most, along one axis; pixels."""
        pairs = ((self.rows, other.rows), (self.columns, other.columns))
        return max((float(np.abs(a - b).max(initial=0)) for a, b in pairs), default=0.0)

    def shift(self, other: "Places") -> tuple[float, float]:
        """The least and largest signed distance of the columns from their other places; pixels."""
        apart = other.columns - self.columns
        return (float(apart.min()), float(apart.max())) if apart.size else (0.0, 0.0)

    def spread(self, values: Map, size: Pair) -> Map:
        """(H, W): each pixel has the value of the cell that looks nearest to it.

        Of a resize, between the centres of neighbours a straight line, as overlays usually have it.
        """
        if self.kind == "resize":
            return _between(values, self, size)
        rows, columns = _nearest(self.rows, size[0]), _nearest(self.columns, size[1])
        return np.ascontiguousarray(values[rows][:, columns], np.float32)

    def cell_at(self, row: int, column: int) -> Pair:
        """The cell that looks nearest to a pixel."""
        return int(np.abs(self.rows - row).argmin()), int(np.abs(self.columns - column).argmin())


def field_places(analysis: Analysis, node_id: str) -> Places:
    """By the receptive field, padding included; `NetworkError` for a layer without places."""
    report = analysis.layers[node_id]
    field, shape = report.receptive_field, report.output_shape
    if field is None or shape is None or len(shape) != 3:
        raise NetworkError(f"{node_id} has no places on the picture")
    rows, columns = (_centres(axis, count) for axis, count in zip(field.axes, shape[1:], strict=True))
    return Places(rows, columns, "field")


def resized_places(size: Pair, cells: Pair) -> Places:
    """Where a resize (half-pixel centres) puts so many cells on a picture of this size."""
    rows, columns = ((np.arange(n) + 0.5) * s / n - 0.5 for n, s in zip(cells, size, strict=True))
    return Places(rows, columns, "resize")


def measured_places(
    network: Network,
    maps: Mapping[str, Map],
    node_id: str,
    input_id: str,
    *,
    seed: int = 0,
    checkpoint: Checkpoint = go_on,
) -> Places:
    """By the centre of gravity of |gradient|, of the mean of all maps, along the middle row and column.

    Cells of one row are taken to look at one height. Of many cells some are measured, the others lie between
    them; so does a cell that nothing moves. One backward pass a measured cell, on the compute thread.
    `NetworkError` where nothing in the picture moves the layer.
    """
    height, width = maps[node_id].shape[2:]
    centres: list[Centres] = []
    for axis, count in enumerate((height, width)):
        chosen = np.unique(np.linspace(0, count - 1, min(count, MEASURED)).round().astype(int))
        found = np.full(count, np.nan)
        for place in chosen.tolist():
            checkpoint()
            at = (place, width // 2) if axis == 0 else (height // 2, place)
            dy = channel_mean(maps[node_id].shape[1:], *at)
            gradient = whole_gradient(network, maps, node_id, dy, input_id, seed=seed, checkpoint=checkpoint)
            strength = np.abs(gradient[0]).sum(axis=(0, 2 - axis), dtype=np.float64)
            if strength.sum() > 0 and np.isfinite(strength).all():
                found[place] = float(strength @ np.arange(len(strength)) / strength.sum())
        seen = np.flatnonzero(np.isfinite(found))
        if not len(seen):
            raise NetworkError(f"nothing in the picture moves {node_id}: its places cannot be measured")
        # what is measured is noisy; cells still follow each other
        rising = np.maximum.accumulate(found[seen])
        centres.append(np.interp(np.arange(count), seen, rising))
    return Places(centres[0], centres[1], "measured")


def stretched(values: npt.NDArray[Any], size: Pair) -> Map:
    """(H, W): each value as large as it stands for; nothing is made up between two."""
    rows, columns = (np.arange(n) * have // n for n, have in zip(size, values.shape, strict=True))
    return np.ascontiguousarray(values[rows][:, columns], np.float32)


def _centres(axis: AxisField, count: int) -> Centres:
    """Of what each output sees. Where it sees everything by a gate, of what it sees beside the gate."""
    found = np.full(count, np.nan)
    for output in range(count):
        spans = [span for strand in axis.strands if (span := strand.span(output)) is not None]
        if spans:
            found[output] = (min(first for first, _ in spans) + max(last for _, last in spans)) / 2
    seen = np.flatnonzero(np.isfinite(found))
    return np.interp(np.arange(count), seen, found[seen]) if len(seen) else np.zeros(count)


def _nearest(centres: Centres, size: int) -> npt.NDArray[np.intp]:
    """The cell nearest to each pixel."""
    return np.asarray(np.abs(np.arange(size)[:, None] - centres[None, :]).argmin(axis=1), np.intp)


def _between(values: Map, places: Places, size: Pair) -> Map:
    """Bilinear between the centres; outside of the outermost, their value."""
    across = np.stack([np.interp(np.arange(size[1]), places.columns, row) for row in values])
    down = np.stack(
        [np.interp(np.arange(size[0]), places.rows, across[:, x]) for x in range(size[1])], axis=1
    )
    return np.ascontiguousarray(down, np.float32)

"""What a lens shows: a layer, the arrays around one output value, and how that value comes about. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.attribution.values.arithmetic import take_apart
from engine.layers import Layer
from engine.layers.arithmetic import Arithmetic

Map = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Order = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class InspectedValue:
    """One output value, `at` (channel, row, column) or (feature,), with everything that makes it."""

    node_id: str
    layer: Layer
    label: str
    sources: tuple[str, ...]
    """Captions of the nodes that are read."""
    inputs: tuple[Map, ...]
    """Batch first, as the output is."""
    output: Map
    params: Mapping[str, Map]
    at: tuple[int, ...]
    only_row: bool = False
    """Whether of the weights those of this output alone are there: the others are too many."""

    @cached_property
    def arithmetic(self) -> Arithmetic | None:
        """The value taken apart; None for layers that do not say how their values come about."""
        if not self.layer.can_be_taken_apart:
            return None
        return take_apart(self.layer, self.inputs, self.params, self.at)

    @property
    def read(self) -> Map:
        """The input that is read."""
        return self.inputs[0 if self.arithmetic is None else self.arithmetic.source]

    @property
    def value(self) -> float:
        """What the engine computed."""
        return float(self.output[(0, *self.at)])

    @property
    def is_vector(self) -> bool:
        """Whether the output has neither rows nor columns."""
        return self.output.ndim == 2

    @cached_property
    def is_matrix(self) -> bool:
        """Whether the layer is one matrix, the same at every place: a 1×1 convolution or a dense layer.

        From one map to one map it is a single number.
        """
        kernel = None if self.arithmetic is None else self.arithmetic.kernel
        mixes = self.layer.role == "pointwise" or self.layer.family == "dense"
        if not mixes or kernel is None or kernel.shape[1:] != (1, 1):
            return False
        return self.is_vector or len(kernel) * self.output.shape[1] > 1

    @property
    def joins(self) -> bool:
        """Whether the places are branches, each with one value."""
        return self.arithmetic is not None and self.arithmetic.over_inputs

    @cached_property
    def by_strength(self) -> Order:
        """Places among the channels, the largest contribution first."""
        if self.arithmetic is None:
            return np.arange(0)
        with np.errstate(invalid="ignore"):
            sizes = np.nan_to_num(np.abs(self.arithmetic.channel_sums), nan=np.inf)
        return np.argsort(-sizes, kind="stable")

    @cached_property
    def strongest(self) -> int:
        """Place of the channel that contributes most."""
        return int(self.by_strength[0]) if len(self.by_strength) else 0

    @cached_property
    def rows(self) -> range:
        """Of a matrix: the output channels that read the same inputs (all, or those of the group)."""
        if self.only_row:
            return range(self.at[0], self.at[0] + 1)
        weight = self.params["weight"]
        groups = self.layer.weight_groups
        size = len(weight) // groups
        first = self.at[0] // size * size
        return range(first, first + size)

    def weights_of(self, rows: range) -> F64:
        """(rows, channels): that part of the matrix."""
        weight = self.params["weight"][rows.start : rows.stop]
        return weight.reshape(len(rows), -1).astype(np.float64)

    def input_map(self, place: int) -> Map | None:
        """(H, W): the map that the channel at this place is read from; None for vectors."""
        source = self.inputs[place] if self.joins else self.read
        if source.ndim != 4:
            return None
        found: Map = source[0, self.channel(place)]
        return found

    def channel(self, place: int) -> int:
        """Number of the input channel at a place; of Add, whose places are branches, the output's."""
        if self.joins or self.arithmetic is None:
            return self.at[0]
        return self.arithmetic.channels[place]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the output; of a vector 1 × 1."""
        return (1, 1) if self.is_vector else (self.output.shape[2], self.output.shape[3])

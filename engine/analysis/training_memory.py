"""Memory for a batch: what running needs, and what training keeps beside it.

Training keeps the parameters, a gradient of each, the optimiser's memory of each (SGD with momentum one
number, Adam two), and for every picture of the batch the maps that the way back reads: of a convolution or
a dense layer and of a batch norm its input, of a ReLU or tanh its output, of max pooling one byte a value
that says which was the largest, of dropout one byte a value; sums, means and rearrangements need nothing. A
map that several layers keep is there once. Not counted: scratch of kernels, gradients of maps, and the
program itself.
"""

from dataclasses import dataclass
from typing import Final

from engine.analysis.report import Analysis
from engine.errors import ShapeError, quoted
from engine.layers import Layer
from engine.layers.base.lowering import (
    AffineForm,
    ClampForm,
    ConcatForm,
    FlattenForm,
    FunctionForm,
    GlobalPoolForm,
    PoolForm,
    ShuffleForm,
    SumForm,
    ViewForm,
)
from engine.shapes import BYTES_PER_VALUE, Shape, elements

BYTES: Final = (4, 2, 1)
"""A number: float32, float16 or bfloat16, int8."""

OPTIMIZER_VALUES: Final = {"sgd": 1, "adam": 2, "adamw": 2}
"""Numbers that an optimiser remembers of each parameter; SGD with momentum."""

MAX_BATCH: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class BatchMemory:
    """Bytes for a batch, all numbers of one size but the optimiser's."""

    batch: int
    bytes_per_value: int
    parameters: int
    """All parameters, running statistics among them."""
    maps: int
    """All maps at once, as this program keeps them to be looked at."""
    peak_maps: int
    """The most that are alive at once where each is freed after its last use."""
    gradients: int
    """One number for each trained parameter."""
    optimizer: int
    """Its memory, in float32 whatever the rest is in."""
    kept_maps: int
    """What the way back reads."""

    @property
    def inference(self) -> int:
        """Parameters and the most maps that are alive at once."""
        return self.parameters + self.peak_maps

    @property
    def training(self) -> int:
        """Parameters, gradients, the optimiser's memory, and the maps kept for the way back."""
        return self.parameters + self.gradients + self.optimizer + self.kept_maps

    @property
    def assumptions(self) -> str:
        """What the sum for training is made of, in a sentence."""
        return (
            "parameters, their gradients, the optimiser’s memory, and for every picture the maps that the way"
            " back reads; kernels’ scratch and gradients of maps come on top"
        )


def batch_memory(
    analysis: Analysis, batch: int = 1, bytes_per_value: int = 4, optimizer: str = "adamw"
) -> BatchMemory:
    """`ShapeError` for a batch, a size of numbers or an optimiser that there is not."""
    if not 1 <= batch <= MAX_BATCH:
        raise ShapeError(f"batch={quoted(batch)} must lie between 1 and {MAX_BATCH:,}")
    if bytes_per_value not in BYTES:
        raise ShapeError(f"{quoted(bytes_per_value)} bytes a number: there are {', '.join(map(str, BYTES))}")
    if optimizer not in OPTIMIZER_VALUES:
        raise ShapeError(f"optimizer={quoted(optimizer)} is none of {', '.join(OPTIMIZER_VALUES)}")
    totals = analysis.totals
    values, indices = kept_for_the_way_back(analysis)
    return BatchMemory(
        batch=batch,
        bytes_per_value=bytes_per_value,
        parameters=bytes_per_value * (totals.parameters + totals.non_trainable),
        maps=bytes_per_value * batch * totals.activation_bytes // BYTES_PER_VALUE,
        peak_maps=bytes_per_value * batch * totals.peak_activation_bytes // BYTES_PER_VALUE,
        gradients=bytes_per_value * totals.parameters,
        optimizer=BYTES_PER_VALUE * OPTIMIZER_VALUES[optimizer] * totals.parameters,
        kept_maps=batch * (bytes_per_value * values + indices),
    )


def kept_for_the_way_back(analysis: Analysis) -> tuple[int, int]:
    """Of one picture: (values of all maps that are kept, bytes of masks and of places of largest values)."""
    network = analysis.network
    kept: set[str] = set()
    indices = 0
    for node_id, report in analysis.layers.items():
        node = network.nodes[node_id]
        if report.output_shape is None or not node.inputs:
            continue
        reads, bytes_a_value = _kept_by(node.layer, report.input_shapes)
        kept |= set(node.inputs) if "inputs" in reads else set()
        kept |= {node_id} if "output" in reads else set()
        indices += bytes_a_value * elements(report.output_shape)
    shapes = {node_id: analysis.layers[node_id].output_shape for node_id in kept}
    return sum(elements(shape) for shape in shapes.values() if shape is not None), indices


def _kept_by(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[tuple[str, ...], int]:
    """Which of its maps a layer's way back reads, and bytes beside them for each value of its output."""
    trained_otherwise = type(layer).forward_in_training is not Layer.forward_in_training
    match layer.lowering(*inputs):
        case AffineForm():
            return ("inputs",), 0
        case ViewForm() if trained_otherwise:
            return (), 1
        case PoolForm(maximum=True):
            return (), 1
        case ClampForm() | FunctionForm(function="tanh"):
            return ("output",), 0
        case GlobalPoolForm(maximum=False) | PoolForm() | ViewForm() | FlattenForm() | ConcatForm():
            return (), 0
        case SumForm() | ShuffleForm():
            return (), 0
    return ("inputs",), 0

"""The operations that plans are made of, each declared once.

A plan is a table of their rows (`operation_rows`), which follow from the declarations here; by its place in
OPERATIONS, an operation finds the task that does it. Sizes are in elements, distances in bytes; an address
becomes absolute when the plan is bound to memory. A field that does not exist, is left out or is given twice
is an error before anything runs. Cheap to import: the planner needs it without numba.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from engine.kernels.fast.places import Address, Place
from engine.shapes import Pair

INFINITY: Final = float("inf")


class Function(IntEnum):
    """What is done value by value."""

    CLAMP = 0
    """clamp(x): ReLU, ReLU6, or a copy."""
    ADD = 1
    """clamp(x + y)."""
    MULTIPLY = 2
    """clamp(x · y)."""
    LEAKY = 3
    """x, or slope · x where it is negative."""
    HARDSIGMOID = 4
    """clamp(x + 3, 0, 6) / 6."""
    HARDSWISH = 5
    """x · clamp(x + 3, 0, 6) / 6."""
    SIGMOID = 6
    SILU = 7
    TANH = 8
    GELU = 9
    GELU_TANH = 10
    GATE = 11
    """x where low < y < high, else 0: the way back through ReLU and ReLU6, whose map y is."""
    LEAKY_BACK = 12
    """x · f'(y), here and below: the way back through the activation f of y."""
    HARDSIGMOID_BACK = 13
    HARDSWISH_BACK = 14
    SIGMOID_BACK = 15
    SILU_BACK = 16
    TANH_BACK = 17
    GELU_BACK = 18
    GELU_TANH_BACK = 19


ACTIVATIONS: Final = {
    one.name.lower(): one for one in Function if Function.HARDSIGMOID <= one < Function.GATE
}
"""Functions of one value without settings, by their names in `engine.kernels.pointwise`."""
SLOPES: Final = {name: Function[f"{one.name}_BACK"] for name, one in ACTIVATIONS.items()}
"""The ways back through them."""


class Pooling(IntEnum):
    """What is made of the values under a window."""

    MAXIMUM = 0
    AVERAGE = 1


# The operations ----------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Operation:
    """One row of a plan: it turns a map, or a part of one, into another."""

    tasks: int
    """Into how many independent pieces it is split."""
    input: Place
    output: Place


@dataclass(frozen=True, kw_only=True)
class Gemm(Operation):
    """A convolution as a matrix product, its inputs reached by tables of addresses."""

    other: Place | None
    """The residual that is added."""
    depth: int
    """Input channels of a group."""
    group_channels: int
    """Output channels of a group."""
    kernel: Pair
    stride: Pair
    dilation: Pair
    pad: Pair
    """(top, left)."""
    weight: Address
    bias: Address
    """What the sums begin with."""
    scales: Address
    shifts: Address
    """What they are multiplied by and increased by in the end, channel by channel."""
    run: int
    runs_a_block: int
    """How the sums are divided: see `micro_kernels.blocked_sums`."""
    held: bool = False
    """Whether sums of the blocks before stay in registers: of runs of pixels alone, a block for each run."""
    groups: int
    lanes: int
    """How many floats of a last, partly used vector may be written."""
    tile: int
    """Output pixels of a register tile."""
    tiles_a_task: int
    panels_a_task: int
    tiles_outside: bool
    """Panels are the inner loop (weights stay in cache); otherwise tiles are (inputs stay in cache)."""
    low: float
    high: float
    """The clamp that ReLU and ReLU6 are."""
    function: Function = Function.CLAMP
    """What is made of the results before they are in the map: a block of them is in scratch until then.
    Tiles overlap, so a second pass over the map itself would find values that are done already."""
    slope: float = 0.0
    """Of LEAKY."""
    streams: bool = False
    """Whether the map is written past the caches, which could not hold it until it is read."""
    prepared_scales: Address | None = None
    """Where inputs are made ready first, clamp(x · scale + shift) channel by channel, in a thread's scratch:
    of `PixelRuns` alone, all panels of which are in one task."""
    prepared_shifts: Address | None = None
    """None for zeros."""
    prepared_low: float = -INFINITY
    prepared_high: float = INFINITY
    prepared_bytes: int = 0
    """From one pixel to the next in scratch."""
    prepared: Place | None = None
    """The map that they are written to as well; none where nobody looks at it."""
    prepared_streams: bool = False


class PixelRuns(Gemm):
    """A matrix product over pixels that lie at equal distances in the whole map."""


class RowRuns(Gemm):
    """One over windows that lie at equal distances along an output row; `tiles_a_task` counts such rows."""


@dataclass(frozen=True, kw_only=True)
class ImageRuns(RowRuns):
    """One for which a task first copies the input rows that it sees, in its thread's scratch: pixels side by
    side, the padding in place. Where there are results to be finished, too, the rows are behind them."""

    padded_width: int
    """Pixels of such a row."""
    parts: int
    """As of `Copy`."""


@dataclass(frozen=True, kw_only=True)
class StrassenRuns(Gemm):
    """One over such pixels by Strassen's algorithm. A task is one of equal blocks of pixels, whose halves are
    `tiles_a_task` tiles each and may overlap, times `panels_a_task` pairs of panels."""

    sum_bytes: int
    """From one pixel to the next in the sums of inputs."""


@dataclass(frozen=True, kw_only=True)
class Winograd(Operation):
    """Transform, multiply and transform back, a block of tiles at a time in a thread's own scratch."""

    other: Place | None
    """The residual that is added."""
    output_tile: int
    """m of F(m×m, r×r)."""
    input_tile: int
    """n = m + r − 1."""
    pad: Pair
    weight: Address
    bias: Address
    run: int
    """Input channels of a block of a sum: see `micro_kernels.blocked_sums`."""
    held: bool = False
    """Whether sums of the blocks before stay in registers."""
    tile: int
    """Winograd tiles of a register tile."""
    tile_count: int
    """Winograd tiles of the map, or of the chunk."""
    tiles_a_task: int = 0
    low: float = -INFINITY
    high: float = INFINITY
    function: Function = Function.CLAMP
    slope: float = 0.0
    streams: bool = False
    first_tile: int = 0
    """Of the chunk; this and what follows is for the three phases."""
    panels_a_task: int = 0
    transformed: Address | None = None
    """V, the transformed inputs of the chunk."""
    products: Address | None = None


class WinogradInput(Winograd):
    """The first of three phases, for weights too large to be read again for every block."""


class WinogradProducts(Winograd):
    """The second one."""


class WinogradOutput(Winograd):
    """The third one."""


@dataclass(frozen=True, kw_only=True)
class Windowed(Operation):
    """Something made of a window of each channel on its own; a task is an output row."""

    kernel: Pair
    stride: Pair
    dilation: Pair
    pad: Pair


@dataclass(frozen=True, kw_only=True)
class Depthwise(Windowed):
    """A convolution of each channel with its own kernel, or of groups of a few."""

    group_channels: int
    """Of a group, in and out: one, or one of `variants.GROUP_CHANNELS`."""
    at_once: int
    """How many neighbouring windows are computed at once; 0 where there is no kernel for their width."""
    weight: Address
    bias: Address
    low: float
    high: float
    function: Function = Function.CLAMP
    slope: float = 0.0
    streams: bool = False


@dataclass(frozen=True, kw_only=True)
class Pool(Windowed):
    """Maximum or average of each window."""

    at_once: bool
    """Whether there is a kernel for WINDOW_PIXELS neighbouring windows of this width and stride."""
    pooling: Pooling
    count_padding: bool
    """Average pooling: whether zeros of the padding count."""
    extent: Pair
    """Where the padded map ends, in input pixels."""


@dataclass(frozen=True, kw_only=True)
class GlobalPool(Operation):
    """One value for each channel."""

    pooling: Pooling
    vectors_a_task: int
    scale: float
    """That a sum is multiplied by."""


@dataclass(frozen=True, kw_only=True)
class Elementwise(Operation):
    """Value by value."""

    function: Function
    other: Place | None
    """The second operand; one pixel for the whole map where nothing lies between its pixels and rows."""
    rows_a_task: int
    low: float
    high: float
    slope: float
    """Of LEAKY."""


@dataclass(frozen=True, kw_only=True)
class Affine(Operation):
    """clamp(x · scale + shift), scale and shift of each channel: batch normalisation."""

    scales: Address
    shifts: Address
    rows_a_task: int
    low: float
    high: float
    streams: bool = False


@dataclass(frozen=True, kw_only=True)
class Copy(Operation):
    """Between layouts, with a border of zeros or a crop."""

    pad: Pair
    rows_a_task: int
    parts: int = 0
    """Of `variants.DEALT_PARTS`: how many runs of values are dealt out in turn, by whole vectors. They are a
    row of each channel, where pixels lie side by side in one; else equal shares of a pixel's channels, of
    which channel c of share k becomes channel c · parts + k. 0: one value after the other."""


@dataclass(frozen=True, kw_only=True)
class Softmax(Operation):
    """Over the channels of each pixel."""

    rows_a_task: int


@dataclass(frozen=True, kw_only=True)
class ResponseNorm(Operation):
    """x / (offset + scale · Σ x²)^(quarters / 4), the sum over `size` neighbouring channels."""

    size: int
    quarters: int
    scale: float
    offset: float
    rows_a_task: int


@dataclass(frozen=True, kw_only=True)
class LayerNorm(Operation):
    """Over the channels of each pixel, then scale and shift of each channel."""

    scales: Address
    shifts: Address
    epsilon: float
    rows_a_task: int


OPERATIONS: Final[tuple[type[Operation], ...]] = (
    Gemm, PixelRuns, RowRuns, Winograd, WinogradInput, WinogradProducts, WinogradOutput, Depthwise, Pool,
    GlobalPool, Elementwise, Affine, Copy, Softmax, ResponseNorm, LayerNorm, StrassenRuns,
    ImageRuns,
)  # fmt: skip
"""By number: a row begins with it, and the table of kernels with the address of its task."""

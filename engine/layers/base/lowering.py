"""What a kind amounts to for the planner: one of a few forms, with the numbers that the work needs.

`Layer.lowering` gives one of them, or None where there is no fast path and the layer's own `forward` is
called. A form says what is computed, not how: which kernel fits is the planner's to choose, and where none
does (a power that no kernel has) it falls back to `forward` as well.
"""

from dataclasses import dataclass

from engine.shapes import Pair, Window


@dataclass(frozen=True, kw_only=True)
class Form:
    """Base of all forms."""


@dataclass(frozen=True, kw_only=True)
class MatrixForm(Form):
    """A matrix of weights times what the kernel covers: convolutions, and dense layers as 1×1 of one pixel.

    Parameters: `weight` (out, in / groups, kernel height, kernel width), or (in, out / groups, …) with
    `cuts`; `bias` where there is one.
    """

    kernel_size: Pair = (1, 1)
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    pads: tuple[Pair, Pair] = ((0, 0), (0, 0))
    groups: int = 1
    cuts: Pair | None = None
    """Of a transposed convolution: rows and columns cut off before; None for all others."""


@dataclass(frozen=True, kw_only=True)
class PoolForm(Form):
    """The largest value or the mean of a sliding window, channel by channel."""

    maximum: bool
    window: Window
    counts_padding: bool = False
    """Whether padding counts as zeros in the mean."""


@dataclass(frozen=True, kw_only=True)
class GlobalPoolForm(Form):
    """The largest value or the mean of each whole map."""

    maximum: bool


@dataclass(frozen=True, kw_only=True)
class ViewForm(Form):
    """A part of the input as it stands, from `origin` (channel, row, column) on, as large as the output."""

    origin: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class FlattenForm(Form):
    """All values of all maps in one row: channel by channel, row by row."""


@dataclass(frozen=True, kw_only=True)
class ConcatForm(Form):
    """The inputs' channels one after the other."""


@dataclass(frozen=True, kw_only=True)
class ShuffleForm(Form):
    """Channels dealt out from so many groups."""

    groups: int


@dataclass(frozen=True, kw_only=True)
class SumForm(Form):
    """The inputs' sum, value by value."""


@dataclass(frozen=True, kw_only=True)
class ProductForm(Form):
    """The inputs' product, value by value; one of them may be a gate."""


@dataclass(frozen=True, kw_only=True)
class GateForm(Form):
    """The first input where the second one lies between two bounds, 0 elsewhere."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class SlopeForm(Form):
    """The first input times the slope of an activation at the second one, by its name; "leaky" has one
    slope where it is negative."""

    function: str
    slope: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ClampForm(Form):
    """Every value held between two bounds, which costs nothing at the end of another step."""

    low: float = float("-inf")
    high: float = float("inf")


@dataclass(frozen=True, kw_only=True)
class LeakyForm(Form):
    """Negative values times one slope."""

    slope: float


@dataclass(frozen=True, kw_only=True)
class FunctionForm(Form):
    """A function of one value, by its name in `engine.kernels.pointwise`."""

    function: str


@dataclass(frozen=True, kw_only=True)
class AffineForm(Form):
    """One scale and one shift a channel.

    With an `epsilon` they are those of batch normalisation (parameters weight, bias, running_mean,
    running_var), which a convolution before takes into its weights; without, the scale is `weight` alone.
    """

    epsilon: float | None = None


@dataclass(frozen=True, kw_only=True)
class LayerNormForm(Form):
    """Mean 0 and variance 1 over the channels of each pixel, then weight and bias."""

    epsilon: float


@dataclass(frozen=True, kw_only=True)
class ResponseNormForm(Form):
    """x / (k + alpha / size · Σ x²)^beta over `size` neighbouring channels."""

    size: int
    alpha: float
    beta: float
    k: float


@dataclass(frozen=True, kw_only=True)
class SoftmaxForm(Form):
    """exp(x) over its sum along the channels of each pixel."""

"""Transposed convolution as convolutions at stride 1, one for each phase of the output.

An output at o = i·s + t·d − p is reached from input i through tap t. All outputs with the same remainder a
of o by the stride s see the same taps, T = {t: s divides a + p − t·d}, and for o = a + s·q the inputs
i = q + (a + p − t·d)/s: an ordinary convolution over T, whose outputs lie s pixels apart. No zeros are
inserted and nothing is added up in memory; compare Shi et al., "Is the deconvolution layer the same as a
convolutional layer?", 2016. With a 2×2 kernel at stride 2, each of the four phases is a 1×1 convolution.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd

from engine.kernels.fast.packing import DEPTHWISE, TRANSPOSED, Packing
from engine.kernels.fast.places import Place
from engine.plan.builder import StepBuilder
from engine.plan.lowering.convolution import Convolution
from engine.plan.lowering.depthwise import depthwise_operation, depthwise_row
from engine.plan.lowering.depthwise import table_bytes as depthwise_table
from engine.plan.lowering.matrix_product import gemm, gemm_row, table_bytes
from engine.plan.rows import Work
from engine.shapes import Pair, pair_text


def transposed(step: StepBuilder, conv: Convolution, cuts: Pair) -> Work:
    """All phases side by side. `cuts`: rows and columns that are cut off before the first."""
    if conv.depthwise and conv.residual is None:
        return _by_channel(step, conv, cuts)
    products = [(phase, gemm(phase, step.weights(packing), packing)) for phase, packing in phases(conv, cuts)]
    return Work(
        algorithm="indirect GEMM by phases",
        why=f"one convolution at stride 1 for each of {pair_text(conv.stride)} phases of the output",
        phases=[[gemm_row(phase, product) for phase, product in products]],
        table_bytes=max(table_bytes(product) for _, product in products),
    )


def _by_channel(step: StepBuilder, conv: Convolution, cuts: Pair) -> Work:
    """The same where each channel has a kernel of its own."""
    made = [(phase, replace(packing, form=DEPTHWISE)) for phase, packing in phases(conv, cuts)]
    products = [(phase, depthwise_operation(step, phase, packing)) for phase, packing in made]
    return Work(
        algorithm="depthwise by phases",
        why=f"each channel has one kernel, of which each of {pair_text(conv.stride)} phases sees a part",
        phases=[[depthwise_row(phase, product) for phase, product in products]],
        table_bytes=max(depthwise_table(product) for _, product in products),
    )


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One axis of one phase: the taps in the order of the inputs they read."""

    start: int
    """First output."""
    count: int
    """Outputs, a stride apart."""
    taps: tuple[int, ...]
    offset: int
    """Input that the first tap reads for the first output."""
    dilation: int


def axis_phases(size: int, kernel: int, stride: int, dilation: int, cut: int) -> list[Phase]:
    """The phases along an axis of `size` outputs, `cut` of which are cut off before the first."""
    made = []
    for start in range(min(stride, size)):
        taps = [t for t in range(kernel) if (start + cut - t * dilation) % stride == 0]
        taps.reverse()  # later taps read earlier inputs
        offset = (start + cut - taps[0] * dilation) // stride if taps else 0
        step = dilation // gcd(dilation, stride)
        count = -(-(size - start) // stride)
        made.append(Phase(start=start, count=count, taps=tuple(taps), offset=offset, dilation=step))
    return made


def phases(conv: Convolution, cuts: Pair) -> list[tuple[Convolution, Packing]]:
    """The convolution of each phase, and how its part of the weights is packed.

    `conv` has the transposed convolution's own settings; `cuts` are the rows and columns cut off before.
    """
    sizes = conv.output.shape[1:]
    vertical, horizontal = (
        axis_phases(sizes[axis], conv.kernel[axis], conv.stride[axis], conv.dilation[axis], cuts[axis])
        for axis in (0, 1)
    )
    return [_phase(conv, y, x) for y in vertical for x in horizontal]


def _phase(conv: Convolution, y: Phase, x: Phase) -> tuple[Convolution, Packing]:
    made = replace(
        conv,
        kernel=(len(y.taps), len(x.taps)),
        stride=(1, 1),
        dilation=(y.dilation, x.dilation),
        pads=((-y.offset, 0), (-x.offset, 0)),
        output=_lattice(conv.output, y, x, conv.stride),
        residual=None if conv.residual is None else _lattice(conv.residual, y, x, conv.stride),
    )
    packing = Packing(
        form=TRANSPOSED, shape=made.kernel_shape, groups=conv.groups, taps=(tuple(y.taps), tuple(x.taps))
    )
    return made, packing


def _lattice(place: Place, y: Phase, x: Phase, stride: Sequence[int]) -> Place:
    """Every stride-th pixel of a map."""
    first = place.address.plus(y.start * place.row + x.start * place.pixel)
    shape = (place.shape[0], y.count, x.count)
    return Place(first, shape, place.pixel * stride[1], place.row * stride[0], place.channel)

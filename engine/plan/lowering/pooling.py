"""Pooling, over windows and over whole maps."""

from engine.kernels.fast.host import host
from engine.kernels.fast.operations import GlobalPool, Pool, Pooling
from engine.kernels.fast.places import Place
from engine.kernels.fast.variants import POOLING_WINDOWS
from engine.layers.base.lowering import GlobalPoolForm, PoolForm
from engine.plan.builder import StepBuilder
from engine.plan.lowering.registry import lowers
from engine.plan.rows import Row, Work


@lowers(PoolForm)
def pool(step: StepBuilder, form: PoolForm) -> Work:
    """An output row a task."""
    source, reads = step.vectors(step.inputs[0])
    output, window = step.output(), form.window
    height, width = source.shape[1:]
    (top, bottom), (left, right) = window.pads((height, width))
    shape = (window.kernel_size[1], window.stride[1])
    operation = Pool(
        tasks=output.shape[1],
        input=source,
        output=output,
        kernel=window.kernel_size,
        stride=window.stride,
        dilation=window.dilation,
        pad=(top, left),
        at_once=window.dilation[1] == 1 and shape in POOLING_WINDOWS,
        pooling=Pooling.MAXIMUM if form.maximum else Pooling.AVERAGE,
        count_padding=form.counts_padding,
        extent=(height + bottom, width + right),
    )
    taps = window.kernel_size[0] * window.kernel_size[1]
    moved = taps * output.shape[0] * output.shape[1] * output.shape[2]
    algorithm = "maximum pooling" if form.maximum else "average pooling"
    work = Work(algorithm=algorithm, why="a vector of channels at a time", table_bytes=16 * taps)
    return work.add(Row(operation=operation, reads=reads, writes=(step.name,), work=moved))


@lowers(GlobalPoolForm)
def global_pool(step: StepBuilder, form: GlobalPoolForm) -> Work:
    """Some vectors of channels a task."""
    source, reads = step.vectors(step.inputs[0])
    output = step.output()
    channels, height, width = source.shape
    blocks = host().padded(channels) // host().width
    each = max(1, blocks // 16)
    operation = GlobalPool(
        tasks=-(-blocks // each),
        input=source,
        output=Place(output.address, (channels, 1, 1), output.pixel, output.row, output.channel),
        pooling=Pooling.MAXIMUM if form.maximum else Pooling.AVERAGE,
        vectors_a_task=each,
        scale=1.0 if form.maximum else 1.0 / (height * width),
    )
    row = Row(operation=operation, reads=reads, writes=(step.name,), work=channels * height * width)
    return Work(algorithm="global pooling", why="sums by rows, a vector of channels at a time").add(row)

"""Forms that work across the channels of each pixel: layer and response normalisation, softmax."""

from engine.kernels.fast.host import host
from engine.kernels.fast.operations import LayerNorm, ResponseNorm, Softmax
from engine.kernels.fast.packing import AFFINE, Packing
from engine.kernels.fast.variants import POWER_QUARTERS
from engine.layers.base.lowering import LayerNormForm, ResponseNormForm, SoftmaxForm
from engine.plan.builder import StepBuilder
from engine.plan.lowering.registry import lowers
from engine.plan.rows import Row, Work, rows_a_task


@lowers(LayerNormForm)
def layer_norm(step: StepBuilder, form: LayerNormForm) -> Work:
    """(x − mean) / √(variance + ε), then scaled and shifted."""
    source, reads = step.vectors(step.inputs[0])
    packing = Packing(form=AFFINE, shape=(source.shape[0], 1, 1, 1))
    weights = step.weights(packing)
    output = step.output()
    channels, height, width = output.shape
    each = rows_a_task(height, channels * width)
    operation = LayerNorm(
        tasks=-(-height // each),
        input=source,
        output=output,
        scales=weights,
        shifts=weights.plus(packing.channel_bytes),
        epsilon=form.epsilon,
        rows_a_task=each,
    )
    row = Row(operation=operation, reads=reads, writes=(step.name,), work=channels * height * width * 8.0)
    return Work(algorithm="layer norm", why="over the channels of each pixel").add(row)


@lowers(ResponseNormForm)
def response_norm(step: StepBuilder, form: ResponseNormForm) -> Work | None:
    """x / (k + α / n · Σ x²)^β, if β is a number of quarters for which there is a kernel."""
    if 4 * form.beta not in POWER_QUARTERS:
        return None
    source, reads = step.vectors(step.inputs[0])
    output = step.output()
    channels, height, width = output.shape
    each = rows_a_task(height, channels * width * 4.0)
    operation = ResponseNorm(
        tasks=-(-height // each),
        input=source,
        output=output,
        size=form.size,
        quarters=round(4 * form.beta),
        scale=form.alpha / form.size,
        offset=form.k,
        rows_a_task=each,
    )
    row = Row(operation=operation, reads=reads, writes=(step.name,), work=channels * height * width * 4.0)
    return Work(
        algorithm="response norm",
        why="squares of neighbouring channels, powers by square roots",
        table_bytes=4 * (host().padded(channels) + 2 * form.size) + 2 * host().vector_bytes,
    ).add(row)


@lowers(SoftmaxForm)
def softmax(step: StepBuilder, form: SoftmaxForm) -> Work:
    """exp(x) / Σ exp(x)."""
    source, reads = step.vectors(step.inputs[0])
    output = step.output()
    channels, height, width = output.shape
    each = rows_a_task(height, channels * width * 20.0)
    operation = Softmax(tasks=-(-height // each), input=source, output=output, rows_a_task=each)
    row = Row(operation=operation, reads=reads, writes=(step.name,), work=channels * height * width * 20.0)
    return Work(algorithm="softmax", why="over the channels of each pixel").add(row)

"""Forms that work value by value: clamps, activations, sums, products, a scale and shift of each channel."""

from dataclasses import replace

from engine.kernels.fast.operations import ACTIVATIONS, INFINITY, SLOPES, Affine, Elementwise, Function
from engine.kernels.fast.packing import AFFINE, Packing
from engine.kernels.fast.places import Place, as_map
from engine.layers.base.lowering import (
    AffineForm,
    ClampForm,
    FunctionForm,
    GateForm,
    LeakyForm,
    ProductForm,
    SlopeForm,
    SumForm,
)
from engine.plan.builder import StepBuilder
from engine.plan.lowering.registry import lowers
from engine.plan.rows import Row, Work, rows_a_task


@lowers(ClampForm)
def clamp(step: StepBuilder, form: ClampForm) -> Work:
    """A clamp that no step before could do at its end."""
    return _of_one(step, Function.CLAMP, "a clamp", low=form.low, high=form.high)


@lowers(LeakyForm)
def leaky(step: StepBuilder, form: LeakyForm) -> Work:
    """One slope where values are negative."""
    function, slope = function_of(form)
    return _of_one(step, function, "value by value", slope=slope)


@lowers(FunctionForm)
def function(step: StepBuilder, form: FunctionForm) -> Work | None:
    """An activation, if there is a kernel for it."""
    if form.function not in ACTIVATIONS:
        return None
    function, slope = function_of(form)
    return _of_one(step, function, "value by value", slope=slope)


def function_of(form: FunctionForm | LeakyForm) -> tuple[Function, float]:
    """The kernel's number for an activation that has one, and its slope below zero."""
    if isinstance(form, LeakyForm):
        return Function.LEAKY, form.slope
    return ACTIVATIONS[form.function], 0.0


@lowers(SumForm)
def total(step: StepBuilder, form: SumForm) -> Work | None:
    """Maps of one shape, one after the other."""
    return _of_many(step, Function.ADD, "value by value") if _same_shapes(step) else None


@lowers(ProductForm)
def product(step: StepBuilder, form: ProductForm) -> Work | None:
    """Maps of one shape, or a map and a gate: one factor for each channel."""
    if _same_shapes(step):
        return _of_many(step, Function.MULTIPLY, "value by value")
    shapes = [as_map(step.plan.shapes[source]) for source in step.inputs]
    if len(shapes) == 2 and shapes[1] == (shapes[0][0], 1, 1):
        return _of_many(step, Function.MULTIPLY, "one factor a channel")
    return None


@lowers(GateForm)
def gate(step: StepBuilder, form: GateForm) -> Work | None:
    """What passes where another map lies between two bounds."""
    if not _same_shapes(step):
        return None
    (source, reads), (other, other_reads) = (step.vectors(name) for name in step.inputs)
    row = elementwise_row(
        step.name, Function.GATE, source, step.output(), (*reads, *other_reads), other=other, low=form.low,
        high=form.high,
    )  # fmt: skip
    return Work(algorithm="elementwise", why="value by value").add(row)


@lowers(SlopeForm)
def slope(step: StepBuilder, form: SlopeForm) -> Work | None:
    """The way back through an activation, if there is a kernel for it."""
    function = Function.LEAKY_BACK if form.function == "leaky" else SLOPES.get(form.function)
    if function is None or not _same_shapes(step):
        return None
    (source, reads), (other, other_reads) = (step.vectors(name) for name in step.inputs)
    row = elementwise_row(
        step.name, function, source, step.output(), (*reads, *other_reads), other=other, slope=form.slope
    )
    return Work(algorithm="elementwise", why="value by value").add(row)


@lowers(AffineForm)
def affine(step: StepBuilder, form: AffineForm) -> Work:
    """A scale and a shift that no convolution before could take into its weights."""
    source, reads = step.vectors(step.inputs[0])
    output = step.output()
    packing = Packing(form=AFFINE, shape=(source.shape[0], 1, 1, 1))
    weights = step.weights(packing)
    channels, height, width = output.shape
    each = rows_a_task(height, channels * width)
    operation = Affine(
        tasks=-(-height // each),
        input=source,
        output=output,
        scales=weights,
        shifts=weights.plus(packing.channel_bytes),
        rows_a_task=each,
        low=step.group.low,
        high=step.group.high,
    )
    row = Row(operation=operation, reads=reads, writes=(step.name,), work=channels * height * width * 2.0)
    return Work(algorithm="elementwise", why="scale and shift of each channel").add(row)


def elementwise_row(
    name: str, function: Function, input: Place, output: Place, reads: tuple[str, ...], *,
    other: Place | None = None, low: float = -INFINITY, high: float = INFINITY, slope: float = 0.0,
) -> Row:  # fmt: skip
    """One function value by value; `other` is the second operand, of which one pixel may serve for all."""
    channels, height, width = output.shape
    each = rows_a_task(height, channels * width)
    if other is not None and other.shape[1:] == (1, 1):
        other = replace(other, pixel=0, row=0)
    operation = Elementwise(
        tasks=-(-height // each), input=input, output=output, function=function, other=other,
        rows_a_task=each, low=low, high=high, slope=slope,
    )  # fmt: skip
    return Row(operation=operation, reads=reads, writes=(name,), work=channels * height * width * 2.0)


def _of_one(
    step: StepBuilder, function: Function, why: str, *, low: float = -INFINITY, high: float = INFINITY,
    slope: float = 0.0,
) -> Work:  # fmt: skip
    source, reads = step.vectors(step.inputs[0])
    row = elementwise_row(step.name, function, source, step.output(), reads, low=low, high=high, slope=slope)
    return Work(algorithm="elementwise", why=why).add(row)


def _of_many(step: StepBuilder, function: Function, why: str) -> Work:
    """The inputs one after the other, the clamp with the last one."""
    (first, reads), *others = [step.vectors(source) for source in step.inputs]
    output = step.output()
    work = Work(algorithm="elementwise", why=why)
    for index, (other, other_reads) in enumerate(others):
        last = index == len(others) - 1
        low, high = (step.group.low, step.group.high) if last else (-INFINITY, INFINITY)
        both = (*reads, *other_reads)
        work.add(elementwise_row(step.name, function, first, output, both, other=other, low=low, high=high))
        first, reads = output, (step.name,)
    return work


def _same_shapes(step: StepBuilder) -> bool:
    shapes = [as_map(step.plan.shapes[source]) for source in step.inputs]
    return len(shapes) > 1 and len(set(shapes)) == 1

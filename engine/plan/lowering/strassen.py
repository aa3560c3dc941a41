"""1×1 convolutions as rows of Strassen's algorithm: seven products of quarters instead of eight."""

from dataclasses import replace
from math import ceil, prod

from engine.kernels.fast.operations import StrassenRuns
from engine.kernels.fast.packing import DIRECT
from engine.plan.builder import StepBuilder
from engine.plan.lowering.convolution import Choice, Convolution
from engine.plan.lowering.matrix_product import direct, gemm, gemm_row, is_plain
from engine.plan.lowering.strassen_cost import (
    block_count,
    half_block,
    pair_count,
    pairs_a_task,
    scratch_bytes,
    sum_bytes,
)
from engine.plan.rows import Work


def strassen(step: StepBuilder, conv: Convolution, choice: Choice) -> Work:
    """A block of pixels and some panels a task; a plain product where pixels lie at unequal distances."""
    if not is_plain(conv):
        plain = replace(choice.packing, form=DIRECT)
        return direct(step, conv, Choice(plain, "indirect GEMM", "1×1: a plain matrix product"))
    depth, out = conv.channels
    pixels = prod(conv.output.shape[1:])
    pairs = pairs_a_task(pixels, depth, out)
    product = gemm(conv, step.weights(choice.packing), choice.packing)
    fields = vars(product) | {
        "tasks": block_count(pixels) * ceil(pair_count(out) / pairs),
        "tile": half_block(),
        "tiles_a_task": 1,
        "panels_a_task": pairs,
        "held": False,
        "sum_bytes": sum_bytes(depth),
        "scales": product.bias,  # not read: normalisations are folded into the sums of weights
        "shifts": product.bias,
    }
    work = Work(algorithm=choice.algorithm, why=choice.why, scratch_bytes=scratch_bytes(depth))
    return work.add(gemm_row(conv, StrassenRuns(**fields)))

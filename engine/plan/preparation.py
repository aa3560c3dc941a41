"""Normalisations with their rectifiers, and gates, that the 1×1 convolution after them takes in.

DenseNet normalises what a convolution reads, not what it makes, and behind squeeze-and-excitation stands one
factor for each channel: as steps of their own, such maps are written, left by the caches, and read again. A
task of the convolution makes its block of inputs ready in scratch, puts
it into its map on the way, past the caches if need be, and multiplies what is still in the nearest cache. One
meeting of the threads is saved, too. Where nobody asked for the map, it is not written at all.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from engine.kernels.fast.host import host
from engine.kernels.fast.operations import Affine, Elementwise, Function, Operation, PixelRuns
from engine.kernels.fast.places import pixel_bytes
from engine.plan.builder import StepBuilder
from engine.plan.lowering.matrix_product import is_even
from engine.plan.rows import Row, Work

Lowered = tuple[StepBuilder, Work | None]
"""A step, and its work; none where the layer's own `forward` is called."""


def take_in(
    lowered: Sequence[Lowered], needed: Collection[str], unkept: Collection[str]
) -> list[tuple[int, int]]:
    """Have convolutions do the steps before them where they can; (such a step, the one that does it).

    unkept: nodes whose maps nobody asked for.
    """
    position = {node: index for index, (step, _) in enumerate(lowered) for node in step.group.nodes}
    taken = []
    for index, (step, work) in enumerate(lowered):
        readers = [reader for reader in step.plan.network.outputs_of[step.name] if reader in needed]
        if work is None or len(readers) != 1:
            continue
        reading, reader = lowered[position[readers[0]]]
        if reader is None:
            continue
        before, after = _only_row(work), _only_row(reader)
        if before is None or after is None or not _fits(before, after):
            continue
        reader.phases = [[_joined(before, after, kept=step.name not in unkept)]]
        reader.scratch_bytes = _scratch_bytes(after)
        reading.plan.scratch_bytes = max(reading.plan.scratch_bytes, reader.scratch_bytes)
        work.phases, work.why = [], f"{work.why}, on their way into the convolution"
        taken.append((index, position[readers[0]]))
    return taken


def _only_row(work: Work) -> Row | None:
    """The row of a work that is one."""
    rows = [row for phase in work.phases for row in phase]
    return rows[0] if len(rows) == 1 else None


def _fits(before: Row, after: Row) -> bool:
    """Whether the second row, a matrix product, can do what the first one does."""
    one, product = before.operation, after.operation
    if not isinstance(one, Affine) and not _is_gate(one):
        return False
    if type(product) is not PixelRuns or product.input != one.output:
        return False
    whole = product.panels_a_task * 2 * host().width >= product.group_channels
    even = is_even(one.input) and is_even(one.output)
    return whole and even and product.function == Function.CLAMP and after.reads.count(before.writes[0]) == 1


def _is_gate(one: Operation) -> bool:
    """Whether it multiplies each channel by one factor."""
    if not isinstance(one, Elementwise) or one.other is None:
        return False
    return one.function == Function.MULTIPLY and one.other.pixel == one.other.row == 0


def _scratch_bytes(row: Row) -> int:
    product = row.operation
    assert isinstance(product, PixelRuns)
    return product.tiles_a_task * product.tile * pixel_bytes((product.depth, 1, 2))


def _joined(before: Row, after: Row, *, kept: bool) -> Row:
    one, product = before.operation, after.operation
    assert isinstance(one, Affine | Elementwise)
    assert isinstance(product, PixelRuns)
    if isinstance(one, Affine):
        factors = replace(product, prepared_scales=one.scales, prepared_shifts=one.shifts)
    else:
        assert one.other is not None
        factors = replace(product, prepared_scales=one.other.address)
    joined = replace(
        factors, input=one.input, prepared=one.output if kept else None, prepared_low=one.low,
        prepared_high=one.high, prepared_bytes=pixel_bytes((product.depth, 1, 2)),
    )  # fmt: skip
    others = tuple(name for name in after.reads if name not in before.writes)
    return Row(
        operation=joined, reads=(*before.reads, *others), writes=(*before.writes, *after.writes),
        work=before.work + after.work,
    )  # fmt: skip

"""Long sums in registers, a block of steps at a time, so that rounding errors do not grow with their length.

One after the other, n products are added to sums that grow: the error grows with n. Here a block of them is
summed from zero and then added to what the blocks before came to, which waits in memory: with b steps in a
block, the error grows with b + n / b. Blanchard, Higham & Mary, "A class of fast and accurate summation
algorithms", SIAM J. Sci. Comput. 2020.

The sums of a register tile are `pixels` rows of `halves` half vectors. They are carried through loops with
the place where the sums so far stand: at first the bias, the same for all rows. A tile that leaves half of
the registers free holds the sums so far there, too: to put by and fetch the 28 vectors of a large tile takes
a Zen 4 core as long as three to four steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from llvmlite import ir
from numba.core import cgutils

from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, Value, Vectors, address_constant
from engine.kernels.fast.variants import UNROLL


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockedSums:
    """The sums of one register tile; `carried` is [*sums, address of the sums so far, bytes between its rows,
    runs since they were added up]."""

    v: Vectors
    pixels: int
    halves: int
    so_far: Value
    """Where the sums so far stand once there are some."""
    limit: Value
    """Runs of steps in a block."""

    @property
    def vectors(self) -> int:
        """Of a row; the last one may be half a one."""
        return (self.halves + 1) // 2

    @classmethod
    def of(cls, v: Vectors, pixels: int, halves: int, limit: Value) -> "BlockedSums":
        """With room on the stack."""
        room = ir.ArrayType(ir.VectorType(ir.FloatType(), VECTOR_BYTES // 4), pixels * ((halves + 1) // 2))
        slots = cgutils.alloca_once(v.builder, room)
        slots.align = VECTOR_BYTES
        so_far = v.builder.ptrtoint(slots, ir.IntType(64))
        return cls(v=v, pixels=pixels, halves=halves, so_far=so_far, limit=limit)

    def begun(self, bias: Value) -> list[Value]:
        """Nothing is summed yet."""
        return [*self._zeros(), bias, address_constant(0), address_constant(0)]

    def ready(self, carried: Sequence[Value]) -> tuple[list[Value], list[Value]]:
        """Before another run of steps: its sums, and the rest; a full block is added to the sums so far."""
        v = self.v
        *sums, before, spacing, runs = carried

        def added() -> list[Value]:
            for index, total in enumerate(self._totals(sums, before, spacing)):
                v.store(total, v.offset(self.so_far, index * VECTOR_BYTES))
            row_bytes = address_constant(self.vectors * VECTOR_BYTES)
            return [*self._zeros(), self.so_far, row_bytes, address_constant(0)]

        full = v.builder.icmp_signed(">=", runs, self.limit)
        *sums, before, spacing, runs = v.when_changing(full, [*sums, before, spacing, runs], added)
        return sums, [before, spacing, v.offset(runs, 1)]

    def after(self, sums: Sequence[Value], rest: Sequence[Value]) -> list[Value]:
        """What is carried on after a run of steps."""
        return [*sums, *rest]

    def ended(self, carried: Sequence[Value]) -> list[Value]:
        """The whole sums."""
        *sums, before, spacing, _ = carried
        return self._totals(sums, before, spacing)

    def _zeros(self) -> list[Value]:
        row = [self.v.constant(0.0)] * self.vectors
        if self.halves % 2:
            row[-1] = self.v.lower_half(row[-1])
        return row * self.pixels

    def _totals(self, sums: Sequence[Value], before: Value, spacing: Value) -> list[Value]:
        v, totals = self.v, []
        for p in range(self.pixels):
            for j in range(self.vectors):
                place = v.offset(before, j * VECTOR_BYTES)
                so_far = v.load_half(place) if 2 * j + 1 == self.halves else v.load(place)
                totals.append(v.add(sums[p * self.vectors + j], so_far))
            before = v.offset(before, spacing)
        return totals


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldSums:
    """The same where each run of steps is a block, and `carried` are the sums so far, in registers."""

    v: Vectors
    pixels: int
    vectors: int

    def begun(self, bias: Value) -> list[Value]:
        """Nothing is summed yet."""
        return [self.v.load(self.v.offset(bias, j * VECTOR_BYTES)) for j in range(self.vectors)] * self.pixels

    def ready(self, carried: Sequence[Value]) -> tuple[list[Value], list[Value]]:
        """Before another run of steps: its sums, and those so far."""
        return [self.v.constant(0.0)] * (self.pixels * self.vectors), list(carried)

    def after(self, sums: Sequence[Value], rest: Sequence[Value]) -> list[Value]:
        """What is carried on after a run of steps."""
        return [self.v.add(total, so_far) for total, so_far in zip(sums, rest, strict=True)]

    def ended(self, carried: Sequence[Value]) -> list[Value]:
        """The whole sums."""
        return list(carried)


def scaled(v: Vectors, sums: list[Value], vectors: int, scale: Value, shift: Value) -> list[Value]:
    """Each sum times its channel's scale, plus its shift; as they are where `scale` is 0."""

    def with_scale() -> list[Value]:
        scales, shifts = (
            [v.load(v.offset(one, j * VECTOR_BYTES)) for j in range(vectors)] for one in (scale, shift)
        )
        return [
            v.multiply_add(total, scales[index % vectors], shifts[index % vectors])
            for index, total in enumerate(sums)
        ]

    return v.when_changing(v.nonzero(scale), sums, with_scale)


def ends_of_run(v: Vectors, start: Value, run: Value, depth: Value) -> tuple[Value, Value]:
    """Where a run of steps ends, and where its last whole turn of the inner loop does."""
    b = v.builder
    end = v.offset(start, run)
    end = v.choose(b.icmp_signed("<", end, depth), end, depth)
    whole = v.times(b.sdiv(b.sub(end, start), address_constant(UNROLL)), UNROLL)
    return end, v.offset(start, whole)

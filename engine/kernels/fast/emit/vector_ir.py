"""Vector code in LLVM's terms: the one place that knows llvmlite's builder.

`Vectors` wraps a builder with the operations that the micro-kernels are written in: loads, stores, fused
multiply–add, NaN-keeping minimum and maximum, counted loops whose carried values stay in registers. All of
them are emitted without fast-math flags: a NaN or an infinity goes where IEEE 754 puts it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from engine.kernels.fast.host import host

WIDTH: Final = host().width
VECTOR_BYTES: Final = host().vector_bytes

Value = Any
"""An LLVM value; llvmlite ships no types."""

ADDRESS: Final = types.intp
FLOAT: Final = types.float32

HAS_SCALE: Final = host().x86 and WIDTH == 16
"""Whether the processor multiplies by powers of two: `Vectors.times_power_of_two`."""

LOOKUP_ENTRIES: Final = 32 if host().x86 and WIDTH == 16 else 0
"""Numbers of a table in registers that each lane may look one up in: `Vectors.looked_up`."""

_i64 = ir.IntType(64)
_i32 = ir.IntType(32)
_i1 = ir.IntType(1)
_f32 = ir.FloatType()
_vector = ir.VectorType(_f32, WIDTH)
_half = ir.VectorType(_f32, WIDTH // 2)
_mask = ir.VectorType(_i1, WIDTH)


def emitted(function: Callable[..., Any]) -> Any:
    """A function of numba code that emits its own IR; integer arguments that are literal stay literal."""
    return intrinsic(prefer_literal=True)(function)


def address_constant(value: int) -> Value:
    """A 64-bit integer constant."""
    return ir.Constant(_i64, value)


class Vectors:
    """The builder of one function, speaking in vectors of the host's width."""

    def __init__(self, builder: Value) -> None:
        self.builder = builder

    # numbers -------------------------------------------------------------------------------------------
    def constant(self, value: float) -> Value:
        """A vector of one number."""
        return ir.Constant(_vector, [ir.Constant(_f32, value)] * WIDTH)

    def scalar(self, value: float) -> Value:
        """One number."""
        return ir.Constant(_f32, value)

    def splat(self, scalar: Value) -> Value:
        """A vector whose lanes all hold the scalar."""
        undefined = ir.Constant(_vector, ir.Undefined)
        first = self.builder.insert_element(undefined, scalar, ir.Constant(_i32, 0))
        lanes = ir.Constant(ir.VectorType(_i32, WIDTH), [0] * WIDTH)
        return self.builder.shuffle_vector(first, undefined, lanes)

    def lower_half(self, x: Value) -> Value:
        """The first half of a vector's lanes, as half a vector."""
        lanes = ir.Constant(ir.VectorType(_i32, WIDTH // 2), list(range(WIDTH // 2)))
        return self.builder.shuffle_vector(x, ir.Constant(_vector, ir.Undefined), lanes)

    def widened(self, x: Value) -> Value:
        """Half a vector as a whole one, zeros in the other lanes."""
        lanes = ir.Constant(ir.VectorType(_i32, WIDTH), list(range(WIDTH)))
        return self.builder.shuffle_vector(
            x, ir.Constant(_half, [ir.Constant(_f32, 0.0)] * (WIDTH // 2)), lanes
        )

    def add(self, a: Value, b: Value) -> Value:
        return self.builder.fadd(a, b)

    def subtract(self, a: Value, b: Value) -> Value:
        return self.builder.fsub(a, b)

    def multiply(self, a: Value, b: Value) -> Value:
        return self.builder.fmul(a, b)

    def multiply_add(self, a: Value, b: Value, c: Value) -> Value:
        """a·b + c; fused where the processor can (`fmuladd`, for `fma` is a library call where it cannot).

        All of them may be half a vector.
        """
        return self.builder.call(self._declared("llvm.fmuladd", a.type, 3), [a, b, c])

    def divide(self, a: Value, b: Value) -> Value:
        return self.builder.fdiv(a, b)

    def square_root(self, x: Value) -> Value:
        """√x of each lane."""
        return self.builder.call(self._declared("llvm.sqrt", _vector, 1), [x])

    def picked(self, a: Value, b: Value, lanes: Sequence[int]) -> Value:
        """Lanes of two vectors by their numbers, those of the second one after those of the first."""
        order = ir.Constant(ir.VectorType(_i32, WIDTH), list(lanes))
        return self.builder.shuffle_vector(a, b, order)

    def total(self, x: Value) -> Value:
        """The sum of all lanes, in every lane: halves are added, then quarters, and so on."""
        lanes = WIDTH // 2
        while lanes:
            order = ir.Constant(ir.VectorType(_i32, WIDTH), [lane ^ lanes for lane in range(WIDTH)])
            x = self.add(x, self.builder.shuffle_vector(x, ir.Constant(_vector, ir.Undefined), order))
            lanes //= 2
        return x

    def spread_in_groups(self, x: Value, size: int, index: int) -> Value:
        """In every lane, the lane with this index among the `size` lanes of its group."""
        lanes = [lane // size * size + index for lane in range(WIDTH)]
        order = ir.Constant(ir.VectorType(_i32, WIDTH), lanes)
        return self.builder.shuffle_vector(x, ir.Constant(_vector, ir.Undefined), order)

    def number(self, value: Value) -> Value:
        """A 64-bit integer as a vector of that number."""
        return self.splat(self.builder.sitofp(value, _f32))

    def times_power_of_two(self, x: Value, n: Value) -> Value:
        """x · 2ⁿ for whole n, infinite or zero where that is too large or too small: AVX-512 only."""
        name = "llvm.x86.avx512.mask.scalef.ps.512"
        kind = ir.FunctionType(_vector, [_vector, _vector, _vector, ir.IntType(16), _i32])
        all_lanes, as_it_is = ir.Constant(ir.IntType(16), -1), ir.Constant(_i32, 4)
        arguments = [x, n, ir.Constant(_vector, ir.Undefined), all_lanes, as_it_is]
        return self.builder.call(self._function(name, kind), arguments)

    def absolute(self, x: Value) -> Value:
        """|x|."""
        return self.builder.call(self._declared("llvm.fabs", _vector, 1), [x])

    def looked_up(self, numbers: Sequence[float], x: Value) -> Value:
        """In each lane, the one of LOOKUP_ENTRIES numbers that the lowest bits of x's lane tell."""
        name, whole = "llvm.x86.avx512.vpermi2var.ps.512", ir.VectorType(_i32, WIDTH)
        kind = ir.FunctionType(_vector, [_vector, whole, _vector])
        low, high = (
            ir.Constant(_vector, [ir.Constant(_f32, one) for one in half])
            for half in (numbers[:WIDTH], numbers[WIDTH:])
        )
        arguments = [low, self.builder.bitcast(x, whole), high]
        return self.builder.call(self._function(name, kind), arguments)

    def clamp(self, x: Value, lowest: Value, highest: Value) -> Value:
        """min(max(x, lowest), highest), NaN staying NaN."""
        return self.at_most(self.at_least(x, lowest), highest)

    def at_least(self, x: Value, lowest: Value) -> Value:
        """max(x, lowest), NaN staying NaN: the operand order of x86 `maxps`."""
        return self.builder.select(self.builder.fcmp_ordered(">", lowest, x), lowest, x)

    def at_most(self, x: Value, highest: Value) -> Value:
        """min(x, highest), NaN staying NaN: the operand order of x86 `minps`."""
        return self.builder.select(self.builder.fcmp_ordered("<", highest, x), highest, x)

    def maximum(self, seen: Value, x: Value) -> Value:
        """max(seen, x), NaN if either is NaN."""
        b = self.builder
        larger = b.select(b.fcmp_ordered(">", seen, x), seen, x)  # x86 `maxps`: x if either is NaN
        return b.select(b.fcmp_unordered("uno", seen, seen), seen, larger)

    def any_nan(self, x: Value) -> Value:
        """1 (a bit) if some lane is NaN."""
        return self.any_lane(self.builder.fcmp_unordered("uno", x, x))

    def any_lane(self, mask: Value) -> Value:
        """1 (a bit) if some lane of the mask is set."""
        bits = self.builder.bitcast(mask, ir.IntType(WIDTH))
        return self.builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(WIDTH), 0))

    # memory --------------------------------------------------------------------------------------------
    def load(self, address: Value) -> Value:
        """WIDTH floats, from any address."""
        loaded = self.builder.load(self.builder.inttoptr(address, _vector.as_pointer()))
        loaded.align = 4
        return loaded

    def load_half(self, address: Value) -> Value:
        """WIDTH / 2 floats, from any address."""
        loaded = self.builder.load(self.builder.inttoptr(address, _half.as_pointer()))
        loaded.align = 4
        return loaded

    def store(self, x: Value, address: Value) -> None:
        """WIDTH floats, or half as many, to any address."""
        stored = self.builder.store(x, self.builder.inttoptr(address, x.type.as_pointer()))
        stored.align = 4

    def stream(self, x: Value, address: Value) -> None:
        """WIDTH floats past the caches, to an address that is a multiple of VECTOR_BYTES.

        The line is not read before it is written. An atomic counter, or a fence, must follow before others
        may read it.
        """
        stored = self.builder.store(x, self.builder.inttoptr(address, _vector.as_pointer()))
        stored.align = VECTOR_BYTES
        stored.set_metadata("nontemporal", self.builder.module.add_metadata([ir.Constant(_i32, 1)]))

    def first_lanes(self, count: Value) -> Value:
        """The mask of the first `count` lanes."""
        numbers = ir.Constant(ir.VectorType(_i32, WIDTH), list(range(WIDTH)))
        b = self.builder
        undefined = ir.Constant(ir.VectorType(_i32, WIDTH), ir.Undefined)
        first = b.insert_element(undefined, b.trunc(count, _i32), ir.Constant(_i32, 0))
        counts = b.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(_i32, WIDTH), [0] * WIDTH))
        return b.icmp_signed("<", numbers, counts)

    def store_lanes(self, x: Value, address: Value, mask: Value) -> None:
        """Those floats whose lane is in the mask; the others are not touched."""
        name = f"llvm.masked.store.v{WIDTH}f32.p0"
        pointer = _vector.as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [_vector, pointer, _i32, _mask])
        arguments = [x, self.builder.inttoptr(address, pointer), ir.Constant(_i32, 4), mask]
        self.builder.call(self._function(name, kind), arguments)

    def load_scalar(self, address: Value) -> Value:
        """One float."""
        loaded = self.builder.load(self.builder.inttoptr(address, _f32.as_pointer()))
        loaded.align = 4
        return loaded

    def load_address(self, address: Value) -> Value:
        """One 64-bit integer: an address out of a table of addresses."""
        return self.builder.load(self.builder.inttoptr(address, _i64.as_pointer()))

    def opaque(self, values: Sequence[Value]) -> list[Value]:
        """The same integers, of which the compiler knows no longer how they follow from one another.

        LLVM would rewrite neighbouring addresses as one long chain of additions, and then spill vectors.
        """
        b = self.builder
        slots = cgutils.alloca_once(b, ir.ArrayType(_i64, len(values)))
        places = [
            b.gep(slots, [ir.Constant(_i32, 0), ir.Constant(_i32, index)]) for index in range(len(values))
        ]
        for value, place in zip(values, places, strict=True):
            b.store(value, place)
        self.prefetch(b.ptrtoint(slots, _i64))  # lets the slots' address out: now they must be in memory
        return [b.load_atomic(place, "monotonic", 8) for place in places]

    @contextmanager
    def in_order(self, matters: bool) -> Iterator[None]:
        """Code that LLVM must not mix with what stands before and behind; the processor is told nothing.

        It would load a value once for a whole and for half a vector, and spread it by a shuffle of its own
        where both multiply–adds can read it from memory.
        """
        for turn in range(2):
            if matters:
                self.builder.fence("seq_cst", "singlethread")
            if turn == 0:
                yield

    def prefetch(self, address: Value, *, write: bool = False, level: int = 1) -> None:
        """Ask for a cache line to come into the cache of this level; never faults."""
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, _i32, _i32, _i32])
        flags = [ir.Constant(_i32, int(write)), ir.Constant(_i32, 4 - level), ir.Constant(_i32, 1)]
        self.builder.call(
            self._function("llvm.prefetch.p0", kind), [self.builder.inttoptr(address, byte), *flags]
        )

    # addresses and flow --------------------------------------------------------------------------------
    def offset(self, address: Value, *parts: Value | int) -> Value:
        """The address plus byte counts."""
        for part in parts:
            if isinstance(part, int):
                if part == 0:
                    continue
                part = address_constant(part)
            address = self.builder.add(address, part)
        return address

    def times(self, value: Value, factor: int) -> Value:
        """An integer times a constant."""
        return self.builder.mul(value, address_constant(factor))

    def nonzero(self, value: Value) -> Value:
        """The bit `value ≠ 0` of a 64-bit integer."""
        return self.builder.icmp_signed("!=", value, address_constant(0))

    def zero(self, value: Value) -> Value:
        """The bit `value = 0` of a 64-bit integer."""
        return self.builder.icmp_signed("==", value, address_constant(0))

    def more(self, value: Value, than: int) -> Value:
        """The bit `value > than` of a 64-bit integer."""
        return self.builder.icmp_signed(">", value, address_constant(than))

    def choose(self, condition: Value, a: Value, b: Value) -> Value:
        """a where the bit is set, else b."""
        return self.builder.select(condition, a, b)

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Code that runs only if the bit is set."""
        with self.builder.if_then(condition):
            yield

    @contextmanager
    def either(self, condition: Value, *ways: Any) -> Iterator[Iterator[Any]]:
        """Code for both ways: `for way in ways: …` emits it twice, and the bit chooses which one runs."""
        with self.builder.if_else(condition) as branches:

            def emitting() -> Iterator[Any]:
                for branch, way in zip(branches, ways, strict=True):
                    with branch:
                        yield way

            yield emitting()

    def when_changing(
        self, condition: Value, values: Sequence[Value], change: Callable[[], Sequence[Value]]
    ) -> list[Value]:
        """The values, or what `change()` emits in their place if the bit is set."""
        before = self.builder.block
        with self.builder.if_then(condition):
            changed = list(change())
            after = self.builder.block
        merged = []
        for old, new in zip(values, changed, strict=True):
            phi = self.builder.phi(old.type)
            phi.add_incoming(old, before)
            phi.add_incoming(new, after)
            merged.append(phi)
        return merged

    def loop(
        self,
        count: Value,
        carried: Sequence[Value],
        body: Callable[[Value, list[Value]], Sequence[Value]],
        *,
        start: Value | None = None,
        step: Value | int = 1,
    ) -> list[Value]:
        """`for i in range(start, count, step)`; `body(i, carried)` gives the next turn's carried values.

        The carried values are phis, so that accumulators live in registers. `count` is where the index
        ends: with a step above 1 the caller rounds it down to whole steps.
        """
        b = self.builder
        start = address_constant(0) if start is None else start
        step = address_constant(step) if isinstance(step, int) else step
        before = b.block
        head, end = b.append_basic_block("loop"), b.append_basic_block("done")
        b.cbranch(b.icmp_signed("<", start, count), head, end)
        b.position_at_end(head)
        index = b.phi(_i64)
        index.add_incoming(start, before)
        phis = []
        for value in carried:
            phi = b.phi(value.type)
            phi.add_incoming(value, before)
            phis.append(phi)
        results = list(body(index, list(phis)))
        last = b.block
        following = b.add(index, step)
        index.add_incoming(following, last)
        for phi, value in zip(phis, results, strict=True):
            phi.add_incoming(value, last)
        b.cbranch(b.icmp_signed("<", following, count), head, end)
        b.position_at_end(end)
        merged = []
        for value, result in zip(carried, results, strict=True):
            phi = b.phi(value.type)
            phi.add_incoming(value, before)
            phi.add_incoming(result, last)
            merged.append(phi)
        return merged

    # declarations --------------------------------------------------------------------------------------
    def _declared(self, name: str, kind: Value, operands: int) -> Value:
        return self._function(f"{name}.v{kind.count}f32", ir.FunctionType(kind, [kind] * operands))

    def _function(self, name: str, kind: Value) -> Value:
        module = self.builder.module
        return module.globals.get(name) or ir.Function(module, kind, name)

"""Numbers at raw addresses, atomic counters, and calls through function pointers, for compiled code."""

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils

from engine.kernels.fast.host import host
from engine.kernels.fast.vector_ir import ADDRESS, FLOAT, emitted

_i64 = ir.IntType(64)
_f32 = ir.FloatType()
_X86: Final = host().x86


@emitted
def load_word(typing_context: Any, address: Any) -> Any:
    """The 64-bit integer at an address."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(builder.inttoptr(arguments[0], _i64.as_pointer()))

    return ADDRESS(ADDRESS), code


@emitted
def store_word(typing_context: Any, address: Any, value: Any) -> Any:
    """Put a 64-bit integer at an address."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[1], builder.inttoptr(arguments[0], _i64.as_pointer()))
        return context.get_dummy_value()

    return types.void(ADDRESS, ADDRESS), code


@emitted
def row_at(typing_context: Any, address: Any) -> Any:
    """The integers from an address on, to be indexed; the compiler makes less of it than of an array."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], _i64.as_pointer())

    return types.CPointer(types.int64)(ADDRESS), code


@emitted
def load_float(typing_context: Any, address: Any) -> Any:
    """The float32 at an address."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(builder.inttoptr(arguments[0], _f32.as_pointer()))

    return FLOAT(ADDRESS), code


@emitted
def store_float(typing_context: Any, address: Any, value: Any) -> Any:
    """Put a float32 at an address."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[1], builder.inttoptr(arguments[0], _f32.as_pointer()))
        return context.get_dummy_value()

    return types.void(ADDRESS, FLOAT), code


@emitted
def fetch_add(typing_context: Any, address: Any, value: Any) -> Any:
    """Add to a counter that all threads share; gives what it held before."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], _i64.as_pointer())
        return builder.atomic_rmw("add", pointer, arguments[1], "seq_cst")

    return ADDRESS(ADDRESS, ADDRESS), code


@emitted
def load_shared(typing_context: Any, address: Any) -> Any:
    """A counter that other threads change; what they wrote before changing it is visible after."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], _i64.as_pointer())
        return builder.load_atomic(pointer, "acquire", 8)

    return ADDRESS(ADDRESS), code


@emitted
def relax(typing_context: Any) -> Any:
    """Tell the processor that this is a spinning loop (x86 `pause`; elsewhere nothing)."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        if _X86:
            kind = ir.FunctionType(ir.VoidType(), [])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sse2.pause"), [])
        return context.get_dummy_value()

    return types.void(), code


@emitted
def call_yield(typing_context: Any, function: Any) -> Any:
    """Call `int function(void)`: how the operating system is asked to let another thread run."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [])
        builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), [])
        return context.get_dummy_value()

    return types.void(ADDRESS), code


@emitted
def cycles(typing_context: Any) -> Any:
    """The processor's time-stamp counter, in its own ticks; 0 where there is none."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(_i64, [])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.readcyclecounter"), [])

    return ADDRESS(), code


@emitted
def call_kernel(typing_context: Any, function: Any, words: Any, floats: Any) -> Any:
    """Call a micro-kernel by its address with a tuple of integers and a tuple of floats; gives its integer.

    Calls through pointers keep LLVM from optimising every micro-kernel again in every caller: half the
    compile time.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer, words, floats = arguments
        values = cgutils.unpack_tuple(builder, words, signature.args[1].count)
        values += cgutils.unpack_tuple(builder, floats, signature.args[2].count)
        kind = ir.FunctionType(_i64, [value.type for value in values])
        return builder.call(builder.inttoptr(pointer, kind.as_pointer()), values)

    word_types = types.UniTuple(ADDRESS, len(words))
    return ADDRESS(ADDRESS, word_types, types.UniTuple(FLOAT, len(floats))), code

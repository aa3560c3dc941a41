"""Numbers at raw addresses, and counters that threads share, for compiled code."""

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils

from engine.kernels.fast.emit.vector_ir import ADDRESS, FLOAT, emitted
from engine.kernels.fast.host import host

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
def call_for_number(typing_context: Any, function: Any) -> Any:
    """What `int function(void)` gives."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [])
        return builder.sext(builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), []), _i64)

    return ADDRESS(ADDRESS), code


@emitted
def call_with(typing_context: Any, function: Any, address: Any) -> Any:
    """Call `int function(void *)`: how the system is asked to let a thread sleep, or to wake one."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [_i64])
        builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), [arguments[1]])
        return context.get_dummy_value()

    return types.void(ADDRESS, ADDRESS), code


@emitted
def cycles(typing_context: Any) -> Any:
    """The processor's time-stamp counter, in its own ticks; 0 where there is none."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(_i64, [])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.readcyclecounter"), [])

    return ADDRESS(), code

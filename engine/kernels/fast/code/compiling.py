"""Compiles all kernels into object code: what is written in vectors by LLVM alone, the rest by numba before.

numba looks at types and makes LLVM's terms of Python's; a micro-kernel is written in those (see `emit`), so
it would take several times as long by way of numba. A function for another one's use is compiled into it.
LLVM does little more with them than it must: kernels are written as they are to be, and at its highest level
it takes a sixth longer for code that is no faster.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils, compiler, config, registry, sigutils
from numba.core.compiler_lock import global_compiler_lock
from numba.core.runtime.nrt import rtsys

from engine.kernels.fast.code.machine_code import OF_C, ObjectCode
from engine.kernels.fast.emit.micro_kernel import Function, Kernel, all_compiled
from engine.kernels.fast.emit.vector_ir import Vectors, address_constant
from engine.kernels.fast.running.listening import end, lead, take_part
from engine.kernels.kernel_folder import KERNEL_FOLDER

_ENTRY: Final = "entry"
LEVEL: Final = 1
"""Of LLVM's optimisation."""


def everything() -> list[Kernel | Function]:
    """What there is to be compiled: all that the table of kernels points to, and the interpreter."""
    word = types.int64
    interpreter = [
        Function(None, "lead", word(word, word, word), lead),
        Function(None, "take_part", word(word, word, word), take_part),
        Function(None, "end", word(word), end),
    ]
    return [*interpreter, *all_compiled()]


def compile_all(
    progress: Callable[[int, int], None] = lambda done, total: None, *, backwards: bool = False
) -> list[ObjectCode]:
    """Compile what is not kept; `progress(done, total)` is told after each.

    backwards: from the last kernel to the first, as the `second_compiler` does.
    """
    functions = everything()
    return _all(reversed(functions) if backwards else functions, len(functions), progress)


def _all(
    functions: Iterable[Kernel | Function], total: int, progress: Callable[[int, int], None]
) -> list[ObjectCode]:
    codes = []
    for done, function in enumerate(functions, start=1):
        content = KERNEL_FOLDER.read(function.name)
        if content is None:
            content = object_code(function)
            KERNEL_FOLDER.write(function.name, content)
        codes.append(ObjectCode(function.name, function.slot, content))
        progress(done, total)
    return codes


def object_code(function: Kernel | Function) -> bytes:
    """An object file that has the function as the symbol of its name."""
    return bytes(_target_machine().emit_object(optimized(function)))


def optimized(function: Kernel | Function) -> Any:
    """LLVM's module of it; it may need nothing but `OF_C`."""
    with global_compiler_lock, _numba_at_our_level():
        return _optimized(function)


@contextmanager
def _numba_at_our_level() -> Iterator[None]:
    """Other kernels, which are plain loops, need more of it."""
    _codegen()  # numba's own target machine is made at its own level
    settings: Any = config
    before, settings.OPT = settings.OPT, type(settings.OPT)(LEVEL)
    try:
        yield
    finally:
        settings.OPT = before


@cache
def _target_machine() -> Any:
    """Like numba's, but for the level."""
    options = {"opt": LEVEL}
    _codegen()._customize_tm_options(options)
    return llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(**options)


def _optimized(function: Kernel | Function) -> Any:
    module = _kernel(function) if isinstance(function, Kernel) else _function(function)
    passes, builder = _codegen()._module_pass_manager()
    passes.run(module, builder)
    module.verify()
    foreign = [one.name for one in _declared(module) if not one.name.startswith("llvm.")]
    if not set(foreign) <= set(OF_C):
        raise NotImplementedError(f"{function.name} needs {', '.join(foreign)}")
    return module


def _codegen() -> Any:
    return registry.cpu_target.target_context.codegen()


def _declared(module: Any) -> list[Any]:
    return [one for one in (*module.functions, *module.global_variables) if one.is_declaration]


def _kernel(kernel: Kernel) -> Any:
    """Called with its fields as one value, as `micro_kernel` calls it."""
    declaration = kernel.declaration
    module = _codegen()._create_empty_module(kernel.name)
    packed = registry.cpu_target.target_context.get_value_type(declaration.arguments)
    function = ir.Function(module, ir.FunctionType(ir.IntType(64), [packed]), kernel.name)
    builder = ir.IRBuilder(function.append_basic_block(_ENTRY))
    words = cgutils.unpack_tuple(builder, function.args[0], len(declaration.fields))
    fields = dict(zip(declaration.fields, words, strict=True))
    result = declaration.emit(Vectors(builder), *kernel.variant, **fields)
    builder.ret(address_constant(0) if result is None else result)
    return llvm.parse_assembly(str(module))


def _function(function: Function) -> Any:
    """Written in Python: numba's terms for it and for what it calls, linked, with a plain way in.

    Numba's own way in would ask Python for help where something is raised; nothing here raises.
    """
    target = registry.cpu_target
    arguments, result = sigutils.normalize_signature(function.signature)

    def enter(library: Any, description: Any, environment: Any, helper: Any) -> None:
        module = context.create_module(_ENTRY)
        kind = context.call_conv.get_function_type(description.restype, description.argtypes)
        callee = ir.Function(module, kind, description.llvm_func_name)
        words = ir.FunctionType(
            context.get_value_type(result), [context.get_value_type(one) for one in arguments]
        )
        entry = ir.Function(module, words, function.name)
        builder = ir.IRBuilder(entry.append_basic_block(_ENTRY))
        _, value = context.call_conv.call_function(
            builder, callee, description.restype, description.argtypes, entry.args
        )
        builder.ret(value)
        library.add_ir_module(module)

    context = target.target_context.subtarget(create_cfunc_wrapper=enter)
    flags: Any = compiler.Flags()
    flags.no_cpython_wrapper = flags.no_compile = True
    flags.error_model = "numpy"
    compiled = compiler.compile_extra(
        target.typing_context, context, function.function, arguments, result, flags, {}
    )
    library = compiled.library
    for linked in dict.fromkeys(library._linking_libraries):
        if linked is not rtsys.library:  # numba's memory of arrays
            library._final_module.link_in(linked._get_module_for_linking(), preserve=True)
    module = library._final_module
    for one in (*module.functions, *module.global_variables):
        if not one.is_declaration and one.name != function.name:
            one.linkage = "internal"
    return module

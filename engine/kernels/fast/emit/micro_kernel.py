"""Micro-kernels and tasks, each declared once: slot, signature, wrapper and checked call follow from it.

A micro-kernel is a function that emits vector code. Its keyword arguments are its fields; those before them
are literal, and for each of the combinations it is declared for it is compiled on its own:

    @micro_kernel(itertools.product((1, 2, 4), (1, 2)))
    def gemm(v: Vectors, pixels: int, vectors: int, *, inputs: Word, depth: Word, low: Float) -> None: …

    gemm(thread.kernels, 4, 2, inputs=table, depth=row.depth, low=row.low)    # in compiled code

The call goes through the table of kernels, so that LLVM does not optimise every micro-kernel again in every
caller: half the compile time. A field that is left out, unknown, not named, or of the wrong type does not
compile. A task does a part of one operation (see `operations`): it reads the row by the names of its fields.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Annotated, Any, Concatenate, Final, NamedTuple, ParamSpec, TypeVar, cast

from llvmlite import ir
from numba import types
from numba.core import errors
from numba.extending import intrinsic

from engine.kernels.fast.emit.vector_ir import Value, Vectors, address_constant, emitted
from engine.kernels.fast.emit.words import Words
from engine.kernels.fast.operation_rows import THREAD, layout
from engine.kernels.fast.operations import OPERATIONS, Operation

Word = Annotated[Any, "a 64-bit integer: an address, a distance in bytes, a count"]
Float = Annotated[Any, "a float32"]

P = ParamSpec("P")
Task = TypeVar("Task", bound=Callable[..., Any])

KERNELS_PACKAGE: Final = "engine.kernels.fast.micro_kernels"
TASKS_PACKAGE: Final = "engine.kernels.fast.tasks"

_i64 = ir.IntType(64)
_types: Final = {Word: types.int64, Float: types.float32}


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a micro-kernel says about itself."""

    emit: Callable[..., Value | None]
    literals: tuple[str, ...]
    fields: dict[str, Any]
    """numba's type of each."""
    variants: tuple[tuple[int, ...], ...]

    @property
    def name(self) -> str:
        """As in the source."""
        return self.emit.__name__

    @cached_property
    def ranges(self) -> tuple[range, ...]:
        """Of each literal; every combination of them has a slot, whether it is compiled or not."""
        return tuple(range(min(numbers), max(numbers) + 1) for numbers in zip(*self.variants, strict=True))

    @cached_property
    def slots(self) -> dict[tuple[int, ...], int]:
        """From its first slot on."""
        return {combination: slot for slot, combination in enumerate(product(*self.ranges))}

    @cached_property
    def arguments(self) -> Any:
        """All fields as one value: what it is compiled for, and called with."""
        return types.Tuple(tuple(self.fields.values()))


class Kernel(NamedTuple):
    """A variant of a micro-kernel that is to be compiled."""

    slot: int
    name: str
    declaration: Declaration
    variant: tuple[int, ...]


class Function(NamedTuple):
    """A function of Python that is to be compiled: a task, which has a slot, or what runs them."""

    slot: int | None
    name: str
    signature: Any
    function: Callable[..., Any]


_kernels: Final[dict[str, Declaration]] = {}
_tasks: Final[dict[type[Operation], Callable[..., int]]] = {}


def micro_kernel(
    variants: Iterable[tuple[int, ...]] = ((),),
) -> Callable[[Callable[Concatenate[Vectors, P], Value | None]], Callable[Concatenate[int, P], int]]:
    """Declare a micro-kernel, which is then called with the address of the table of kernels first."""

    def declare(
        emit: Callable[Concatenate[Vectors, P], Value | None],
    ) -> Callable[Concatenate[int, P], int]:
        parameters = list(inspect.signature(emit).parameters.values())[1:]
        named = {
            parameter.name: _types[parameter.annotation]
            for parameter in parameters
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        literals = tuple(parameter.name for parameter in parameters if parameter.name not in named)
        declaration = Declaration(emit=emit, literals=literals, fields=named, variants=tuple(variants))
        _kernels[declaration.name] = declaration
        return cast(Callable[Concatenate[int, P], int], _call_of(declaration))

    return declare


def task(operation: type[Operation]) -> Callable[[Task], Task]:
    """Declare what does one task of an operation: (row, number of the task, thread) → non-finite tiles met.

    row: the operation's row, thread: `operation_rows.THREAD`, both with a name for each word.
    """

    def declare(function: Task) -> Task:
        _tasks[operation] = function
        return function

    return declare


def all_compiled() -> list[Kernel | Function]:
    """Everything that the table of kernels points to."""
    found: list[Kernel | Function] = []
    for slot, operation in enumerate(OPERATIONS):
        signature = types.int64(Words(layout(operation)), types.int64, Words(THREAD))
        function = _declared_tasks()[operation]
        found.append(Function(slot, function.__name__, signature, function))
    for declaration in _declared_kernels():
        first = first_slot(declaration.name)
        for variant in declaration.variants:
            name = "_".join([declaration.name, *map(str, variant)])
            found.append(Kernel(first + declaration.slots[variant], name, declaration, variant))
    return found


def slot_count() -> int:
    """Length of the table of kernels."""
    return len(OPERATIONS) + sum(len(kernel.slots) for kernel in _declared_kernels())


def first_slot(name: str) -> int:
    """Where a micro-kernel's part of the table begins: tasks come first, then the kernels by name."""
    slot = len(OPERATIONS)
    for declaration in _declared_kernels():
        if declaration.name == name:
            return slot
        slot += len(declaration.slots)
    raise KeyError(name)


@emitted
def call_task(typing_context: Any, function: Any, row: Any, number: Any, thread: Any) -> Any:
    """Call the task at an address; row and thread are addresses, too."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer, *values = arguments
        kind = ir.FunctionType(_i64, [_i64, _i64, _i64])
        return builder.call(builder.inttoptr(pointer, kind.as_pointer()), values)

    return types.int64(types.int64, types.int64, types.int64, types.int64), code


# numba's side ------------------------------------------------------------------------------------------
def _call_of(declaration: Declaration) -> Any:
    """The call as compiled code sees it."""
    names = ("kernels", *declaration.literals, *declaration.fields)
    accepted = inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
            for name in ("typing_context", *names)
        ]
    )

    def define(typing_context: Any, *arguments: Any, **named: Any) -> Any:
        _check(declaration, arguments, named)

        def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            table, *values = values
            literals, fields = values[: len(declaration.literals)], values[len(declaration.literals) :]
            slot = address_constant(0)
            for numbers, literal in zip(declaration.ranges, literals, strict=True):
                slot = builder.mul(slot, address_constant(len(numbers)))
                slot = builder.add(slot, builder.sub(literal, address_constant(numbers.start)))
            entry = builder.add(table, address_constant(8 * first_slot(declaration.name)))
            entry = builder.add(entry, builder.mul(slot, address_constant(8)))
            packed = context.make_tuple(builder, declaration.arguments, fields)
            kind = ir.FunctionType(_i64, [packed.type])
            pointer = builder.load(builder.inttoptr(entry, kind.as_pointer().as_pointer()))
            return builder.call(pointer, [packed])

        numbers = [types.int64] * (1 + len(declaration.literals))
        return types.int64(*numbers, *declaration.fields.values()), code

    define.__name__ = define.__qualname__ = declaration.name
    define.__doc__ = declaration.emit.__doc__
    define.__signature__ = accepted  # type: ignore[attr-defined]  # what numba asks for
    return intrinsic(define)


def _check(declaration: Declaration, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    """`TypingError` unless each field is given once, by its name, with a value of its type."""
    name = declaration.name
    if len(arguments) != 1 + len(declaration.literals):
        order = ", ".join(("kernels", *declaration.literals))
        raise errors.TypingError(f"{name} takes ({order}) by position and everything else by name")
    missing = [field for field in declaration.fields if field not in named]
    if missing:
        raise errors.TypingError(f"{name} is called without {', '.join(missing)}")
    for field, kind in named.items():
        if field not in declaration.fields:
            raise errors.TypingError(f"{name} has no {field}")
        wanted = declaration.fields[field]
        fits = types.Float if isinstance(wanted, types.Float) else (types.Integer, types.Boolean)
        if not isinstance(kind, fits):
            raise errors.TypingError(f"{field} of {name} is {wanted}, not {kind}")


def _declared_kernels() -> list[Declaration]:
    """By where they are declared and by name: the same in every process, whatever was imported first."""
    _import_all(KERNELS_PACKAGE)
    return sorted(_kernels.values(), key=lambda kernel: (kernel.emit.__module__, kernel.name))


def _declared_tasks() -> dict[type[Operation], Callable[..., int]]:
    _import_all(TASKS_PACKAGE)
    return _tasks


def _import_all(package: str) -> None:
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
        importlib.import_module(module.name)

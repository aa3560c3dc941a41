"""Tasks of a batch's rows: declared by the names of their words, compiled when a program first has such one.

The rows are those that the team's threads walk over (`fast.running`); what follows the words that every
row has is the task's own. A network in training has a handful of kinds of rows, of hundreds that there could
be: what no row needs is not compiled.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import carray as _carray  # type: ignore[attr-defined]  # numba says not what it exports
from numba import types

from engine.kernels.fast.emit.vector_ir import emitted
from engine.kernels.fast.emit.words import Words
from engine.kernels.fast.operation_rows import THREAD, WORDS, Layout
from engine.kernels.jit import compiled_function

HEAD: Final = ("kind", "barrier", "tasks", "first")
"""Words of every row; `first`: the number of its first task, which the task's own is counted from."""
MOST_TASKS: Final = 1024

Function = Callable[[Any, int, Any], int]
"""(row, number of the task, thread) → 0: see `fast.emit.micro_kernel.task`."""


class _Table:
    """Where the machine code of each kind of row is, by its number."""

    def __init__(self) -> None:
        self.addresses: npt.NDArray[np.int64] = np.zeros(MOST_TASKS, np.int64)
        self._kept: list[Any] = []

    def enter(self, compiled: Any) -> int:
        """The number of a new kind."""
        self.addresses[len(self._kept)] = compiled.address
        self._kept.append(compiled)
        return len(self._kept) - 1


TABLE: Final = _Table()
"""Of this process."""


class BatchTask:
    """What does one task of a kind of rows."""

    def __init__(self, function: Function, words: tuple[str, ...], floats: frozenset[str]) -> None:
        assert len(HEAD) + len(words) <= WORDS
        self.words, self.floats = words, floats
        self._function = function

    @property
    def number(self) -> int:
        """Its place in the table; compiles it the first time that it is asked for."""
        return _entered(self)

    def compiled(self) -> Any:
        """As numba has it."""
        layout = Layout(self._function.__qualname__, (*HEAD, *self.words), self.floats)
        return compiled_function(types.int64(Words(layout), types.int64, Words(THREAD)))(self._function)


@cache
def _entered(task: BatchTask) -> int:
    return TABLE.enter(task.compiled())


def batch_task(words: str, *, floats: str = "", name: str = "") -> Callable[[Function], BatchTask]:
    """Declare a task by the names of its row's words; floats: those of them that hold a float32.

    name: of one of several that are compiled from the same lines.
    """

    def declare(function: Function) -> BatchTask:
        function.__qualname__ = name or function.__name__  # its name among the kept kernels
        return BatchTask(function, tuple(words.split()), frozenset(floats.split()))

    return declare


carray: Final = _carray
"""An array in memory that begins at a pointer."""


def _pointer_to(kind: Any) -> Any:
    @emitted
    def pointer(typing_context: Any, address: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(types.CPointer(kind)))

        return types.CPointer(kind)(types.int64), code

    return pointer


float_pointer: Final = _pointer_to(types.float32)
"""An address as numba's `carray` takes it."""
double_pointer: Final = _pointer_to(types.float64)
byte_pointer: Final = _pointer_to(types.int8)
word_pointer: Final = _pointer_to(types.int64)

"""All micro-kernels and tasks, compiled once and reached through one table of addresses.

Each is a `cfunc`: its machine code is kept on disk, and callers do not compile it again.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import types

from engine.kernels.fast import (
    columns,
    gemm_tasks,
    pixel_tasks,
    window_tasks,
    winograd_tasks,
)
from engine.kernels.fast.micro_kernels import Kernel, micro_kernels
from engine.kernels.fast.second_compiler import second_compiler
from engine.kernels.jit import compiled_function


def tasks() -> Iterator[Kernel]:
    """What does one task of a row: the interpreter calls them by the row's kind."""
    by_kind = {
        columns.GEMM: gemm_tasks.gemm_task,
        columns.GEMM + columns.PLAIN_TASKS + columns.PIXELS_RUN: gemm_tasks.plain_task,
        columns.GEMM + columns.PLAIN_TASKS + columns.ROWS_RUN: gemm_tasks.window_rows_task,
        columns.WINOGRAD: winograd_tasks.winograd_task,
        columns.WINOGRAD_INPUT: winograd_tasks.input_phase_task,
        columns.WINOGRAD_PRODUCTS: winograd_tasks.products_phase_task,
        columns.WINOGRAD_OUTPUT: winograd_tasks.output_phase_task,
        columns.DEPTHWISE: window_tasks.depthwise_task,
        columns.POOL: window_tasks.pool_task,
        columns.GLOBAL_POOL: window_tasks.global_pool_task,
        columns.PIXELS: pixel_tasks.pixels_task,
        columns.COPY: pixel_tasks.copy_task,
        columns.SOFTMAX: pixel_tasks.softmax_task,
        columns.RESPONSE_NORM: pixel_tasks.response_norm_task,
        columns.LAYER_NORM: pixel_tasks.layer_norm_task,
    }
    for kind, task in by_kind.items():
        yield columns.TASK_SLOT + kind, 7, 2, partial(_as_it_is, task)


def _as_it_is(task: Any) -> Any:
    return task


class Library:
    """The compiled micro-kernels; `addresses` is the table that rows are run with."""

    def __init__(
        self, progress: Callable[[int, int], None] = lambda done, total: None, *, backwards: bool = False
    ) -> None:
        """Compile or load all. `progress(done, total)` is told after each; the interpreter counts as one.

        backwards: from the last kernel to the first, as the `second_compiler` does.
        """
        self.addresses: npt.NDArray[np.int64] = np.zeros(columns.SLOTS, np.int64)
        self._kept: list[Any] = []  # machine code lives as long as these objects
        kernels = [*tasks(), *micro_kernels()]
        self.count = len(kernels)
        if backwards:
            self._compile(reversed(kernels), progress)
        else:
            with second_compiler(self.count):
                self._compile(kernels, progress)

    def _compile(self, kernels: Iterable[Kernel], progress: Callable[[int, int], None]) -> None:
        for done, (slot, words, floats, make) in enumerate(kernels, start=1):
            signature = types.int64(*[types.int64] * words, *[types.float32] * floats)
            function = make()
            function.__qualname__ = f"micro_kernel_{slot}"  # its name among the kept kernels
            compiled = compiled_function(signature)(function)
            self._kept.append(compiled)
            self.addresses[slot] = int(compiled.address or 0)
            progress(done, self.count + 1)  # the last one is the interpreter

"""All micro-kernels and tasks, compiled once and reached through one table of addresses.

Each is a `cfunc`: its machine code is kept on disk, and callers do not compile it again.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.emit.micro_kernel import Compiled, all_compiled, slot_count
from engine.kernels.fast.second_compiler import second_compiler
from engine.kernels.jit import compiled_function


class Library:
    """The compiled micro-kernels; `addresses` is the table that rows are run with."""

    def __init__(
        self, progress: Callable[[int, int], None] = lambda done, total: None, *, backwards: bool = False
    ) -> None:
        """Compile or load all. `progress(done, total)` is told after each; the interpreter counts as one.

        backwards: from the last kernel to the first, as the `second_compiler` does.
        """
        self.addresses: npt.NDArray[np.int64] = np.zeros(slot_count(), np.int64)
        self._kept: list[Any] = []  # machine code lives as long as these objects
        kernels = all_compiled()
        self.count = len(kernels)
        if backwards:
            self._compile(reversed(kernels), progress)
        else:
            with second_compiler(self.count):
                self._compile(kernels, progress)

    def _compile(self, kernels: Iterable[Compiled], progress: Callable[[int, int], None]) -> None:
        for done, (slot, name, signature, function) in enumerate(kernels, start=1):
            function.__qualname__ = name  # its name among the kept kernels
            compiled = compiled_function(signature)(function)
            self._kept.append(compiled)
            self.addresses[slot] = int(compiled.address or 0)
            progress(done, self.count + 1)  # the last one is the interpreter

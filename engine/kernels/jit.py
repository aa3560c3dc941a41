"""numba's decorators, wrapped once: typed, cached in a versioned folder, one shared set of fast-math flags.

Importing this module imports numba (about 0.3 s): the layers do so only when something is computed that the
fast kernels do not compute, which are loaded without it (`fast.library`).
"""

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba
from numba.core import sigutils
from numba.core.ccallback import CFunc

from engine.kernels.kept_kernels import KernelCache
from engine.kernels.kernel_folder import KERNEL_FOLDER

P = ParamSpec("P")
R = TypeVar("R")

FASTMATH: Final = frozenset({"nsz", "arcp", "contract", "afn", "reassoc"})
"""Without nnan and ninf: max pooling starts at −∞, and a user's NaN is worth seeing."""


def _kept(compiled: Any, function: Callable[..., Any]) -> Any:
    """Let numba look for this function's machine code in our folder."""
    compiled._cache = KernelCache(function, KERNEL_FOLDER)
    return compiled


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call, one thread, GIL released, kept."""
    compiled = numba.njit(nogil=True, fastmath=set(FASTMATH), error_model="numpy")(function)
    return cast(Callable[P, R], _kept(compiled, function))


def kernel_part(function: Callable[P, R]) -> Callable[P, R]:
    """Like `kernel`, to be called by kernels alone: no time goes into a way in from Python, or a file."""
    compile_into: Any = numba.njit  # whose declared types leave two options out
    compiled = compile_into(
        nogil=True,
        fastmath=set(FASTMATH),
        error_model="numpy",
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
    )(function)
    return cast(Callable[P, R], compiled)


def compiled_function(signature: Any) -> Callable[[Any], Any]:
    """Compile at once into machine code with an address, kept: what is called through a pointer.

    Without fast-math flags: numba would set them on the instructions of intrinsics, too.
    """

    def compile_now(function: Callable[..., Any]) -> Any:
        compiled = CFunc(function, sigutils.normalize_signature(signature), {}, {"error_model": "numpy"})
        _kept(compiled, function).compile()
        return compiled

    return compile_now


def parallel_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Like `kernel`, with `prange` loops spread over the cores. Each iteration writes its own slice.

    Only one thread of the process may be inside such a kernel at a time (numba's workqueue layer ends
    the process otherwise): the executor holds a lock around them.
    """
    compiled = numba.njit(nogil=True, parallel=True, fastmath=set(FASTMATH), error_model="numpy")(function)
    return cast(Callable[P, R], _kept(compiled, function))


prange: Final = numba.prange
"""numba's parallel range."""

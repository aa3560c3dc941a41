"""numba's decorators, wrapped once: typed, cached in a versioned folder, one shared set of fast-math flags.

Importing this module imports numba (about 0.3 s): the layers do so only when something is computed.
A kernel's file does not tell edits in the modules that it imports, so the folder's name carries a digest of
every kernel source, of numba and of the processor.
"""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import llvmlite.binding as llvm
import numba
from numba.core import sigutils
from numba.core.ccallback import CFunc

from engine.folders import cache_folder
from engine.kernels.kept_kernels import KernelCache, KernelFolder

P = ParamSpec("P")
R = TypeVar("R")

FASTMATH: Final = frozenset({"nsz", "arcp", "contract", "afn", "reassoc"})
"""Without nnan and ninf: max pooling starts at −∞, and a user's NaN is worth seeing."""


def kernel_folder() -> Path:
    """Where compiled kernels are kept; `RuntimeError` where there is no home."""
    return cache_folder() / f"kernels-{_version()}"


def _version() -> str:
    digest = sha256()
    for part in (numba.__version__, llvm.get_host_cpu_name(), os.environ.get("ONEBYONE_VECTOR_WIDTH", "")):
        digest.update(part.encode())
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _folder() -> KernelFolder:
    try:
        return KernelFolder(kernel_folder())
    except (OSError, RuntimeError):  # no home folder, or one whose name nobody knows
        return KernelFolder(None)


KERNEL_FOLDER: Final = _folder()


def _kept(compiled: Any, function: Callable[..., Any]) -> Any:
    """Let numba look for this function's machine code in our folder."""
    compiled._cache = KernelCache(function, KERNEL_FOLDER)
    return compiled


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call, one thread, GIL released, kept."""
    compiled = numba.njit(nogil=True, fastmath=set(FASTMATH), error_model="numpy")(function)
    return cast(Callable[P, R], _kept(compiled, function))


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

"""numba's decorators, wrapped once: typed, cached in a versioned folder, one shared set of fast-math flags.

Importing this module imports numba (about 0.3 s): the layers do so only when something is computed.
numba's own cache does not see edits in imported modules, so the folder's name carries a digest of every
kernel source, of numba and of the processor.
"""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import llvmlite.binding as llvm
import numba

P = ParamSpec("P")
R = TypeVar("R")

FASTMATH: Final = frozenset({"nsz", "arcp", "contract", "afn", "reassoc"})
"""Without nnan and ninf: max pooling starts at −∞, and a user's NaN is worth seeing."""


def cache_folder() -> Path:
    """Where compiled kernels are kept: `ONEBYONE_CACHE`, or the user's cache folder; never the install."""
    root = os.environ.get("ONEBYONE_CACHE")
    if root:
        base = Path(root)
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home())) / "onebyone"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches" / "onebyone"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "onebyone"
    return base / f"kernels-{_version()}"


def _version() -> str:
    digest = sha256()
    for part in (numba.__version__, llvm.get_host_cpu_name(), os.environ.get("ONEBYONE_VECTOR_WIDTH", "")):
        digest.update(part.encode())
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _usable(folder: Path) -> Path:
    """The folder, or where it cannot be written a private one that is gone when the program ends.

    numba would look for another place by itself, and end up beside the sources, where nothing tells
    the kernels of one version from those of another.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        private = tempfile.mkdtemp(prefix="onebyone-kernels-")
        atexit.register(shutil.rmtree, private, ignore_errors=True)
        return Path(private)


numba.config.CACHE_DIR = str(_usable(cache_folder()))  # type: ignore[attr-defined]  # made at run time from the environment


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call, one thread, GIL released, cached."""
    made = numba.njit(cache=True, nogil=True, fastmath=set(FASTMATH), error_model="numpy")(function)
    return cast(Callable[P, R], made)


def compiled_function(signature: Any) -> Callable[[Any], Any]:
    """Compile at once into machine code with an address, cached: what is called through a pointer.

    Without fast-math flags: numba would set them on the instructions of intrinsics, too.
    """
    return cast(Callable[[Any], Any], numba.cfunc(signature, cache=True, error_model="numpy"))


def parallel_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Like `kernel`, with `prange` loops spread over the cores. Each iteration writes its own slice.

    Only one thread of the process may be inside such a kernel at a time (numba's workqueue layer ends
    the process otherwise): the executor holds a lock around them.
    """
    made = numba.njit(cache=True, nogil=True, parallel=True, fastmath=set(FASTMATH), error_model="numpy")(
        function
    )
    return cast(Callable[P, R], made)


prange: Final = numba.prange
"""numba's parallel range."""

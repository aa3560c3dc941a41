"""What numba compiles, on disk: each kernel is one file in the folder of kernels.

numba's own cache trusts its files, and shares an index between the kernels of one name. Here a file is looked
at before anything of it is unpickled or given to LLVM, which may end the process on bad bitcode, and two
processes that compile at once never meet in one.
"""

import logging
import pickle
from hashlib import sha256
from typing import Any

from numba.core.caching import Cache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from engine.kernels.kernel_folder import KernelFolder

log = logging.getLogger("onebyone")


class KernelCache(Cache):
    """Where numba looks for the machine code of one function, and puts it."""

    def __init__(self, function: Any, folder: KernelFolder) -> None:
        # numba's own constructor would look for folders to write to, and end up beside the sources
        self._py_func = function
        self._folder = folder
        self._enabled = True
        place = f"{function.__module__}.{function.__qualname__}".replace("<", "").replace(">", "")
        self._prefix = f"{place[-100:]}-{function.__code__.co_firstlineno}"

    @property
    def cache_path(self) -> str:
        """The folder, for numba's reports."""
        return str(self._folder.path or "")

    def flush(self) -> None:
        """numba forgets what was compiled by it; files stay, they are named after what they hold."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled function for these types, or None: compile it."""
        target_context.refresh()
        if not self._enabled:
            return None
        name = self._file_name(sig, target_context.codegen())
        payload = self._folder.read(name)
        if payload is None:
            return None
        try:
            return CompileResult._rebuild(target_context, *pickle.loads(payload))
        except Exception:
            # whole, and yet of no use: written by another build of numba or LLVM of the same version
            log.debug("a kept kernel cannot be used", exc_info=True)
            self._folder.drop(name)
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, unless it holds addresses of this process."""
        if not self._enabled or data.library.has_dynamic_globals:
            return
        self._folder.write(self._file_name(sig, data.codegen), dumps(data._reduce()))

    def _file_name(self, sig: Any, codegen: Any) -> str:
        """Names the function, the types, the processor and what the function closes over."""
        key = self._index_key(sig, codegen)  # type: ignore[no-untyped-call]  # numba is untyped
        digest = sha256(repr(key).encode()).hexdigest()
        return f"{self._prefix}-{digest[:32]}"

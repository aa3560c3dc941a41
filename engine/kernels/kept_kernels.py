"""Compiled kernels on disk: whole files with a checksum, never trusted and never needed.

A kernel's file is looked at before anything of it is unpickled or given to LLVM, which may end the process
on bad bitcode. What is damaged is removed and compiled again; where nothing can be written (a read-only
folder, a full disk, a quota) kernels are compiled in memory at every start, and that is said once.

numba's own cache trusts its files, and shares an index between the kernels of one name. Here each kernel is
one file, so two processes that compile at once never meet in one.
"""

import logging
import os
import pickle
import secrets
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from numba.core.caching import Cache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

log = logging.getLogger("onebyone")

ENDING: Final = ".kernel"
_UNFINISHED: Final = ".part"
_ABANDONED_SECONDS: Final = 3600.0
_MARK: Final = b"onebyone kernel\n"
_DIGEST_BYTES: Final = 32
_PROBE_BYTES: Final = 1 << 16
"""More than any file system keeps free for itself in a folder's own block."""


class KernelFolder:
    """The files of one version of the kernels; None for a place that nobody could name."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._writable = path is not None
        self._swept = False

    def count(self) -> int:
        """How many kernels are there, sound or not."""
        return 0 if self.path is None else sum(1 for _ in self.path.glob(f"*{ENDING}"))

    def can_keep(self) -> bool:
        """Whether a file can be written now. The first time that it cannot is told."""
        self._write("probe", bytes(_PROBE_BYTES), keep=False)
        return self._writable

    def read(self, name: str) -> bytes | None:
        """What `write` was given; None if there is no such file or it is not whole, which then is removed."""
        if self.path is None:
            return None
        try:
            content = (self.path / (name + ENDING)).read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            self.drop(name)
            return None
        start = len(_MARK) + _DIGEST_BYTES
        payload = content[start:]
        if content[:start] != _MARK + sha256(payload).digest():
            self.drop(name)
            return None
        return payload

    def write(self, name: str, payload: bytes) -> None:
        """Keep a kernel, completely or not at all."""
        self._write(name, _MARK + sha256(payload).digest() + payload, keep=True)

    def drop(self, name: str) -> None:
        """Remove a kernel that is of no use."""
        if self.path is not None:
            with suppress(OSError):
                (self.path / (name + ENDING)).unlink()

    def _write(self, name: str, content: bytes, *, keep: bool) -> None:
        if not self._writable or self.path is None:
            return
        temporary = self.path / f"{name}-{secrets.token_hex(6)}{_UNFINISHED}"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._sweep()
            with open(temporary, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if keep:
                os.replace(temporary, self.path / (name + ENDING))
        except OSError as error:
            self._writable = False
            log.warning(
                "onebyone: compiled kernels cannot be kept in %s (%s): every start compiles them again",
                self.path.parent,
                error.strerror or error,
            )
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what writers left behind that were ended in the middle."""
        if self._swept or self.path is None:
            return
        self._swept = True
        for left in self.path.glob(f"*{_UNFINISHED}"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                    left.unlink()


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

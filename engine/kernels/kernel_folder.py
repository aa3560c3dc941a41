"""Files of compiled kernels: whole ones with a checksum, never trusted and never needed.

What is damaged is removed and compiled again; where nothing can be written (a read-only folder, a full disk,
a quota) kernels are compiled in memory at every start, and that is said once.

numba is not imported here, nor where kernels are loaded that were compiled before.
"""

import logging
import os
import secrets
import time
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from engine.folders import cache_folder

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


def kernel_folder() -> Path:
    """Where compiled kernels are kept; `RuntimeError` where there is no home.

    A kernel's file does not tell edits in the modules that it imports, so the folder's name carries a digest
    of every kernel source, of numba and of the processor.
    """
    return cache_folder() / f"kernels-{_version()}"


def _version() -> str:
    import llvmlite
    import llvmlite.binding as llvm

    digest = sha256(_compiler())
    features = llvm.get_host_cpu_features().flatten()
    forced = [os.environ.get(name, "") for name in ("ONEBYONE_VECTOR_WIDTH", "NUMBA_CPU_NAME", "NUMBA_OPT")]
    for part in (llvmlite.__version__, llvm.get_host_cpu_name(), features, *forced):
        digest.update(part.encode())
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _compiler() -> bytes:
    """What tells numba's version, without importing it; nothing in a bundle, which has one."""
    found = find_spec("numba")
    with suppress(OSError):
        if found is not None and found.origin is not None:
            return Path(found.origin).with_name("_version.py").read_bytes()
    return b""


def _folder() -> KernelFolder:
    try:
        return KernelFolder(kernel_folder())
    except (OSError, RuntimeError):  # no home folder, or one whose name nobody knows
        return KernelFolder(None)


KERNEL_FOLDER: Final = _folder()

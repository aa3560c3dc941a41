"""Whole files in and out: reading with a limit, writing completely or not at all."""

import glob
import hashlib
import os
import platform
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Final

from engine.errors import FormatError, quoted, reason_of

MAX_BYTES: Final = 256_000_000
"""Largest file that is read into memory."""
_ABANDONED_SECONDS: Final = 3600.0


def read_bytes(path: str | Path, most: int = MAX_BYTES) -> bytes:
    """The content of a file; `FormatError` for one that is missing, unreadable or huge."""
    name = quoted(Path(path).name, quotes="")
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise FormatError(f"there is no file {quoted(Path(path))}") from None
    except (OSError, ValueError) as error:
        raise FormatError(f"{name} cannot be read: {reason_of(error)}") from None
    if len(data) > most:
        raise FormatError(f"{name} has more than {most // 1_000_000} MB: it is no file of this program")
    return data


def write_bytes(path: str | Path, data: bytes, *, private: bool = False) -> None:
    """Write a file so that it holds either all of `data` or what it held before; see `replacing`."""
    with replacing(path, private=private) as file:
        file.write(data)


def content_digest(content: str | Path | bytes) -> str:
    """A name for what a file holds, the same for the same bytes; empty for a file that cannot be read."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    try:
        with open(content, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


@contextmanager
def replacing(path: str | Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the place of the one at `path` when all went well.

    The bytes go to a temporary file in the same folder, reach the disk, and take the old file's place and
    permissions in one step; with `private` nobody else may read it. What is no regular file (a pipe,
    /dev/stdout) is written to directly.
    `FormatError` says why the file cannot be written.
    """
    try:
        mode = _mode(path)
        if mode is not None and not stat.S_ISREG(mode):
            with open(path, "wb") as file:
                yield file
            return
        if mode is not None and not os.access(path, os.W_OK):
            raise PermissionError("the file is read-only")
        with _temporary_beside(Path(os.path.realpath(path)), 0o600 if private else mode) as file:
            yield file
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise FormatError(f"cannot write {quoted(Path(path))}: {_write_reason(path, error)}") from None


@contextmanager
def _temporary_beside(target: Path, mode: int | None) -> Iterator[IO[bytes]]:
    _sweep(target)
    temporary = target.with_name(f"{_prefix(target)}{_here()}-{os.getpid()}-{secrets.token_hex(6)}")
    # Unlike tempfile's, this file gets the permissions that the user's umask gives to new files.
    permissions = 0o666 if mode is None else stat.S_IMODE(mode)
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), permissions)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _prefix(target: Path) -> str:
    return f".{target.name[:100]}-unfinished-"


def _sweep(target: Path) -> None:
    """Remove what writers of this file left behind that were killed: on this machine, or long ago."""
    for left in target.parent.glob(f"{glob.escape(_prefix(target))}*"):
        here, _, process = left.name[len(_prefix(target)) :].rpartition("-")[0].partition("-")
        with suppress(OSError):
            dead = here == _here() and process.isdecimal() and not _is_alive(int(process))
            if dead or time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                left.unlink()


@cache
def _here() -> str:
    """Names the machine since its start: the numbers of its processes mean nothing on another one."""
    try:
        start = Path("/proc/sys/kernel/random/boot_id").read_text()
    except (OSError, ValueError):
        start = ""
    return hashlib.sha256(f"{platform.node()} {start}".encode()).hexdigest()[:8]


def _is_alive(process: int) -> bool:
    """Whether such a process may be running; where that cannot be asked without harm, it may."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _sync_folder(folder: Path) -> None:
    """Let the new name reach the disk too, where folders can be opened."""
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _mode(path: str | Path) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _write_reason(path: str | Path, error: Exception) -> str:
    folder = Path(path).parent
    if isinstance(error, FileNotFoundError) and not folder.is_dir():
        return f"there is no folder {quoted(folder)}"
    return reason_of(error)

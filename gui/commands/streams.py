"""`-` for standard input and output.

Formats know files and their endings: a stream goes through a file in a folder that is gone when the command
ends, and its ending comes of its first bytes or of what was asked for.
"""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gui.commands.command import STREAM, UsageError

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

STREAM_NAME: Final = str(STREAM)
_READABLE: Final = (".html", ".md", ".svg", ".tex", ".tikz", ".csv", ".onebyone", ".py")
_MOST_BYTES: Final = 1 << 34
_HEAD: Final = 64
_PART: Final = 1 << 20


def network_ending(head: bytes) -> str:
    """Of a project as JSON or as an archive, else of an ONNX model."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return ".onebyone" if head.startswith(b"PK\3\4") or text[:1] in (b"{", b"") else ".onnx"


def weights_ending(head: bytes) -> str:
    """An archive of arrays, else safetensors."""
    return ".npz" if head.startswith(b"PK") else ".safetensors"


def arrays_ending(head: bytes) -> str:
    """One array, else an archive of them."""
    return ".npy" if head.startswith(b"\x93NUMPY") else ".npz"


def names_ending(head: bytes) -> str:
    """JSON, else a name a line."""
    return ".json" if head.lstrip()[:1] in (b"[", b"{") else ".txt"


def file_or_input(path: Path, ending: Callable[[bytes], str]) -> Path:
    """The file that an argument names; for `-` one with what standard input holds."""
    return standard_input(ending) if path is STREAM else path


def standard_input(ending: Callable[[bytes], str]) -> Path:
    """A file with all that comes in, called `stdin` and the ending that its first bytes stand for.

    `UsageError` where there is nothing to read from, or where it was read before: a stream runs only once.
    """
    folder = _folder() / "in"
    if folder.exists():
        raise UsageError("- stands twice on the command line, and standard input can be read once")
    if sys.stdin is None or not hasattr(sys.stdin, "buffer"):
        raise UsageError("standard input is closed: there is nothing to read from -")
    folder.mkdir()
    source = sys.stdin.buffer
    head = source.read(_HEAD)
    path = folder / f"stdin{ending(head)}"
    with path.open("wb") as file:
        file.write(head)
        taken = len(head)
        while part := source.read(_PART):
            taken += len(part)
            if taken > _MOST_BYTES:
                raise UsageError(f"standard input has more than {_MOST_BYTES / 1e9:.0f} GB")
            file.write(part)
    return path


@contextmanager
def file_or_output(path: Path, name: str) -> Iterator[Path]:
    """The file to be written; for `-` one called `name`, which goes to standard output when all is well.

    What is printed meanwhile goes to standard error then. `UsageError` for what needs several files.
    """
    if path is not STREAM:
        yield path
        return
    if sys.stdout.isatty() and not name.endswith(_READABLE):
        raise UsageError("-o - would write bytes to the terminal: send them to a file or a pipe")
    import shutil

    folder = _folder() / "out"
    if folder.exists():
        raise UsageError("- stands twice on the command line, and standard output takes one file")
    folder.mkdir()
    with redirect_stdout(sys.stderr):
        yield folder / name
    made = sorted(folder.iterdir())
    if len(made) > 1:
        others = ", ".join(file.name for file in made if file.name != name)
        raise UsageError(f"-o - takes one file, and this makes {others} beside it: name a file")
    out = sys.stdout
    with made[0].open("rb") as file:
        if hasattr(out, "buffer"):
            out.flush()
            shutil.copyfileobj(file, out.buffer)
            out.buffer.flush()
        else:
            out.write(io.TextIOWrapper(file, encoding="utf-8").read())


def forget_streams() -> None:
    """Remove what came in and what was to go out."""
    if _kept.cache_info().currsize:
        _kept().cleanup()
        _kept.cache_clear()


@cache
def _kept() -> "TemporaryDirectory[str]":
    import tempfile  # a start need not wait for it

    return tempfile.TemporaryDirectory(prefix="onebyone-", ignore_cleanup_errors=True)


def _folder() -> Path:
    return Path(_kept().name)

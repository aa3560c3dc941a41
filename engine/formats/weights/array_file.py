"""The arrays of an `.npz` file, by name: headers first, numbers when they are asked for."""

import logging
import os
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError, FormatError, quoted, reason_of
from engine.shapes import Shape

log = logging.getLogger("onebyone")

F32 = npt.NDArray[np.float32]

ENDING: Final = ".npz"
NUMPY_ENDING: Final = ".npy"

MAX_ARRAYS: Final = 100_000
MAX_VALUES: Final = 1 << 28
"""Largest array that is read: 1 GB."""

_NUMPY_MAGIC: Final = b"\x93NUMPY"
_PICKLE_REASON: Final = (
    "is a pickle, as PyTorch's .pth files are: reading one may run any program, so it is not opened."
    " In PyTorch, numpy.savez(FILE, **{name: t.numpy() for name, t in"
    f" torch.load(PTH, weights_only=True).items()}}) makes an {ENDING} of it"
)


class _Header(NamedTuple):
    shape: Shape
    dtype: np.dtype[Any]
    fortran_order: bool


class ArrayFile:
    """The numbers in an `.npz` file by name, as float32.

    Only names and headers are read at once; the numbers of an array when it is asked for, and no more of them
    than its header says. What holds no numbers is left out: other programs keep what they like beside them.
    `FormatError` in one line for a file that is damaged, without its bytes.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.name = quoted(self.path.name, quotes="")
        """The file's name, for people."""
        headers: dict[str, _Header] = {}
        others = 0
        with self._archive() as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.endswith(NUMPY_ENDING)]
            for entry in entries[:MAX_ARRAYS]:
                with archive.open(entry) as stream:
                    header = _read_header(stream)
                if header.dtype.kind in "biuf":
                    headers[entry.filename.removesuffix(NUMPY_ENDING)] = header
                else:
                    others += 1
        if others and not headers:
            raise FormatError(f"{self.name} holds no numbers, but other objects")
        self._headers = headers

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """By name, in the file's order."""
        return {name: header.shape for name, header in self._headers.items()}

    def read(self, name: str) -> F32:
        """An array as float32; `FormatError`."""
        header = self._headers[name]
        count = prod(header.shape)
        if any(size < 0 for size in header.shape) or count > MAX_VALUES:
            raise FormatError(f"{self.name}: {quoted(name)} has {count:,} numbers: too many")
        size = count * header.dtype.itemsize
        with self._archive() as archive, archive.open(name + NUMPY_ENDING) as stream:
            _read_header(stream)
            content = stream.read(size)
            if len(content) != size or stream.read(1):
                raise FormatError(f"{self.name} is damaged: {quoted(name)} does not hold what it says")
        order: Literal["F", "C"] = "F" if header.fortran_order else "C"
        values = np.frombuffer(content, header.dtype).reshape(header.shape, order=order)
        with np.errstate(over="ignore"):
            return np.asarray(values, dtype=np.float32)

    @contextmanager
    def _archive(self) -> Iterator[zipfile.ZipFile]:
        """The open file; whatever goes wrong with it while it is read is one line."""
        try:
            with open(self.path, "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise FormatError(f"{quoted(self.path)} is no regular file")
                reason = _foreign(file.read(len(_NUMPY_MAGIC)))
                if reason:
                    raise FormatError(f"{self.name} {reason}")
                file.seek(0)
                with zipfile.ZipFile(file) as archive:
                    if any(entry.endswith("data.pkl") for entry in archive.namelist()):
                        raise FormatError(f"{self.name} {_PICKLE_REASON}")
                    yield archive
        except (EngineError, KeyError):
            raise
        except FileNotFoundError:
            raise FormatError(f"there is no file {quoted(self.path)}") from None
        except IsADirectoryError:
            raise FormatError(f"{quoted(self.path)} is a folder, no {ENDING} file") from None
        except MemoryError:
            raise FormatError(f"{self.name} needs more memory than there is") from None
        except OSError as error:
            raise FormatError(f"{self.name} cannot be read: {reason_of(error)}") from None
        except Exception:
            # a damaged archive makes its readers raise anything: zlib.error, struct.error, TokenError …
            log.debug("while reading %s", self.path, exc_info=True)
            raise FormatError(f"{self.name} is damaged, or no {ENDING} file") from None


def _read_header(stream: IO[bytes]) -> _Header:
    formats = np.lib.format
    version = formats.read_magic(stream)
    read = formats.read_array_header_1_0 if version == (1, 0) else formats.read_array_header_2_0
    shape, fortran_order, dtype = read(stream)
    return _Header(tuple(int(size) for size in shape), dtype, fortran_order)


def _foreign(start: bytes) -> str:
    """What else a file is that does not begin as an archive does; empty where it may be one."""
    if start.startswith(_NUMPY_MAGIC):
        return "holds a single array and no names"
    if start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05":
        return _PICKLE_REASON
    return "" if start.startswith(b"PK") else f"is no {ENDING} file" + (" but empty" if not start else "")

"""`.onebyone`: a project as JSON; with large weights an archive of that JSON and their numbers.

The archive is an ordinary zip: `project.json`, as `engine.formats.project_json` has it, in which large
arrays are names of tensors, and `weights.safetensors`, stored as it is, so that its numbers can be mapped
into memory where they lie.
"""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

import numpy as np
import numpy.typing as npt

from engine.errors import FormatError, reason_of
from engine.formats.files import MAX_BYTES
from engine.formats.format import Format
from engine.formats.project_json import read, write
from engine.formats.weights.safetensors import write_tensors
from engine.model.project import Project
from engine.weights import Given
from engine.weights.tensor_file import TensorFile, tensors_at

ARCHIVED_FROM: Final = 1 << 18
"""Numbers in a project's weights from which they are no JSON any more: 1 MB."""

PROJECT: Final = "project.json"
WEIGHTS: Final = "weights.safetensors"

MAX_ARCHIVE_BYTES: Final = 1 << 34

_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_ALIGNED: Final = 64
"""Bytes: the numbers lie as kernels like to read them."""

_LOCAL_HEADER: Final = 30
_ZIP64_FIELD: Final = 20
_PADDING_FIELD: Final = 0xD935
"""Of a zip's extra fields the one for alignment, as Android's archives have it."""

_PART: Final = 1 << 20

F32 = npt.NDArray[np.float32]


def write_to(project: Project, file: IO[bytes]) -> None:
    """Write the project from where the file stands; `FormatError` for what could not be read back."""
    if _numbers(project) < ARCHIVED_FROM:
        file.write(write(project))
        return
    tensors: dict[str, F32] = {}
    text = write(project, tensors)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(PROJECT, _ZIP_EPOCH), text, zipfile.ZIP_DEFLATED)
        entry = zipfile.ZipInfo(WEIGHTS, _ZIP_EPOCH)
        taken = file.tell() + _LOCAL_HEADER + len(WEIGHTS) + _ZIP64_FIELD + 4
        padding = -taken % _ALIGNED
        entry.extra = struct.pack("<HH", _PADDING_FIELD, padding) + bytes(padding)
        with archive.open(entry, "w", force_zip64=True) as out:
            write_tensors(out, tensors)


def read_path(path: Path, start: int = 0) -> Project:
    """The project in a file, from `start` on; `FormatError` names what is wrong."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            if file.read(4) != b"PK\x03\x04":
                file.seek(start)
                data = file.read(MAX_BYTES + 1)
                if len(data) > MAX_BYTES:
                    raise FormatError(f"it has more than {MAX_BYTES // 1_000_000} MB")
                return read(data)
            with zipfile.ZipFile(file) as archive:
                return _read_archive(path, file, archive)
    except FileNotFoundError:
        raise FormatError("there is no such file") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise FormatError(f"the archive is damaged: {error}") from None
    except (OSError, ValueError) as error:
        raise FormatError(f"it cannot be read: {reason_of(error)}") from None


def _read_archive(path: Path, file: IO[bytes], archive: zipfile.ZipFile) -> Project:
    entries = {info.filename: info for info in archive.infolist()}
    for name in (PROJECT, WEIGHTS):
        if name not in entries:
            raise FormatError(f"it is an archive, but no OneByOne project: it has no {name}")
    if entries[PROJECT].file_size > MAX_BYTES:
        raise FormatError(f"its {PROJECT} has more than {MAX_BYTES // 1_000_000} MB")
    text = archive.read(PROJECT)
    weights = _mapped(path, file, archive, entries[WEIGHTS])

    def tensor(name: str) -> F32:
        if name not in weights.tensors:
            raise FormatError(f"{WEIGHTS} has no tensor {name!r}")
        return weights.read(name)

    return read(text, tensor)


def _mapped(path: Path, file: IO[bytes], archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> TensorFile:
    """The tensors where they lie in the archive, once their checksum is known to be right."""
    if entry.compress_type != zipfile.ZIP_STORED:
        raise FormatError(f"{WEIGHTS} is compressed: numbers are read where they lie. Store it uncompressed")
    if entry.file_size > MAX_ARCHIVE_BYTES:
        raise FormatError(f"{WEIGHTS} has {entry.file_size / 1e9:.0f} GB")
    with archive.open(entry) as content:
        while content.read(_PART):
            pass
    file.seek(entry.header_offset + 26)
    name, extra = struct.unpack("<HH", file.read(4))
    start = entry.header_offset + _LOCAL_HEADER + name + extra
    return tensors_at(path, file, start, entry.file_size)


def _numbers(project: Project) -> int:
    return sum(
        values.size
        for node in project.network.nodes.values()
        if isinstance(node.weights, Given)
        for values in node.weights.arrays.values()
    )


FORMAT: Final = Format(
    name="OneByOne project", endings=(".onebyone",), read=read, write=write, read_path=read_path,
    write_to=write_to, is_own=True,
)  # fmt: skip

"""`.onnx`: the network with its weights, as every other runtime and viewer reads it.

The package `onnx` is imported when a file is read or written, no sooner.
"""

from pathlib import Path
from typing import Final

from engine.formats.format import Format
from engine.formats.onnx.writer import write, write_at
from engine.model.project import Project
from engine.shapes import Shape


def read(data: bytes) -> Project:
    """The project of a model that lies in one file."""
    from engine.formats.onnx.reader.file.opening import read_model

    return read_model(data)


def read_at(data: bytes, path: Path, shape: Shape | None) -> Project:
    """The project of a model file, its weights beside it included, with the input's sizes as wanted."""
    from engine.formats.onnx.reader.file.opening import read_model

    return read_model(data, path.parent, shape, path.stem)


MAX_BYTES: Final = (1 << 31) - 1
"""What a protocol buffer can hold."""

FORMAT: Final = Format(
    name="ONNX model",
    endings=(".onnx",),
    read=read,
    read_at=read_at,
    max_bytes=MAX_BYTES,
    write=write,
    write_at=write_at,
)

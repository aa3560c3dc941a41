"""The way into the reader, which is loaded when a file is opened."""

from pathlib import Path

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

"""`NAME_keras.py`: the network in Keras' functional style, its weights in an `.npz` beside it."""

from pathlib import Path
from typing import Final

from engine.formats.format import Format
from engine.formats.keras.source import keras_code
from engine.formats.keras.state import state
from engine.formats.weights.npz import save_arrays
from engine.model.project import Project


def write(project: Project) -> bytes:
    """The file's content; `FormatError` for a network with problems or without layers."""
    return keras_code(project.network, project.title).encode("utf-8", "backslashreplace")


def write_at(project: Project, path: Path) -> bytes:
    """The content of the file at `path`, and its weights beside it."""
    content = write(project)
    save_arrays(path.with_suffix(".npz"), state(project))
    return content


FORMAT: Final = Format(name="Keras model", endings=("_keras.py", ".keras.py"), write=write, write_at=write_at)

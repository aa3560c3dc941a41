"""File formats, one a module. A module of this folder with a `FORMAT` is found by being there."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from engine.errors import EngineError, FormatError, quoted
from engine.formats.files import content_digest, read_bytes, replacing, write_bytes
from engine.formats.format import Format, SizesOpen
from engine.layout.unplaced import with_every_position
from engine.model.project import Project
from engine.shapes import Shape

_modules = [import_module(f"{__name__}.{info.name}") for info in sorted(iter_modules(__path__))]

FORMATS: Final[tuple[Format, ...]] = tuple(
    module.FORMAT for module in _modules if isinstance(getattr(module, "FORMAT", None), Format)
)

__all__ = [
    "FORMATS",
    "Format",
    "SizesOpen",
    "format_of",
    "read_bytes",
    "read_project",
    "write_bytes",
    "write_project",
]


def format_of(path: str | Path) -> Format | None:
    """The format that the file's ending stands for, or None; of several endings the longest counts."""
    name = Path(path).name.lower()
    fitting = (
        (len(end), file_format)
        for file_format in FORMATS
        for end in file_format.endings
        if name.endswith(end)
    )
    return max(fitting, key=lambda pair: pair[0], default=(0, None))[1]


def read_project(path: str | Path, shape: Shape | None = None) -> Project:
    """The project in this file; `FormatError` says in one line what is wrong with it.

    `shape` (C, H, W) is what its Input is to take, for formats that have to know before they read.
    """
    name = quoted(Path(path).name, quotes="")
    found = format_of(path)
    if found is None or found.read is None:
        known = ", ".join(file_format.endings[0] for file_format in FORMATS if file_format.read)
        raise FormatError(f"{name} has no ending that can be read; known are {known}")
    in_parts = found.read_path if Path(path).is_file() else None
    data = b"" if in_parts is not None else read_bytes(path, found.max_bytes)
    try:
        if in_parts is not None:
            project = in_parts(Path(path))
        elif found.read_at is not None:
            project = found.read_at(data, Path(path), shape)
        else:
            project = found.read(data)
        return with_every_position(project)
    except SizesOpen as error:
        raise SizesOpen(_one_line(f"{name}: {error}"), error.sizes) from None
    except EngineError as error:
        raise FormatError(_one_line(f"{name}: {error}")) from None


def write_project(path: str | Path, project: Project) -> str:
    """Write the project in the format of the file's ending, completely or not at all; `FormatError`.

    Gives the `content_digest` of what was written; of a format with files beside it, of the file itself.
    """
    name = quoted(Path(path).name, quotes="")
    found = format_of(path)
    if found is None or found.write is None:
        known = ", ".join(file_format.endings[0] for file_format in FORMATS if file_format.write)
        raise FormatError(f"{name} has no ending that can be written; known are {known}")
    if found.write_to is not None:
        with replacing(path) as file:
            try:
                found.write_to(project, file)
            except EngineError as error:
                raise FormatError(_one_line(f"{name} is not written: {error}")) from None
        return content_digest(path)
    try:
        data = found.write(project) if found.write_at is None else found.write_at(project, Path(path))
    except EngineError as error:
        raise FormatError(_one_line(f"{name} is not written: {error}")) from None
    write_bytes(path, data)
    return content_digest(data)


def _one_line(message: str) -> str:
    """Values quoted from a broken file may be long or have line breaks."""
    line = " ".join(message.split())
    return line if len(line) <= 400 else f"{line[:399]}…"

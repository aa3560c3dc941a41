"""Unsaved work as a file: a line about it, then the project as it would be saved. Free of Qt."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from engine.errors import FormatError, reason_of
from engine.formats.files import replacing
from engine.formats.project_file import read_path, write_to
from engine.model.project import Project

ENDING: Final = ".unsaved"
VERSION: Final = 1
MAX_HEAD: Final = 1 << 20
"""Bytes of the first line that are read."""


@dataclass(frozen=True, kw_only=True)
class Unsaved:
    """A project that its file does not hold yet."""

    project: Project
    path: Path | None = None
    """The file it belongs to, if it was ever saved."""
    digest: str = ""
    """What that file held when it was last read or written."""
    title: str = "Untitled"
    written: datetime = field(default_factory=datetime.now)

    def write(self, path: Path) -> None:
        """Write it completely or not at all; `FormatError`."""
        about = {
            "format": "onebyone-unsaved",
            "version": VERSION,
            "path": None if self.path is None else str(self.path),
            "digest": self.digest,
            "title": self.title,
            "written": self.written.isoformat(),
        }
        with replacing(path, private=True) as file:
            file.write(json.dumps(about).encode() + b"\n")
            write_to(self.project, file)


def read_unsaved(path: Path) -> Unsaved:
    """What `Unsaved.write` wrote; `FormatError` says why it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.readline(MAX_HEAD)
    except OSError as error:
        raise FormatError(f"{path.name} cannot be read: {reason_of(error)}") from None
    try:
        about = json.loads(head)
        if about["format"] != "onebyone-unsaved" or about["version"] > VERSION:
            raise FormatError(f"{path.name} was written by another version of OneByOne")
        file = about["path"]
        return Unsaved(
            project=read_path(path, len(head)),
            path=None if file is None else Path(file),
            digest=str(about["digest"]),
            title=str(about["title"]),
            written=datetime.fromisoformat(about["written"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(f"{path.name} cannot be read: {type(error).__name__}") from None

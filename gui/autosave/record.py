"""Unsaved work as a file: a line about it, then the project as it would be saved. Free of Qt."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from engine.errors import FormatError
from engine.formats.files import read_bytes, write_bytes
from engine.formats.project_json import read, write
from engine.model.project import Project

ENDING: Final = ".unsaved"
VERSION: Final = 1


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
        write_bytes(path, json.dumps(about).encode() + b"\n" + write(self.project), private=True)


def read_unsaved(path: Path) -> Unsaved:
    """What `Unsaved.write` wrote; `FormatError` says why it cannot be read."""
    head, _, body = read_bytes(path).partition(b"\n")
    try:
        about = json.loads(head)
        if about["format"] != "onebyone-unsaved" or about["version"] > VERSION:
            raise FormatError(f"{path.name} was written by another version of OneByOne")
        file = about["path"]
        return Unsaved(
            project=read(body),
            path=None if file is None else Path(file),
            digest=str(about["digest"]),
            title=str(about["title"]),
            written=datetime.fromisoformat(about["written"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(f"{path.name} cannot be read: {type(error).__name__}") from None

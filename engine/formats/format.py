"""What a file format is: a name, its endings, and how its bytes become a project or come of one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.errors import FormatError
from engine.formats.files import MAX_BYTES
from engine.model.project import Project
from engine.shapes import Shape


class SizesOpen(FormatError):
    """A file that leaves sizes of its input open: they have to be chosen before it can be read."""

    def __init__(self, message: str, sizes: tuple[int | None, int | None, int | None]) -> None:
        super().__init__(message)
        self.sizes = sizes
        """Channels, height and width, None where the file leaves it open."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """One file format. `read` and `write` are None where there is no such direction.

    Both work on the file's whole content and raise `FormatError`, whose message need not name the file.
    """

    name: str
    """For people: "OneByOne project"."""
    endings: tuple[str, ...]
    """Lower case, with the dot; the first is the usual one."""
    read: Callable[[bytes], Project] | None = None
    write: Callable[[Project], bytes] | None = None
    read_path: Callable[[Path], Project] | None = None
    """`read` for a file that is not to be in memory as a whole."""
    write_to: Callable[[Project, IO[bytes]], None] | None = None
    """`write` for the same: into a file that stands open."""
    write_at: Callable[[Project, Path], bytes] | None = None
    """`write` for a file with others beside it, which this writes: weights. The path is that of the file
    whose content comes back."""
    read_at: Callable[[bytes, Path, Shape | None], Project] | None = None
    """In the place of `read` where more than the bytes counts: other files beside it, an input's sizes."""
    is_own: bool = False
    """Whether saving to it loses nothing; a file of another format is opened as a project without a file."""
    max_bytes: int = MAX_BYTES
    """Largest file that is read."""

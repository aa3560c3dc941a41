"""The files of a folder, in one order on every machine, one folder's names at a time."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from engine.errors import PhotographError, quoted, reason_of


def picture_files(folder: Path) -> Iterator[str]:
    """Paths relative to the folder, with `/`, sorted within each folder, those of subfolders too.

    What begins with a dot is left out, and folders that are links are not followed. Whether a file is a
    picture shows when it is opened. `PhotographError` where the folder cannot be read.
    """
    if not folder.is_dir():
        missing = f"there is no folder {quoted(folder)}"
        raise PhotographError(f"{quoted(folder)} is no folder" if folder.exists() else missing)
    yield from _walk(folder, "")


def listing_digest(folder: Path) -> tuple[int, str]:
    """(how many files, a digest of their names, sizes and times): equal digests, equal pictures."""
    count, made = 0, hashlib.sha256()
    for name in picture_files(folder):
        try:
            known = os.stat(folder / name)
            made.update(f"{name}\0{known.st_size}\0{known.st_mtime_ns}\0".encode("utf-8", "surrogatepass"))
        except OSError:
            made.update(f"{name}\0?\0".encode("utf-8", "surrogatepass"))
        count += 1
    return count, made.hexdigest()


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as found:
            entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in found)
    except OSError as error:
        raise PhotographError(f"the folder {quoted(folder)} cannot be read: {reason_of(error)}") from None
    for name, is_folder in entries:
        if name.startswith("."):
            continue
        if is_folder:
            yield from _walk(folder / name, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}"

"""Unsaved work of windows that ended without a word."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from engine.errors import EngineError
from engine.formats import read_project
from gui.autosave.autosave import lock_of
from gui.autosave.lock import Lock
from gui.autosave.record import ENDING, Unsaved, read_unsaved

_DISCARDED_KEPT: Final = 20


@dataclass(kw_only=True)
class Orphan:
    """A record that belongs to nobody, held by this window so that no other offers it too."""

    path: Path
    record: Unsaved
    _lock: Lock = field(repr=False)

    def leave(self) -> None:
        """Let it lie for the next start."""
        self._lock.give_back()

    def adopt(self) -> None:
        """It is kept elsewhere now: remove it."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        _sweep(self.path)
        self._lock.give_back()

    def discard(self) -> None:
        """Put it aside, where the last few that were discarded are: a click may be regretted."""
        aside = _aside(self.path.parent)
        with suppress(OSError):
            aside.mkdir(exist_ok=True)
            self.path.replace(aside / self.path.name)
            for old in sorted(aside.glob(f"*{ENDING}"), key=_age)[:-_DISCARDED_KEPT]:
                old.unlink()
        _sweep(self.path)
        self._lock.give_back()


def orphans(folder: Path) -> Iterator[Orphan]:
    """All records in the folder that no living window holds, oldest first.

    What a file already holds is no loss: it is removed without a word. What cannot be read stays.
    """
    for path in sorted(folder.glob(f"*{ENDING}"), key=_age):
        lock = lock_of(path)
        if not lock.take():
            continue
        try:
            record = read_unsaved(path)
        except EngineError:
            lock.give_back()
            continue
        orphan = Orphan(path=path, record=record, _lock=lock)
        if _is_saved(record):
            orphan.adopt()
        else:
            yield orphan
    for left in folder.glob("*.lock"):
        if not left.with_suffix(ENDING).exists() and (lock := lock_of(left)).take():
            _sweep(left.with_suffix(ENDING))
            lock.give_back()


def discarded(folder: Path) -> list[tuple[Path, Unsaved]]:
    """The records that were discarded last, newest first."""
    found = []
    for path in sorted(_aside(folder).glob(f"*{ENDING}"), key=_age, reverse=True):
        with suppress(EngineError):
            found.append((path, read_unsaved(path)))
    return found


def _aside(folder: Path) -> Path:
    return folder / "discarded"


def _is_saved(record: Unsaved) -> bool:
    if record.path is None:
        return False
    try:
        return read_project(record.path) == record.project
    except EngineError:
        return False


def _sweep(record: Path) -> None:
    """Remove what a writer of this record left behind that was killed while it wrote."""
    for left in record.parent.glob(f".{record.name}-*"):
        with suppress(OSError):
            left.unlink()


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

"""Notices when the document's file comes to hold what this window neither read nor wrote."""

from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from engine.errors import FormatError, quoted
from engine.formats.files import content_digest
from gui.session.background import in_background, is_answered
from gui.session.document import Document

_SETTLE_MS: Final = 150
"""Programs write in steps, or remove and then rename: look when it is quiet."""
_LOOK_MS: Final = 100
_AT_ONCE_S: Final = 0.1
"""The window stands still no longer for a look at the disk; the answer is taken when it comes."""


class _Seen(NamedTuple):
    """What the disk says of a file."""

    digest: str
    existing: frozenset[str]
    """Of the file and its folder those that are there."""


class FileWatch(QObject):
    """Watches one file. The window's own saves are no news, nor is a file touched but not changed."""

    changed_elsewhere = Signal(str)
    """The digest of what the file holds now."""
    gone = Signal()
    """There is no such file any more."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._said = ""
        self._watcher = QFileSystemWatcher(self)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_SETTLE_MS)
        self._quiet.timeout.connect(self.check)
        self._watcher.fileChanged.connect(lambda _path: self._quiet.start())
        self._watcher.directoryChanged.connect(lambda _path: self._quiet.start())
        self._seen: Future[_Seen] | None = None
        self._waiting = QTimer(self)
        self._waiting.setInterval(_LOOK_MS)
        self._waiting.timeout.connect(self._on_waiting)
        document.file_changed.connect(self.on_file_changed)

    @property
    def differs(self) -> bool:
        """Whether the file holds something that was neither read nor written here, nor agreed to.

        `FormatError` where the disk does not say.
        """
        path = self._document.path
        if path is None:
            return False
        seen = in_background(partial(_look, path), f"looking at {path.name}")
        if not is_answered(seen):
            raise FormatError(f"{quoted(path)} is not saved: its disk does not answer. Save as elsewhere")
        return seen.result().digest not in ("", self._document.stored_digest)

    def on_file_changed(self, path: Path | None) -> None:
        """Another file, or the same one read or written."""
        self._said = self._document.stored_digest
        self._forget()  # what is still being looked at is of before
        if path is None:
            self._watch(frozenset())
        else:
            self._quiet.start()

    def check(self) -> None:
        """Look now; also called when the window comes to the front, as some file systems tell nothing.

        A disk that does not answer is asked but once, and nobody waits for it.
        """
        path = self._document.path
        if path is None or self._seen is not None:
            return
        self._seen = in_background(partial(_look, path), f"looking at {path.name}")
        if is_answered(self._seen, _AT_ONCE_S):
            self._settle()
        else:
            self._waiting.start()

    def close(self) -> None:
        """Watch no more."""
        self._quiet.stop()
        self._forget()
        self._watch(frozenset())

    def _forget(self) -> None:
        self._seen = None
        self._waiting.stop()

    def _on_waiting(self) -> None:
        if self._seen is not None and self._seen.done():
            self._settle()

    def _settle(self) -> None:
        assert self._seen is not None
        seen, known = self._seen.result(), self._document.stored_digest
        self._forget()
        self._watch(seen.existing)
        self._document.catch_up()
        if self._document.stored_digest != known:
            return  # a save that took its time has ended: its file is looked at anew
        if seen.digest == self._document.stored_digest:
            self._said = seen.digest
        elif seen.digest != self._said:
            self._said = seen.digest
            if seen.digest:
                self.changed_elsewhere.emit(seen.digest)
            else:
                self.gone.emit()

    def _watch(self, wanted: frozenset[str]) -> None:
        """The file for what is written into it, its folder for what takes its place."""
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))


def _look(path: Path) -> _Seen:
    existing = frozenset(str(place) for place in (path, path.parent) if place.exists())
    return _Seen(content_digest(path), existing)

"""Notices when the document's file comes to hold what this window neither read nor wrote."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from engine.formats.files import content_digest
from gui.session.document import Document

_SETTLE_MS: Final = 150
"""Programs write in steps, or remove and then rename: look when it is quiet."""


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
        document.file_changed.connect(self.on_file_changed)

    @property
    def differs(self) -> bool:
        """Whether the file holds something that was neither read nor written here, nor agreed to."""
        path = self._document.path
        digest = "" if path is None else content_digest(path)
        return digest not in ("", self._document.stored_digest)

    def on_file_changed(self, path: Path | None) -> None:
        """Another file, or the same one read or written."""
        self._said = self._document.stored_digest
        self._watch(path)

    def check(self) -> None:
        """Look now; also called when the window comes to the front, as some file systems tell nothing."""
        path = self._document.path
        if path is None:
            return
        self._watch(path)
        digest = content_digest(path)
        if digest == self._document.stored_digest:
            self._said = digest
        elif digest != self._said:
            self._said = digest
            if digest:
                self.changed_elsewhere.emit(digest)
            else:
                self.gone.emit()

    def close(self) -> None:
        """Watch no more."""
        self._quiet.stop()
        self._watch(None)

    def _watch(self, path: Path | None) -> None:
        """The file for what is written into it, its folder for what takes its place."""
        wanted = set() if path is None else {str(one) for one in (path, path.parent) if one.exists()}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))

"""Lessons in files: opened from anywhere, and read again whenever their author saves them."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from engine.errors import EngineError
from presets.lesson import Lesson
from presets.written.lesson_file import read_lesson

SETTLED_MS: Final = 200
"""Editors write in several steps: so long after the last one the file is read."""


class LessonFiles(QObject):
    """Watches the file of the lesson that is open."""

    saved = Signal(object)
    """The `Lesson` of the file as it is now."""
    refused = Signal(str)
    """Why the file cannot be read, in one line; what is open stays."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self._watcher = QFileSystemWatcher(self)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._read_again)
        for changed in (self._watcher.fileChanged, self._watcher.directoryChanged):
            changed.connect(lambda _: self._settled.start())
        self._text = ""

    def read(self, path: Path) -> Lesson | None:
        """The lesson of a file, which is watched from now on; None where it cannot be read, and said why."""
        try:
            lesson = read_lesson(path)
        except EngineError as error:
            self.refused.emit(str(error))
            return None
        self.forget()
        self.path, self._text = path, lesson.file_text
        self._watch()
        return lesson

    def forget(self) -> None:
        """Watch nothing any more."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        self._settled.stop()
        self.path = None

    def _watch(self) -> None:
        """Many editors put a new file in the place of the old one: the folder tells of that."""
        if self.path is not None:
            self._watcher.addPaths([str(self.path), str(self.path.parent)])

    def _read_again(self) -> None:
        if self.path is None or not self.path.is_file():
            return
        self._watch()
        try:
            lesson = read_lesson(self.path)
        except EngineError as error:
            self.refused.emit(str(error))
            return
        if lesson.file_text != self._text:
            self._text = lesson.file_text
            self.saved.emit(lesson)

"""When unsaved work is kept: at the first edit of what was saved, and every few seconds while edits go on."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError
from engine.model.project import Project
from gui.autosave.lock import Lock
from gui.autosave.record import ENDING, Unsaved
from gui.session.document import Document


class AutosaveWriter:
    """Keeps one file as it was last asked to be: holding a record, or absent. Free of Qt."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        """Why the last wish could not be fulfilled; empty where it was."""
        self._idle = Condition()
        self._wish: tuple[Unsaved | None] | None = None
        self._is_busy = False

    def keep(self, record: Unsaved | None) -> None:
        """Have the file hold this record, or be gone; returns at once."""
        with self._idle:
            self._wish = (record,)
            if not self._is_busy:
                self._is_busy = True
                # A daemon: a disk that hangs does not keep the program from ending, see `wait`.
                Thread(target=self._work, name="unsaved work", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Until every wish is fulfilled, but not for ever; whether they are."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._is_busy, seconds)

    def _work(self) -> None:
        while True:
            with self._idle:
                if self._wish is None:
                    self._is_busy = False
                    self._idle.notify_all()
                    return
                (record,), self._wish = self._wish, None
            self.trouble = self._fulfil(record)

    def _fulfil(self, record: Unsaved | None) -> str:
        try:
            if record is None:
                self.path.unlink(missing_ok=True)
            else:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                record.write(self.path)
        except (EngineError, OSError) as error:
            return str(error)
        except Exception as error:  # a thread that ends early would have the window wait for ever
            return f"unexpected {type(error).__name__}: {error}"
        return ""


INTERVAL_MS: Final = 2000
"""An edit waits no longer than this; ten seconds are promised."""

SAVING_S: Final = 5.0
"""Saving waits so long for what is kept to be as new, on a disk that hardly answers."""

CLOSING_S: Final = 0.5
"""A window that closes waits so long for what it kept to be gone; what is left is offered the next time."""


class Autosave(QObject):
    """Keeps the document's unsaved work in a folder for as long as it is unsaved.

    A lock beside the record tells other windows that this one lives; whoever can take the lock may take
    the record over, see `orphans`.
    """

    troubled = Signal(str)
    """Unsaved work cannot be kept: why, in one line. Said once until it works again."""

    def __init__(self, document: Document, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.interval_ms = INTERVAL_MS
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._scribe = AutosaveWriter(folder / f"{name}{ENDING}")
        self._lock = lock_of(self._scribe.path)
        self._is_kept = False
        self._complained = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer)
        document.project_changed.connect(self.on_project_changed)
        document.undo_stack.cleanChanged.connect(self.on_clean_changed)
        document.saving.connect(self.on_saving)

    @property
    def path(self) -> Path:
        """Where the unsaved work is, while there is any."""
        return self._scribe.path

    @property
    def trouble(self) -> str:
        """Why the unsaved work cannot be kept; empty where it can."""
        return self._scribe.trouble

    def keep_now(self) -> None:
        """Keep the unsaved work, and wait until it is, within limits."""
        self._timer.stop()
        self._keep()
        self._scribe.wait(SAVING_S)

    def on_project_changed(self, before: Project, after: Project) -> None:
        """An edit: keep it before long."""
        if not self._timer.isActive():
            self._timer.start(self.interval_ms)

    def on_clean_changed(self, is_clean: bool) -> None:
        """Keep the first edit of what was saved at once; forget what has been saved."""
        self._timer.stop()
        if is_clean:
            self._forget()
        else:
            self._keep()

    def on_saving(self, path: Path) -> None:
        """Be sure that what is kept is no older than what the file will hold, whenever the power goes."""
        if self._is_kept:
            self.keep_now()

    def close(self) -> None:
        """The window goes, and what was to be saved was: nothing is kept any more."""
        self._timer.stop()
        self._forget()
        self._scribe.wait(CLOSING_S)
        self._lock.give_back()

    def _on_timer(self) -> None:
        if not self._document.is_clean:
            self._keep()

    def _keep(self) -> None:
        document = self._document
        if not self._is_kept:
            self._is_kept = True
            with suppress(OSError):  # the scribe says why
                self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.take()
        title, digest = document.title, document.stored_digest
        self._scribe.keep(Unsaved(project=document.project, path=document.path, digest=digest, title=title))
        self._complain(self._scribe.trouble)  # that of the time before, unless it was very quick

    def _forget(self) -> None:
        if self._is_kept:
            self._is_kept = False
            self._scribe.keep(None)

    def _complain(self, trouble: str) -> None:
        if trouble and not self._complained:
            self.troubled.emit(f"unsaved work cannot be kept for after a crash: {trouble}")
        self._complained = bool(trouble)


def lock_of(record: Path) -> Lock:
    """The lock that the window holds whose unsaved work the record is."""
    return Lock(record.with_suffix(".lock"))

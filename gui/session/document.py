"""The open project, its file, and its undo stack: the one place where a project changes.

Every widget asks for a change with `edit`, and redraws when the change comes back.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.analysis.analyze import Analysis, Fix, analyze
from engine.edits.taken_fix import take_fix
from engine.errors import EngineError, FormatError, quoted
from engine.formats import read_project, write_project
from engine.formats.files import content_digest
from engine.image.image_source import with_file
from engine.model.project import Project
from engine.shapes import Shape
from gui.session.background import in_background, is_answered

_LOOK_MS: Final = 100


class Edit(QUndoCommand):
    """The only undo command: undo is the old value. Edits with the same merge key become one step."""

    _ids: dict[str, int] = {}  # noqa: RUF012  # shared on purpose: Qt wants small numbers for merge keys

    def __init__(self, document: "Document", text: str, after: Project, merge_key: str | None) -> None:
        super().__init__(text)
        self._document = document
        self._before = document.project
        self._after = after
        self._merge_id = -1 if merge_key is None else self._ids.setdefault(merge_key, len(self._ids) + 1)

    def redo(self) -> None:
        """Make `after` the current project."""
        self._document._arrive(self._after)

    def undo(self) -> None:
        """Make `before` the current project."""
        self._document._arrive(self._before)

    def id(self) -> int:
        """Qt's number for the merge key; −1 never merges."""
        return self._merge_id

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the later edit's outcome."""
        assert isinstance(other, Edit)
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True


class StoredProject(NamedTuple):
    """What a file holds: the project, and the digest of the file's content."""

    project: Project
    digest: str


class _LateSave(NamedTuple):
    """A project on its way to a disk that does not answer."""

    path: Path
    project: Project
    digest: Future[str]


class Document(QObject):
    """The current project, which changes only through `edit`, `undo` and `redo`.

    `analysis` is always that of the current network.
    """

    project_changed = Signal(object, object)
    """(before, after): two `Project` values."""
    analysis_changed = Signal(object)
    """The `Analysis`, after the network changed."""
    fit_wanted = Signal(str)
    """The weights of this node are to be fitted to the photograph, which takes its time."""
    edit_refused = Signal(str)
    """Why an edit was not made, in one line for people."""
    file_changed = Signal(object)
    """The project's file as `Path`, or None for a project without one."""
    saving = Signal(object)
    """The project is about to be written to this `Path`."""

    def __init__(self, project: Project | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = Project() if project is None else project
        self.opened = self.project
        """As it was before its first edit."""
        self.analysis: Analysis = analyze(self.project.network)
        self.path: Path | None = None
        self.stored_digest = ""
        """What the file held when it was last read or written, as `content_digest`; empty without a file."""
        self.undo_stack = QUndoStack(self)
        self._is_travelling = False
        self._late: _LateSave | None = None
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self.catch_up)

    @property
    def title(self) -> str:
        """What the window calls the document."""
        return self.path.stem if self.path is not None else self.project.title or "Untitled"

    @property
    def is_clean(self) -> bool:
        """Whether everything is saved (or nothing was changed)."""
        return self.undo_stack.isClean()

    def edit(self, text: str, change: Callable[[Project], Project], *, merge_key: str | None = None) -> bool:
        """Replace the project by `change(project)` as one undo step called `text`; whether it was made.

        An `EngineError` becomes `edit_refused`. A sweep (one drag, one slider) uses one merge key; the
        next sweep needs another one, or an edit in between.
        """
        try:
            after = change(self.project)
        except EngineError as error:
            self.edit_refused.emit(str(error))
            return False
        if after is self.project or after == self.project:
            return False
        self.undo_stack.push(Edit(self, text, after, merge_key))
        return True

    def go_to(self, step: int) -> None:
        """Undo or redo until this many steps are done; what lies between is not shown."""
        before = self.project
        self._is_travelling = True
        try:
            self.undo_stack.setIndex(step)
        finally:
            self._is_travelling = False
        after, self.project = self.project, before
        if after is not before:
            self._show(after)

    def take(self, fix: Fix) -> bool:
        """Take a way out of a problem; whether it was made."""
        if fix.refit:
            self.fit_wanted.emit(fix.refit)
            return True
        return self.edit(fix.text, lambda project: take_fix(project, fix))

    def replace(self, project: Project, path: Path | None = None, digest: str | None = None) -> None:
        """Open another project; the undo stack starts anew.

        `digest` is that of the file it was read from, where it may have changed since.
        """
        self._forget_late()
        self.undo_stack.clear()
        self.undo_stack.setClean()  # an empty stack is not cleared, and may be dirty: see `restore`
        self.opened = project
        self._show(project)
        self._set_path(path, content_digest(path) if path is not None and digest is None else digest or "")

    def restore(self, project: Project, path: Path | None, digest: str) -> None:
        """Open a project that was not saved: it stays to be saved, to the file it was read from."""
        self.replace(project, path, digest)
        self.undo_stack.resetClean()

    def open(self, path: Path) -> None:
        """Open a project file; raises `FormatError`, and then nothing has changed."""
        self.show_stored(path, read_stored(path))

    def show_stored(self, path: Path, stored: StoredProject) -> None:
        """Open what was read from a project file."""
        self.replace(stored.project, path, stored.digest)

    def reload(self) -> None:
        """Take over what the file holds now, as one step that can be undone; raises `FormatError`."""
        assert self.path is not None
        stored = read_stored(self.path)
        self.edit("Reload", lambda _: stored.project)
        self.undo_stack.setClean()
        self._set_path(self.path, stored.digest)

    def keep(self, digest: str) -> None:
        """Stay with what is open though the file now holds something else, of this digest."""
        self.stored_digest = digest
        self.undo_stack.resetClean()

    def save(self, path: Path) -> None:
        """Write the project to this file; raises `FormatError`, and then the old file is untouched.

        A file that cannot be read, as one of a newer version, is never written over. Of a disk that does
        not answer the error says so; what it then writes after all counts as saved: see `catch_up`.
        """
        self.catch_up()
        if self._late is not None and self._late.path == path:
            raise FormatError(f"{quoted(path)} is still being written: its disk does not answer")
        self.saving.emit(path)
        known = self.stored_digest if path == self.path else ""
        digest = in_background(partial(_write, path, self.project, known), f"saving {path.name}")
        if not is_answered(digest):
            self._late = _LateSave(path, self.project, digest)
            self._look.start()
            raise FormatError(f"{quoted(path)} is not saved yet: its disk does not answer. Save as elsewhere")
        written = digest.result()
        self._forget_late()
        self.undo_stack.setClean()
        self._set_path(path, written)

    def catch_up(self) -> None:
        """Take note of what a disk wrote that had not answered; why it did not goes to `edit_refused`."""
        late = self._late
        if late is None or not late.digest.done():
            return
        self._forget_late()
        try:
            digest = late.digest.result()
        except EngineError as error:
            self.edit_refused.emit(str(error))
            return
        if self.project is late.project:
            self.undo_stack.setClean()
        else:
            self.undo_stack.resetClean()  # what was clean before is no longer what the file holds
        self._set_path(late.path, digest)

    def _forget_late(self) -> None:
        self._late = None
        self._look.stop()

    def _set_path(self, path: Path | None, digest: str = "") -> None:
        self.path = path
        self.stored_digest = digest
        self.file_changed.emit(path)

    def _arrive(self, project: Project) -> None:
        if self._is_travelling:
            self.project = project
        else:
            self._show(project)

    def _show(self, project: Project) -> None:
        before, self.project = self.project, project
        network_changed = project.network is not before.network
        if network_changed:
            self.analysis = analyze(project.network, self.analysis)
        self.project_changed.emit(before, project)
        if network_changed:
            self.analysis_changed.emit(self.analysis)


def read_stored(path: Path, shape: Shape | None = None) -> StoredProject:
    """What a project file holds, its photograph found; `FormatError`. Any thread may call this.

    `shape` is what its Input is to take, where the file leaves that open.
    """
    digest = content_digest(path)  # before: what another program writes meanwhile is noticed then
    project = read_project(path, shape)
    if project.image:
        # joined to an absolute path, the folder counts for nothing
        project = replace(project, image=with_file(project.image, lambda name: str(path.parent / name)))
    return StoredProject(project, digest)


def _write(path: Path, project: Project, known: str) -> str:
    """Write the project, on any thread; the digest of what the file then holds."""
    _refuse_to_lose(path, known)
    return write_project(path, project)


def _refuse_to_lose(path: Path, known: str) -> None:
    """`FormatError` for a project file of which nobody knows what writing over it would lose."""
    digest = content_digest(path)
    if digest in ("", known) or not path.stat().st_size:
        return
    try:
        read_project(path)
    except EngineError as error:
        raise FormatError(f"{error}. It is not written over; another name keeps both") from None

"""The open project, its file, and its undo stack: the one place where a project changes.

Every widget asks for a change with `edit`, and redraws when the change comes back.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from assets import sample_photographs
from engine.analysis import Analysis, analyze
from engine.errors import EngineError
from engine.formats import read_project, write_project
from engine.project import Project


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
        self._document._show(self._after)

    def undo(self) -> None:
        """Make `before` the current project."""
        self._document._show(self._before)

    def id(self) -> int:
        """Qt's number for the merge key; −1 never merges."""
        return self._merge_id

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the later edit's outcome."""
        assert isinstance(other, Edit)
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True


class Document(QObject):
    """The current project, which changes only through `edit`, `undo` and `redo`.

    `analysis` is always that of the current network.
    """

    project_changed = Signal(object, object)
    """(before, after): two `Project` values."""
    analysis_changed = Signal(object)
    """The `Analysis`, after the network changed."""
    edit_refused = Signal(str)
    """Why an edit was not made, in one line for people."""
    file_changed = Signal(object)
    """The project's file as `Path`, or None for a project without one."""

    def __init__(self, project: Project | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = Project() if project is None else project
        self.analysis: Analysis = analyze(self.project.network)
        self.path: Path | None = None
        self.undo_stack = QUndoStack(self)

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

    def replace(self, project: Project, path: Path | None = None) -> None:
        """Open another project; the undo stack starts anew."""
        self.undo_stack.clear()
        self._show(project)
        self._set_path(path)

    def open(self, path: Path) -> None:
        """Open a project file; raises `FormatError`, and then nothing has changed."""
        project = read_project(path)
        beside = path.parent / project.image
        if project.image not in sample_photographs() and not Path(project.image).is_absolute():
            project = replace(project, image=str(beside) if project.image else "")
        self.replace(project, path)

    def save(self, path: Path) -> None:
        """Write the project to this file; raises `FormatError`, and then the old file is untouched."""
        write_project(path, self.project)
        self.undo_stack.setClean()
        self._set_path(path)

    def _set_path(self, path: Path | None) -> None:
        self.path = path
        self.file_changed.emit(path)

    def _show(self, project: Project) -> None:
        before, self.project = self.project, project
        network_changed = project.network is not before.network
        if network_changed:
            self.analysis = analyze(project.network, self.analysis)
        self.project_changed.emit(before, project)
        if network_changed:
            self.analysis_changed.emit(self.analysis)

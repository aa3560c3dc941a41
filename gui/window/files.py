"""Opening, saving and exporting: what the window does with files. A file that fails changes nothing."""

import dataclasses
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF

import presets
from engine.errors import EngineError, ShapeError
from engine.formats import FORMATS, SizesOpen, format_of
from engine.image.image_source import neighbour
from engine.layout.filling import filling
from engine.model.project import Project
from engine.shapes import Shape, shape_of
from gui.look.appearance import Appearance
from gui.session.baseline import Baseline
from gui.session.document import StoredProject
from gui.session.selection import first_look
from gui.session.session import Session
from gui.widgets.dialogs import PROJECT_KINDS
from gui.widgets.offer_bar import OfferBar
from gui.window.conversation import Conversation
from gui.window.new_window import open_window
from gui.window.opening import Opening
from presets.file_names import CHALLENGE_ENDING, LESSON_ENDING, is_challenge_file, is_lesson_file

if TYPE_CHECKING:
    from gui.figure_dialog.dialog import FigureDialog

READABLE: Final = tuple(
    ending for file_format in FORMATS if file_format.read is not None for ending in file_format.endings
)
READABLE_KINDS: Final = (
    "Projects, models, lessons and challenges"
    f" ({' '.join('*' + one for one in (*READABLE, LESSON_ENDING, CHALLENGE_ENDING))})"
)
IMAGE_ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
IMAGE_KINDS: Final = f"Photographs ({' '.join('*' + ending for ending in IMAGE_ENDINGS)})"


def is_taught(path: Path) -> bool:
    """Whether a file is a lesson or a challenge, by its name."""
    return is_lesson_file(path) or is_challenge_file(path)


class Files:
    """The file actions of one window. What does not work is said in the window's notice."""

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        appearance: Appearance,
        *,
        baseline: Baseline,
        offers: OfferBar,
        file_differs: Callable[[], bool],
        room: Callable[[], QRectF],
        keeps_itself: Callable[[], bool] = lambda: False,
        open_lesson: Callable[[Path], None] = lambda _: None,
    ) -> None:
        """`file_differs` says whether others changed the document's file since it was read, `room` how much
        of the screen the canvas has, `keeps_itself` whether unsaved work is kept without the user."""
        self._keeps_itself = keeps_itself
        self._open_lesson = open_lesson
        self._room = room
        self._conversation = conversation
        self._document = session.document
        self._selection = session.selection
        self._compute = session.compute
        self._settings = session.settings
        self._dialogs = conversation.dialogs
        self._notice = conversation.notice
        self._owner = conversation.owner
        self._appearance = appearance
        self._baseline = baseline
        self._file_differs = file_differs
        self._figure_dialog: FigureDialog | None = None
        self.opening = Opening(offers, self._notice, parent=self._owner)
        self._compute.album.changed.connect(self._keep_strip)
        self._compute.album.restore(self._settings.strip)

    def new_project(self) -> None:
        """An empty canvas."""
        if self.may_discard():
            self._document.replace(Project())

    def new_window(self) -> None:
        """Another window, in a process of its own: nothing that happens there can harm this one."""
        if not open_window("--new"):
            self._notice.say(f"no window could be opened: {sys.executable} cannot be started")

    def open_preset(self, name: str) -> None:
        """Open a preset as an unsaved project."""
        if self.may_discard():
            try:
                project = presets.load(name).project
            except EngineError as error:
                self._notice.say(str(error))
            else:
                self._document.replace(self._fitted(project))
                self._selection.select(first_look(self._document.analysis))

    def fill_canvas(self) -> None:
        """A long network that nobody has moved yet is written in lines as long as the canvas is wide."""
        document = self._document
        if document.path is None and document.is_clean:
            fitted = self._fitted(document.project)
            if fitted is not document.project:
                document.replace(fitted)

    def _fitted(self, project: Project) -> Project:
        room = self._room()
        return filling(project, room.width(), room.height())

    def choose_project(self) -> None:
        """Ask for a project file and open it."""
        if self.may_discard():
            path = self._dialogs.file_to_open(
                self._owner, "Open project", self._folder("project"), READABLE_KINDS
            )
            if path is not None and is_taught(path):
                self._open_lesson(path)
            elif path is not None:
                self.open_project(path)

    def open_project(self, path: Path) -> None:
        """Open this file; a file that cannot be read changes nothing but the notice."""
        self._open(path, None)

    def _open(self, path: Path, shape: Shape | None) -> None:
        then, ask = partial(self._show_project, path), partial(self._ask_sizes, path)
        self.opening.open(path, then, shape=shape, ask=ask)

    def _ask_sizes(self, path: Path, error: SizesOpen) -> None:
        """Let the user choose what the file leaves open of its input, and read it with that."""
        usual = (3, 224, 224)
        sizes = [size or usual[axis] for axis, size in enumerate(error.sizes)]
        label = f"“{path.name}” leaves the size of its input open. Channels × height × width:"
        while True:
            text = self._dialogs.text(self._owner, "Size of the input", label, "×".join(map(str, sizes)))
            if text is None:
                return
            try:
                shape = shape_of(text)
            except ShapeError as wrong:
                label = f"{wrong}. Channels × height × width:"
                continue
            self._open(path, shape)
            return

    def _show_project(self, path: Path, stored: StoredProject) -> None:
        found = format_of(path)
        if found is None or found.is_own:
            self._document.show_stored(path, stored)
        else:
            self._document.replace(stored.project)  # of another program: it is saved as a project of ours
        self._settings.remember_file(str(path))
        self._settings.remember_folder("project", path)
        self._selection.select(first_look(self._document.analysis))

    def save(self) -> bool:
        """Write to the document's file, asking for one the first time; whether it was written."""
        if not self._conversation.typing_is_finished():
            return False
        return self.save_as() if self._document.path is None else self._save_to(self._document.path)

    def save_as(self) -> bool:
        """Ask for a file and write to it; whether it was written."""
        if not self._conversation.typing_is_finished():
            return False
        suggestion = str(Path(self._folder("project")) / f"{self._document.title}.onebyone")
        path = self._dialogs.file_to_save(self._owner, "Save project", suggestion, PROJECT_KINDS)
        if path is None:
            return False
        return self._save_to(path)

    def _save_to(self, path: Path) -> bool:
        try:
            if path == self._document.path and self._file_differs():
                answer = self._dialogs.replace_changed(self._owner, path.name)
                if answer != "replace":
                    return self.save_as() if answer == "save_as" else False
            self._document.save(path)
        except EngineError as error:
            self._notice.say(str(error))
            return False
        self._settings.remember_file(str(path))
        self._settings.remember_folder("project", path)
        return True

    def choose_photograph(self) -> None:
        """Ask for an image file and look at it."""
        path = self._dialogs.file_to_open(
            self._owner, "Open photograph", self._settings.folder("photograph"), IMAGE_KINDS
        )
        if path is not None:
            self._settings.remember_folder("photograph", path)
            self._compute.open_photograph(str(path.absolute()))

    def use_photograph(self, reference: str) -> None:
        """Make a photograph that can be read the project's own."""
        self._document.edit("Open photograph", lambda project: dataclasses.replace(project, image=reference))

    def step_photograph(self, step: int) -> None:
        """Look at the photograph so many places on in the strip; of a test pattern at the next pattern."""
        image = self._document.project.image or self._compute.photograph_name
        self._compute.open_photograph(neighbour(image, step, self._compute.album.opened))

    def _keep_strip(self) -> None:
        self._settings.strip = self._compute.album.kept

    def export_figure(self) -> None:
        """Show the dialog that draws and writes figures; one that is open comes to the front."""
        from gui.figure_dialog.dialog import FigureDialog  # a start need not wait for it

        if self._figure_dialog is None:
            self._figure_dialog = FigureDialog(
                self._document,
                self._compute,
                self._appearance,
                self._settings,
                self._dialogs,
                self._selection,
                self._owner,
            )
            baseline, dialog = self._baseline, self._figure_dialog
            baseline.changed.connect(lambda: dialog.use_baseline(baseline.pinned))
            dialog.use_baseline(baseline.pinned)
        self._figure_dialog.show()
        self._figure_dialog.raise_()
        self._figure_dialog.activateWindow()

    def export_figure_of(self, style: str, layer: str, at: tuple[int, int, int] | None) -> None:
        """The same dialog at a style, for one layer and one of its values."""
        self.export_figure()
        assert self._figure_dialog is not None
        self._figure_dialog.turn_to(style, layer, at)

    def close_dialogs(self) -> None:
        """Close what stands open beside the window, and wait for no file."""
        self.opening.stop()
        if self._figure_dialog is not None:
            self._figure_dialog.close()

    def may_discard(self) -> bool:
        """Whether the open project may be left: it is saved, or the user agreed to lose it."""
        if not self._conversation.typing_is_finished():
            return False
        if self._keeps_itself() or self._document.is_clean:
            return True
        answer = self._dialogs.save_changes(self._owner, self._document.title)
        return self.save() if answer == "save" else answer == "discard"

    def open_path(self, path: Path) -> None:
        """A lesson, a project or a model by its ending; anything else is tried as a photograph."""
        if is_taught(path):
            self._open_lesson(path)
        elif path.name.lower().endswith(READABLE):
            if self.may_discard():
                self.open_project(path)
        else:
            self._compute.open_photograph(str(path.absolute()))

    def _folder(self, purpose: str) -> str:
        """Beside the open project, or where the last file of this kind was."""
        path = self._document.path
        return str(path.parent) if path is not None else self._settings.folder(purpose)

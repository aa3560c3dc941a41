"""Exports of what is seen: asks for a file and has it written; says what became of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget

from gui.look.appearance import Appearance
from gui.session.jobs import Job, JobHandle
from gui.session.session import Session
from gui.widgets.surface import local_numbers
from gui.window.conversation import Conversation

if TYPE_CHECKING:  # imported when it is first seen
    from gui.figures.drawing.drawing import Drawing
    from gui.panels.arithmetic import ArithmeticPanel

OpenFigure = Callable[[str, str, tuple[int, int, int] | None], object]
"""Opens the dialog of figures at a style, for a layer and one of its values."""

_SAID_MS: Final = 8000
_WIDTH, _HEIGHT = 960.0, 220.0
"""Of a lens in a file, where the panel is not larger."""


class Exports(QObject):
    """What the actions of menus and panels call."""

    def __init__(self, session: Session, conversation: Conversation, appearance: Appearance) -> None:
        super().__init__(conversation.owner)
        self._document = session.document
        self._selection = session.selection
        self._compute = session.compute
        self._settings = session.settings
        self._dialogs = conversation.dialogs
        self._notice = conversation.notice
        self._status = conversation.status
        self._owner = conversation.owner
        self._appearance = appearance
        self.handles: list[JobHandle] = []
        """Files on their way."""

    def export_maps(self, drawing: "Drawing | None") -> None:
        """The feature maps, or the one that stands alone."""
        self._still("Export feature maps", "maps", drawing)

    def export_value(self, panel: "ArithmeticPanel") -> None:
        """The value that the panel takes apart."""
        made = panel.picture(max(_WIDTH, panel.view.width()), max(_HEIGHT, panel.view.height()))
        if made is None:
            self._say_what_is_missing(panel)
        else:
            self._still("Export arithmetic", "arithmetic", made.drawing)

    def export_field(self, drawing: "Drawing | None") -> None:
        """The photograph with what is drawn on it."""
        self._still("Export receptive field", "receptive field", drawing)

    def export_sliding(self, panel: "ArithmeticPanel") -> None:
        """The panel's window sliding over the output, as an animation or numbered frames."""
        from gui.receptive_view.writing import (  # a start need not wait for writers
            MOVING,
            WriteSliding,
            kinds_of,
        )

        lens = panel.lens
        if lens is None:
            self._say_what_is_missing(panel)
            return
        if len(lens.at) != 3:
            self._notice.say("Select a layer with maps: its window can slide.")
            return
        kinds = kinds_of(MOVING) + ";;Numbered PNG (*.png);;Numbered SVG (*.svg)"
        path = self._ask("Export sliding window", "sliding window", "gif", kinds)
        if path is not None:
            if path.suffix.lower() not in (f".{one}" for one in MOVING) and "%" not in path.name:
                path = path.with_name(f"{path.stem}-%03d{path.suffix}")
            view = replace(panel.state, width=_WIDTH, height=_HEIGHT)
            palette = self._appearance.palette
            job = WriteSliding(lens=lens, view=view, palette=palette, numbers=local_numbers(), path=path)
            self._submit(job, path)

    def as_figure(self, style: str, open_figure: OpenFigure) -> Callable[[], None]:
        """Opens the dialog of figures at this style, for the layer and the value that are looked at."""

        def open_dialog() -> None:
            selection = self._selection
            pinned, layer = selection.pinned, selection.current or ""
            at = None if pinned is None or pinned.node_id != layer else (pinned.channel, pinned.y, pinned.x)
            open_figure(style, layer, at)

        return open_dialog

    def _say_what_is_missing(self, panel: "ArithmeticPanel") -> None:
        """Nothing is taken apart while nobody looks: bring the panel forward and say what is missing."""
        around = panel.parentWidget()
        while around is not None and not isinstance(around, QDockWidget):
            around = around.parentWidget()
        if around is not None:
            around.show()
            around.raise_()
        reason = panel.source.reason
        self._notice.say(
            reason or "The panel “Arithmetic” has been opened: export it once its numbers are there."
        )

    def _still(self, title: str, what: str, drawing: "Drawing | None") -> None:
        from gui.receptive_view.writing import STILL, WriteDrawing, kinds_of  # as above

        if drawing is None:
            self._notice.say("Select a layer first: there is nothing to export yet.")
            return
        path = self._ask(title, what, "png", kinds_of(STILL))
        if path is not None:
            self._submit(WriteDrawing(drawing, path), path)

    def _ask(self, title: str, what: str, ending: str, kinds: str) -> Path | None:
        folder = Path(self._settings.folder("figure"))
        suggestion = str(folder / f"{self._document.title} {what}.{ending}")
        path = self._dialogs.file_to_save(self._owner, title, suggestion, kinds)
        if path is not None:
            self._settings.remember_folder("figure", path)
        return path

    def _submit(self, job: Job, path: Path) -> None:
        status = self._status
        status.showMessage(f"Writing {path.name}…")
        handle = self._compute.submit(job, self)
        handle.finished.connect(lambda name: status.showMessage(f"{name} written to {path.parent}", _SAID_MS))
        handle.failed.connect(lambda message: status.clearMessage())
        handle.failed.connect(self._notice.say)
        handle.progressed.connect(
            lambda done, total: status.showMessage(f"Drawing {path.name}: frame {done + 1} of {total}")
        )
        self.handles = [handle for handle in self.handles if not handle.is_over] + [handle]

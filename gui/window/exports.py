"""Exports of what is seen: asks for a file and has it written; says what became of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from gui.figures.drawing.drawing import Drawing
from gui.session.jobs import Job, JobHandle
from gui.widgets.surface import local_numbers

if TYPE_CHECKING:
    from gui.window.main_window import MainWindow

_SAID_MS: Final = 8000
_WIDTH, _HEIGHT = 960.0, 220.0
"""Of a lens in a file, where the panel is not larger."""


class Exports(QObject):
    """What the actions of menus and panels call."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.handles: list[JobHandle] = []
        """Files on their way."""

    def export_maps(self) -> None:
        """The feature maps, or the one that stands alone."""
        self._still("Export feature maps", "maps", self._window.feature_maps.drawing())

    def export_lens(self) -> None:
        """The value taken apart."""
        lens = self._window.arithmetic
        made = lens.picture(max(_WIDTH, lens.view.width()), max(_HEIGHT, lens.view.height()))
        if made is None:
            self._open_lens()
        else:
            self._still("Export arithmetic", "arithmetic", made.drawing)

    def export_field(self) -> None:
        """The photograph with what is drawn on it."""
        self._still("Export receptive field", "receptive field", self._window.photograph.drawing())

    def export_sliding(self) -> None:
        """The window sliding over the output, as an animation or numbered frames."""
        from gui.receptive_view.writing import (  # a start need not wait for writers
            MOVING,
            WriteSliding,
            kinds_of,
        )

        panel = self._window.arithmetic
        lens = panel.lens
        if lens is None:
            self._open_lens()
            return
        if len(lens.at) != 3:
            self._window.notice.say("Select a layer with maps: its window can slide.")
            return
        kinds = kinds_of(MOVING) + ";;Numbered PNG (*.png);;Numbered SVG (*.svg)"
        path = self._ask("Export sliding window", "sliding window", "gif", kinds)
        if path is not None:
            if path.suffix.lower() not in (f".{one}" for one in MOVING) and "%" not in path.name:
                path = path.with_name(f"{path.stem}-%03d{path.suffix}")
            view = replace(panel.state, width=_WIDTH, height=_HEIGHT)
            palette = self._window.appearance.palette
            job = WriteSliding(lens=lens, view=view, palette=palette, numbers=local_numbers(), path=path)
            self._submit(job, path)

    def as_figure(self, style: str) -> Callable[[], None]:
        """Opens the dialog of figures at this style, for the layer and the value that are looked at."""

        def open_dialog() -> None:
            selection = self._window.selection
            pinned, layer = selection.pinned, selection.current or ""
            at = None if pinned is None or pinned.node_id != layer else (pinned.channel, pinned.y, pinned.x)
            self._window.files.export_figure_of(style, layer, at)

        return open_dialog

    def _open_lens(self) -> None:
        """Nothing is taken apart while nobody looks: bring the panel forward and say what is missing."""
        window = self._window
        window.docks["Arithmetic"].show()
        window.docks["Arithmetic"].raise_()
        reason = window.arithmetic.source.reason
        window.notice.say(
            reason or "The panel “Arithmetic” has been opened: export it once its numbers are there."
        )

    def _still(self, title: str, what: str, drawing: Drawing | None) -> None:
        from gui.receptive_view.writing import STILL, WriteDrawing, kinds_of  # as above

        if drawing is None:
            self._window.notice.say("Select a layer first: there is nothing to export yet.")
            return
        path = self._ask(title, what, "png", kinds_of(STILL))
        if path is not None:
            self._submit(WriteDrawing(drawing, path), path)

    def _ask(self, title: str, what: str, ending: str, kinds: str) -> Path | None:
        window = self._window
        folder = Path(window.settings.folder("figure"))
        suggestion = str(folder / f"{window.document.title} {what}.{ending}")
        path = window.dialogs.file_to_save(window, title, suggestion, kinds)
        if path is not None:
            window.settings.remember_folder("figure", path)
        return path

    def _submit(self, job: Job, path: Path) -> None:
        status = self._window.status
        status.showMessage(f"Writing {path.name}…")
        handle = self._window.compute.submit(job, self)
        handle.finished.connect(lambda name: status.showMessage(f"{name} written to {path.parent}", _SAID_MS))
        handle.failed.connect(lambda message: status.clearMessage())
        handle.failed.connect(self._window.notice.say)
        handle.progressed.connect(
            lambda done, total: status.showMessage(f"Drawing {path.name}: frame {done + 1} of {total}")
        )
        self.handles = [one for one in self.handles if not one.is_over] + [handle]

"""The part of the photograph that is looked at, chosen with the mouse: an edit like any other."""

import dataclasses

from PySide6.QtCore import QObject, QPointF

from engine.image.cropped import WHOLE, Part, cropped, part_of
from engine.image.image_source import is_digit
from engine.image.patterns import is_pattern
from engine.image.sketch import is_sketch
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.widgets.photograph.photograph_view import PhotographView


class Cropping(QObject):
    """The wheel goes nearer, pulling shows another part, a double-click all. The Input's view follows."""

    def __init__(
        self, view: PhotographView, document: Document, compute: ComputeService, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._compute = document, compute
        view.zoomed.connect(self.on_zoomed)
        view.dragged.connect(self.on_dragged)
        view.whole_requested.connect(lambda: self._show(WHOLE))

    @property
    def part(self) -> Part:
        """What is looked at, in shares of the whole."""
        return part_of(self._reference)[0]

    def on_zoomed(self, factor: float, around: QPointF) -> None:
        """More or less of the photograph."""
        self._show(self.part.zoomed(factor, around.x(), around.y()))

    def on_dragged(self, way: QPointF) -> None:
        """What lies beside it: the picture follows the mouse."""
        self._show(self.part.moved(-way.x(), -way.y()))

    @property
    def _reference(self) -> str:
        return self._document.project.image or self._compute.photograph_name

    def _show(self, part: Part) -> None:
        whole = part_of(self._reference)[1]
        if is_pattern(whole) or is_digit(whole) or is_sketch(whole) or self._compute.stands_in_for:
            return  # made at the Input's own size
        image = cropped(whole, part)
        if image != self._reference:
            self._document.edit(
                "Crop photograph",
                lambda project: dataclasses.replace(project, image=image),
                merge_key=f"crop {whole}",
            )

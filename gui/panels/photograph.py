"""The photograph that the network looks at, and what one output sees of it."""

import dataclasses
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from assets import credit, sample_photographs
from engine.layers.input import Input
from engine.patterns import PATTERNS, find_pattern, is_pattern
from engine.photograph import crop_box
from engine.shapes import Shape, is_map
from gui.appearance import Appearance
from gui.compute import ComputeService
from gui.document import Document
from gui.numbers import field_sentence, field_text
from gui.selection import Pixel, Selection
from gui.theme import GRID
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.photograph_view import Overlay, PhotographView
from gui.widgets.surface import MARGIN, Surface


class PhotographPanel(Surface):
    """Outlines what the pixel under the mouse sees, or else the selected layer's central output."""

    open_requested = Signal()
    """The user wants to choose an image file."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Photograph", parent)
        self._document, self._selection, self._compute = document, selection, compute
        self._appearance = appearance
        self.setAcceptDrops(True)
        self.field_label = ElidedLabel(style="secondary")
        self.button = QToolButton()
        self.button.setToolTip("Choose another photograph")
        self.button.setAccessibleName("Choose another photograph")
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setMenu(self._menu())
        self.view = PhotographView(appearance)
        self.caption = ElidedLabel(style="caption")
        head = QHBoxLayout()
        head.addWidget(self.field_label, 1)
        head.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, MARGIN, GRID)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self.caption)

        document.project_changed.connect(self.refresh)
        selection.selection_changed.connect(self.refresh)
        selection.pixel_changed.connect(self.refresh)
        compute.photograph_changed.connect(self.on_photograph_changed)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()
        self.on_photograph_changed()

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for name in sample_photographs():
            action = menu.addAction(_title(name))
            action.setToolTip(credit(name))
            action.triggered.connect(lambda _checked=False, name=name: self.choose(name))
        menu.addSeparator()
        patterns = menu.addMenu("Test patterns")
        patterns.setToolTipsVisible(True)
        for pattern in PATTERNS.values():
            action = patterns.addAction(pattern.title)
            action.setToolTip(pattern.help)
            action.triggered.connect(lambda _checked=False, name=pattern.reference: self.choose(name))
        menu.addSeparator()
        menu.addAction("Open image…", self.open_requested.emit)
        return menu

    def choose(self, name: str) -> None:
        """Look at one of the bundled photographs."""
        self._document.edit("Change photograph", lambda project: dataclasses.replace(project, image=name))

    def on_palette_changed(self) -> None:
        """Recolour the button."""
        self.button.setIcon(self._appearance.icon("images"))

    def on_photograph_changed(self) -> None:
        """Another photograph is looked at."""
        self.view.show_photograph(self._compute.photograph)
        self.refresh()

    def refresh(self) -> None:
        """Draw the boxes anew, and say what they are."""
        photograph = self._compute.photograph
        if photograph is None:
            self.field_label.setText("")
            self.caption.setText("")
            return
        height, width, _ = photograph.shape
        self.caption.setText(self._about(width, height))
        pixel = self._looked_at()
        layer = self._input_layer(pixel.node_id if pixel is not None else None)
        if layer is None:
            self.view.show_overlay(None)
            self.field_label.setText("The network has no input.")
            return
        resize = "stretch" if is_pattern(self._compute.photograph_name) else layer.resize
        left, top, right, bottom = crop_box(width, height, layer.shape, resize)
        crop = QRectF(left, top, right - left, bottom - top)
        self.view.show_overlay(self._overlay(crop, layer.shape, pixel))
        self._say_field(pixel)

    def _about(self, width: int, height: int) -> str:
        """What is looked at, in a line."""
        name, missing = self._compute.photograph_name, self._compute.stands_in_for
        if is_pattern(name):
            pattern = find_pattern(name)
            return f"{pattern.title} · {pattern.help}"
        about = credit(name) if name in sample_photographs() else Path(name).name
        if missing:
            lost = f"“{name}” stands in for {Path(missing).name}, which cannot be read"
            return f"{lost} · {width}×{height} · {about}"
        return f"{width}×{height} · {about}"

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take an image file."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Try to look at it; the compute service answers."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._compute.open_photograph(paths[0])

    def _looked_at(self) -> Pixel | None:
        """The pixel under the mouse, else the middle of the selected layer's map."""
        if self._selection.pixel is not None:
            return self._selection.pixel
        current = self._selection.current
        if current is None:
            return None
        shape = self._document.analysis.layers[current].output_shape
        if shape is None:
            return None
        return Pixel(current, 0, shape[1] // 2, shape[2] // 2) if is_map(shape) else Pixel(current, 0, 0, 0)

    def _input_layer(self, node_id: str | None) -> Input | None:
        """The Input that the node reads from; the first one where there is no node."""
        network = self._document.project.network
        below = set(network.ancestors(node_id)) | {node_id} if node_id is not None else set(network.nodes)
        for one in network.order:
            layer = network.nodes[one].layer
            if one in below and isinstance(layer, Input):
                return layer
        return None

    def _overlay(self, crop: QRectF, shape: Shape, pixel: Pixel | None) -> Overlay:
        field = None if pixel is None else self._document.analysis.layers[pixel.node_id].receptive_field
        if pixel is None or field is None:
            return Overlay(crop)
        seen = field.box(pixel.y, pixel.x)
        if seen is None:
            return Overlay(crop)
        (first_row, last_row), (first_column, last_column) = seen
        across, down = crop.width() / shape[2], crop.height() / shape[1]

        def on_photograph(left: float, top: float, width: float, height: float) -> QRectF:
            return QRectF(crop.left() + left * across, crop.top() + top * down, width * across, height * down)

        columns, rows = last_column - first_column + 1, last_row - first_row + 1
        box = on_photograph(first_column, first_row, columns, rows)
        cell = None
        jump_down, jump_across = (float(jump) for jump in field.jump)
        if not field.whole_input and (rows, columns) != (jump_down, jump_across):
            middle_x, middle_y = first_column + columns / 2, first_row + rows / 2
            cell = on_photograph(middle_x - jump_across / 2, middle_y - jump_down / 2, jump_across, jump_down)
        return Overlay(crop, box, cell)

    def _say_field(self, pixel: Pixel | None) -> None:
        if pixel is None:
            self.field_label.setText("")
            return
        field = self._document.analysis.layers[pixel.node_id].receptive_field
        text = field_text(field, "px")
        if field is not None and not field.aligned:
            text += ", misaligned"
        self.field_label.setText(f"sees {text}" if field is not None else "")
        self.view.setToolTip(field_sentence(field))


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()

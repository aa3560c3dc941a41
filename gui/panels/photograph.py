"""The photograph that the network looks at, and what one output sees of it."""

import dataclasses
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from assets import credit, sample_photographs
from engine.image.cropped import WHOLE, part_of
from engine.image.image_source import is_digit
from engine.image.patterns import PATTERNS, find_pattern, is_pattern
from engine.image.photograph import is_inverted
from engine.image.preprocessing import crop_box
from engine.image.sketch import is_sketch
from engine.shapes import is_map
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.receptive_view.measured import MeasuredField
from gui.receptive_view.overlay import Ground, overlay_of, padding_share
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Pixel, Selection
from gui.widgets.dialogs import Dialogs
from gui.widgets.photograph.cropping import Cropping
from gui.widgets.photograph.digit_pad import DigitPad
from gui.widgets.photograph.effective_button import EffectiveButton
from gui.widgets.photograph.photograph_view import Heat, PhotographView
from gui.widgets.photograph.strip import PhotographStrip
from gui.widgets.surface import MARGIN, Surface, local_numbers, styled_label
from gui.words.number_format import NO_BREAK, field_sentence, field_text

if TYPE_CHECKING:  # a start draws no figures
    from gui.figures.drawing.drawing import Drawing


class PhotographPanel(Surface):
    """Outlines what the pixel under the mouse sees, or else the selected layer's central output."""

    open_requested = Signal()
    """The user wants to choose an image file."""
    export_requested = Signal()
    """The user wants what is shown as a file…"""
    figure_requested = Signal()
    """…or in a figure's style."""

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
        self._appearance, self._numbers = appearance, local_numbers()
        self._glow: Heat | None = None
        self.dialogs = Dialogs()
        """Tests answer without a screen."""
        self.setAcceptDrops(True)
        self.field_label = styled_label(style="secondary", wrap=True)
        self.field_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        # Always two lines: the photograph must not move while its numbers change.
        self.field_label.setFixedHeight(2 * self.field_label.fontMetrics().lineSpacing())
        self.button = QToolButton()
        self.button.setToolTip("Choose another photograph")
        self.button.setAccessibleName("Choose another photograph")
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setMenu(self._menu())
        self.view = PhotographView(appearance)
        self.cropping = Cropping(self.view, document, compute, self)
        self.draw = self._tool("Draw a digit")
        self.draw.setCheckable(True)
        self.draw.setChecked(True)
        self.draw.toggled.connect(self._show_page)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.view)
        self.caption = styled_label(style="caption", wrap=True)
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.nested = self._tool("Boxes of every layer on the way")
        self.nested.setCheckable(True)
        self.nested.toggled.connect(self.refresh)
        self.effective = EffectiveButton()
        self.effective.chosen.connect(self.refresh)
        self.measured = MeasuredField(document, compute, self)
        self.measured.changed.connect(self.refresh)
        self.strip = PhotographStrip(document, compute)
        self.strip.hide()
        self.strip.chosen.connect(compute.open_photograph)
        self.in_strip = self._tool("Photographs in a strip, with their scores (Ctrl+[ and Ctrl+] go through)")
        self.in_strip.setCheckable(True)
        self.in_strip.toggled.connect(self.strip.setVisible)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.field_label, 1)
        for tool in (self.draw, self.nested, self.effective, self.in_strip, self.button):
            tool.setStyleSheet("QToolButton { padding: 3px; }")
            head.addWidget(tool)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, MARGIN, GRID)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        column.addWidget(self.caption)
        column.addWidget(self.strip)

        document.project_changed.connect(self.refresh)
        selection.selection_changed.connect(self.refresh)
        selection.pixel_changed.connect(self.refresh)
        selection.input_pixel_changed.connect(self.refresh)
        compute.run_finished.connect(self.refresh)
        self.view.pointed.connect(self._on_pointed)
        compute.photograph_changed.connect(self.on_photograph_changed)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()
        self.on_photograph_changed()

    @cached_property
    def digit_pad(self) -> DigitPad:
        """Where digits are drawn; made when a network that reads them is first open."""
        pad = DigitPad(self._appearance)
        pad.drawn.connect(self._on_drawn)
        pad.chosen.connect(self.choose)
        self.pages.addWidget(pad)
        return pad

    def _on_drawn(self, reference: str, stroke: str) -> None:
        """Look at the drawing; one stroke is one step back."""
        self._document.edit(
            "Draw", lambda project: dataclasses.replace(project, image=reference), merge_key=stroke
        )

    def _show_page(self) -> None:
        """The pad where the network reads light ink on dark ground and drawing is on, else the photograph."""
        taken = [node.layer.preprocessing for node in self._document.project.network.nodes.values()]
        reads_ink = any(one is not None and one.polarity == "light_on_dark" for one in taken)
        self.draw.setVisible(reads_ink)
        if reads_ink and self.draw.isChecked():
            self.digit_pad.show_image(self._document.project.image)
            self.pages.setCurrentWidget(self.digit_pad)
        else:
            self.pages.setCurrentWidget(self.view)

    def _tool(self, what: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(what)
        button.setAccessibleName(what)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

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
        menu.addAction("Export with its fields…", self.export_requested.emit)
        menu.addAction("Fields as a figure…", self.figure_requested.emit)
        menu.addAction("Folder in the strip…", self._on_folder)
        menu.addAction("Open image…", self.open_requested.emit)
        return menu

    def _on_folder(self) -> None:
        """Show the pictures of a folder in the strip."""
        folder = self.dialogs.folder_to_open(self, "Folder of photographs", "")
        if folder is not None:
            self._compute.album.add_folder(folder)
            self.in_strip.setChecked(True)

    def choose(self, name: str) -> None:
        """Look at one of the bundled photographs."""
        self._document.edit("Change photograph", lambda project: dataclasses.replace(project, image=name))

    def on_palette_changed(self) -> None:
        """Recolour the buttons."""
        icons = ((self.button, "images"), (self.nested, "scan"), (self.effective, "target"))
        for button, icon in (*icons, (self.draw, "pencil"), (self.in_strip, "panel-bottom")):
            button.setIcon(self._appearance.icon(icon))

    def on_photograph_changed(self) -> None:
        """Another photograph is looked at."""
        self.view.show_photograph(self._compute.photograph)
        self.refresh()

    def refresh(self) -> None:
        """Draw the boxes anew, and say what they are."""
        self._show_page()
        photograph = self._compute.photograph
        if photograph is None:
            self.field_label.setText("")
            self.caption.setText("")
            return
        height, width, _ = photograph.shape
        self.caption.setText(self._about(width, height))
        pixel = self._looked_at()
        ground = self._ground(pixel.node_id if pixel is not None else None, width, height)
        if ground is None:
            self.view.show_overlay(None)
            self.field_label.setText("The network has no input.")
            return
        self._measure(pixel)
        self.view.show_overlay(
            overlay_of(
                ground,
                self._document.project.network,
                self._document.analysis,
                pixel,
                nested=self.nested.isChecked(),
                heat=self._heat(ground, pixel),
                under_mouse=self._selection.input_pixel,
            )
        )
        self._say_field(ground, pixel)

    def _measure(self, pixel: Pixel | None) -> None:
        """Have the effective field measured, where it is wanted; not of what the mouse just passes."""
        choice = self.effective
        lasting = pixel if self._selection.hovered is None else self._lasting()
        if not choice.is_on or lasting is None:
            if not choice.is_on:
                self.measured.forget()
        elif self._document.analysis.layers[lasting.node_id].receptive_field is not None:
            self.measured.ask(lasting, whole_layer=choice.whole_layer, noise=choice.noise)

    def _heat(self, ground: Ground, pixel: Pixel | None) -> Heat | None:
        """The measured field where it is that of what is looked at."""
        field = self.measured.field
        if field is None or pixel is None or field.input_id != ground.input_id or self.measured.of != pixel:
            return None
        if self._glow is None or self._glow.strength is not field.strength:
            self._glow = Heat(field.strength)
        return self._glow

    def _on_pointed(self, point: QPointF | None) -> None:
        """Say which pixel of the input is under the mouse."""
        pixel = self._looked_at()
        photograph = self._compute.photograph
        ground = None
        if photograph is not None:
            height, width, _ = photograph.shape
            ground = self._ground(pixel.node_id if pixel is not None else None, width, height)
        self._selection.point_at_input(None if ground is None else ground.pixel_at(point))

    def drawing(self) -> "Drawing | None":
        """The photograph with all that is drawn on it, for a file."""
        photograph, overlay = self._compute.photograph, self.view.overlay
        if photograph is None or overlay is None:
            return None
        from gui.receptive_view.field_drawing import field_drawing

        pixel = self._looked_at()
        name = "" if pixel is None else f"{self._document.project.network[pixel.node_id].label} "
        caption = f"{name}{self.field_label.text()}".strip() or self.caption.text()
        return field_drawing(photograph, overlay, caption, self._appearance.palette)

    def _about(self, width: int, height: int) -> str:
        """What is looked at, in a line."""
        part, name = part_of(self._compute.photograph_name)
        missing = self._compute.stands_in_for
        if is_pattern(name):
            pattern = find_pattern(name)
            return f"{pattern.title} · {pattern.help}"
        about = credit(name) if name in sample_photographs() else Path(name).name
        if is_digit(name):
            about = "A digit of MNIST that the training did not see. LeCun, Cortes & Burges, CC BY-SA 3.0"
        elif is_sketch(name):
            about = "A drawing, scaled and centred as MNIST’s digits are"
        if part != WHOLE:
            about = f"{part.width:.0%} × {part.height:.0%} of it; a double-click shows all · {about}"
        if missing:
            lost = f"“{name}” stands in for {Path(missing).name}, which cannot be read"
            return f"{lost} · {width}×{height} · {about}"
        if self._is_inverted():
            about = f"Dark ink on light ground: inverted · {about}"
        return f"{width}×{height} · {about}"

    def _is_inverted(self) -> bool:
        """Whether an Input turns what is looked at into its negative."""
        photograph = self._compute.photograph
        taken = (node.layer.preprocessing for node in self._document.project.network.nodes.values())
        return photograph is not None and any(
            one is not None and is_inverted(photograph, one) for one in taken
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take an image file."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Try to look at it; the compute service answers. Several, or a folder, come into the strip."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        if len(paths) == 1 and Path(paths[0]).is_dir():
            self._compute.album.add_folder(Path(paths[0]))
        else:
            self._compute.open_photograph(paths[0])
            self._compute.album.add(paths if len(paths) > 1 else ())
            if len(paths) == 1:
                return
        self.in_strip.setChecked(True)

    def _looked_at(self) -> Pixel | None:
        """The pixel under the mouse, else what lasts."""
        return self._selection.hovered or self._lasting()

    def _lasting(self) -> Pixel | None:
        """The pinned pixel, else the middle of the selected layer's map."""
        current, pinned = self._selection.current, self._selection.pinned
        if pinned is not None:
            shape = self._document.analysis.layers[pinned.node_id].output_shape
            if shape is not None and is_map(shape) and pinned.y < shape[1] and pinned.x < shape[2]:
                return pinned
        if current is None:
            return None
        shape = self._document.analysis.layers[current].output_shape
        if shape is None:
            return None
        return Pixel(current, 0, shape[1] // 2, shape[2] // 2) if is_map(shape) else Pixel(current, 0, 0, 0)

    def _ground(self, node_id: str | None, width: int, height: int) -> Ground | None:
        """Where the Input that the node reads from looks at; of the first Input where there is no node."""
        network = self._document.project.network
        below = set(network.ancestors(node_id)) | {node_id} if node_id is not None else set(network.nodes)
        for input_id, shape in network.inputs.items():
            preprocessing = network[input_id].layer.preprocessing
            if input_id in below and preprocessing is not None:
                taken = (preprocessing.resize, preprocessing.resize_to)
                if is_pattern(self._compute.photograph_name):
                    taken = ("stretch", 0)
                left, top, right, bottom = crop_box(width, height, shape, *taken)
                return Ground(input_id, shape, QRectF(left, top, right - left, bottom - top), (width, height))
        return None

    def _say_field(self, ground: Ground, pixel: Pixel | None) -> None:
        if pixel is None:
            self.field_label.setText("")
            return
        field = self._document.analysis.layers[pixel.node_id].receptive_field
        text = field_text(field, "" if self.effective.is_on else "px")
        if field is not None and not field.aligned:
            text += ", misaligned"
        padding = padding_share(field, pixel, ground.shape)
        more = f" · {self._numbers.percent(padding)} of it padding" if padding else ""
        if self.effective.is_on:
            more = f", {self._say_effective(pixel)}"
        self.field_label.setText(f"sees {text}{more}" if field is not None else "")
        self.view.setToolTip(field_sentence(field))

    def _say_effective(self, pixel: Pixel) -> str:
        measured = self.measured
        if measured.failure:
            return measured.failure
        if measured.is_busy:
            done, total = measured.progress
            return f"measuring {done} of {total}…" if total else "measuring…"
        if measured.field is None or measured.of != pixel:
            return "effective field of the pinned pixel"
        if measured.field.is_empty:
            return "no pixel moves this value now: a shut ReLU, or a mean that a normalisation keeps"
        return f"effective {self._numbers.decimal(measured.field.size, 0)}{NO_BREAK}px"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()

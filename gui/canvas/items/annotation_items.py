"""Frames and text notes on the canvas, behind the cards: shown as the project has them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.model.annotations import Frame, TextNote
from engine.model.project import Point, Project
from gui.canvas.items.canvas_style import CanvasStyle, faded
from gui.canvas.items.outlines import TITLE_HEIGHT, title_font
from gui.look.theme import FRAME_COLOURS, RADIUS

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene

CORNER: Final = 18.0
"""Side of the corner that a frame is resized by, in canvas units."""

_PAD: Final = 8.0
_EMPTY: Final = "Text"


class AnnotationItem(QGraphicsItem):
    """What frames and notes have in common: they lie in the background, and the view handles their mouse."""

    def __init__(self, thing_id: str, look: CanvasStyle) -> None:
        super().__init__()
        self.thing_id = thing_id
        self.selected = False
        self._look = look
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def rect(self) -> QRectF:
        """What it covers in the scene."""
        raise NotImplementedError

    def set_selected(self, selected: bool) -> None:
        """Show the accent outline."""
        self.selected = selected
        self.update()

    def restyle(self, look: CanvasStyle) -> None:
        """Paint with another theme."""
        self._look = look
        self.update()

    def boundingRect(self) -> QRectF:
        return self.rect.adjusted(-2, -2, 2, 2)


class FrameItem(AnnotationItem):
    """A titled coloured area."""

    def __init__(self, frame: Frame, look: CanvasStyle) -> None:
        super().__init__(frame.id, look)
        self.frame = frame
        self.show_value(frame)

    @property
    def rect(self) -> QRectF:
        """What it covers in the scene."""
        return QRectF(self.frame.x, self.frame.y, self.frame.width, self.frame.height)

    def part_at(self, at: QPointF) -> str:
        """Where it can be taken hold of: "title", "corner" or nowhere."""
        rect = self.rect
        if QRectF(rect.right() - CORNER, rect.bottom() - CORNER, CORNER, CORNER).contains(at):
            return "corner"
        if QRectF(rect.left(), rect.top(), rect.width(), TITLE_HEIGHT).contains(at):
            return "title"
        return ""

    def show_value(self, frame: Frame) -> None:
        """Show it elsewhere, or otherwise; smaller ones lie on larger ones."""
        self.prepareGeometryChange()
        self.frame = frame
        self.setZValue(-6 - min(frame.width * frame.height, 1e12) * 1e-12)
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look, rect = self._look, self.rect
        colour = FRAME_COLOURS[self.frame.colour]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(look.accent if self.selected else faded(colour, 130), 2 if self.selected else 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(faded(colour, 26))
        painter.drawRoundedRect(rect, RADIUS + 4, RADIUS + 4)
        title = title_font(look, painter.worldTransform().m11())
        painter.setFont(title)
        painter.setPen(look.text)
        words = QFontMetricsF(title).elidedText(
            self.frame.title, Qt.TextElideMode.ElideRight, rect.width() - 24
        )
        painter.drawText(rect.topLeft() + QPointF(12, 19 + (title.pixelSize() - 13) / 2), words)
        painter.setPen(QPen(faded(colour, 160), 1.5))
        corner = rect.bottomRight()
        for off in (5.0, 9.0):
            painter.drawLine(corner + QPointF(-off - 3, -4), corner + QPointF(-4, -off - 3))


class NoteItem(AnnotationItem):
    """Words on the canvas."""

    def __init__(self, note: TextNote, look: CanvasStyle) -> None:
        super().__init__(note.id, look)
        self.note = note
        self._rect = QRectF()
        self.setZValue(-0.1)
        self.show_value(note)

    @property
    def rect(self) -> QRectF:
        """What it covers in the scene."""
        return self._rect

    def show_value(self, note: TextNote) -> None:
        """Say something else, or elsewhere."""
        self.prepareGeometryChange()
        self.note = note
        metrics = QFontMetricsF(self._look.body)
        lines = (note.text or _EMPTY).split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * _PAD
        self._rect = QRectF(note.x, note.y, width, metrics.lineSpacing() * len(lines) + 2 * _PAD)
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.selected:
            painter.setPen(look.ring)
            painter.setBrush(faded(look.palette.accent, 20))
            painter.drawRoundedRect(self._rect, RADIUS, RADIUS)
        painter.setFont(look.body)
        painter.setPen(look.text if self.note.text else look.secondary)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(self._rect.adjusted(_PAD, _PAD, 0, 0), flags, self.note.text or _EMPTY)


Item = FrameItem | NoteItem


class Annotations:
    """The frames and notes of a scene, by id."""

    def __init__(self, scene: "CanvasScene") -> None:
        self._scene = scene
        self._project = Project()
        self.items: dict[str, Item] = {}
        self.selected: str | None = None

    def show(self, project: Project) -> None:
        """Show those of this project."""
        self._project = project
        wanted: dict[str, Frame | TextNote] = {**project.frames, **project.text_notes}
        for one in [item for item in self.items if item not in wanted]:
            self._scene.removeItem(self.items.pop(one))
        for one, value in wanted.items():
            self._show_one(one, value)
        if self.selected not in self.items:
            self.selected = None

    @property
    def area(self) -> QRectF:
        """What all frames and notes cover."""
        area = QRectF()
        for item in self.items.values():
            area = area.united(item.rect)
        return area

    def preview(self, positions: Mapping[str, Point]) -> None:
        """Draw them elsewhere while they are moved."""
        here = {one: at for one, at in positions.items() if one in self.items}
        if here:
            moved = self._project.move(here)
            for one in here:
                self._show_one(one, moved.frames.get(one) or moved.text_notes[one])

    def preview_frame(self, frame: Frame) -> None:
        """Draw a frame otherwise while it is resized."""
        self._show_one(frame.id, frame)

    def select(self, thing_id: str | None) -> None:
        """Outline one of them, or none."""
        self.selected = thing_id if thing_id in self.items else None
        for one, item in self.items.items():
            item.set_selected(one == self.selected)

    def at(self, point: QPointF) -> tuple[str, str]:
        """The frame or note that can be taken hold of at a point, and by which part; empty for none."""
        for item in reversed(sorted(self.items.values(), key=lambda item: item.zValue())):
            if isinstance(item, NoteItem) and item.rect.contains(point):
                return item.thing_id, "note"
            if isinstance(item, FrameItem) and item.part_at(point):
                return item.thing_id, item.part_at(point)
        return "", ""

    def restyle(self, look: CanvasStyle) -> None:
        """Paint with another theme."""
        for item in self.items.values():
            item.restyle(look)

    def _show_one(self, one: str, value: Frame | TextNote) -> None:
        item = self.items.get(one)
        if isinstance(item, FrameItem) and isinstance(value, Frame):
            if item.frame != value:
                item.show_value(value)
        elif isinstance(item, NoteItem) and isinstance(value, TextNote):
            if item.note != value:
                item.show_value(value)
        else:
            look = self._scene.look
            made: Item = FrameItem(value, look) if isinstance(value, Frame) else NoteItem(value, look)
            self.items[one] = made
            self._scene.addItem(made)

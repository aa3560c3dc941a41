"""Expanded groups: a quiet outline around what lies in them, with a title on top."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.layout.card_rects import box
from engine.model.project import Point, Project
from gui.canvas.items.canvas_style import FULL_CARD, CanvasStyle, faded
from gui.look.theme import RADIUS

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene

TITLE_HEIGHT: Final = 28.0
"""Height of the strip that takes hold of a group, in canvas units."""

_TITLE_LEFT: Final = 28.0
_BASELINE: Final = 19.0
_LARGEST_TITLE: Final = 40


class OutlineItem(QGraphicsItem):
    """The outline and title of one expanded group."""

    def __init__(self, group_id: str, title: str, depth: int, look: CanvasStyle) -> None:
        super().__init__()
        self.group_id = group_id
        self.title = title
        self.selected = False
        self.hovered = False
        self._look = look
        self._rect = QRectF()
        self.setZValue(-4 + 0.01 * depth)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def rect(self) -> QRectF:
        """What the outline encloses, in the scene."""
        return self._rect

    @property
    def title_rect(self) -> QRectF:
        """The strip on top that takes hold of the group, in the scene."""
        return QRectF(self._rect.left(), self._rect.top(), self._rect.width(), TITLE_HEIGHT)

    def set_rect(self, rect: QRectF) -> None:
        """Enclose something else."""
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect

    def set_title(self, title: str) -> None:
        """Be called something else."""
        if title != self.title:
            self.title = title
            self.update()

    def set_state(self, *, selected: bool, hovered: bool) -> None:
        """Show whether all its nodes are selected, and whether the mouse is on its title."""
        if (selected, hovered) != (self.selected, self.hovered):
            self.selected, self.hovered = selected, hovered
            self.update()

    def restyle(self, look: CanvasStyle) -> None:
        """Paint with another theme."""
        self._look = look
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = self._look
        zoom = painter.worldTransform().m11()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(look.accent if self.selected else QColor(look.palette.line), 1.5 if self.selected else 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(faded(look.palette.accent, 14) if self.hovered else faded(look.palette.surface, 110))
        painter.drawRoundedRect(self._rect, RADIUS + 4, RADIUS + 4)
        self._chevron(painter)
        title = title_font(look, zoom)
        painter.setFont(title)
        painter.setPen(look.accent if self.hovered else look.secondary)
        room = self._rect.width() - _TITLE_LEFT - 8
        words = QFontMetricsF(title).elidedText(self.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            self._rect.topLeft() + QPointF(_TITLE_LEFT, _BASELINE + (title.pixelSize() - 13) / 2), words
        )

    def _chevron(self, painter: QPainter) -> None:
        """A small mark in front of the title: what is open can be closed."""
        corner = self._rect.topLeft() + QPointF(13, 11)
        pen = QPen(self._look.accent if self.hovered else self._look.secondary, 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPolyline([corner, corner + QPointF(4, 4.5), corner + QPointF(8, 0)])


class Outlines:
    """The outlines of all expanded groups of a scene."""

    def __init__(self, scene: "CanvasScene") -> None:
        self._scene = scene
        self._project = Project()
        self.items: dict[str, OutlineItem] = {}

    def show(self, project: Project) -> None:
        """Show those of this project; nothing is asked of one without groups."""
        self._project = project
        groups = project.groups
        shown = [group for group in groups if groups.card(group) == group and not groups[group].collapsed]
        for one in [item for item in self.items if item not in shown]:
            self._scene.removeItem(self.items.pop(one))
        for one in shown:
            item = self.items.get(one)
            if item is None:
                depth = len(groups.around(one))
                item = self.items[one] = OutlineItem(one, groups[one].label, depth, self._scene.look)
                self._scene.addItem(item)
            item.set_title(groups[one].label)
        self._place(project)

    def preview(self, positions: Mapping[str, Point]) -> None:
        """Follow cards that are being moved."""
        if self.items:
            self._place(self._project.move(positions))

    @property
    def area(self) -> QRectF:
        """What all outlines cover."""
        area = QRectF()
        for item in self.items.values():
            area = area.united(item.rect)
        return area

    def show_selection(self, ids: set[str]) -> None:
        """Outline the groups all of whose nodes are selected."""
        for one, item in self.items.items():
            selected = bool(ids) and ids.issuperset(self._project.groups.nodes(one))
            item.set_state(selected=selected, hovered=item.hovered)

    def hover(self, group_id: str | None) -> None:
        """Light up the title under the mouse, or none."""
        for one, item in self.items.items():
            item.set_state(selected=item.selected, hovered=one == group_id)

    def title_at(self, at: QPointF) -> str | None:
        """The innermost group whose title is at a point of the scene."""
        found = [item for item in self.items.values() if item.title_rect.contains(at)]
        return max(found, key=lambda one: one.zValue()).group_id if found else None

    def restyle(self, look: CanvasStyle) -> None:
        """Paint with another theme."""
        for item in self.items.values():
            item.restyle(look)

    def _place(self, project: Project) -> None:
        for one, item in self.items.items():
            found = box(project, one)
            item.set_rect(QRectF(found.left, found.top, found.right - found.left, found.bottom - found.top))


def title_font(look: CanvasStyle, zoom: float) -> QFont:
    """The title as large as a card's; from afar larger, so that it can still be read."""
    if zoom >= FULL_CARD:
        return look.title
    title = QFont(look.title)
    title.setPixelSize(min(round(look.title.pixelSize() * FULL_CARD / zoom), _LARGEST_TITLE))
    return title

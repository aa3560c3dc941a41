"""A network as a small picture: its cards as coloured blocks, its wires as lines. Found by the worker."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

import presets
from engine.model.project import Project
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH, ROLE_COLOURS, Palette
from gui.session.jobs import Desk

if TYPE_CHECKING:  # a start need not wait for lessons
    from presets.lesson import Lesson

_MARGIN: Final = 8.0
_LEAST: Final = 2.0


@dataclass(frozen=True)
class Picture:
    """What is drawn: blocks as (x, y, colour) and wires as pairs of blocks, in canvas units."""

    blocks: tuple[tuple[float, float, str], ...]
    wires: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class PictureOfPreset:
    """A job: building a large network takes longer than a frame."""

    name: str

    def work(self, desk: Desk) -> Picture:
        """The preset's picture."""
        desk.checkpoint()
        return picture_of(presets.load(self.name).project)


@dataclass(frozen=True, eq=False)
class PictureOfLesson:
    """A job: the largest of the networks that a lesson opens says most about it."""

    lesson: "Lesson"

    def work(self, desk: Desk) -> Picture:
        """The lesson's picture."""
        opened = [self.lesson.start]
        opened += [step.opens for step in self.lesson.steps if step.opens is not None]
        projects = []
        for make in opened:
            desk.checkpoint()
            projects.append(make())
        return picture_of(max(projects, key=lambda project: len(project.network)))


def picture_of(project: Project) -> Picture:
    """Where the project's cards lie, and what they are."""
    network = project.network
    place = {node_id: at for at, node_id in enumerate(network.order)}
    blocks = tuple(
        (*project.position(node_id), ROLE_COLOURS[network[node_id].layer.role]) for node_id in network.order
    )
    wires = tuple((place[a], place[b]) for a, b in network.edges if a in place and b in place)
    return Picture(blocks, wires)


def painted(picture: Picture, size: QSizeF, palette: Palette, ratio: float) -> QPixmap:
    """The picture in a field of this size, sharp at the given device pixel ratio."""
    pixmap = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(palette.canvas))
    if not picture.blocks:
        return pixmap
    left, top = min(x for x, _, _ in picture.blocks), min(y for _, y, _ in picture.blocks)
    width = max(x for x, _, _ in picture.blocks) + CARD_WIDTH - left
    height = max(y for _, y, _ in picture.blocks) + CARD_HEIGHT - top
    room_x, room_y = size.width() - 2 * _MARGIN, size.height() - 2 * _MARGIN
    scale = min(room_x / width, room_y / height, 0.25)
    origin = QPointF((size.width() - width * scale) / 2, (size.height() - height * scale) / 2)
    card = QSizeF(max(CARD_WIDTH * scale, _LEAST), max(CARD_HEIGHT * scale, _LEAST))
    corners = [origin + QPointF((x - left) * scale, (y - top) * scale) for x, y, _ in picture.blocks]
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.wire), 0.75))
        for source, target in picture.wires:
            out = corners[source] + QPointF(card.width(), card.height() / 2)
            painter.drawLine(out, corners[target] + QPointF(0, card.height() / 2))
        painter.setPen(Qt.PenStyle.NoPen)
        radius = min(2.0, card.height() / 4)
        for corner, (_, _, colour) in zip(corners, picture.blocks, strict=True):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(corner, card), radius, radius)
    return pixmap

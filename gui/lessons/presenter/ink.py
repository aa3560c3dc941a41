"""What the lecturer writes over a step."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.lessons.presenter.loupe import Loupe
from gui.look.theme import FRAME_COLOURS

COLOURS: Final = tuple(FRAME_COLOURS[name] for name in ("red", "blue", "green", "orange", "purple"))
WIDTH: Final = 0.004
"""Of a stroke, in heights of the screen."""


@dataclass
class Stroke:
    """One line, its points as shares of the screen's width and height."""

    colour: str
    points: list[QPointF]


class Ink(QWidget):
    """Strokes over the board, which grow with it. Each step has its own; they go with it unless kept."""

    def __init__(self, loupe: Loupe, parent: QWidget) -> None:
        super().__init__(parent)
        self._loupe = loupe
        self._colour = 0
        self._step = 0
        self._strokes: dict[int, list[Stroke]] = {}
        self._kept: set[int] = set()
        self._open: Stroke | None = None
        self.is_writing = False
        """Whether the mouse is a pen."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Ink")

    @property
    def strokes(self) -> list[Stroke]:
        """Those of the step at hand."""
        return self._strokes.setdefault(self._step, [])

    @property
    def text(self) -> str:
        """What is said of it; empty while there is nothing to be said."""
        said = ["pen"] if self.is_writing else []
        return "  ·  ".join(said + (["ink kept"] if self._step in self._kept else []))

    def take_pen(self, wanted: bool) -> None:
        """Let the mouse write, or not."""
        self.is_writing, self._open = wanted, None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not wanted)
        if wanted:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()
        self.update()

    def next_colour(self) -> None:
        """Write in another colour from now on."""
        self._colour = (self._colour + 1) % len(COLOURS)
        self.update()

    def undo(self) -> None:
        """Take the last stroke back."""
        if self.strokes:
            self.strokes.pop()
            self.update()

    def clear(self) -> None:
        """Wipe the step."""
        self.strokes.clear()
        self.update()

    def keep(self) -> None:
        """Have what is written at this step stay for it, or not."""
        self._kept ^= {self._step}

    def show_step(self, number: int) -> None:
        """Another step: what was written at the last one goes, unless it is kept."""
        if number != self._step and self._step not in self._kept:
            self._strokes.pop(self._step, None)
        self._step, self._open = number, None
        self.update()

    def forget(self) -> None:
        """Another lesson."""
        self._strokes, self._kept, self._open = {}, set(), None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set the pen down."""
        self._open = Stroke(COLOURS[self._colour], [self._share(event)])
        self.strokes.append(self._open)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the line on."""
        if self._open is not None:
            self._open.points.append(self._share(event))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen."""
        self._open = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """All strokes, where the loupe shows them; the pen's colour in the corner while it writes."""
        size = QSizeF(self.size())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.is_writing:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(COLOURS[self._colour]))
                radius = WIDTH * 3 * size.height()
                painter.drawEllipse(QPointF(2 * radius, size.height() - 2 * radius), radius, radius)
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setTransform(self._loupe.transform)
            for stroke in self.strokes:
                pen = QPen(QColor(stroke.colour), WIDTH * size.height())
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                places = [QPointF(at.x() * size.width(), at.y() * size.height()) for at in stroke.points]
                if len(places) == 1:
                    painter.drawPoint(places[0])
                painter.drawPolyline(QPolygonF(places))

    def _share(self, event: QMouseEvent) -> QPointF:
        back, _ = self._loupe.transform.inverted()
        at = back.map(event.position())
        return QPointF(at.x() / max(1, self.width()), at.y() / max(1, self.height()))

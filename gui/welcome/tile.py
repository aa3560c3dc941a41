"""Something that can be opened, with its picture: a preset or a lesson."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.look.appearance import Appearance, font
from gui.look.theme import BASE_PX, CAPTION_PX, RADIUS
from gui.welcome.picture import Picture, PictureOfLesson, PictureOfPreset, painted
from presets import Preset

if TYPE_CHECKING:  # a start need not wait for lessons
    from gui.lessons.progress import Progress
    from presets.lesson import Lesson

SIZE: Final = QSize(184, 136)
_PICTURE: Final = QSizeF(182, 88)
_LINE: Final = 17
"""Height of a line of the title."""
_BAR: Final = 3.0
"""Height of the line that says how far one got."""


class Tile(QAbstractButton):
    """Painted by hand; Enter and Space press it."""

    lines = 1
    """Of the title."""

    def __init__(
        self,
        title: str,
        job: PictureOfPreset | PictureOfLesson,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        """`job` finds the picture."""
        super().__init__(parent)
        self.job = job
        self.picture: Picture | None = None
        self.caption = ""
        self.part_done = 0.0
        """How much of it was done, up to 1."""
        self._appearance = appearance
        self._pixmap: QPixmap | None = None
        self._is_hovered = False
        self.setText(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(SIZE + QSize(0, (self.lines - 1) * _LINE))
        appearance.palette_changed.connect(self._on_palette_changed)

    def say(self, caption: str, tip: str, part_done: float = 0.0) -> None:
        """The line below the title, what to expect, and how far one got."""
        self.caption, self.part_done = caption, part_done
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(caption)
        self.setToolTip(tip)
        self.update()

    def show_picture(self, picture: Picture) -> None:
        """The picture has been found."""
        self.picture = picture
        self._pixmap = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._appearance.palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            path = QPainterPath()
            path.addRoundedRect(frame, RADIUS, RADIUS)
            painter.fillPath(path, QColor(palette.hover if self._is_hovered else palette.surface))
            painter.setClipPath(path)
            field = QRectF(QPointF(1, 1), _PICTURE)
            if self.picture is not None:
                if self._pixmap is None:
                    self._pixmap = painted(self.picture, _PICTURE, palette, self.devicePixelRatioF())
                painter.drawPixmap(field.topLeft(), self._pixmap)
            else:
                painter.fillRect(field, QColor(palette.canvas))
            if self.part_done:
                done = QRectF(field.left(), field.bottom() - _BAR, field.width() * self.part_done, _BAR)
                painter.fillRect(done, QColor(palette.good if self.part_done == 1 else palette.accent))
            painter.setClipping(False)
            painter.setPen(QColor(palette.text))
            painter.setFont(font(BASE_PX, "medium"))
            for at, line in enumerate(self._title(painter)):
                self._line(painter, 94 + at * _LINE, line)
            painter.setPen(QColor(palette.secondary))
            painter.setFont(font(CAPTION_PX))
            self._line(painter, self.height() - 23, self.caption)
            focused = self.hasFocus()
            painter.setPen(QPen(QColor(palette.accent if focused else palette.line), 2 if focused else 1))
            painter.drawPath(path)

    def _title(self, painter: QPainter) -> list[str]:
        """The title in its lines, the last with what is left."""
        lines = [""]
        for word in self.text().split():
            longer = f"{lines[-1]} {word}".strip()
            fits = painter.fontMetrics().horizontalAdvance(longer) <= self.width() - 20
            if fits or not lines[-1] or len(lines) == self.lines:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _line(self, painter: QPainter, top: float, text: str) -> None:
        room = self.width() - 20
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(10, top, room, 18), Qt.AlignmentFlag.AlignVCenter, shown)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._is_hovered = False
        self.update()

    def _on_palette_changed(self) -> None:
        self._pixmap = None
        self.update()


class PresetTile(Tile):
    """A network: who published it, and whether it is trained."""

    def __init__(self, preset: Preset, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(preset.title, PictureOfPreset(preset.name), appearance, parent)
        self.preset = preset
        paper = preset.paper
        lead = paper.authors.split(",")[0].split(" et al.")[0].split(" & ")[0]
        by = f"{lead}{'' if lead == paper.authors else ' et al.'}, {paper.year}"
        training = f"Trained on {preset.trained_on}" if preset.trained_on else ""
        about = (preset.variant, paper.text, training or "Untrained: its weights are random")
        self.say(f"{by}{' · trained' if training else ''}", "\n".join(part for part in about if part))


class LessonTile(Tile):
    """A lesson: how long it takes, and how far one got."""

    lines = 2

    def __init__(self, lesson: "Lesson", appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(lesson.title, PictureOfLesson(lesson), appearance, parent)
        self.lesson = lesson

    def show_progress(self, progress: "Progress") -> None:
        """How far one got until now."""
        lesson = self.lesson
        done = progress.count_done(lesson)
        state = progress.state(lesson)
        self.say(
            f"{lesson.minutes} min · {state}",
            f"{lesson.title}\n{lesson.summary}\n{lesson.level.capitalize()} · {lesson.source}",
            done / len(lesson.steps),
        )

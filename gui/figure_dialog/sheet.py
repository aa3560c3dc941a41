"""The large preview: the figure's own pixels, fitted to the room or at 100 %, moving where it moves."""

from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from gui.figure_dialog.figure_jobs import Preview
from gui.look.theme import GRID
from gui.widgets.waiting import Waiting

MARGIN: Final = 2 * GRID
_SETTLED_MS: Final = 120


class _Picture(QWidget):
    """One image, in the middle of its room and no larger than that."""

    pressed = Signal(float, float, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.fits = True

    def show_image(self, image: QImage) -> None:
        """Show this one; its device pixel ratio says how large it is."""
        self._image = image
        if self.fits:
            self.setMinimumSize(0, 0)
        else:
            self.setMinimumSize(image.deviceIndependentSize().toSize() + QSize(2 * MARGIN, 2 * MARGIN))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say which place of the image was pressed, as shares of its width and height."""
        at, place = event.position(), self._place()
        if place.contains(at):
            x, y = (at.x() - place.x()) / place.width(), (at.y() - place.y()) / place.height()
            self.pressed.emit(x, y, event.globalPosition().toPoint())

    @property
    def shown_width(self) -> float:
        """Of the image as it stands there."""
        return self._place().width()

    def _place(self) -> QRectF:
        """Where the image stands."""
        size = self._image.deviceIndependentSize()
        if self.fits:
            room = self.size() - QSize(2 * MARGIN, 2 * MARGIN)
            share = min(room.width() / max(size.width(), 1), room.height() / max(size.height(), 1), 1.0)
            size = size * max(share, 0.01)
        x, y = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        ratio = self._image.devicePixelRatio()
        return QRectF(round(x * ratio) / ratio, round(y * ratio) / ratio, size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the image, smaller where the room has shrunk since it was made."""
        if self._image.isNull():
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._place(), self._image)


class Sheet(QWidget):
    """Shows a `Preview`; asks for another one when its room changes."""

    wanted = Signal()
    """The room or the zoom changed: a preview of the new `box` would be sharper."""
    pressed = Signal(float, float, QPoint)
    """A place of the figure in its units, and of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Preview")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.preview: Preview | None = None
        self.is_whole = True
        """Whether the figure is fitted to the room, instead of 100 %."""
        self._picture = _Picture()
        self._picture.pressed.connect(self._on_pressed)
        self._picture.setToolTip("Click a layer, a wire or a group to say something on the figure")
        self._area = QScrollArea()
        self._area.setAccessibleName("Figure")
        self._area.setWidget(self._picture)
        self._area.setWidgetResizable(True)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setAccessibleName("Preview")
        self._waiting = Waiting()
        self._stack = QStackedLayout()
        for page in (self._area, self._text, self._waiting):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._stack)
        self._frame = 0
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._next_frame)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self.wanted)

    @property
    def box(self) -> tuple[float, float]:
        """Pixels of the screen that there are for a whole figure."""
        ratio = self.devicePixelRatioF()
        return (
            max(self.width() - 2 * MARGIN, 16) * ratio,
            max(self.height() - 2 * MARGIN, 16) * ratio,
        )

    @property
    def scale(self) -> float | None:
        """Pixels a unit that are wanted; None for what fits."""
        return None if self.is_whole else self.devicePixelRatioF()

    @property
    def units_scale(self) -> float:
        """Pixels of the screen that a unit of the figure takes as it is shown."""
        shown = None if self.preview is None else self.preview.shown
        return 1.0 if shown is None else max(self._picture.shown_width / max(shown.width, 1.0), 1e-3)

    def show_whole(self, whole: bool) -> None:
        """Fit the figure to the room, or show it at 100 %."""
        if whole != self.is_whole:
            self.is_whole = whole
            self.wanted.emit()

    def show_preview(self, preview: Preview) -> None:
        """Show what will be written."""
        self.preview = preview
        self._clock.stop()
        if preview.text:
            self._text.setPlainText(preview.text)
            self._stack.setCurrentWidget(self._text)
            return
        self._picture.fits = self.is_whole
        self._frame = min(self._frame, len(preview.images) - 1)
        self._show_frame()
        self._stack.setCurrentWidget(self._area)

    def _on_pressed(self, x: float, y: float, at: QPoint) -> None:
        shown = None if self.preview is None else self.preview.shown
        if shown is not None:
            self.pressed.emit(x * shown.width, y * shown.height, at)

    def say(self, message: str) -> None:
        """A sentence instead of a figure: why there is none."""
        self.preview = None
        self._clock.stop()
        self._waiting.say(message)
        self._stack.setCurrentWidget(self._waiting)

    def wait(self, message: str) -> None:
        """Say that the first figure is on its way; one that is there stays."""
        if self.preview is None:
            self._waiting.show_busy(message)
            self._waiting.show_progress(0, 0)
            self._stack.setCurrentWidget(self._waiting)

    @property
    def message(self) -> str:
        """What it says instead of a figure; empty where it shows one."""
        return self._waiting.text if self._stack.currentWidget() is self._waiting else ""

    def stop(self) -> None:
        """Stand still; no timer runs any more."""
        self._clock.stop()
        self._settled.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A sharper preview is wanted when the size has settled."""
        super().resizeEvent(event)
        if self.isVisible():
            self._settled.start()

    def _show_frame(self) -> None:
        assert self.preview is not None
        image = self.preview.images[self._frame]
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture.show_image(image)
        if len(self.preview.images) > 1 and self.isVisible():
            self._clock.start(self.preview.durations_ms[self._frame])

    def _next_frame(self) -> None:
        if self.preview is not None and self.preview.images:
            self._frame = (self._frame + 1) % len(self.preview.images)
            self._show_frame()

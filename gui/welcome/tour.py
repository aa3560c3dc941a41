"""A tour of a window: one place after another stands out, and a callout beside it says what is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.look.appearance import Appearance
from gui.look.theme import GRID, RADIUS, Palette
from gui.widgets.surface import styled_label

WIDTH: Final = 300
"""Of a callout, in pixels."""
DIMMED: Final = 120
"""How dark all else becomes, of 255."""
_K: Final = Qt.Key
_NEXT: Final = (_K.Key_Right, _K.Key_Down, _K.Key_PageDown)
_BACK: Final = (_K.Key_Left, _K.Key_Up, _K.Key_PageUp)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One place and what is said of it."""

    title: str
    text: str
    where: Callable[[], QRect | None]
    """In the window's coordinates; None where it cannot be seen now: the stop is left out."""

    @property
    def seconds(self) -> float:
        """How long it takes to read and to look."""
        return 1.5 + 0.2 * len(f"{self.title} {self.text}".split())


class Callout(QFrame):
    """The words of one stop, and the buttons."""

    hovered = Signal(bool)
    stepped = Signal(int)
    """A key asks for the next stop (1) or the one before (-1)."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("callout")
        self.setFixedWidth(WIDTH)
        self._appearance = appearance
        self.title = styled_label(style="title", wrap=True)
        self.text = styled_label(wrap=True)
        self.count = styled_label(style="secondary")
        self.skip_button = QPushButton("Skip")
        self.skip_button.setToolTip("End the tour (Esc); the Help menu has it")
        self.skip_button.setProperty("quiet", True)
        self.back_button = QPushButton("Back")
        self.next_button = QPushButton("Next")
        self.next_button.setProperty("primary", True)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.count)
        row.addStretch(1)
        for button in (self.skip_button, self.back_button, self.next_button):
            row.addWidget(button)
            button.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID - 4, 2 * GRID, 2 * GRID - 4)
        column.setSpacing(GRID)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(row)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)

    def say(self, stop: Stop, place: int, count: int) -> None:
        """Show this stop's words."""
        self.title.setText(stop.title)
        self.text.setText(stop.text)
        self.count.setText(f"{place + 1} of {count}")
        self.back_button.setVisible(place > 0)
        self.next_button.setText("Next" if place + 1 < count else "Done")
        self.skip_button.setVisible(place + 1 < count)
        self.setAccessibleName(stop.title)
        self.next_button.setAccessibleDescription(f"{stop.title}. {stop.text}")
        self.setFixedHeight(self.heightForWidth(WIDTH))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the buttons: arrows go through the stops, and do not wander from button to button."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in _NEXT:
            self.stepped.emit(1)
        elif event.key() in _BACK:
            self.stepped.emit(-1)
        elif event.key() in (_K.Key_Return, _K.Key_Enter) and isinstance(watched, QPushButton):
            watched.click()
        else:
            return False
        return True

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered.emit(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(False)
        super().leaveEvent(event)

    def on_palette_changed(self, palette: Palette) -> None:
        """Recolour."""
        self.setStyleSheet(
            f"#callout {{ background: {palette.surface}; border: 1px solid {palette.accent};"
            f" border-radius: {RADIUS}px; }}"
        )


class Tour(QWidget):
    """Lies over a window and lets the mouse through. Goes on by itself until somebody takes it over by a
    button or key, waits while the mouse rests on the callout, and is gone once it is skipped or over.
    """

    ended = Signal()

    def __init__(self, stops: Sequence[Stop], appearance: Appearance, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.stops = tuple(stops)
        self._appearance = appearance
        self._window = window
        self._former = QApplication.focusWidget()
        self._place = 0
        self._is_led = False
        """Whether the user goes on by hand."""
        self._target = QRect()
        self.callout = Callout(appearance, window)
        self.callout.skip_button.clicked.connect(self.end)
        self.callout.next_button.clicked.connect(lambda: self._lead(1))
        self.callout.back_button.clicked.connect(lambda: self._lead(-1))
        self.callout.stepped.connect(self._lead)
        self.callout.hovered.connect(self._on_hovered)
        self._escape = QShortcut(QKeySequence(_K.Key_Escape), window, self.end)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(lambda: self._go(1))
        appearance.palette_changed.connect(self.on_palette_changed)
        window.installEventFilter(self)

    @property
    def stop(self) -> Stop:
        """The one at hand."""
        return self.stops[self._place]

    @property
    def target(self) -> QRect:
        """What stands out, in the window's coordinates."""
        return self._target

    @property
    def is_going_on(self) -> bool:
        """Whether the next stop comes by itself."""
        return self._timer.isActive()

    def begin(self) -> None:
        """Show the first stop that has a place."""
        self.show()
        self.callout.show()
        self._place = -1
        self._go(1)
        if self.callout.isVisible():
            self.callout.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Leave the window as it was before."""
        if not self.callout.isVisible() and not self.isVisible():
            return
        self._timer.stop()
        self._window.removeEventFilter(self)
        self._escape.setEnabled(False)
        self._escape.deleteLater()
        had_focus = self.callout.isAncestorOf(QApplication.focusWidget() or self)
        self.callout.hide()
        self.callout.deleteLater()
        if had_focus and self._former is not None and self._former.isVisible():
            self._former.setFocus(Qt.FocusReason.OtherFocusReason)
        self.close()
        self.ended.emit()

    def _lead(self, by: int) -> None:
        self._is_led = True
        self._go(by)

    def _go(self, by: int) -> None:
        """To the next stop that can be seen, or the one before; past the last one is the end."""
        place = self._place + by
        while 0 <= place < len(self.stops) and self.stops[place].where() is None:
            place += by
        if place >= len(self.stops):
            self.end()
        elif place >= 0:
            self._place = place
            self.callout.say(self.stop, place, len(self.stops))
            self._lay_out()
            self._wait()

    def _wait(self) -> None:
        if self._is_led or self.callout.underMouse():
            self._timer.stop()
        else:
            self._timer.start(round(self.stop.seconds * 1000))

    def _on_hovered(self, _hovered: bool) -> None:
        self._wait()

    def _lay_out(self) -> None:
        room = self._window.rect()
        self.setGeometry(room)
        self._target = (self.stop.where() or QRect()) & room
        self.callout.move(beside(self._target, self.callout.size(), room))
        self.raise_()
        self.callout.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, once its panels have followed it."""
        if watched is self._window and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            QTimer.singleShot(0, self, self._lay_out)
        return False

    def on_palette_changed(self) -> None:
        """Recolour."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        around = QPainterPath()
        around.addRect(QRectF(self.rect()))
        place = QPainterPath()
        place.addRoundedRect(QRectF(self._target).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(around - place, QColor(0, 0, 0, DIMMED))
            painter.setPen(QPen(QColor(self._appearance.palette.accent), 2))
            painter.drawPath(place)


def beside(target: QRect, size: QSize, room: QRect) -> QPoint:
    """Where a callout of this size stands: beside its target where there is room, else within it, below."""
    width, height = size.width(), size.height()
    middle = target.center() - QPoint(width // 2, height // 2)
    sides = (
        QPoint(target.right() + GRID, middle.y()),
        QPoint(target.left() - GRID - width, middle.y()),
        QPoint(middle.x(), target.top() - GRID - height),
        QPoint(middle.x(), target.bottom() + GRID),
    )
    inner = room.adjusted(GRID, GRID, -GRID, -GRID)
    for side in sides:
        moved = _within(side, size, inner)
        if not QRect(moved, size).intersects(target):
            return moved
    return _within(QPoint(middle.x(), target.bottom() - height - 2 * GRID), size, inner)


def _within(place: QPoint, size: QSize, room: QRect) -> QPoint:
    return QPoint(
        max(room.left(), min(place.x(), room.right() + 1 - size.width())),
        max(room.top(), min(place.y(), room.bottom() + 1 - size.height())),
    )

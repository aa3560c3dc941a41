"""A field with a list below it, open over the canvas: type a few letters, Enter takes the current line."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from engine.layers import Layer
from gui.canvas.camera import Camera
from gui.canvas.items.canvas_style import ICON, CanvasStyle
from gui.look.appearance import layer_icon
from gui.look.theme import GRID
from gui.words.literal import literal

_WIDTH: Final = 232
_WIDEST: Final = 480
_AROUND: Final = 40
"""What lies beside the words: margins and a scroll bar."""
_HEIGHT: Final = 304
_ROW: Final = 24
_PICTURE: Final = QSize(24, 16)

Line = tuple[str, str, Any]
"""Caption, role (colour and icon; empty for neither), and what is taken."""


class SearchBox(QFrame):
    """What is found and what is done with it is said by those that derive from it. Esc closes."""

    def __init__(self, canvas: Camera, words: str) -> None:
        super().__init__(canvas, Qt.WindowType.Popup)
        self._canvas = canvas
        self.setObjectName("search_box")
        self._search = QLineEdit(self)
        self._search.setPlaceholderText(words)
        self._search.setAccessibleName(words)
        self._search.textChanged.connect(self._refill)
        self._list = QListWidget(self)
        self._list.setAccessibleName("Found")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setIconSize(_PICTURE)
        self._list.itemClicked.connect(self._choose)
        self._list.currentItemChanged.connect(self._on_current_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addWidget(self._search)
        column.addWidget(self._list)
        self._nothing = QLabel(self)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._nothing.hide()
        column.addWidget(self._nothing, 1)
        self.setFixedSize(_WIDTH, _HEIGHT)

    def found(self, words: Sequence[str]) -> Iterable[Line]:
        """The lines that answer these words, the best first."""
        raise NotImplementedError

    def take(self, value: Any) -> None:
        """Do what the line that was chosen stands for; the box is closed."""

    def look_at(self, value: Any) -> None:
        """The line has become the current one."""

    def pop_up(self, at: QPoint) -> None:
        """Open at a point of the screen, with nothing typed."""
        palette = self._canvas.canvas_scene.look.palette
        self.setStyleSheet(
            f"#search_box {{ background: {palette.surface}; border: 1px solid {palette.line}; }}"
        )
        self._search.clear()
        self._refill()
        self.setFixedWidth(min(max(_WIDTH, self._list.sizeHintForColumn(0) + _AROUND), _WIDEST))
        # Near an edge of the screen the box opens towards the middle.
        screen = self._canvas.screen().availableGeometry()
        left = min(at.x(), screen.right() + 1 - self.width())
        top = min(at.y(), screen.bottom() + 1 - self.height())
        self.move(max(left, screen.left()), max(top, screen.top()))
        self.show()
        self._search.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The field has the focus and passes on what it does not understand: arrows, Enter, Esc."""
        key, row = event.key(), self._list.currentRow()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self._list.setCurrentRow(min(max(row + step, 0), self._list.count() - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self._list.currentItem()
            if item is not None:
                self._choose(item)
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes down the list as an arrow does: there is nothing else to go to."""
        step = Qt.Key.Key_Down if next else Qt.Key.Key_Up
        self.keyPressEvent(QKeyEvent(QKeyEvent.Type.KeyPress, step, Qt.KeyboardModifier.NoModifier))
        return True

    def _refill(self) -> None:
        self._list.clear()
        typed = self._search.text().strip()
        for caption, role, value in self.found(plain(typed).split()):
            picture = self._picture(role, self.icon_of(value)) if role else QIcon()
            item = QListWidgetItem(picture, caption)
            item.setSizeHint(QSize(0, _ROW))
            item.setData(Qt.ItemDataRole.UserRole, (value,))
            item.setToolTip(literal(caption))
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        is_empty = self._list.count() == 0
        self._nothing.setText(f"Nothing found for “{typed}”." if typed else "There is nothing yet.")
        self._nothing.setVisible(is_empty)
        self._list.setVisible(not is_empty)

    def icon_of(self, value: Any) -> str:
        """The name of the icon for what is taken; that of its role where empty."""
        return layer_icon(value) if isinstance(value, Layer) else ""

    def _picture(self, role: str, icon: str) -> QIcon:
        return QIcon(_picture(self._canvas.canvas_scene.look, role, icon, self.devicePixelRatioF()))

    def _choose(self, item: QListWidgetItem) -> None:
        (value,) = item.data(Qt.ItemDataRole.UserRole)
        self.close()
        self.take(value)

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.look_at(item.data(Qt.ItemDataRole.UserRole)[0])


def plain(text: str) -> str:
    """As it is searched: small letters, 1x1 as 1×1."""
    return text.casefold().replace("x", "×")


def _picture(look: CanvasStyle, role: str, icon: str, ratio: float) -> QPixmap:
    """The stripe and the icon of a kind of layer, as in the palette."""
    pixmap = QPixmap(_PICTURE * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.roles[role])
        painter.drawRoundedRect(QRectF(0, 1, 3, 14), 1.5, 1.5)
        drawn = look.icon(icon, ratio) if icon else look.role_icon(role, ratio)
        painter.drawPixmap(QPointF(_PICTURE.width() - ICON - 2, 1), drawn)
    return pixmap

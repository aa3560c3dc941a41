"""A search box at the mouse: type a few letters of a layer or block, Enter puts it there."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from engine.layers import GROUPS, PaletteEntry, layer_kinds
from gui.canvas.look import ICON, Look
from gui.canvas.placing import Part, name, role
from gui.theme import GRID
from presets import blocks

if TYPE_CHECKING:
    from gui.canvas.pointing import PointingView

_WIDTH: Final = 232
_HEIGHT: Final = 304
_ROW: Final = 24
_PICTURE: Final = QSize(24, 16)
LIKELY: Final = ("Conv K×K", "Conv 1×1", "ReLU", "Batch norm", "Max pool", "Add", "Concat")
"""Offered first before anything is typed."""


class QuickAdd(QFrame):
    """Layers and blocks by their captions, those beginning with the words first. Esc closes."""

    def __init__(self, canvas: "PointingView") -> None:
        super().__init__(canvas, Qt.WindowType.Popup)
        self._canvas = canvas
        self.setObjectName("quick_add")
        self._use: Callable[[Part], object] = _nothing
        self._offers: list[tuple[str, Part]] = []
        self._search = QLineEdit(self)
        self._search.setPlaceholderText("Search layers and blocks")
        self._search.setAccessibleName("Search layers and blocks")
        self._search.textChanged.connect(self._refill)
        self._list = QListWidget(self)
        self._list.setAccessibleName("Layers found")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setIconSize(_PICTURE)
        self._list.itemClicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addWidget(self._search)
        column.addWidget(self._list)
        self.setFixedSize(_WIDTH, _HEIGHT)

    def open(self, at: QPoint, use: Callable[[Part], object], *, has_input: bool) -> None:
        """Ask for a layer or block at this point of the screen; with `has_input` none that reads nothing."""
        self._use = use
        palette = self._canvas.canvas_scene.look.palette
        self.setStyleSheet(
            f"#quick_add {{ background: {palette.surface}; border: 1px solid {palette.line}; }}"
        )
        entries = palette_entries(has_input=has_input)
        self._offers = [(entry.label, entry.layer) for entry in entries]
        self._offers += [(name(block), block) for block in blocks()]
        self._search.clear()
        self._refill()
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

    def _refill(self) -> None:
        words = self._search.text().casefold().replace("x", "×").split()
        self._list.clear()
        for number in self._found(words):
            caption, part = self._offers[number]
            item = QListWidgetItem(self._picture(role(part)), caption)
            item.setSizeHint(QSize(0, _ROW))
            item.setData(Qt.ItemDataRole.UserRole, number)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _found(self, words: list[str]) -> list[int]:
        """The entries that hold all the words, in order of rank."""
        ranked = []
        for number, (caption, _) in enumerate(self._offers):
            label = caption.casefold().replace("x", "×")
            if all(word in label for word in words):
                first = not words or label.startswith(words[0])
                likely = LIKELY.index(caption) if caption in LIKELY else len(LIKELY)
                ranked.append((not first, likely, number))
        return [number for _, _, number in sorted(ranked)]

    def _picture(self, kind: str) -> QIcon:
        return QIcon(_picture(self._canvas.canvas_scene.look, kind, self.devicePixelRatioF()))

    def _choose(self, item: QListWidgetItem) -> None:
        _, part = self._offers[item.data(Qt.ItemDataRole.UserRole)]
        self.close()
        self._use(part)


def palette_entries(*, has_input: bool) -> list[PaletteEntry]:
    """What the palette offers, in its order; with `has_input` only what can stand behind another layer."""
    kinds = [kind for kind in layer_kinds().values() if not (has_input and kind.max_inputs == 0)]
    return [entry for group in GROUPS for kind in kinds if kind.group == group for entry in kind.palette()]


def _picture(look: Look, kind: str, ratio: float) -> QPixmap:
    """The stripe and the icon of a kind of layer, as in the palette."""
    pixmap = QPixmap(_PICTURE * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.roles[kind])
    painter.drawRoundedRect(QRectF(0, 1, 3, 14), 1.5, 1.5)
    painter.drawPixmap(QPointF(_PICTURE.width() - ICON - 2, 1), look.role_icon(kind, ratio))
    painter.end()
    return pixmap


def _nothing(part: Part) -> None:
    """Before the box was first opened."""

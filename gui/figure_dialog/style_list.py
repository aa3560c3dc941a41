"""The styles to choose from, each with a small picture of the network at hand."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from gui.figures.styles import STYLES
from gui.look.appearance import Appearance
from gui.look.theme import RADIUS, Palette

PICTURE: Final = QSize(152, 72)


class StyleList(QListWidget):
    """One style a line; those that cannot draw the network are dimmed and say why."""

    style_chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setAccessibleName("Style")
        self.setIconSize(PICTURE)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setFlow(QListWidget.Flow.TopToBottom)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSpacing(4)
        self.setFixedWidth(PICTURE.width() + 40)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._items: dict[str, QListWidgetItem] = {}
        for style in STYLES.values():
            item = QListWidgetItem(style.title)
            item.setData(Qt.ItemDataRole.UserRole, style.name)
            item.setSizeHint(QSize(PICTURE.width() + 16, PICTURE.height() + 28))
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.addItem(item)
            self._items[style.name] = item
            self._put(style.name, QPixmap())
        self.currentItemChanged.connect(self._on_current_changed)
        appearance.palette_changed.connect(self._use_palette)
        self._use_palette(appearance.palette)

    def _use_palette(self, palette: Palette) -> None:
        """The whole line is marked, picture and name."""
        self.setStyleSheet(
            f"QListView::item {{ border-radius: {RADIUS}px; padding: 4px 0; color: {palette.text}; }}"
            f"QListView::item:hover {{ background: {palette.hover}; }}"
            f"QListView::item:selected {{ background: {palette.selected}; color: {palette.text}; }}"
            f"QListView::item:disabled {{ color: {palette.secondary}; }}"
        )

    def show_style(self, name: str) -> None:
        """Make this the chosen one, without telling anybody."""
        with QSignalBlocker(self):
            self.setCurrentItem(self._items[name], QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Which styles cannot draw the network, and why: style name → one line, empty where it can."""
        for name, item in self._items.items():
            problem = problems.get(name, "")
            item.setToolTip(problem or STYLES[name].about)
            flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
            item.setFlags(Qt.ItemFlag.NoItemFlags if problem else flags)
            if problem:
                self._put(name, self._appearance.icon("circle-slash").pixmap(20, 20))
            spoken = f"{STYLES[name].title}: {problem or STYLES[name].about}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def show_picture(self, name: str, image: QImage, ratio: float) -> None:
        """The style's small picture, `ratio` pixels a point."""
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(ratio)
        self._put(name, pixmap)

    def _put(self, name: str, picture: QPixmap) -> None:
        """The picture in the middle of its place, so that the names stand on one line."""
        ratio = picture.devicePixelRatio() or 1.0
        ground = QPixmap(PICTURE * ratio)
        ground.setDevicePixelRatio(ratio)
        ground.fill(Qt.GlobalColor.transparent)
        if not picture.isNull():
            size = picture.deviceIndependentSize()
            with QPainter(ground) as painter:
                painter.drawPixmap(
                    round((PICTURE.width() - size.width()) / 2),
                    round((PICTURE.height() - size.height()) / 2),
                    picture,
                )
        icon = QIcon(ground)
        for mode in (QIcon.Mode.Selected, QIcon.Mode.Active, QIcon.Mode.Disabled):
            icon.addPixmap(ground, mode)
        self._items[name].setIcon(icon)

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.style_chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))

"""The start page, in the place of the canvas until something is opened."""

from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

import presets
from gui.look.appearance import Appearance, font
from gui.look.theme import BASE_PX, CAPTION_PX, FIGURE_PX, GRID, RADIUS, TITLE_PX, Palette
from gui.session.compute import ComputeService
from gui.session.jobs import JobHandle
from gui.session.settings import Settings
from gui.welcome.flow import Flow
from gui.welcome.picture import Picture, PictureOfPreset, painted
from gui.widgets.surface import styled_label
from presets import Preset

SIZE: Final = QSize(184, 136)
_PICTURE: Final = QSizeF(182, 88)


class Tile(QAbstractButton):
    """Painted by hand; Enter and Space press it."""

    def __init__(self, preset: Preset, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset = preset
        self.picture: Picture | None = None
        self._appearance = appearance
        self._pixmap: QPixmap | None = None
        self._is_hovered = False
        self.setText(preset.title)
        self.setAccessibleName(preset.title)
        self.setToolTip(
            "\n".join(part for part in (preset.variant, preset.paper.text, _training(preset)) if part)
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(SIZE)
        appearance.palette_changed.connect(self._on_palette_changed)

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
            painter.setClipping(False)
            painter.setPen(QColor(palette.text))
            painter.setFont(font(BASE_PX, "medium"))
            self._line(painter, 94, self.preset.title)
            painter.setPen(QColor(palette.secondary))
            painter.setFont(font(CAPTION_PX))
            self._line(painter, 113, self._caption())
            focused = self.hasFocus()
            painter.setPen(QPen(QColor(palette.accent if focused else palette.line), 2 if focused else 1))
            painter.drawPath(path)

    def _caption(self) -> str:
        paper = self.preset.paper
        lead = paper.authors.split(",")[0].split(" et al.")[0].split(" & ")[0]
        trained = " · trained" if self.preset.trained_on else ""
        return f"{lead}{'' if lead == paper.authors else ' et al.'}, {paper.year}{trained}"

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


def _training(preset: Preset) -> str:
    return f"Trained on {preset.trained_on}" if preset.trained_on else "Untrained: its weights are random"


class WelcomePage(QScrollArea):
    """Says what was chosen; whoever shows it opens that."""

    closed = Signal()
    new_chosen = Signal()
    open_chosen = Signal()
    photograph_chosen = Signal()
    lessons_chosen = Signal()
    file_chosen = Signal(str)
    """The path of a recent project."""
    preset_chosen = Signal(str)
    """The preset's name."""

    def __init__(
        self,
        compute: ComputeService,
        settings: Settings,
        appearance: Appearance,
        *,
        has_lessons: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Welcome")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._compute = compute
        self._settings = settings
        self._appearance = appearance
        self.tiles: list[Tile] = []
        self.recent: list[QPushButton] = []
        self._waiting: deque[Tile] = deque()
        self._job: JobHandle | None = None
        self._is_built = False
        self._has_lessons = has_lessons
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the canvas."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Built when first shown: the start of the program has no time for it. Pictures come one by one."""
        super().showEvent(event)
        if not self._is_built:
            self._is_built = True
            self._build()
        self._fill_recent()
        self._waiting = deque(tile for tile in self.tiles if tile.picture is None)
        self._find_next()
        self.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def on_palette_changed(self, palette: Palette) -> None:
        """Lie on the window's ground."""
        self.setStyleSheet(f"WelcomePage, #welcome {{ background: {palette.window}; }}")

    def _build(self) -> None:
        content = QWidget()
        content.setObjectName("welcome")
        column = QVBoxLayout(content)
        column.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 4 * GRID)
        column.setSpacing(GRID)
        head = QHBoxLayout()
        title = QLabel("OneByOne")
        title.setFont(font(FIGURE_PX, "semibold"))
        head.addWidget(title, 1)
        close = QToolButton()
        close.setText("Back to the canvas")
        close.setToolTip("Close the start page (Esc)")
        close.clicked.connect(self.closed)
        head.addWidget(close)
        column.addLayout(head)
        column.addWidget(
            styled_label("Build a network, run a photograph through it, see every map.", style="secondary")
        )
        column.addSpacing(GRID)
        column.addLayout(self._beginnings())
        self._recent_heading = self._heading("Recent")
        column.addWidget(self._recent_heading)
        self._recent_list = QVBoxLayout()
        self._recent_list.setSpacing(0)
        column.addLayout(self._recent_list)
        for group, of_group in _by_group():
            column.addWidget(self._heading(group))
            flow = Flow()
            for preset in of_group:
                tile = Tile(preset, self._appearance)
                tile.clicked.connect(lambda _=False, name=preset.name: self.preset_chosen.emit(name))
                self.tiles.append(tile)
                flow.addWidget(tile)
            column.addLayout(flow)
        column.addStretch(1)
        self.setWidget(content)

    def _beginnings(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for text, tip, chosen, primary in (
            ("New canvas", "Start with an empty canvas", self.new_chosen, True),
            ("Open project…", "Open a project (.onebyone)", self.open_chosen, False),
            ("Open photograph…", "Look at a photograph of yours", self.photograph_chosen, False),
            ("Lessons", "Understand the 1×1 convolution, step by step", self.lessons_chosen, False),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setProperty("primary", primary)
            button.clicked.connect(lambda _=False, chosen=chosen: chosen.emit())
            row.addWidget(button)
            button.setVisible(text != "Lessons" or self._has_lessons)
        row.addStretch(1)
        return row

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setFont(font(TITLE_PX, "semibold"))
        label.setContentsMargins(0, 2 * GRID, 0, 0)
        return label

    def _fill_recent(self) -> None:
        for button in self.recent:
            button.deleteLater()
            self._recent_list.removeWidget(button)
        self.recent = [self._recent_button(path) for path in self._settings.recent_files]
        self._recent_heading.setVisible(bool(self.recent))

    def _recent_button(self, path: str) -> QPushButton:
        button = QPushButton(f"{Path(path).name}   {Path(path).parent}")
        button.setProperty("quiet", True)
        button.setToolTip(path)
        button.setEnabled(Path(path).exists())
        button.clicked.connect(lambda _=False: self.file_chosen.emit(path))
        self._recent_list.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return button

    def _find_next(self) -> None:
        if not self._waiting:
            self._job = None
            return
        tile = self._waiting.popleft()
        self._job = self._compute.submit(PictureOfPreset(tile.preset.name), self)
        self._job.finished.connect(partial(self._on_found, tile))
        self._job.failed.connect(lambda _message: self._find_next())

    def _on_found(self, tile: Tile, picture: object) -> None:
        tile.show_picture(picture)  # type: ignore[arg-type]  # what the job gives
        self._find_next()


def _by_group() -> Iterator[tuple[str, list[presets.Preset]]]:
    all_presets = list(presets.presets())
    for group in presets.GROUPS:
        of_group = [preset for preset in all_presets if preset.group == group]
        if of_group:
            yield group, of_group

"""The start page, in the place of the canvas until something is opened."""

from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
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
from gui.look.theme import FIGURE_PX, GRID, TITLE_PX, Palette
from gui.session.compute import ComputeService
from gui.session.jobs import JobHandle
from gui.session.settings import Settings
from gui.welcome.flow import Flow
from gui.welcome.tile import LessonTile, PresetTile, Tile
from gui.widgets.surface import styled_label

AT_FIRST: Final = 8
"""Lessons shown before all are asked for: two rows on a small screen."""


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
    lesson_chosen = Signal(object)
    """The `Lesson` to begin, or to go on with."""

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
        self.tiles: list[PresetTile] = []
        self.lessons: list[LessonTile] = []
        self.all_lessons = QPushButton()
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
        if self.lessons:
            self._show_lessons()
        self._waiting = deque(tile for tile in (*self.lessons, *self.tiles) if tile.picture is None)
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
        if self._has_lessons:
            self._add_lessons(column)
        for group, of_group in _by_group():
            column.addWidget(self._heading(group))
            flow = Flow()
            for preset in of_group:
                tile = PresetTile(preset, self._appearance)
                tile.clicked.connect(lambda _=False, name=preset.name: self.preset_chosen.emit(name))
                self.tiles.append(tile)
                flow.addWidget(tile)
            column.addLayout(flow)
        column.addStretch(1)
        self.setWidget(content)

    def _add_lessons(self, column: QVBoxLayout) -> None:
        from presets.lessons import lessons  # reading them takes a moment that the start does not have

        column.addWidget(self._heading("Lessons: why convolve with a 1×1 kernel?"))
        flow = Flow()
        for lesson in lessons():
            tile = LessonTile(lesson, self._appearance)
            tile.clicked.connect(lambda _=False, lesson=lesson: self.lesson_chosen.emit(lesson))
            self.lessons.append(tile)
            flow.addWidget(tile)
        column.addLayout(flow)
        self.all_lessons.setText(f"All {len(self.lessons)} lessons")
        self.all_lessons.setProperty("quiet", True)
        self.all_lessons.setCheckable(True)
        self.all_lessons.toggled.connect(self._choose_lessons)
        column.addWidget(self.all_lessons, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_lessons(self) -> None:
        """How far one got in each."""
        from gui.lessons.progress import Progress  # as above

        progress = Progress(self._settings)
        for tile in self.lessons:
            tile.show_progress(progress)
        self._choose_lessons()

    def _choose_lessons(self) -> None:
        """Show those that were begun and those that come next; all where that was asked for, or none is
        left."""
        begun = [tile for tile in self.lessons if 0 < tile.part_done < 1]
        fresh = [tile for tile in self.lessons if tile.part_done == 0]
        shown = [*begun, *fresh][:AT_FIRST]
        if self.all_lessons.isChecked() or not shown:
            shown = self.lessons
        for tile in self.lessons:
            tile.setVisible(tile in shown)
        self.all_lessons.setVisible(len(shown) < len(self.lessons))

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
        self._job = self._compute.submit(tile.job, self)
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

"""Which classes are taken for which, and the pictures behind it: what is held out, looked at when asked."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QIcon, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from engine.training.data.examples import Examples
from engine.training.inspecting.outcomes import Outcome
from engine.training.scores import Score
from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX, GRID
from gui.training.pages.triptych import GAP, scaled, triptych
from gui.training.status_text import band_text, score_text
from gui.widgets.elided_label import ElidedLabel

_PICTURE: Final = 40
_MOST: Final = 60
"""Pictures shown of one cell."""
_LARGE: Final = 48
_AROUND: Final = 4
"""Pixels around a picture."""
THREE: Final = "Shown, made, wanted; the worst first"
TIP: Final = "Rows: what it is. Columns: what it is taken for. A click shows the pictures."


class ConfusionView(QWidget):
    """A row for each true class, a column for each class named; a click asks for a cell's pictures."""

    cell_clicked = Signal(int, int)
    """(true, named)."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._counts: npt.NDArray[np.int64] | None = None
        self._classes: tuple[str, ...] = ()
        self.setAccessibleName("Confusion matrix: rows are true classes, columns what they are taken for")
        self.setToolTip(TIP)
        self.setMinimumSize(150, 48)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_counts(self, counts: npt.NDArray[np.int64] | None, classes: tuple[str, ...]) -> None:
        """These; None for none."""
        self._counts, self._classes = counts, classes
        self.update()

    def cell(self, true: int, named: int) -> QRect:
        """Where it is drawn; row and column −1 hold the names."""
        assert self._counts is not None
        rows, columns = (count + 1 for count in self._counts.shape)
        width, height = self.width() / columns, self.height() / rows
        left, top = round((named + 1) * width), round((true + 1) * height)
        return QRect(left, top, round((named + 2) * width) - left, round((true + 2) * height) - top)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        true, named = self._cell_at(event.position())
        if true >= 0 and named >= 0:
            self.cell_clicked.emit(true, named)

    def event(self, event: QEvent) -> bool:
        """The tip tells the cell, whose names may be longer than there is room for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def words(self, place: QPointF) -> str:
        """`6 of class triangles taken for squares`; a class's name beside the cells."""
        true, named = self._cell_at(place)
        if self._counts is None or max(true, named) < 0:
            return TIP
        if min(true, named) < 0:
            return class_name(self._classes, max(true, named))
        names = class_name(self._classes, true), class_name(self._classes, named)
        return f"{self._counts[true, named]:,} of class {names[0]} taken for {names[1]}"

    def _cell_at(self, place: QPointF) -> tuple[int, int]:
        """Row and column; −1 for the names, and for both where there is nothing."""
        if self._counts is None:
            return -1, -1
        rows, columns = (count + 1 for count in self._counts.shape)
        true, named = int(place.y() * rows / self.height()), int(place.x() * columns / self.width())
        return min(true, rows - 1) - 1, min(named, columns - 1) - 1

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._counts is None:
            return
        palette = self._appearance.palette
        most = self._counts.sum(axis=1, keepdims=True).clip(1)
        shares = self._counts / most
        with QPainter(self) as painter:
            painter.setFont(font(CAPTION_PX))
            middle = Qt.AlignmentFlag.AlignCenter
            painter.setPen(QColor(palette.secondary))
            for place, name in enumerate(self._classes):
                boxes = [self.cell(place, -1), self.cell(-1, place)][: 1 + (place < self._counts.shape[1])]
                for box in boxes:
                    within = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, box.width())
                    painter.drawText(box, middle, within)
            for (true, named), count in np.ndenumerate(self._counts):
                box = self.cell(true, named).adjusted(0, 0, -1, -1)
                colour = QColor(palette.good if true == named else palette.warning)
                share = float(shares[true, named])
                colour.setAlphaF(
                    0.0 if not count else min(0.5, 0.08 + 0.5 * share ** (1 if true == named else 0.5))
                )
                painter.fillRect(box, QColor(palette.window))
                painter.fillRect(box, colour)
                if count:
                    painter.setPen(QColor(palette.text))
                    painter.drawText(box, middle, str(count))


def class_name(classes: tuple[str, ...], number: int) -> str:
    """A network may name classes that the data do not have."""
    return classes[number] if number < len(classes) else f"value {number}"


class Mistakes(QWidget):
    """The matrix, and pictures: those of a cell, or the worst."""

    asked = Signal()
    """What is held out is to be looked at."""
    picture_chosen = Signal(object)
    """A picture (H, W, channels) whose maps are wanted."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score: Score | None = None
        self._examples: Examples | None = None
        self.look = QPushButton("Look again")
        self.look.setToolTip("What the network makes now of the pictures that are held out")
        self.look.clicked.connect(self.asked)
        self.worst = QPushButton("Worst")
        self.worst.setToolTip("The pictures with the largest losses")
        self.worst.clicked.connect(self.show_worst)
        self.caption = ElidedLabel(style="caption")
        self.matrix = ConfusionView(appearance)
        self.matrix.cell_clicked.connect(self.show_cell)
        self.pictures = QListWidget()
        self.pictures.setAccessibleName("Pictures of the cell")
        self.pictures.setViewMode(QListView.ViewMode.IconMode)
        self.pictures.setResizeMode(QListView.ResizeMode.Adjust)
        self.pictures.setMovement(QListView.Movement.Static)
        self.pictures.setIconSize(QSize(_PICTURE, _PICTURE))
        self.pictures.setMinimumSize(100, 48)
        self.pictures.itemClicked.connect(self._on_picture)
        buttons = QHBoxLayout()
        buttons.addWidget(self.look)
        buttons.addWidget(self.worst)
        buttons.addWidget(self.caption, 1)
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addWidget(self.matrix, 3)
        below.addWidget(self.pictures, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(buttons)
        column.addLayout(below, 1)
        self.show_score(None, None)

    def show_score(
        self, score: Score | None, examples: Examples | None, outcomes: Sequence[Outcome] = ()
    ) -> None:
        """What a run makes of the pictures held out; outcomes: of some, where there are no classes."""
        self._score, self._examples = score, examples
        counts = None if score is None else score.confusion
        self.matrix.show_counts(counts, () if examples is None else examples.classes)
        self.matrix.setVisible(not outcomes)
        self.worst.setVisible(not outcomes)
        self.worst.setEnabled(score is not None and score.losses is not None)
        self.pictures.clear()
        self.pictures.setIconSize(
            QSize(3 * _LARGE + 2 * GAP, _LARGE) if outcomes else QSize(_PICTURE, _PICTURE)
        )
        self.caption.setText("" if score is None else _about(score))
        if outcomes:
            self.caption.setText(f"{self.caption.text()}. {THREE}")
            self._show_outcomes(outcomes)
        elif score is not None and score.losses is not None:
            self.show_worst()

    def _show_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            item = _item(triptych(outcome, _LARGE), outcome.number)
            told = f"picture {outcome.number:,}, loss {outcome.loss:.4g}. {THREE}. A click shows its maps"
            item.setToolTip(told)
            self.pictures.addItem(item)

    def show_cell(self, true: int, named: int) -> None:
        """The pictures of one class that are taken for another."""
        if self._score is not None and self._examples is not None:
            classes = self._examples.classes
            name = class_name(classes, named)
            numbers = self._score.confused(true, named)
            self.caption.setText(f"{len(numbers):,} of class {classes[true]} taken for {name}")
            self._show(numbers)

    def show_worst(self) -> None:
        """Those with the largest losses."""
        if self._score is not None:
            self._show(self._score.worst())

    def _show(self, numbers: list[int]) -> None:
        assert self._examples is not None
        self.pictures.clear()
        for number in numbers[:_MOST]:
            item = _item(scaled(self._examples.pictures[number], _PICTURE), number)
            item.setToolTip(self._told(number))
            self.pictures.addItem(item)

    def _told(self, number: int) -> str:
        """`picture 9,012: 4, taken for 9`."""
        score, examples = self._score, self._examples
        if score is None or score.predicted is None or score.numbers is None or examples is None:
            return f"picture {number:,}"
        named = int(score.predicted[int(np.flatnonzero(score.numbers == number)[0])])
        assert examples.labels is not None
        names = [class_name(examples.classes, one) for one in (int(examples.labels[number]), named)]
        return f"picture {number:,}: {names[0]}, taken for {names[1]}. A click shows its maps"

    def _on_picture(self, item: QListWidgetItem) -> None:
        if self._examples is not None:
            self.picture_chosen.emit(self._examples.pictures[item.data(Qt.ItemDataRole.UserRole)])


def _item(picture: QPixmap, number: int) -> QListWidgetItem:
    """One of the data's pictures: in its own colours when it is chosen, too, and without room for words."""
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    item = QListWidgetItem(icon, "")
    item.setData(Qt.ItemDataRole.UserRole, number)
    item.setSizeHint(picture.size() + QSize(2 * _AROUND, 2 * _AROUND))
    return item


def _about(score: Score) -> str:
    band = band_text(score)
    return f"After step {score.step:,}: {score_text(score)}" + (f" ({band})" if band else "")

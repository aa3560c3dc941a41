"""Loss and accuracy over the steps, of what is learned from and of what is not."""

from math import isfinite
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.training.data.examples import CHOOSE
from engine.training.history import History
from engine.training.scores import Score
from gui.look.appearance import Appearance
from gui.look.theme import GRID, ROLE_COLOURS
from gui.training.pages.binned import Binned
from gui.widgets.charts.axes import quiet_axes
from gui.widgets.surface import styled_label

TRAIN_COLOUR: Final = ROLE_COLOURS["pointwise"]
ASIDE_COLOUR: Final = ROLE_COLOURS["convolution"]
_BAND_OPACITY: Final = 60
INVITATION: Final = "Train: loss and accuracy are drawn here, and the maps on the canvas move."
FIRST: Final = 16
"""Steps that there is room for at the beginning."""


class CurvePlot(QWidget):
    """One quantity: a caption, the curve of the batches, and points with their band of the pictures kept
    aside."""

    def __init__(self, title: str, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._appearance = title, appearance
        self.caption = styled_label(title, style="caption")
        self.caption.setTextFormat(Qt.TextFormat.RichText)
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.plot: Any = pg.PlotWidget()
        self.plot.setAccessibleName(f"{title} over the steps")
        self.setToolTip(
            "Train: mean of the batches, before each changed the weights. Aside: of pictures that nothing is"
            " learned from, to choose by. Apart: over-fitting."
        )
        self.plot.setMinimumSize(120, 60)
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(False, False)
        self.plot.hideButtons()
        self._low: Any = pg.PlotCurveItem()
        self._high: Any = pg.PlotCurveItem()
        self._band: Any = pg.FillBetweenItem(self._low, self._high)
        self.plot.addItem(self._band)
        self.train: Any = self.plot.plot([], [])
        self.aside: Any = self.plot.plot([], [])
        self.plot.disableAutoRange()
        self._lines: list[Any] = []
        self._range = (0.0, 0.0, 0.0)
        """The last step that there is room for, and the lowest and highest value."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.caption)
        column.addWidget(self.plot, 1)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()

    def show_series(self, series: Binned, aside: list[tuple[float, float, float, float]], text: str) -> None:
        """aside: (step, value, low, high)."""
        self.train.setData(series.steps, series.means)
        steps, values, low, high = zip(*aside, strict=True) if aside else ((), (), (), ())
        self.aside.setData(steps, values)
        self._low.setData(list(steps), list(low))
        self._high.setData(list(steps), list(high))
        self.setVisible(bool(series.means or values))
        self._make_room([*series.steps[-1:], *steps[-1:]], [*series.means, *low, *high])
        self.caption.setText(f"{self._title}<br>{text}")

    def _make_room(self, steps: list[float], values: list[float]) -> None:
        """Another range only where the curves leave the one there is, or lose themselves in it: axes that
        move at every step cannot be read, and cost more than the curves."""
        finite = [value for value in values if isfinite(value)]
        if not steps or not finite:
            return
        last, low, high = max(steps), min(finite), max(finite)
        right, bottom, top = self._range
        fits = bottom <= low and high <= top and last <= right
        if fits and 3 * last >= right and 3 * (high - low) >= top - bottom:
            return
        room = 0.1 * ((high - low) or abs(high) or 1.0)
        self._range = (max(1.5 * last, FIRST), low - room, high + room)
        self.plot.setRange(xRange=(0, self._range[0]), yRange=self._range[1:], padding=0)

    def mark(self, steps: list[float]) -> None:
        """Where the network was changed."""
        for line in self._lines:
            self.plot.removeItem(line)
        self._lines = [pg.InfiniteLine(step, pen=pg.mkPen(self._appearance.palette.line)) for step in steps]
        for line in self._lines:
            self.plot.addItem(line, ignoreBounds=True)

    def on_palette_changed(self) -> None:
        """Quiet axes."""
        quiet_axes(self.plot, self._appearance.palette, left_width=40)
        self.train.setPen(pg.mkPen(TRAIN_COLOUR, width=2))
        self.aside.setPen(pg.mkPen(ASIDE_COLOUR, width=2))
        self._band.setBrush(pg.mkBrush(*pg.mkColor(ASIDE_COLOUR).getRgb()[:3], _BAND_OPACITY))


class Curves(QWidget):
    """Follows a history as it grows; an edit of the network goes on behind a line."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = CurvePlot("Loss", appearance)
        self.accuracy = CurvePlot("Accuracy", appearance)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self.invitation = styled_label(INVITATION, style="secondary")
        self.invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.invitation.setWordWrap(True)
        self.invitation.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        row.addWidget(self.invitation, 1)
        row.addWidget(self.loss, 1)
        row.addWidget(self.accuracy, 1)
        self._runs: list[History] = []
        self.begin()

    def begin(self, *, goes_on: bool = False) -> None:
        """A new run; `goes_on`: that of an edited network, behind what is drawn already."""
        whole = self._runs[-1] if goes_on and self._runs else None
        self._runs = [*self._runs, History()] if whole is not None and whole.steps else [History()]
        self._draw_all()

    def follow(self, history: History) -> None:
        """Draw what is new in it; one that was wound back is drawn anew from its beginning."""
        if len(history.steps) < self._taken:
            self._runs[-1] = history
            self._draw_all()
            return
        self._runs[-1] = history
        if len(history.steps) == self._taken and len(history.scores) == self._scored:
            return
        self._take()
        self._draw()

    @property
    def _offset(self) -> int:
        """Steps before the last edit."""
        return sum(len(history.steps) for history in self._runs[:-1])

    def _take(self) -> None:
        """What is new in the history that grows."""
        history, offset = self._runs[-1], self._offset
        for record in history.steps[self._taken :]:
            self._losses.add(offset + record.step, record.loss)
            if record.accuracy is not None:
                self._shares.add(offset + record.step, record.accuracy)
            self._taken += 1
        for score in history.scores[self._scored :]:
            self._scored += 1
            if score.split == CHOOSE:
                self._points.append((offset + score.step, score))

    def _draw_all(self) -> None:
        runs = self._runs
        self._losses, self._shares = Binned(), Binned()
        self._points: list[tuple[int, Score]] = []
        marks = []
        for count in range(1, len(runs) + 1):
            self._runs = runs[:count]
            self._taken = self._scored = 0
            marks.append(float(self._offset))
            self._take()
        self.loss.mark(marks[1:])
        self.accuracy.mark(marks[1:])
        self._draw()

    def _draw(self) -> None:
        losses = [(float(step), score.loss, score.loss, score.loss) for step, score in self._points]
        shares = [
            (float(step), score.accuracy, score.low or 0.0, score.high or 0.0)
            for step, score in self._points
            if score.accuracy is not None
        ]
        self.loss.show_series(self._losses, losses, _words(self._losses, losses, "{:.2f}"))
        self.accuracy.show_series(self._shares, shares, _words(self._shares, shares, "{:.1%}"))
        self.invitation.setVisible(not (self._losses.means or losses))


def _words(series: Binned, aside: list[tuple[float, float, float, float]], form: str) -> str:
    """Both newest values in the colours of their curves: the legend."""
    parts = []
    for colour, name, values in (
        (TRAIN_COLOUR, "train", series.means),
        (ASIDE_COLOUR, "aside", [point[1] for point in aside]),
    ):
        if values:
            number = form.format(values[-1]).replace("%", " %")
            parts.append(f'<span style="color:{colour}">■</span> {name} <b>{number}</b>')
    return " ".join(parts)

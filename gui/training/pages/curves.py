"""Loss and accuracy over the steps, of what is learned from and of what is not."""

from collections.abc import Callable
from math import isfinite
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.training.data.examples import CHOOSE
from engine.training.history import History
from engine.training.scores import Score
from gui.look.appearance import Appearance
from gui.look.theme import GRID, ROLE_COLOURS
from gui.training.pages.binned import Binned
from gui.widgets.charts.axes import quiet_axes
from gui.widgets.charts.round_axes import LogAxis, RoundAxis, logarithms, plain_number
from gui.widgets.surface import styled_label

TRAIN_COLOUR: Final = ROLE_COLOURS["pointwise"]
ASIDE_COLOUR: Final = ROLE_COLOURS["convolution"]
_BAND_OPACITY: Final = 60
INVITATION: Final = (
    "Train: loss and accuracy are drawn here, and the maps on the canvas move."
    " The network itself changes with Keep."
)
_ROUNDED: Final = 1e-6
ROOMY: Final = 240
"""Pixels for a caption of one line."""
FIRST: Final = 16
"""Steps that there is room for at the beginning."""


class CurvePlot(QWidget):
    """One quantity: a caption, the curve of the batches, and points with their band of the pictures kept
    aside.

    logarithmic: the axis; what is 0 is drawn with the smallest value that is more.
    """

    def __init__(
        self, title: str, appearance: Appearance, *, logarithmic: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title, self._appearance = title, appearance
        self._places: Callable[[list[float]], list[float]] = logarithms if logarithmic else list
        self._values: list[str] = []
        """The newest of both, in the colours of their curves: the legend."""
        self.caption = styled_label(title, style="caption")
        self.caption.setTextFormat(Qt.TextFormat.RichText)
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        left = LogAxis("left") if logarithmic else RoundAxis("left", text=_share)
        axes = {"left": left, "bottom": RoundAxis("bottom", text=_steps, room=40)}
        self.plot: Any = pg.PlotWidget(axisItems=axes)
        self.plot.setAccessibleName(f"{title} over the steps")
        scale = " The axis is logarithmic." if logarithmic else " The band holds 95 %."
        self.setToolTip(
            "Train: mean of the batches, before each changed the weights. Validation: of pictures that"
            f" nothing is learned from, to choose by. Apart: over-fitting.{scale}"
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

    def show_series(
        self, series: Binned, aside: list[tuple[float, float, float, float]], values: list[str]
    ) -> None:
        """aside: (step, value, low, high). values: the newest of both, as rich text."""
        steps, *columns = zip(*aside, strict=True) if aside else ((), (), (), ())
        count = len(steps)
        up = self._places([*series.means, *(one for column in columns for one in column)])
        train, points = up[: len(series.means)], up[len(series.means) :]
        self.train.setData(series.steps, train)
        self.aside.setData(steps, points[:count])
        self._low.setData(list(steps), points[count : 2 * count])
        self._high.setData(list(steps), points[2 * count :])
        self.setVisible(bool(series.means or steps))
        self._make_room([*series.steps[-1:], *steps[-1:]], up)
        self._values = values
        self._show_caption()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another line, where one has no room for the caption."""
        super().resizeEvent(event)
        self._show_caption()

    def _show_caption(self) -> None:
        between = " " if self.width() >= ROOMY else "<br>"
        self.caption.setText(f"{self._title} {between.join(self._values)}")

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
        self.loss = CurvePlot("Loss", appearance, logarithmic=True)
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
        self.loss.show_series(self._losses, losses, _words(self._losses, losses, _loss))
        self.accuracy.show_series(self._shares, shares, _words(self._shares, shares, _percent))
        self.invitation.setVisible(not (self._losses.means or losses))


def _words(
    series: Binned, aside: list[tuple[float, float, float, float]], said: Callable[[float], str]
) -> list[str]:
    """Both newest values, as rich text."""
    return [
        f'<span style="color:{colour}">■</span> {name} <b>{said(values[-1])}</b>'
        for colour, name, values in (
            (TRAIN_COLOUR, "train", series.means),
            (ASIDE_COLOUR, "validation", [point[1] for point in aside]),
        )
        if values
    ]


def _loss(value: float) -> str:
    return plain_number(float(f"{value:.3g}"))


def _percent(share: float) -> str:
    return f"{round(100 * share, 1):g} %"


def _share(share: float) -> str:
    """There is room above all of them and below none, but no number."""
    return _percent(share) if -_ROUNDED <= share <= 1 + _ROUNDED else ""


def _steps(count: float) -> str:
    return f"{count:,.0f}"

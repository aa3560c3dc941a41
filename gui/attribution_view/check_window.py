"""The checks of a picture: what is left of it when the weights are nonsense, and how fast the score falls."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QCloseEvent, QColor, QImage, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from engine.attribution.places import stretched
from gui.attribution_view.explain_job import Answer, Checked, CheckJob
from gui.look.appearance import Appearance, font
from gui.look.heat_overlay import heat_limit, signed_picture
from gui.look.screen import give_size
from gui.look.theme import CAPTION_PX, GRID
from gui.session.compute import ComputeService
from gui.session.jobs import JobHandle
from gui.widgets.surface import Surface, styled_label

SIDE: Final = 108
WORDS: Final = (
    "Necessary, not sufficient. A picture that stays as it is when the weights become nonsense shows the"
    " photograph, not the network; but noise changes, too. The pictures in between were never seen"
    " in training."
)


class CheckWindow(Surface):
    """Opened by a key; closes like any window, and gives the work up then."""

    def __init__(
        self, answer: Answer, compute: ComputeService, appearance: Appearance, parent: QWidget | None = None
    ) -> None:
        super().__init__("Check it", parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Check of {answer.method.title}")
        self._answer, self._appearance = answer, appearance
        self.checked: Checked | None = None
        self.words = styled_label("Drawing other weights …", wrap=True)
        self.strip = QHBoxLayout()
        self.strip.setSpacing(GRID)
        holder = QWidget()
        holder.setLayout(self.strip)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(holder)
        area.setFixedHeight(SIDE + 64)
        self.plots = QHBoxLayout()
        column = QVBoxLayout(self)
        column.addWidget(styled_label("Weights drawn anew from the top down", style="title"))
        column.addWidget(area)
        column.addWidget(styled_label("Most important pixels first, against a random order", style="title"))
        column.addLayout(self.plots, 1)
        column.addWidget(self.words)
        give_size(self, 900, 560)
        self._add_picture(answer.explanation.values, "the picture", "own weights")
        self._job: JobHandle = compute.submit(CheckJob(answer), self)
        self._job.progressed.connect(lambda done, total: self.words.setText(f"Layer {done} …"))
        self._job.finished.connect(self._on_checked)
        self._job.failed.connect(self.words.setText)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nobody waits any more."""
        self._job.cancel()
        super().closeEvent(event)

    def _on_checked(self, checked: object) -> None:
        assert isinstance(checked, Checked)
        self.checked = checked
        for stage in checked.stages:
            said = "not defined" if stage.values is None else f"ρ = {stage.rank_correlation:+.2f}"
            more = "" if stage.layers == 1 else f" and {stage.layers - 1} above"
            self._add_picture(stage.values, f"{stage.node_id}{more}", said)
        self.strip.addStretch(1)
        curves = checked.curves
        for name, words in (("deletion", "deleted (low is good)"), ("insertion", "inserted (high is good)")):
            own, random = (getattr(curves, key) for key in (name, f"random_{name}"))
            text = f"{words}: area {curves.area(name):.3g}, random order {curves.area(f'random_{name}'):.3g}"
            self.plots.addWidget(_CurvePlot(curves.shares, own, random, text, self._appearance))
        last = checked.stages[-1].rank_correlation if checked.stages else 0.0
        verdict = (
            f"With all {checked.stages[-1].layers} layers drawn anew, ranks agree to ρ = {last:+.2f}"
            " (1: the picture does not depend on the weights at all)."
            if checked.stages
            else "No layer on the way has weights."
        )
        self.words.setText(
            f"{verdict} {WORDS} Deleted pixels take the {curves.fill} picture; random order, seed"
            f" {curves.seed}."
        )

    def _add_picture(self, values: npt.NDArray[np.float32] | None, name: str, said: str) -> None:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        picture = QLabel()
        picture.setFixedSize(SIDE, SIDE)
        if values is not None:
            picture.setPixmap(_thumbnail(values, dark=self._appearance.palette.name == "dark"))
        picture.setAccessibleName(f"{name}: {said}")
        label = styled_label(name, style="caption", wrap=True)
        label.setFixedWidth(SIDE)
        column.addWidget(picture)
        column.addWidget(styled_label(said))
        column.addWidget(label)
        column.addStretch(1)
        self.strip.addWidget(box)


def _thumbnail(values: npt.NDArray[np.float32], *, dark: bool) -> QPixmap:
    speckled = values.size > 10_000
    pixels = signed_picture(
        stretched(values, (SIDE * 2, SIDE * 2)), heat_limit(values, speckled=speckled), dark=dark
    )
    image = QImage(
        np.ascontiguousarray(pixels).tobytes(), SIDE * 2, SIDE * 2, 6 * SIDE, QImage.Format.Format_RGB888
    )
    made = QPixmap.fromImage(image.copy())
    made.setDevicePixelRatio(2)
    return made


class _CurvePlot(QWidget):
    """Two curves over the share of pixels."""

    def __init__(
        self,
        shares: Sequence[float],
        own: Sequence[float],
        random: Sequence[float],
        text: str,
        appearance: Appearance,
    ) -> None:
        super().__init__()
        self._shares, self._own, self._random, self._text = shares, own, random, text
        self._appearance = appearance
        self.setFont(font(CAPTION_PX))
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Wide enough to compare."""
        return QSize(380, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes with numbers, the random order dashed."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette, line = self._appearance.palette, self.fontMetrics().height()
            rect = QRectF(56, line + 6, self.width() - 66, self.height() - 2 * line - 14)
            both = [*self._own, *self._random]
            low, high = min(both), max(both)
            span = high - low or 1.0
            painter.setPen(QColor(palette.text))
            painter.drawText(QRectF(0, 0, self.width(), line), 0, self._text)
            painter.setPen(QColor(palette.secondary))
            right = Qt.AlignmentFlag.AlignRight
            for value, y in ((high, rect.top()), (low, rect.bottom() - line)):
                painter.drawText(QRectF(0, y, rect.left() - 6, line), right, f"{value:.3g}")
            painter.drawText(QRectF(rect.left(), rect.bottom() + 2, rect.width(), line), 0, "0 %")
            painter.drawText(
                QRectF(rect.left(), rect.bottom() + 2, rect.width(), line), right, "100 % of the pixels"
            )
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawRect(rect)
            for values, ink, style in (
                (self._random, palette.secondary, Qt.PenStyle.DashLine),
                (self._own, palette.accent, Qt.PenStyle.SolidLine),
            ):
                points = [
                    QPointF(
                        rect.left() + share * rect.width(),
                        rect.bottom() - (value - low) / span * rect.height(),
                    )
                    for share, value in zip(self._shares, values, strict=True)
                ]
                painter.setPen(QPen(QColor(ink), 2, style))
                painter.drawPolyline(QPolygonF(points))

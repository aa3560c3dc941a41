"""The page of one layer: how wide it is and would have to be, what is dead or double, who is like whom."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QSize, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.layers import Layer
from gui.channel_page.pictures import Plot, pixmap_of
from gui.look.appearance import Appearance
from gui.look.colormaps import colour
from gui.look.theme import GRID
from gui.widgets.surface import styled_label
from gui.words.survey import (
    alike_sentence,
    cka_sentence,
    dead_sentence,
    no_spectrum_sentence,
    width_sentence,
)

MATRIX: Final = 360
CHANCE: Final = 128
"""The grey of pairs that are no more alike than shuffled photographs."""
LEGEND: Final = "Dark 0, yellow 1; grey: no more than the floor. Point at a pair for its numbers."


class LayerTab(QWidget):
    """Shows the statistics of a survey, or of the one photograph where there is none."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = styled_label("", style="caption", wrap=True)
        self.width_words = styled_label("", wrap=True)
        self.spectrum = Plot(appearance, "Share of the variance kept", QSize(420, 140))
        self.dead_words = styled_label("", wrap=True)
        self.alike_words = styled_label("", wrap=True)
        self.cka_words = styled_label("", style="caption", wrap=True)
        self.cka = Matrix()
        self.floor_words = styled_label("", wrap=True)
        self.against_words = styled_label("", style="caption", wrap=True)
        self.against = Matrix()
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addWidget(self.about)
        column.addWidget(self.width_words)
        column.addWidget(styled_label("Share of the variance that so many axes keep", style="caption"))
        column.addWidget(self.spectrum)
        column.addWidget(self.dead_words)
        column.addWidget(self.alike_words)
        column.addWidget(styled_label("How alike the layers are", style="title"))
        column.addWidget(self.cka_words)
        column.addWidget(self.cka)
        column.addWidget(self.floor_words)
        column.addWidget(self.against_words)
        column.addWidget(self.against)
        column.addStretch(1)
        for matrix in (self.cka, self.against):
            matrix.pointed.connect(self.floor_words.setText)

    def show_statistics(
        self, layer: Layer, found: Mapping[str, npt.NDArray[Any]] | None, photographs: int, where: str
    ) -> None:
        """Of the layer, named without it (`mean`, `spectrum` …); None while they are on their way."""
        self.about.setText(where)
        if found is None:
            for label in (self.width_words, self.dead_words, self.alike_words):
                label.setText("")
            self.spectrum.show_values(np.zeros(0), ("", ""))
            return
        width = len(found["mean"])
        self.dead_words.setText(dead_sentence(np.flatnonzero(found["dead"]).tolist(), width))
        if "spectrum" not in found:
            self.width_words.setText(no_spectrum_sentence(width, photographs))
            self.alike_words.setText("")
            self.spectrum.show_values(np.zeros(0), ("", ""))
            return
        needed = int(found["needed_99"])
        sentence = width_sentence(layer, width, float(found["effective_rank"]), needed, photographs)
        self.width_words.setText(sentence)
        variances = found["spectrum"]
        kept = np.cumsum(variances) / max(float(variances.sum()), 1e-300)
        self.spectrum.show_values(kept, ("1 axis", f"{width}"), is_curve=True, mark=needed / width)
        pairs = zip(found["alike"], found["correlation"], strict=True)
        self.alike_words.setText(alike_sentence([(int(i), int(j), float(r)) for (i, j), r in pairs]))

    def show_similarity(self, arrays: Mapping[str, npt.NDArray[Any]] | None, photographs: int) -> None:
        """CKA between all layers, and with another network's; None without a survey."""
        self.floor_words.setText("")
        if arrays is None or photographs < 4:
            self.cka_words.setText("Open a folder of at least 4 photographs to compare layers (CKA).")
            self.cka.show_values(np.zeros((0, 0)), np.zeros((0, 0)), (), ())
            self.against.show_values(np.zeros((0, 0)), np.zeros((0, 0)), (), ())
            self.against_words.setText("")
            return
        self.cka_words.setText(f"{cka_sentence(photographs)} {LEGEND}")
        layers = [str(name) for name in arrays["layers"]]
        self.cka.show_values(arrays["cka"], arrays["cka_floor"], layers, layers)
        if "against/cka" in arrays:
            others = [str(name) for name in arrays["against/layers"]]
            self.against_words.setText("Rows: this network. Columns: the baseline.")
            self.against.show_values(arrays["against/cka"], arrays["against/cka_floor"], layers, others)
        else:
            self.against_words.setText("Pin a baseline (Compare) before the survey to compare two networks.")
            self.against.show_values(np.zeros((0, 0)), np.zeros((0, 0)), (), ())


class Matrix(QLabel):
    """Similarities as colours from 0 to 1, chance in grey; the pair under the mouse in words."""

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = self._floor = np.zeros((0, 0))
        self._rows: Sequence[str] = ()
        self._columns: Sequence[str] = ()
        self.setMouseTracking(True)
        self.setAccessibleName("Linear CKA between layers")

    def show_values(
        self,
        values: npt.NDArray[np.float64],
        floor: npt.NDArray[np.float64],
        rows: Sequence[str],
        columns: Sequence[str],
    ) -> None:
        """(rows, columns) in −1…1, and what chance does."""
        self._values, self._floor, self._rows, self._columns = values, floor, rows, columns
        self.setVisible(values.size > 0)
        if values.size:
            pixels = colour(values, "viridis", 0.0, 1.0)
            pixels[np.abs(values) <= floor] = CHANCE
            made = pixmap_of(pixels, MATRIX)
            self.setPixmap(made)
            self.setFixedSize(made.deviceIndependentSize().toSize())

    def words_at(self, point: QPointF) -> str:
        """Which layers, how alike, and the floor."""
        count = self._values.shape
        if not self._values.size or not self.rect().contains(point.toPoint()):
            return ""
        row = min(count[0] - 1, int(point.y() / self.height() * count[0]))
        column = min(count[1] - 1, int(point.x() / self.width() * count[1]))
        value, floor = self._values[row, column], self._floor[row, column]
        text = f"{self._rows[row]} and {self._columns[column]}: CKA {value:.3f}, floor {floor:.3f}"
        return text.replace("-", "−") + (" (no more than chance)" if abs(value) <= floor else "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which pair is under the mouse."""
        self.pointed.emit(self.words_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        self.pointed.emit("")
        super().leaveEvent(event)

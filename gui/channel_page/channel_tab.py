"""The page of one channel: kernel, map, patches here and in a folder, histogram, and what it answers to."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.survey.strongest_places import Place
from engine.visualisation.activation_maximisation import JITTER, Frame
from gui.channel_page.pictures import (
    SMALL,
    Plot,
    Tile,
    bar_heights,
    gradient_picture,
    kernel_sheet,
    signed_pixels,
)
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.surface import styled_label
from gui.words.number_format import MINUS, Numbers

PATCHES: Final = 6
LIVE_MS: Final = 40
TAIL: Final = (
    "Top patches are the extreme tail of these photographs; another set of photographs may show another one."
)
CLIMBED: Final = (
    f"A picture that no camera takes, shaped by how it is climbed to: Fourier coefficients of decorrelated"
    f" colours, jitter of 1/{JITTER} of its side (Olah et al. 2017)."
)
PROJECTED: Final = (
    "Edges of this photograph below the unit, by switches and rectified on the way back (Zeiler & Fergus"
    " 2014). It is no function's gradient: nothing adds up."
)


class ChannelTab(QWidget):
    """Shows what it is given; asks for pictures that take a while."""

    climb_requested = Signal(bool)
    """From the photograph (True) or from noise (False)."""
    stop_requested = Signal()

    def __init__(self, appearance: Appearance, numbers: Numbers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance, self._numbers = appearance, numbers
        self.kernel = Tile("Kernel")
        self.map = Tile("Map")
        self.here_values = Plot(appearance, "Values on this photograph", QSize(240, 74))
        self.folder_values = Plot(appearance, "Values over the folder", QSize(240, 74))
        self.here_words = styled_label("", style="caption", wrap=True)
        self.folder_words = styled_label("", style="caption", wrap=True)
        self.open_folder = QPushButton("&Open a folder…")
        self.open_folder.setToolTip(
            "All its photographs are looked at: strongest patches, values, spectra, CKA"
        )
        self.here = [Tile("", SMALL) for _ in range(PATCHES)]
        self.folder = [Tile("", SMALL) for _ in range(PATCHES)]
        self.nothing_here = styled_label("This map has one and the same value everywhere.", wrap=True)
        self.folder_title = styled_label("", style="title")
        self.climbed = Tile("", 200)
        self.projected = Tile("", 200)
        self.noise = QPushButton("From &noise")
        self.photograph = QPushButton("From the &photograph")
        self.stop = QPushButton("&Stop")
        self.reached = styled_label("", wrap=True)
        self.best: float | None = None
        """The channel's value in the strongest real patch that is known."""
        self.newest: Any = None
        """Where a climb leaves its frames."""
        self._live = QTimer(self)
        self._live.setInterval(LIVE_MS)
        self._live.timeout.connect(self._on_live)
        self.noise.clicked.connect(lambda: self.climb_requested.emit(False))
        self.photograph.clicked.connect(lambda: self.climb_requested.emit(True))
        self.stop.clicked.connect(self.stop_requested)
        self.stop.setEnabled(False)
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addWidget(self.kernel)
        top.addWidget(self.map)
        plots = QVBoxLayout()
        plots.setSpacing(2)
        for title, plot, words in (
            ("Values on this photograph, counted on a logarithmic scale", self.here_values, self.here_words),
            ("Values over the folder", self.folder_values, self.folder_words),
        ):
            plots.addWidget(styled_label(title, style="caption"))
            plots.addWidget(plot)
            plots.addWidget(words)
        plots.addWidget(self.open_folder, 0, Qt.AlignmentFlag.AlignLeft)
        plots.addStretch(1)
        top.addLayout(plots)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addLayout(top)
        here = "Strongest in this photograph, each at its receptive field; what matters to it is bright"
        column.addWidget(styled_label(here, style="title"))
        column.addWidget(self.nothing_here)
        column.addLayout(_row(self.here))
        column.addWidget(self.folder_title)
        column.addLayout(_row(self.folder))
        column.addWidget(styled_label(TAIL, style="caption", wrap=True))
        made = QGridLayout()
        made.setHorizontalSpacing(2 * GRID)
        made.addWidget(styled_label("Climbed to", style="title"), 0, 0)
        made.addWidget(styled_label("Projected back", style="title"), 0, 1)
        made.addWidget(self.climbed, 1, 0)
        made.addWidget(self.projected, 1, 1)
        buttons = QHBoxLayout()
        for button in (self.noise, self.photograph, self.stop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        side = QVBoxLayout()
        side.setSpacing(GRID)
        side.addLayout(buttons)
        side.addWidget(self.reached)
        side.addWidget(styled_label(CLIMBED, style="caption", wrap=True))
        side.addWidget(styled_label(PROJECTED, style="caption", wrap=True))
        side.addStretch(1)
        made.addLayout(side, 0, 2, 2, 1)
        made.setColumnStretch(2, 1)
        column.addLayout(made)
        column.addStretch(1)

    # what is there at once -------------------------------------------------------------------------------
    def show_map(self, values: npt.NDArray[np.float32] | None) -> None:
        """Of the channel on this photograph."""
        dark = self._appearance.palette.name == "dark"
        if values is None:
            self.map.show_pixels(None, "not computed yet")
            return
        finite = values[np.isfinite(values)].astype(np.float64)
        low, high, mean = (
            (float(finite.min()), float(finite.max()), float(finite.mean())) if finite.size else (0, 0, 0)
        )
        if finite.size:
            self.best = max(high, -np.inf if self.best is None else self.best)
        size = f"{values.shape[0]}×{values.shape[1]}"
        self.map.show_pixels(
            signed_pixels(values, dark=dark), f"{size}, {self._number(low)} … {self._number(high)}"
        )
        counts = np.histogram(finite, bins=64)[0] if finite.size else np.zeros(64)
        self.here_values.show_values(bar_heights(counts), (self._number(low), self._number(high)))
        self.here_words.setText(f"mean {self._number(mean)}")

    def show_kernel(self, kernel: npt.NDArray[np.float32] | None, words: str) -> None:
        """The weights (C, kh, kw), or why there are none."""
        dark = self._appearance.palette.name == "dark"
        self.kernel.show_pixels(None if kernel is None else kernel_sheet(kernel, dark=dark), words)

    def show_here(self, places: list[Place], patches: Sequence[npt.NDArray[np.uint8] | None]) -> None:
        """The strongest places of the map, and what they see; none where all of it is one value."""
        self.nothing_here.setVisible(not places)
        for index, tile in enumerate(self.here):
            if index < len(places):
                place, patch = places[index], patches[index]
                tile.show_pixels(patch, f"{self._number(place.value)}\nat {place.row}, {place.column}")
                tile.setToolTip(f"row {place.row}, column {place.column} of the map")
            else:
                tile.show_pixels(None, "")

    # what comes later ------------------------------------------------------------------------------------
    def show_no_folder(self, why: str) -> None:
        """Say that there is nothing, and offer what there could be."""
        self._have_folder(False)
        self.folder_words.setText(f"{why}.")

    def _have_folder(self, there: bool) -> None:
        for widget in (self.folder_values, self.folder_title, *self.folder):
            widget.setVisible(there)
        self.open_folder.setVisible(not there)

    def show_folder(self, title: str, values: list[float], names: list[str]) -> None:
        """The strongest photographs of the folder, without their patches yet."""
        self._have_folder(True)
        self.folder_title.setText(title)
        for index, tile in enumerate(self.folder):
            tile.show_pixels(None, self._number(values[index]) if index < len(values) else "")
            tile.setToolTip(names[index] if index < len(names) else "")
        if values:
            self.best = max(values[0], -np.inf if self.best is None else self.best)

    def show_folder_patches(self, patches: tuple[npt.NDArray[np.uint8] | None, ...]) -> None:
        """Into the places that `show_folder` named."""
        for tile, patch in zip(self.folder, patches, strict=False):
            tile.show_pixels(patch, tile.words.text())

    def show_folder_values(
        self, counts: npt.NDArray[Any], limit: float, mean: float, deviation: float
    ) -> None:
        """The histogram over the folder, from −limit to limit."""
        ends = self._number(-limit), self._number(limit)
        self.folder_values.show_values(bar_heights(counts), ends, mark=0.5)
        self.folder_words.setText(f"mean {self._number(mean)}, deviation {self._number(deviation)}")

    def show_projected(self, values: npt.NDArray[np.float32] | None, words: str) -> None:
        """What the unit answered to in the photograph, or why that is not defined."""
        self.projected.show_pixels(None if values is None else gradient_picture(values), words)

    def begin_climb(self, newest: Any) -> None:
        """Show the newest of its frames from now on."""
        self.newest = newest
        self.stop.setEnabled(True)
        self._live.start()

    def end_climb(self, words: str = "") -> None:
        """Show the last one."""
        self._live.stop()
        self.stop.setEnabled(False)
        self._on_live()
        if words:
            self.reached.setText(words)

    def forget_climb(self) -> None:
        """Another channel: nothing is climbed to yet."""
        self._live.stop()
        self.newest = None
        self.stop.setEnabled(False)
        self.climbed.show_pixels(None, "")
        self.reached.setText("")
        self.best = None

    def _on_live(self) -> None:
        frame: Frame | None = None if self.newest is None else self.newest.frame
        if frame is None:
            return
        picture = frame.picture if len(frame.picture) == 3 else np.repeat(frame.picture, 3, axis=0)
        pixels = np.rint(picture.transpose(1, 2, 0) * 255).astype(np.uint8)
        self.climbed.show_pixels(pixels, f"step {frame.step}")
        text = f"Reaches {self._number(frame.value)}"
        if self.best is not None and np.isfinite(self.best):
            text += f"; the best real patch {self._number(self.best)}"
        self.reached.setText(f"{text}.")

    def _number(self, value: float) -> str:
        """Three digits; large numbers whole, for 1.07e+03 is read by few."""
        if 1000 <= abs(value) < 1e7:
            return self._numbers.exact(round(value))
        return f"{value:.3g}".replace("-", MINUS).replace(".", self._numbers.decimal_point)


def _row(tiles: list[Tile]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID)
    for tile in tiles:
        row.addWidget(tile)
    row.addStretch(1)
    return row

"""Plays numbered steps: play and pause, one step back and on, a slider to any of them, and the speed."""

from typing import Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui.look.appearance import Appearance
from gui.widgets.controls.choice_button import ChoiceButton
from gui.widgets.controls.quiet_slider import QuietSlider
from gui.widgets.surface import local_numbers, styled_label

SPEEDS: Final = {
    "1": "1 a second",
    "4": "4 a second",
    "15": "15 a second",
    "60": "60 a second",
    "row": "by rows",
}
_ROWS_A_SECOND: Final = 10


class Player(QWidget):
    """Steps 0 … count − 1, `row` of them a line. It only says where it is; the owner shows it."""

    moved = Signal(int)
    """The step that is to be shown, by play, button or slider."""
    playing_changed = Signal(bool)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.step, self.count, self.row = 0, 0, 1
        self.play = self._button("Play", self._on_play_clicked)
        self.back = self._button("One step back", lambda: self._go(self.step - 1))
        self.on = self._button("One step on", lambda: self._go(self.step + 1))
        self.slider = QuietSlider("Place of the window")
        self.slider.setMinimumWidth(64)
        self.slider.setMaximumWidth(220)
        self.slider.valueChanged.connect(self._go)
        self.place = styled_label(style="caption")
        self.speed = ChoiceButton("Speed", SPEEDS, "4")
        self.speed.chosen.connect(self._on_speed_chosen)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self.back, self.play, self.on, self.slider, self.place, self.speed):
            row.addWidget(widget)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()
        self._on_speed_chosen("4")

    def _button(self, name: str, call: object) -> QToolButton:
        button = QToolButton()
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setStyleSheet("QToolButton { padding: 3px; }")
        button.clicked.connect(call)
        return button

    @property
    def is_playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._timer.isActive()

    def show_step(self, step: int, count: int, row: int) -> None:
        """Stand there, without telling anybody."""
        self.step, self.count, self.row = step, count, max(1, row)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, count - 1))
            self.slider.setPageStep(self.row)
            self.slider.setValue(step)
        numbers = local_numbers()
        self.place.setText(f"{numbers.exact(step + 1)} of {numbers.exact(count)}" if count else "")
        self.slider.setToolTip(self.place.text())
        self.setEnabled(count > 1)

    def pause(self) -> None:
        """Stay where it is."""
        if self.is_playing:
            self._timer.stop()
            self.on_palette_changed()
            self.playing_changed.emit(False)

    def start(self) -> None:
        """Go on from here; from the beginning where it is at the end."""
        if self.count > 1 and not self.is_playing:
            if self.step >= self.count - 1:
                self._go(0)
            self._timer.start()
            self.on_palette_changed()
            self.playing_changed.emit(True)

    def on_palette_changed(self) -> None:
        """Recolour the buttons."""
        self.play.setIcon(self._appearance.icon("pause" if self.is_playing else "play"))
        self.play.setToolTip(
            "Pause (Space)" if self.is_playing else "Slide the window over the output (Space)"
        )
        self.back.setIcon(self._appearance.icon("chevron-left"))
        self.on.setIcon(self._appearance.icon("chevron-right"))

    def give_room(self, *, roomy: bool) -> None:
        """Whether there is room to say in words where it is."""
        self.place.setVisible(roomy)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing plays that nobody sees."""
        self.pause()
        super().hideEvent(event)

    def _on_play_clicked(self) -> None:
        if self.is_playing:
            self.pause()
        else:
            self.start()

    def _on_speed_chosen(self, speed: str) -> None:
        self._timer.setInterval(1000 // (_ROWS_A_SECOND if speed == "row" else int(speed)))

    def _on_tick(self) -> None:
        step = self.step + (self.row if self.speed.current == "row" else 1)
        if step >= self.count:
            self._go(self.count - 1)
            self.pause()
        else:
            self._go(step)

    def _go(self, step: int) -> None:
        step = max(0, min(step, self.count - 1))
        if self.count and step != self.step:
            self.show_step(step, self.count, self.row)
            self.moved.emit(step)

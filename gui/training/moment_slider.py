"""The kept moments of a run as a slider."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.shapes import count_text
from gui.training.runner import Runner
from gui.widgets.controls.quiet_slider import QuietSlider
from gui.widgets.surface import styled_label


class MomentSlider(QWidget):
    """Shows where a run is among its kept moments, and reports where it is to go back to."""

    wanted = Signal(int)
    """A step that is kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[int, ...] = ()
        self.slider = QuietSlider("Kept moments: go back to one")
        self.slider.setToolTip("Wind back to a kept moment. Going on from there repeats it exactly.")
        self.slider.valueChanged.connect(self._on_moved)
        self._text = styled_label(style="caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self._text)

    def show_run(self, runner: Runner | None) -> None:
        """Where this run is; None where nothing can be wound back."""
        steps = () if runner is None else runner.moments.steps
        self.slider.setEnabled(len(steps) > 1)
        if self.slider.isSliderDown():
            return
        self._steps = steps
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(steps) - 1))
            if runner is not None and runner.trainer is not None and steps:
                now = runner.trainer.step_number
                self.slider.setValue(max((i for i, step in enumerate(steps) if step <= now), default=0))
        self._text.setText(f"{count_text(len(steps), 'moment')} kept" if steps else "")

    def _on_moved(self, place: int) -> None:
        if place < len(self._steps):
            self.wanted.emit(self._steps[place])

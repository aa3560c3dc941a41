"""The buttons of a run: begin, pause, go on; one step; keep or forget what was learned; compare; the form."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.training.runner import PAUSED, READING, RUNNING


class RunButtons(QWidget):
    """Says what each does in the present state. `compare` and `settings` stand where the panel puts them."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.train = _button("Train", "Begin, pause, or go on")
        self.single = _button("Step", "Make one step, and stop")
        self.keep = _button("Keep", "Give the network the weights it has learned: one step to undo")
        self.drop = _button("Discard", "Forget what was learned: the network stays as it was")
        self.settings = _tool("Settings", "Task, data, optimiser and what else decides how it learns")
        self.settings.setCheckable(True)
        self.settings.setChecked(True)
        tip = "Compare what several networks learn, trained so: accuracy against costs"
        self.compare = _tool("Compare what networks learn", tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        for button in (self.train, self.single, self.keep, self.drop):
            row.addWidget(button)
        row.addStretch(1)
        appearance.palette_changed.connect(self._on_palette_changed)
        self._on_palette_changed()

    def show_state(self, state: str, *, has_learned: bool) -> None:
        """state: of the runner, empty where there is none. has_learned: whether it made a step."""
        texts = {RUNNING: "Pause", PAUSED: "Go on", READING: "Stop"}
        self.train.setText(texts.get(state, "Train"))
        self.single.setEnabled(state not in (READING, RUNNING))
        self.keep.setEnabled(has_learned)
        self.drop.setEnabled(bool(state))

    def _on_palette_changed(self) -> None:
        self.compare.setIcon(self._appearance.icon("git-compare"))
        self.settings.setIcon(self._appearance.icon("sliders-horizontal"))


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button


def _tool(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button

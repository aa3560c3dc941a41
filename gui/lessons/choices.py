"""A prediction: a question, its choices, and what is right once one was taken."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.lessons.text import Prose
from gui.look.appearance import Appearance
from gui.look.theme import BASE_PX, GRID
from gui.widgets.wrapped_button import WrappedButton
from presets.lesson import Prediction, filled


class Choices(QWidget):
    """Each choice a button; after a click the right one is ticked, a wrong one crossed, the reason told."""

    answered = Signal(int)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._prediction: Prediction | None = None
        self._answer: int | None = None
        self._px = BASE_PX
        self._numbers: Mapping[str, str] = {}
        self._question = Prose(appearance)
        self._reveal = Prose(appearance)
        self.buttons: list[WrappedButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)
        self._reveal.setContentsMargins(0, GRID // 2, 0, 0)
        self._column.addWidget(self._question)
        self._column.addWidget(self._reveal)
        appearance.palette_changed.connect(self._show)

    def ask(self, prediction: Prediction, answer: int | None) -> None:
        """Show a question; `answer` where it was answered before."""
        self._prediction, self._answer = prediction, answer
        for button in self.buttons:
            button.hide()  # deleted later: it may be the one that was clicked
            button.deleteLater()
        self.buttons = []
        for index, _ in enumerate(prediction.choices):
            button = WrappedButton()
            button.clicked.connect(lambda _=False, index=index: self._on_clicked(index))
            self.buttons.append(button)
            self._column.insertWidget(self._column.count() - 1, button)
        self._show()

    def fill(self, numbers: Mapping[str, str]) -> None:
        """Fill the numbers in."""
        self._numbers = numbers
        self._show()

    def use_size(self, px: int) -> None:
        """Another size of type."""
        if px != self._px:
            self._px = px
            self._question.use_size(px)
            self._reveal.use_size(px)
            self._show()

    def _on_clicked(self, index: int) -> None:
        if self._answer is None:
            self._answer = index
            self._show()
            self.answered.emit(index)

    def _show(self) -> None:
        asked, palette = self._prediction, self._appearance.palette
        if asked is None:
            return
        self._question.say(filled(asked.question, self._numbers), weight="semibold")
        for index, button in enumerate(self.buttons):
            button.use_size(self._px)
            button.say(filled(asked.choices[index], self._numbers))
            icon, colour, ink = "circle", palette.secondary, palette.text
            if self._answer is not None and index == asked.right:
                icon, colour = "circle-check", palette.good
            elif index == self._answer:
                icon, colour = "circle-x", palette.warning
            elif self._answer is not None:
                ink = palette.secondary
            told = colour if icon != "circle" else palette.line
            button.show_icon(self._appearance.icon(icon, colour))
            button.paint_as(palette, edge=told, ink=ink)
            button.setAccessibleDescription({"circle-check": "right", "circle-x": "wrong"}.get(icon, ""))
        self._reveal.setVisible(self._answer is not None)
        if self._answer is not None:
            verdict = "Right. " if self._answer == asked.right else "Not quite. "
            reply = asked.replies[self._answer].strip() if asked.replies else ""
            told = verdict + (f"{reply}\n\n" if reply else "") + asked.reveal.strip()
            self._reveal.say(filled(told, self._numbers))

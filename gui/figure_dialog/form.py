"""Rows of labelled fields under small headings, which show one value and report another."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.look.theme import GRID
from gui.widgets.controls.check_box import CheckBox
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.settings.quiet_combo_box import QuietComboBox
from gui.widgets.surface import styled_label

FIELD_WIDTH = 148


class Choice(QuietComboBox):
    """One of several keys, each with a text; the keys can change."""

    picked = Signal(str)
    """The key that the user chose."""

    def __init__(self, name: str, choices: Mapping[str, str], current: str) -> None:
        super().__init__(name, list(choices.values()))
        self._keys = list(choices)
        self.show_key(current)
        self.setMaxVisibleItems(16)
        self.setMinimumContentsLength(6)
        self.activated.connect(lambda index: self.picked.emit(self._keys[index]))

    def show_key(self, key: str) -> None:
        """Show this one, without telling anybody."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self._keys.index(key) if key in self._keys else -1)

    def show_choices(self, choices: Mapping[str, str], current: str) -> None:
        """Offer others."""
        with QSignalBlocker(self):
            self.clear()
            self.addItems(list(choices.values()))
        self._keys = list(choices)
        self.show_key(current)


class Form(QWidget):
    """A column of rows; `heading` begins a new group."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def heading(self, text: str) -> None:
        """A small title above the rows that follow."""
        if self._column.count():
            self._column.addSpacing(GRID)
        self._column.addWidget(styled_label(text, style="caption"))

    def choice(
        self, label: str, choices: Mapping[str, str], current: str, picked: Callable[[str], None]
    ) -> Choice:
        """One of several."""
        made = Choice(label, choices, current)
        made.picked.connect(picked)
        self.row(label, made)
        return made

    def number(
        self, label: str, value: float, low: float, high: float, changed: Callable[[float], None],
        *, whole: bool = True, hint: str = "",
    ) -> NumberBox:  # fmt: skip
        """A number in a range."""
        box = NumberBox(low, high, whole=whole)
        box.setAccessibleName(label)
        box.show_value(value)
        box.setToolTip(hint)
        box.value_edited.connect(lambda number, _sweep: changed(number))
        self.row(label, box)
        return box

    def switch(self, label: str, on: bool, toggled: Callable[[bool], None], hint: str = "") -> CheckBox:
        """Yes or no."""
        box = CheckBox(label)
        box.setChecked(on)
        box.setToolTip(hint)
        box.toggled.connect(toggled)
        self._column.addWidget(box)
        return box

    def line(self, label: str, text: str, changed: Callable[[str], None]) -> QLineEdit:
        """A line of text."""
        edit = QLineEdit(text)
        edit.setAccessibleName(label)
        edit.setPlaceholderText(label)
        edit.textEdited.connect(changed)
        self._column.addWidget(edit)
        return edit

    def row(self, label: str, field: QWidget) -> None:
        """A field with its label before it."""
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        words = styled_label(label, style="secondary")
        words.setBuddy(field)
        field.setFixedWidth(FIELD_WIDTH)
        line.addWidget(words, 1)
        line.addWidget(field, 0, Qt.AlignmentFlag.AlignRight)
        self._column.addWidget(holder)

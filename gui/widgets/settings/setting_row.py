"""A line of a form: the setting's label, its field, and below it what is wrong and the ways out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.analysis.analyze import Fix
from engine.layers import Setting
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.settings.setting_editors import SettingEditor, editor_for
from gui.widgets.surface import styled_label
from gui.widgets.wrapped_button import WrappedButton
from gui.words.sentence_case import sentence

FIELD_WIDTH = 122
"""All fields beside a label end at the panel's edge and have this width."""


class Remark(QWidget):
    """A message in the warning colour, with a button for each way out; hidden while it is empty."""

    fix_chosen = Signal(object)
    """The `Fix` that the user wants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = styled_label(style="warning", wrap=True)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons: list[QPushButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, GRID // 2)
        self._column.setSpacing(GRID // 2)
        self._column.addWidget(self._label)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while hidden."""
        return self._label.text()

    @property
    def buttons(self) -> Sequence[QPushButton]:
        """One for each fix."""
        return self._buttons

    def say(self, message: str, fixes: Sequence[Fix] = ()) -> None:
        """Show a message and its fixes; the empty message hides all."""
        for button in self._buttons:
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(fix) for fix in fixes]
        for button in self._buttons:
            self._column.addWidget(button)
        self._label.setText(sentence(message))
        self.setVisible(bool(message))

    def _button(self, fix: Fix) -> QPushButton:
        button = WrappedButton()
        button.say(fix.text)
        button.clicked.connect(lambda: self.fix_chosen.emit(fix))
        return button


class SettingRow(QWidget):
    """One setting of the form."""

    def __init__(self, setting: Setting, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.editor: SettingEditor = editor_for(setting, appearance)
        self.remark = Remark()
        label = ElidedLabel(setting.label, style="secondary")
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(label, 1)
        beside = self.editor.beside
        if beside is not None:
            beside.setFixedWidth(FIELD_WIDTH)
            line.addWidget(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        if beside is not self.editor:
            column.addWidget(self.editor)
        column.addWidget(self.remark)
        self.setToolTip(setting.help)

"""The form of some settings: a row for each, the rarely needed ones below a button."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from engine.analysis.analyze import Problem
from engine.layers import Layer, Setting
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.settings.setting_editors import MIXED, PaddingEditor, PairEditor, ShapeEditor
from gui.widgets.settings.setting_row import Remark, SettingRow
from gui.words.sentence_case import sentence

_LINK = """
    QPushButton { border: none; background: transparent; padding: 2px 0; text-align: left;
                  color: palette(link); }
    QPushButton:focus { text-decoration: underline; }
"""


def common_settings(layers: Sequence[Layer]) -> tuple[Setting, ...]:
    """The settings that all layers have, as the first of them knows them."""
    if not layers:
        return ()
    kinds = {type(layer): layer.settings() for layer in layers}
    keys = [
        {(setting.name, setting.type, setting.choices) for setting in settings} for settings in kinds.values()
    ]
    first = kinds[type(layers[0])]
    return tuple(one for one in first if all((one.name, one.type, one.choices) in key for key in keys))


class SettingsForm(QWidget):
    """Shows the values of layers that share these settings, and reports what the user wants of them."""

    edited = Signal(object, object, str)
    """(the `SettingRow`, the value, the sweep it belongs to or "")."""
    fix_chosen = Signal(object)
    """The `Fix` that the user wants."""
    more_clicked = Signal()
    """The settings below the button are to come or go."""

    def __init__(
        self, settings: Sequence[Setting], appearance: Appearance, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows = {setting.name: SettingRow(setting, appearance) for setting in settings}
        self.more_button = QPushButton()
        self.more_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more_button.setStyleSheet(_LINK)
        self.more_button.clicked.connect(self.more_clicked)
        self._advanced = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID - 2)
        plain, advanced = QVBoxLayout(), QVBoxLayout(self._advanced)
        advanced.setContentsMargins(0, 0, 0, 0)
        for part in (plain, advanced):
            part.setSpacing(GRID // 2 + 2)
        column.addLayout(plain)
        column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._advanced)
        for row in self.rows.values():
            row.editor.value_edited.connect(lambda value, sweep, row=row: self.edited.emit(row, value, sweep))
            row.editor.refused.connect(row.remark.say)
            row.remark.fix_chosen.connect(self.fix_chosen)
            (advanced if row.setting.advanced else plain).addWidget(row)
        self.show_more(False)

    def order_shapes(self, *, channels_last: bool) -> None:
        """Put the fields of shapes in the order in which shapes are written."""
        for row in self.rows.values():
            if isinstance(row.editor, ShapeEditor):
                row.editor.order(channels_last=channels_last)

    def show_layers(self, layers: Sequence[Layer], amounts: tuple[int, int, int, int]) -> None:
        """Show their values, a dash where they differ. `amounts`: the padding now, which explicit sides
        start from: top, bottom, left, right."""
        for name, row in self.rows.items():
            values = [getattr(layer, name) for layer in layers]
            if isinstance(row.editor, PaddingEditor):
                row.editor.amounts = amounts
            row.editor.show_value(values[0] if all(value == values[0] for value in values) else MIXED)

    def forget(self) -> None:
        """Other layers are shown: what the user did to the fields of the last ones is over."""
        for row in self.rows.values():
            if isinstance(row.editor, PairEditor):
                row.editor.forget()

    def show_problems(self, problems: Sequence[Problem]) -> list[Problem]:
        """Say below each row what is wrong with it; the problems that belong to none are given back."""
        for name, row in self.rows.items():
            show_problems(row.remark, [problem for problem in problems if problem.setting == name])
        return [problem for problem in problems if problem.setting not in self.rows]

    @property
    def hides_a_problem(self) -> bool:
        """Whether something is wrong below the button, whose rows may be hidden."""
        return any(row.remark.text and row.setting.advanced for row in self.rows.values())

    def show_more(self, shown: bool) -> None:
        """Show or hide the settings below the button; without any there is no button."""
        some = any(row.setting.advanced for row in self.rows.values())
        self.more_button.setVisible(some)
        self.more_button.setText("Less ▴" if shown else "More ▾")
        self._advanced.setVisible(some and shown)


def show_problems(remark: Remark, problems: Sequence[Problem]) -> None:
    """Say all of them in one remark, with their ways out."""
    words = "\n".join(sentence(problem.message) for problem in problems)
    remark.say(words, [fix for problem in problems for fix in problem.fixes])

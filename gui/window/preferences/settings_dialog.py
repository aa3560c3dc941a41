"""The settings of the program in one place; each is applied as it is chosen."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.look.theme import GRID
from gui.widgets.settings.quiet_combo_box import QuietComboBox
from gui.window.preferences.preferences import Preference


class SettingsDialog(QDialog):
    """A line for each preference, and a button for each thing that is asked in a dialog of its own."""

    def __init__(
        self,
        preferences: Sequence[Preference],
        more: Sequence[tuple[str, str, Callable[[], object]]],
        parent: QWidget | None = None,
    ) -> None:
        """`more`: label, words of the button, and what it does."""
        super().__init__(parent)
        self.setWindowTitle("Settings")
        form = QFormLayout()
        form.setHorizontalSpacing(3 * GRID)
        form.setVerticalSpacing(GRID + GRID // 2)
        self.boxes: dict[str, QuietComboBox] = {}
        for preference in preferences:
            box = QuietComboBox(preference.label, list(preference.choices.values()))
            for index, key in enumerate(preference.choices):
                box.setItemData(index, key)
            box.setCurrentIndex(box.findData(preference.current()))
            box.setToolTip(preference.help)
            box.setAccessibleDescription(preference.help)
            box.activated.connect(
                lambda index, box=box, preference=preference: preference.choose(box.itemData(index))
            )
            about = QLabel(preference.help)
            about.setProperty("caption", True)
            about.setWordWrap(True)
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addWidget(box)
            cell.addWidget(about)
            label = QLabel(preference.label)
            label.setBuddy(box)
            form.addRow(label, cell)
            self.boxes[preference.label] = box
        for text, words, call in more:
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{text}: {words}")
            button.clicked.connect(lambda _=False, call=call: call())
            form.addRow(text, button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(form)
        column.addWidget(buttons)
        self.setMinimumWidth(440)


def _choose(preference: Preference, index: int) -> None:
    preference.choose(list(preference.choices)[index])

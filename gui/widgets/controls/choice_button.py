"""A quiet button that says what is chosen and opens a menu of the other choices."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui.look.appearance import font
from gui.look.theme import CAPTION_PX


class ChoiceButton(QToolButton):
    """One of several named choices; the button's text is the current one with a ▾."""

    chosen = Signal(str)
    """The key that the user chose."""

    def __init__(self, what: str, choices: Mapping[str, str], current: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._choices = dict(choices)
        self.setFont(font(CAPTION_PX))
        self.setToolTip(what)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Padding as small as a caption needs; the theme's is for the tool bar.
        self.setStyleSheet("QToolButton { padding: 2px 4px; }")
        self._what = what
        menu = QMenu(self)
        group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for key, text in choices.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(key)
            group.addAction(action)
            self._actions[key] = action
        group.triggered.connect(self._on_triggered)
        self.setMenu(menu)
        self.show_choice(current)

    @property
    def keys(self) -> tuple[str, ...]:
        """What can be chosen."""
        return tuple(self._choices)

    def show_choice(self, key: str) -> None:
        """Make this the current choice, without telling anybody."""
        self.current = key
        self._actions[key].setChecked(True)
        self.setText(f"{self._choices[key]}\u2009▾")
        self.setAccessibleName(f"{self._what}: {self._choices[key]}")

    def _on_triggered(self, action: QAction) -> None:
        key = str(action.data())
        if key != self.current:
            self.show_choice(key)
            self.chosen.emit(key)

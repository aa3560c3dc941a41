"""The button that asks for the effective receptive field: of what, and for which images."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget


class EffectiveButton(QToolButton):
    """A menu of two choices; checked while a field is wanted."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip("Effective receptive field: how much each pixel matters (Luo et al., 2016)")
        self.setAccessibleName("Effective receptive field")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.off = self._add(menu, "No effective field", "Outline what can matter, no more.")
        self.photograph = self._add(
            menu,
            "Effective field on this photograph",
            "The gradient of the value with respect to each pixel.",
        )
        self.random = self._add(
            menu, "Averaged over 16 noise images", "What the architecture alone makes of its field."
        )
        menu.addSeparator()
        self.unit = self._add(menu, "Of this value", "The pinned one, else the middle of the first map.")
        self.layer = self._add(menu, "Of all maps at this place", "The gradient of the mean of the channels.")
        for actions, first in (
            ((self.off, self.photograph, self.random), self.off),
            ((self.unit, self.layer), self.layer),
        ):
            group = QActionGroup(self)
            for action in actions:
                group.addAction(action)
            first.setChecked(True)
            group.triggered.connect(self._on_triggered)
        self.setCheckable(True)
        self.setMenu(menu)

    @property
    def is_on(self) -> bool:
        """Whether a field is wanted."""
        return not self.off.isChecked()

    @property
    def noise(self) -> bool:
        """Whether it is averaged over noise."""
        return self.random.isChecked()

    @property
    def whole_layer(self) -> bool:
        """Whether it is that of the mean of all channels."""
        return self.layer.isChecked()

    def _add(self, menu: QMenu, text: str, tip: str) -> QAction:
        action = menu.addAction(text)
        action.setToolTip(tip)
        action.setCheckable(True)
        return action

    def _on_triggered(self) -> None:
        self.setChecked(self.is_on)
        self.chosen.emit()

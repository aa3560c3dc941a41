"""A quiet line above the canvas that asks something and waits: work goes on meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.look.appearance import Appearance
from gui.look.theme import Palette


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer: its button, what it does, and what to expect of it."""

    text: str
    call: Callable[[], object]
    tip: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A question, which takes the place of one with the same key; `later` is what the cross does."""

    key: str
    message: str
    choices: Sequence[Choice]
    icon: str = "info"
    later: Callable[[], object] = lambda: None


class OfferBar(QFrame):
    """Shows one offer after another; hidden while there is none."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("offer")
        self._appearance = appearance
        self.waiting: list[Offer] = []
        """The first is the one shown."""
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons: list[QPushButton] = []
        self.later_button = QToolButton(self)
        self.later_button.setAccessibleName("Later")
        self.later_button.setToolTip("Decide later")
        self.later_button.clicked.connect(self._on_later)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 6, 6)
        self._row.setSpacing(8)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self.later_button)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)
        self.hide()

    @property
    def text(self) -> str:
        """What is being asked; empty when nothing is."""
        return self.waiting[0].message if self.waiting else ""

    def ask(self, offer: Offer) -> None:
        """Ask this, after what is being asked already."""
        keys = [one.key for one in self.waiting]
        if offer.key in keys:
            self.waiting[keys.index(offer.key)] = offer
        else:
            self.waiting.append(offer)
        self._show()

    def withdraw(self, key: str) -> None:
        """The question has become pointless."""
        self.waiting = [one for one in self.waiting if one.key != key]
        self._show()

    def on_palette_changed(self, palette: Palette) -> None:
        """Recolour."""
        name = self.waiting[0].icon if self.waiting else "info"
        self._icon.setPixmap(self._appearance.icon(name, palette.accent).pixmap(16, 16))
        self.later_button.setIcon(self._appearance.icon("x"))
        self.setStyleSheet(
            f"#offer {{ background: {palette.selected}; border: none;"
            f" border-bottom: 1px solid {palette.line}; }}"
        )

    def _show(self) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = []
        if self.waiting:
            offer = self.waiting[0]
            self._text.setText(offer.message)
            for choice in offer.choices:
                self.buttons.append(self._button(offer, choice))
        self.on_palette_changed(self._appearance.palette)
        self.setVisible(bool(self.waiting))

    def _button(self, offer: Offer, choice: Choice) -> QPushButton:
        button = QPushButton(choice.text, self)
        button.setToolTip(choice.tip)
        button.clicked.connect(lambda: self._take(offer, choice.call))
        self._row.insertWidget(self._row.count() - 1, button)
        button.show()
        return button

    def _take(self, offer: Offer, call: Callable[[], object]) -> None:
        self.waiting = [one for one in self.waiting if one is not offer]
        self._show()
        call()

    def _on_later(self) -> None:
        if self.waiting:
            self._take(self.waiting[0], self.waiting[0].later)

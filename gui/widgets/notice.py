"""A quiet line above the canvas that says what did not work. It goes with the next thing that does."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.look.appearance import Appearance
from gui.look.theme import Palette
from gui.words.sentence_case import sentence


class NoticeBar(QFrame):
    """One message with a cross to close it; hidden while there is nothing to say."""

    closed = Signal()
    details_asked = Signal(str)
    """The details of what is being said are wanted."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._appearance = appearance
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._details = ""
        self.details_button = QPushButton("Details", self)
        self.details_button.setToolTip("What happened where, to copy")
        self.details_button.clicked.connect(lambda: self.details_asked.emit(self._details))
        self._close = QToolButton(self)
        self._close.setAccessibleName("Close message")
        self._close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self.details_button)
        row.addWidget(self._close)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)
        self.hide()

    @property
    def text(self) -> str:
        """What is being said; empty when hidden."""
        return self._text.text() if not self.isHidden() else ""

    def say(self, message: str, details: str = "") -> None:
        """Show this message in place of any other; `details` are a click away."""
        self._text.setText(sentence(message))
        self._details = details
        self.details_button.setVisible(bool(details))
        self.show()

    def clear(self) -> None:
        """Nothing to say any more."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def on_palette_changed(self, palette: Palette) -> None:
        """Recolour."""
        self._icon.setPixmap(self._appearance.icon("triangle-alert", palette.warning).pixmap(16, 16))
        self._close.setIcon(self._appearance.icon("circle-x"))
        self.setStyleSheet(
            f"#notice {{ background: {palette.surface}; border: none;"
            f" border-bottom: 1px solid {palette.line}; }}"
        )

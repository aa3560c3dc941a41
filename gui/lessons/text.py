"""A paragraph or more of Markdown on a label."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.lessons.prose import html
from gui.look.appearance import Appearance
from gui.look.theme import BASE_PX


class Prose(QLabel):
    """Says a text in the current theme; selectable."""

    def __init__(self, appearance: Appearance, px: int = BASE_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.px = px
        self._markdown = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        appearance.palette_changed.connect(self._show)

    @property
    def markdown(self) -> str:
        """What is said."""
        return self._markdown

    def say(self, markdown: str, *, weight: str = "regular") -> None:
        """Show this text; nothing where it says so already."""
        markdown = markdown.strip()
        text = f"**{markdown}**" if weight != "regular" and markdown else markdown
        if text != self._markdown:
            self._markdown = text
            self._show()

    def use_size(self, px: int) -> None:
        """Another size of type."""
        if px != self.px:
            self.px = px
            self._show()

    def _show(self) -> None:
        self.setText(html(self._markdown, self._appearance.palette, self.px) if self._markdown else "")

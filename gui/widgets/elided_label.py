"""One line of text that ends in … where there is no room; hovering tells it whole."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QStyle, QStyleOption, QWidget

from gui.words.literal import literal


class ElidedLabel(QLabel):
    """A label that never asks for more width than its layout has."""

    def __init__(self, text: str = "", *, style: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.more = ""
        """What hovering tells besides."""
        if style:
            self.setProperty(style, "true")

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, shortened at its end."""
        with QPainter(self) as painter:
            option = QStyleOption()
            option.initFrom(self)
            metrics = self.fontMetrics()
            shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            cut = self.text() if shown != self.text() else ""
            self.setToolTip(literal("\n".join(filter(None, (cut, self.more)))))
            self.style().drawItemText(
                painter,
                self.rect(),
                int(Qt.AlignmentFlag.AlignVCenter | self.alignment()),
                option.palette,
                bool(option.state & QStyle.StateFlag.State_Enabled),
                shown,
                QPalette.ColorRole.WindowText,
            )

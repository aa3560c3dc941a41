"""A button with an icon and text that wraps, a second quiet line below it where there is one."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gui.look.appearance import font
from gui.look.theme import GRID, RADIUS, Palette
from gui.widgets.surface import styled_label

ICON = 16


class WrappedButton(QPushButton):
    """As high as its text needs at its width. What assistive tools read is the plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = ICON
        self._icon = QLabel()
        self._icon.setFixedSize(ICON, ICON + 2)
        self._icon.hide()
        self._line = QLabel()
        self._line.setWordWrap(True)
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._below = styled_label(style="caption", wrap=True)
        self._below.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(GRID, 6, GRID, 6)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(1)
        grid.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._line, 0, 1)
        grid.addWidget(self._below, 1, 1)
        grid.setColumnStretch(1, 1)
        for label in (self._icon, self._line, self._below):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._icon.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def say(self, line: str, below: str = "") -> None:
        """The text, and the quiet line below it."""
        self._line.setText(line)
        self._below.setText(below)
        self._below.setVisible(bool(below))
        self.setAccessibleName(f"{line}. {below}" if below else line)
        self.updateGeometry()

    def use_size(self, px: int) -> None:
        """Another size of type; the icon keeps to it."""
        self._line.setFont(font(px))
        self._size = max(ICON, round(px * 0.95))
        self._icon.setFixedSize(self._size, QFontMetrics(font(px)).height())

    @property
    def line(self) -> str:
        """The text."""
        return self._line.text()

    def text(self) -> str:
        """The text: that of the button itself is empty, for it would not wrap."""
        return self._line.text()

    def show_icon(self, icon: QIcon) -> None:
        """The icon before the text."""
        self._icon.show()
        self._icon.setPixmap(icon.pixmap(self._size, self._size))

    def paint_as(self, palette: Palette, *, edge: str = "transparent", ink: str = "") -> None:
        """The colours of the edge and of the text."""
        self.setStyleSheet(
            f"WrappedButton {{ border: 1px solid {edge}; border-radius: {RADIUS}px; padding: 0;"
            f" background: transparent; min-height: 0; }}"
            f"WrappedButton:hover {{ background: {palette.hover}; }}"
            f"WrappedButton:focus {{ border-color: {palette.accent}; }}"
        )
        self._line.setStyleSheet(f"color: {ink or palette.text};")

    def hasHeightForWidth(self) -> bool:
        """The text wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as its text at this width."""
        found = self.layout()
        return found.heightForWidth(width) if found is not None else super().heightForWidth(width)

    def sizeHint(self) -> QSize:
        """Of the layout: the button's own knows nothing of it."""
        found = self.layout()
        return found.sizeHint() if found is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """One word wide."""
        return QSize(80, self.sizeHint().height() if self.width() < 80 else self.heightForWidth(self.width()))

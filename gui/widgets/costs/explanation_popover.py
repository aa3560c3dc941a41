"""How a number was computed, in a small window beside it; Esc or a click elsewhere closes it."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.look.appearance import font
from gui.look.theme import BASE_PX, CAPTION_PX, GRID, TITLE_PX
from gui.widgets.surface import on_surface, styled_label
from gui.words.explanation import Explanation, Line, Topic

WIDTH: Final = 344
_MOST_HEIGHT: Final = 300
_BREAK: Final = "\u200b"
_STYLE: Final = f"""
    ExplanationPopover {{ background: palette(base); border: 1px solid palette(mid); }}
    QPushButton {{ padding: 2px 8px; font-size: {CAPTION_PX}px; }}
    QToolButton {{ padding: 2px 6px; font-size: {CAPTION_PX}px; }}
"""


class ExplanationPopover(QFrame):
    """Shows an `Explanation`, one topic at a time."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._owner = parent
        self._explanation: Explanation | None = None
        self._topic = 0
        self.setStyleSheet(_STYLE)
        self.setFixedWidth(WIDTH)
        self.title = styled_label(wrap=True)
        self.title.setFont(font(BASE_PX, "semibold"))
        self.topics = QButtonGroup(self)
        self.topics.idClicked.connect(self.show_topic)
        self._row = QHBoxLayout()
        self._row.setSpacing(2)
        self.copy_text = QPushButton("Copy text")
        self.copy_latex = QPushButton("Copy LaTeX")
        self.copy_text.clicked.connect(lambda: self._copy(self.copy_text, self.topic.text))
        self.copy_latex.clicked.connect(lambda: self._copy(self.copy_latex, self.topic.latex))
        self._area = QScrollArea()
        self._area.setAccessibleName("How it was computed")
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        on_surface(self._area)
        feet = QHBoxLayout()
        feet.setSpacing(GRID)
        feet.addStretch(1)
        feet.addWidget(self.copy_text)
        feet.addWidget(self.copy_latex)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID + 4, GRID + 2, GRID + 4, GRID + 2)
        column.setSpacing(GRID)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        column.addWidget(self.title)
        column.addLayout(self._row)
        column.addWidget(self._area)
        column.addLayout(feet)

    @property
    def topic(self) -> Topic:
        """What is shown now."""
        assert self._explanation is not None
        return self._explanation.topics[self._topic]

    @property
    def texts(self) -> list[str]:
        """Every line of text that is shown, top to bottom."""
        return [self.title.text(), *(label.text() for label in self._area.findChildren(QLabel))]

    def show_explanation(self, explanation: Explanation, anchor: QRect) -> None:
        """Open beside the number, whose place on the screen is `anchor`."""
        self._explanation = explanation
        self.title.setText(explanation.title)
        self.setAccessibleName(explanation.title)
        self._make_buttons(explanation)
        self.show_topic(explanation.first)
        self._stand_beside(anchor)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_topic(self, topic: int) -> None:
        """Show another of the explanation's topics."""
        self._topic = topic
        button = self.topics.button(topic)
        if button is not None:
            button.setChecked(True)
        self.copy_text.setText("Copy text")
        self.copy_latex.setText("Copy LaTeX")
        body = QWidget()
        body.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID // 2)
        for line in self.topic.lines:
            for label in _labels(line):
                column.addWidget(label)
        if self.topic.remark:
            column.addWidget(_wrapped(self.topic.remark, "secondary"))
        column.addStretch(1)
        self._area.setWidget(body)
        for label in body.findChildren(QLabel):
            label.ensurePolished()  # only now it has the theme's type, by which it is measured
        inner = WIDTH - 2 * (GRID + 4) - 2
        height = column.heightForWidth(inner)
        self._area.setFixedSize(inner, min(height + 2, _MOST_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right change the topic, Ctrl+C copies, Esc closes."""
        assert self._explanation is not None
        count = len(self._explanation.topics)
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self.show_topic((self._topic + step) % count)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_text.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _make_buttons(self, explanation: Explanation) -> None:
        for button in self.topics.buttons():
            self.topics.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        while self._row.takeAt(0) is not None:
            pass
        if len(explanation.topics) > 1:
            for place, topic in enumerate(explanation.topics):
                made = QToolButton()
                made.setText(topic.name)
                made.setCheckable(True)
                made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                self.topics.addButton(made, place)
                self._row.addWidget(made)
            self._row.addStretch(1)

    def _stand_beside(self, anchor: QRect) -> None:
        """Below the number, or above it where there is no room; within the window where it fits there."""
        self.adjustSize()
        screen = QGuiApplication.screenAt(anchor.center()) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        window = self._owner.window().geometry() & room
        if window.width() >= WIDTH and window.height() >= self.height():
            room = window
        top = anchor.bottom() + GRID // 2
        if top + self.height() + 2 > room.bottom():
            top = anchor.top() - GRID // 2 - self.height() - 2
        # Qt knows the style sheet's border, and so the whole width, only once the window is shown.
        left = min(anchor.right() - WIDTH // 2, room.right() + 1 - WIDTH)
        self.move(QPoint(max(room.left(), left), max(room.top(), top)))

    def _copy(self, button: QPushButton, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        button.setFixedWidth(button.width())
        button.setText("Copied")


def shown_formula(text: str) -> str:
    """A formula as it is read on screen: lines may end after a factor."""
    return text.replace("·", f"·{_BREAK}")


def _labels(line: Line) -> list[QLabel]:
    made = [_wrapped(line.name, "caption")] if line.name else []
    value = _wrapped(line.value)
    value.setFont(font(TITLE_PX, "semibold"))
    made += [value, _wrapped(line.derivation.rule, "secondary")]
    if "=" in line.derivation.text:
        made.append(_wrapped(shown_formula(line.derivation.text)))
    if line.derivation.source:
        made.append(_wrapped(line.derivation.source, "caption"))
    return made


def _wrapped(text: str, style: str = "") -> QLabel:
    made = styled_label(text, style=style, wrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made

"""A show of hands: the lecturer counts what the audience predicts, then tells what is right."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.lessons.text import Prose
from gui.look.appearance import Appearance, font
from gui.look.theme import Palette
from gui.widgets.surface import Surface
from gui.words.number_format import Numbers, share_percent
from presets.lesson import Prediction, filled

GROWTH_MS = 250


class Bar(QWidget):
    """A share of all hands as a bar that grows, with the number of hands behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.share = 0.0
        self._seen = 0.0
        self._colour = QColor()
        self._growth = QVariantAnimation(self)
        self._growth.setDuration(GROWTH_MS)
        self._growth.valueChanged.connect(self._on_grown)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        """Grow or shrink to this share, 0 to 1."""
        if share != self.share:
            self.share = share
            self._growth.stop()
            self._growth.setStartValue(self._seen)
            self._growth.setEndValue(share)
            self._growth.start()

    def paint_as(self, colour: str) -> None:
        """In this colour."""
        self._colour = QColor(colour)
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the type."""
        return QSize(200, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar; a sliver where nobody raised a hand."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            width = max(4.0, self._seen * self.width())
            painter.drawRoundedRect(QRectF(0, 0, width, self.height()), 3, 3)

    def _on_grown(self, share: object) -> None:
        self._seen = float(share)  # type: ignore[arg-type]  # Qt gives the kind of its ends
        self.update()


class Poll(Surface):
    """The question with a letter, a bar and a count for each choice."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__("Poll", parent)
        self._appearance = appearance
        self._prediction: Prediction | None = None
        self._step = 0
        self._raised: dict[int, list[int]] = {}
        """The choices by the step that asks, in the order in which hands were counted."""
        self.is_told = False
        """Whether the right answer is seen."""
        self._px = 0
        self._question = Prose(appearance)
        self._rows: list[tuple[QLabel, Prose, Bar, QLabel]] = []
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._question)
        self._column.addLayout(self._grid)
        self._column.addStretch(1)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.hide()

    @property
    def counts(self) -> tuple[int, ...]:
        """How many hands each choice has."""
        raised = self._raised.get(self._step, [])
        return tuple(raised.count(choice) for choice in range(len(self._rows)))

    def ask(self, step: int, prediction: Prediction, numbers: Mapping[str, str]) -> None:
        """Show a step's question, with the hands that were counted for it before."""
        self._step, self._prediction, self.is_told = step, prediction, False
        self._question.say(filled(prediction.question, numbers), weight="semibold")
        for row in self._rows:
            for widget in row:
                widget.hide()
                widget.deleteLater()
        self._rows = []
        for number, choice in enumerate(prediction.choices):
            words = Prose(self._appearance)
            words.say(filled(choice, numbers))
            row = (QLabel(chr(ord("A") + number)), words, Bar(), QLabel())
            self._grid.addWidget(row[0], 2 * number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(row[1], 2 * number, 1, 1, 2)
            self._grid.addWidget(row[2], 2 * number + 1, 1)
            self._grid.addWidget(row[3], 2 * number + 1, 2)
            self._rows.append(row)
        self.use_size(self._px)
        self._show()
        self.show()
        self.raise_()

    def use_size(self, px: int) -> None:
        """All type in these pixels, or more."""
        self._px = px
        self._column.setContentsMargins(4 * px, 3 * px, 4 * px, 2 * px)
        self._column.setSpacing(2 * px)
        self._grid.setSpacing(px // 2)
        self._grid.setHorizontalSpacing(px)
        large = round(1.3 * px)
        self._question.use_size(large)
        for letter, words, bar, count in self._rows:
            words.use_size(large)
            for widget in (letter, bar, count):
                widget.setFont(font(large, "semibold"))
            letter.setMinimumWidth(3 * px)  # a tick moves nothing
            count.setMinimumWidth(6 * px)
            bar.updateGeometry()

    def take(self, event: QKeyEvent) -> bool:
        """Count the hand that a key stands for; whether it was one of the poll's."""
        choice = event.key() - Qt.Key.Key_A
        if event.key() == Qt.Key.Key_Backspace:
            if self._raised.get(self._step):
                self._raised[self._step].pop()
        elif 0 <= choice < len(self._rows):
            self._raise(choice, fewer=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            return False
        self._show()
        return True

    def tell(self) -> None:
        """Show which choice is right."""
        self.is_told = True
        self._show()

    def forget(self) -> None:
        """Another lesson."""
        self._raised = {}
        self.hide()

    def on_palette_changed(self, palette: Palette) -> None:
        """In other colours."""
        self._show()

    def _raise(self, choice: int, *, fewer: bool) -> None:
        raised = self._raised.setdefault(self._step, [])
        if not fewer:
            raised.append(choice)
        elif choice in raised:
            del raised[len(raised) - 1 - raised[::-1].index(choice)]

    def _show(self) -> None:
        asked, palette = self._prediction, self._appearance.palette
        if asked is None:
            return
        every, numbers = sum(self.counts), Numbers()
        for choice, ((letter, _, bar, count), hands) in enumerate(zip(self._rows, self.counts, strict=True)):
            right = self.is_told and choice == asked.right
            letter.setText(f"{chr(ord('A') + choice)}{'  ✓' if right else ''}")
            colour = palette.good if right else palette.wire if self.is_told else palette.accent
            bar.paint_as(colour)
            bar.show_share(hands / every if every else 0.0)
            count.setText(f"{hands}  ·  {share_percent(hands / every, numbers)}" if every else "0")
            letter.setStyleSheet(f"color: {palette.good if right else palette.text};")

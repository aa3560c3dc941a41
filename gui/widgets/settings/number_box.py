"""A field for one number: typed or worked out and applied on Enter or on leaving it, or stepped."""

import re
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from itertools import count
from typing import Final

from PySide6.QtCore import QEvent, QMetaMethod, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QSizePolicy, QToolTip, QWidget

from gui.widgets.controls.typed import asks_for, is_undo_to_pass, means_undo
from gui.widgets.settings.expression import ExpressionError, evaluate
from gui.words.number_format import MINUS
from gui.words.sentence_case import sentence

MIXED_TEXT: Final = "—"
"""Shown where several layers have different values."""

_LARGEST: Final = 2**31 - 1
_HEIGHT: Final = 28
_PLAIN: Final = re.compile(r"[+−-]?[\d.,]+")
_FACTORS: Final[Mapping[int, Fraction]] = {Qt.Key.Key_Up: Fraction(2), Qt.Key.Key_Down: Fraction(1, 2)}
_sweeps = count(1)

# A style sheet and ButtonSymbols.NoButtons together leave the text one pixel wide (seen with Qt 6.11), so
# the buttons are there with no width, and the padding is that of the text.
_STYLE: Final = """
    QAbstractSpinBox { padding: 3px 0; min-height: 20px; max-height: 20px; }
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
    QLineEdit { border: none; background: transparent; padding: 0 5px; min-height: 0; }
"""


class NumberBox(QAbstractSpinBox):
    """A whole number or a fraction within a range.

    It shows what it is given and reports what the user wants: `value_edited(value, sweep)`. All steps made
    while the field keeps the focus have the same `sweep`, a key for merging; a typed value has none ("").
    """

    value_edited = Signal(object, str)
    refused = Signal(str)
    """Why what was typed is no value of this field."""

    def __init__(
        self,
        minimum: float | None = None,
        maximum: float | None = None,
        *,
        whole: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._whole = whole
        self._minimum: float = -_LARGEST if minimum is None else minimum
        self._maximum: float = _LARGEST if maximum is None else maximum
        self._value: float | None = None
        self._sweep = ""
        self.setStyleSheet(_STYLE)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editingFinished.connect(self._on_editing_finished)
        self.lineEdit().textEdited.connect(self._on_text_edited)
        self._typed = False

    @property
    def value(self) -> float | None:
        """The number shown; None for mixed ones."""
        return self._value

    @property
    def range_text(self) -> str:
        """`1 … 1024`, or what there is of it."""
        low, high = self._minimum, self._maximum
        if low <= -_LARGEST and high >= _LARGEST:
            return ""
        if high >= _LARGEST:
            return f"at least {low:g}"
        return f"{low:g} … {high:g}"

    def set_range(self, minimum: float, maximum: float) -> None:
        """Take numbers from `minimum` to `maximum` from now on."""
        self._minimum, self._maximum = minimum, maximum

    def show_value(self, value: float | None) -> None:
        """Show this number, without telling anybody; None is shown as —."""
        self._value = value
        self._typed = False
        text = self._text(value)
        if text != self.lineEdit().text():
            self.lineEdit().setText(text)

    def sizeHint(self) -> QSize:
        """Room for five digits."""
        return QSize(72, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Room for three digits."""
        return QSize(40, _HEIGHT)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Up below the maximum, down above the minimum."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value is None or self._value < self._maximum:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._value is not None and self._value > self._minimum:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def stepBy(self, steps: int) -> None:
        """Change at once; fractions by one in their leading digit."""
        start = self._value
        if self._typed:
            with suppress(ExpressionError):
                start = float(self._number(self.lineEdit().text()))
        if start is None:
            start = self._value if self._value is not None else max(self._minimum, 0)
            steps = steps if self._value is not None else 0
        wanted = round(start + steps * self._step(start), 12)  # 0.1 + 0.2 is to be 0.3
        value = min(max(wanted, self._minimum), self._maximum)
        if not self._sweep:
            self._sweep = f"sweep {next(_sweeps)}"
        self._report(value, self._sweep)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Take every key: what a dropped one leaves is another number. `commit` says what is none."""
        return QValidator.State.Acceptable, text, position

    def event(self, event: QEvent) -> bool:
        """Esc is this field's while something is typed; undo and redo are never."""
        if is_undo_to_pass(event):
            return True
        if asks_for(event, Qt.Key.Key_Escape) and self._typed:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo arrives here where the document has nothing to undo."""
        if means_undo(event) or (event.key() == Qt.Key.Key_Escape and self._typed):
            self.take_back()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in _FACTORS:
            self.multiply(_FACTORS[event.key()])
        else:
            super().keyPressEvent(event)

    def multiply(self, factor: Fraction) -> None:
        """Twice or half as much at once, within the range: widths go by powers of two."""
        if self.commit() is not None or self._value is None:
            return
        wanted = Fraction(self._value) * factor
        self._sweep = self._sweep or f"sweep {next(_sweeps)}"
        value = float(int(wanted) if self._whole else wanted)
        self._report(min(max(value, self._minimum), self._maximum), self._sweep)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step where the field has the focus; else the form scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A new sweep begins."""
        self._sweep = ""
        super().focusInEvent(event)

    def _on_text_edited(self) -> None:
        self._typed = True

    def _on_editing_finished(self) -> None:
        self._sweep = ""
        self.commit()

    def commit(self) -> str | None:
        """Take over what is typed; why not, if it is no value of this field or nobody takes it."""
        if not self._typed:
            return None
        text = self.lineEdit().text()
        if text == self._text(self._value):
            self.take_back()  # what is shown is rounded: entered as it was, it changes nothing
            return None
        try:
            value = self._number(text)
        except ExpressionError as error:
            self.take_back()
            self._refuse(str(error))
            return str(error)
        self._report(value, "")
        return None if self._value == value else ""

    def take_back(self) -> None:
        """Show again what was there before anything was typed."""
        self.show_value(self._value)

    def _number(self, text: str) -> float:
        value = evaluate(text)
        said = _worked_out(text.strip(), value)
        if self._whole and value.denominator != 1:
            raise ExpressionError(f"{said} is no whole number")
        if not self._minimum <= value <= self._maximum:
            within = f" in the range {self.range_text}" if self.range_text else " that can be taken"
            raise ExpressionError(f"{said} is not{within}")
        return int(value) if self._whole else float(value)

    def _refuse(self, reason: str) -> None:
        if self.isSignalConnected(QMetaMethod.fromSignal(self.refused)):
            self.refused.emit(f"{reason}.")
        else:
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), sentence(f"{reason}."), self)

    def _report(self, value: float, sweep: str) -> None:
        changed = value != self._value
        self.show_value(int(value) if self._whole else float(value))
        if changed:
            self.value_edited.emit(self._value, sweep)

    def _step(self, value: float) -> float:
        if self._whole:
            return 1
        # 0.5 steps by 0.1, 1e-5 by 1e-5: one in the leading digit.
        return 0.1 if value == 0 else float(10.0 ** _magnitude(value))

    def _text(self, value: float | None) -> str:
        if value is None:
            return MIXED_TEXT
        return str(int(value)) if self._whole else f"{value:.6g}"


def _worked_out(text: str, value: Fraction) -> str:
    """`12.5`, but `64*2000 = 128000`."""
    if _PLAIN.fullmatch(text) or abs(value) > _LARGEST:
        return text
    shown = str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
    return f"{text} = {shown}".replace("-", MINUS)


def _magnitude(value: float) -> int:
    """Power of ten of the leading digit: 0 for 1…9.99, −5 for 1e-5."""
    return int(f"{abs(value):e}".split("e")[1])

"""A reduction by a 1×1 to look at and to play with: a slider for its width, and what it costs and saves."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.edits.reduction import Reduction
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.charts.trade_off import TradeOff
from gui.widgets.controls.quiet_slider import QuietSlider
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.surface import local_numbers, styled_label
from gui.words.number_format import MINUS, Numbers

_COLUMNS: Final = ("", "without", "with the 1×1", "")
_SOURCE: Final = "Szegedy et al., Going deeper with convolutions, CVPR 2015, section 4"


class ReductionView(QWidget):
    """Shows a `Reduction` at one width; slider, field and curve choose another."""

    width_changed = Signal(int)
    """The width that is chosen now."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reduction: Reduction | None = None
        self._width = 1
        self.slider = QuietSlider("Width of the 1×1")
        self.slider.valueChanged.connect(lambda value: self.choose(value * self._step))
        self.slider.installEventFilter(self)
        self.field = NumberBox(1)
        self.field.setAccessibleName("Width of the 1×1")
        self.field.setFixedWidth(72)
        self.field.value_edited.connect(lambda value, _sweep: self.choose(value))
        self.curve = TradeOff(appearance)
        self.curve.width_wanted.connect(self.choose)
        self.break_even = styled_label(wrap=True)
        self.break_even.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.break_even.setToolTip(_SOURCE)
        self.verdict = styled_label(wrap=True)
        self._cells: dict[tuple[int, int], QLabel] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(styled_label("Width c′", style="secondary"))
        head.addWidget(self.slider, 1)
        head.addWidget(self.field)
        table = QGridLayout()
        table.setHorizontalSpacing(2 * GRID)
        table.setVerticalSpacing(GRID // 2)
        table.setColumnStretch(0, 1)
        for row, name in enumerate(("", "Parameters", "MACs")):
            for column, title in enumerate(_COLUMNS):
                label = styled_label(
                    title if row == 0 else name if column == 0 else "",
                    style="caption" if row == 0 else "secondary" if column == 0 else "",
                )
                right = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                label.setAlignment(right | Qt.AlignmentFlag.AlignVCenter)
                table.addWidget(label, row, column)
                self._cells[row, column] = label
        self._cells[1, 3].setMinimumWidth(52)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GRID)
        whole.addLayout(head)
        whole.addWidget(self.curve)
        whole.addLayout(table)
        whole.addWidget(self.break_even)
        whole.addWidget(self.verdict)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A number that is typed at the slider goes into the field, as Ctrl+A does."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            selects = event.matches(QKeySequence.StandardKey.SelectAll)
            if selects or event.text().isdigit():
                self.field.setFocus(Qt.FocusReason.OtherFocusReason)
                self.field.selectAll()
                if not selects:
                    self.field.lineEdit().insert(event.text())
                    self.field.lineEdit().textEdited.emit(self.field.lineEdit().text())
                return True
        return False

    @property
    def chosen_width(self) -> int:
        """The width of the 1×1 now."""
        return self._width

    @property
    def texts(self) -> dict[str, tuple[str, str, str]]:
        """Without, with, and the difference, by the name of the number."""
        return {
            self._cells[row, 0].text(): (
                self._cells[row, 1].text(),
                self._cells[row, 2].text(),
                self._cells[row, 3].text(),
            )
            for row in (1, 2)
        }

    def show_reduction(self, reduction: Reduction, width: int | None = None) -> None:
        """Show this one, at the usual width where none is given."""
        self._reduction = reduction
        step = reduction.step
        with QSignalBlocker(self.slider):
            self.slider.setRange(1, reduction.most // step)
            self.slider.setPageStep(max(reduction.most // step // 8, 1))
        self.field.set_range(step, reduction.most)
        self.choose(reduction.usual if width is None else width)

    def choose(self, width: float) -> None:
        """The nearest width there is."""
        reduction = self._reduction
        if reduction is None:
            return
        step = reduction.step
        wanted = min(max(round(width / step), 1), reduction.most // step) * step
        changed, self._width = wanted != self._width, wanted
        with QSignalBlocker(self.slider):
            self.slider.setValue(wanted // step)
        self.field.show_value(wanted)
        self._refresh(reduction)
        if changed:
            self.width_changed.emit(wanted)

    @property
    def _step(self) -> int:
        return 1 if self._reduction is None else self._reduction.step

    def _refresh(self, reduction: Reduction) -> None:
        numbers = local_numbers()
        before, after = reduction.before, reduction.after(self._width)
        rows = ((before.parameters, after.parameters), (before.macs, after.macs))
        for row, (without, with_it) in enumerate(rows, 1):
            for column, value in ((1, without), (2, with_it)):
                self._cells[row, column].setText(numbers.short(value))
                self._cells[row, column].setToolTip(numbers.exact(value))
            self._cells[row, 3].setText(difference(without, with_it, numbers))
        full = reduction.after(reduction.most).macs
        self.curve.show_line(
            most=reduction.most,
            ends=(0.0, float(full)),
            level=float(before.macs),
            chosen=self._width,
            caption="MACs",
        )
        even, macs_even = float(reduction.break_even), float(reduction.macs_break_even)
        text = f"Break-even c′ = {reduction.derivation.text} = {numbers.decimal(even, 1)}"
        if reduction.macs_break_even != reduction.break_even:
            text += f"; for the MACs {numbers.decimal(macs_even, 1)}, as the 1×1 works before the stride"
        self.break_even.setText(f"{text}.")
        self.verdict.setText(_verdict(before.macs, after.macs, numbers))


def difference(before: int, after: int, numbers: Numbers) -> str:
    """`−68 %`, `+12 %`, or `±0 %`."""
    share = abs(after - before) / before if before else 0.0
    sign = "±" if after == before else MINUS if after < before else "+"
    return f"{sign}{numbers.percent(share)}"


def _verdict(before: int, after: int, numbers: Numbers) -> str:
    if after < before:
        return f"{numbers.decimal(before / after, 1)} times fewer MACs."
    return "Too wide: the 1×1 costs as much as it saves, or more."

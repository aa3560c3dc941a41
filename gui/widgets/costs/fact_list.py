"""Facts as lines: what it is on the left, the value on the right; exact on hover, explained on a click."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.look.theme import GRID
from gui.widgets.number_label import NumberLabel
from gui.widgets.surface import styled_label


@dataclass(frozen=True)
class Fact:
    """One line; `exact` is told on hover. A value with a `quantity` can be clicked."""

    name: str
    value: str
    exact: str = ""
    quantity: str = ""


class FactList(QWidget):
    """Lines keep their place while their values change."""

    activated = Signal(str, object)
    """A value was clicked: its fact's quantity, and its label."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[QLabel, NumberLabel]] = []
        self._quantities: list[str] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: list[Fact]) -> None:
        """Show these lines."""
        self._quantities = [fact.quantity for fact in facts]
        while len(self._lines) < len(facts):
            self._add_line()
        for line, (name, value) in enumerate(self._lines):
            used = line < len(facts)
            name.setVisible(used)
            value.setVisible(used)
            if used:
                fact = facts[line]
                name.setText(fact.name)
                value.setText(fact.value)
                value.setToolTip(fact.exact)
                value.set_active(bool(fact.quantity))
                value.setAccessibleName(f"{fact.name}: {fact.exact or fact.value}")

    @property
    def facts(self) -> dict[str, str]:
        """Name → value as shown."""
        return {name.text(): value.text() for name, value in self._lines if not name.isHidden()}

    def value_label(self, name: str) -> NumberLabel:
        """The label with this fact's value."""
        return next(value for label, value in self._lines if label.text() == name and not label.isHidden())

    def _add_line(self) -> None:
        name, value = styled_label(style="secondary"), NumberLabel()
        value.setWordWrap(True)
        top = Qt.AlignmentFlag.AlignTop
        value.setAlignment(Qt.AlignmentFlag.AlignRight | top)
        line = len(self._lines)
        value.activated.connect(lambda: self.activated.emit(self._quantities[line], value))
        self._grid.addWidget(name, line, 0, top)
        self._grid.addWidget(value, line, 1)
        self._lines.append((name, value))

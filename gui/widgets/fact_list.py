"""Facts as lines: what it is on the left, the value on the right, the exact value on hover."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.theme import GRID
from gui.widgets.surface import styled_label


@dataclass(frozen=True)
class Fact:
    """One line; `exact` is told on hover."""

    name: str
    value: str
    exact: str = ""


class FactList(QWidget):
    """Lines keep their place while their values change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: list[Fact]) -> None:
        """Show these lines."""
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
                value.setAccessibleName(f"{fact.name}: {fact.exact or fact.value}")

    @property
    def facts(self) -> dict[str, str]:
        """Name → value as shown."""
        return {name.text(): value.text() for name, value in self._lines if not name.isHidden()}

    def _add_line(self) -> None:
        name, value = styled_label(style="secondary"), styled_label(wrap=True)
        top = Qt.AlignmentFlag.AlignTop
        value.setAlignment(Qt.AlignmentFlag.AlignRight | top)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line = len(self._lines)
        self._grid.addWidget(name, line, 0, top)
        self._grid.addWidget(value, line, 1)
        self._lines.append((name, value))

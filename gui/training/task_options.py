"""What can be chosen of each task, a row of the form for each option; only those of the task are seen."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit

from engine.training.tasks import tasks
from engine.training.tasks.task import Task
from gui.widgets.settings.quiet_combo_box import QuietComboBox

FILE: Final = "A network …"
Choose = Callable[[], Path | None]
"""Asks for a project's file; None where nobody chose one."""


class OfferedChoice(QuietComboBox):
    """One of the values that an option has, or a file."""

    def __init__(self, name: str, offered: Mapping[str, str], choose: Choose) -> None:
        """offered: what people call each value."""
        super().__init__(name, [*offered.values(), FILE])
        self._choose, self._offered, self._file = choose, list(offered), ""
        self._before = 0
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.activated.connect(self._on_activated)

    def text(self) -> str:
        """As the task takes it."""
        place = self.currentIndex()
        return self._file if place >= len(self._offered) else self._offered[place]

    def set_text(self, value: str) -> None:
        """Show this value; what is not among those offered is a file."""
        if value in self._offered:
            self.setCurrentIndex(self._offered.index(value))
        else:
            self._file = value
            self.setItemText(len(self._offered), f"{Path(value).name} …")
            self.setCurrentIndex(len(self._offered))
        self._before = self.currentIndex()

    def _on_activated(self, place: int) -> None:
        if place == len(self._offered):
            path = self._choose()
            if path is not None:
                self.set_text(str(path))
            elif not self._file:
                self.setCurrentIndex(self._before)
        self._before = self.currentIndex()


class TaskOptions:
    """Fields by task and option, in rows of a form that somebody else has."""

    def __init__(self, form: QFormLayout, choose_network: Choose, changed: Callable[[], object]) -> None:
        """The rows come behind those that the form has; `changed` is told what people change."""
        self._form = form
        self.fields: Mapping[tuple[str, str], OfferedChoice | QLineEdit] = {
            (task.name, name): _field(task, name, choose_network)
            for task in tasks().values()
            for name in task.options
        }
        """By the names of task and option."""
        for (_, name), field in self.fields.items():
            form.addRow(name.capitalize(), field)
            edited = field.activated if isinstance(field, OfferedChoice) else field.textEdited
            edited.connect(lambda *_: changed())

    def show_task(self, task: Task, chosen: Mapping[str, str] | None = None) -> None:
        """Its rows alone, with what is `chosen`, else with what is usual."""
        for (of, name), field in self.fields.items():
            self._form.setRowVisible(field, of == task.name)
            if of == task.name:
                value = (chosen or {}).get(name, task.options[name])
                field.set_text(value) if isinstance(field, OfferedChoice) else field.setText(value)

    def chosen(self, task: Task) -> dict[str, str]:
        """What the fields of this task hold."""
        return {name: self.fields[task.name, name].text().strip() for name in task.options}


def _field(task: Task, name: str, choose: Choose) -> OfferedChoice | QLineEdit:
    offered = task.offers.get(name)
    field = QLineEdit() if offered is None else OfferedChoice(name.capitalize(), offered(), choose)
    field.setAccessibleName(f"{task.title}: {name}")
    field.setToolTip(task.option_help.get(name, ""))
    return field

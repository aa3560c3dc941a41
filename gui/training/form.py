"""What is trained, on what, and how: the form of the panel."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QScrollArea, QWidget

from engine.training.data import sources
from engine.training.data.patches import NAME as PATCHES
from engine.training.optimizers import optimizers
from engine.training.optimizers.optimizer import Optimizer
from engine.training.runs import Plan
from engine.training.schedules import schedules
from engine.training.schedules.schedule import Schedule
from engine.training.settings import DRAWN, MAX_BATCH, PRESENT, Settings
from engine.training.tasks import task, tasks
from engine.training.tasks.task import Task
from engine.weights.random import MAX_SEED
from gui.training.more_settings import MoreSettings, number_box
from gui.training.task_options import TaskOptions
from gui.widgets.settings.quiet_combo_box import QuietComboBox
from gui.widgets.surface import on_surface

Titled = TypeVar("Titled", Task, Optimizer, Schedule)

STARTS: Final = {DRAWN: "drawn anew", PRESENT: "as they are"}
SLOW: Final = 0.5
WIDTH: Final = 232
FOLDER: Final = "A folder …"
EPOCHS: Final = "epochs"
STEPS: Final = "steps"
LONGEST: Final = 1e9


class TrainForm(QWidget):
    """Makes a `Plan`; `choose_folder` asks for a folder whose folders are the classes."""

    changed = Signal()

    def __init__(
        self,
        choose_folder: Callable[[], Path | None],
        choose_network: Callable[[], Path | None] = lambda: None,
        parent: QWidget | None = None,
    ) -> None:
        """choose_network: asks for the file of a network that is imitated."""
        super().__init__(parent)
        self._choose_folder = choose_folder
        self._folder: Path | None = None
        self._data_before = 0
        """What was chosen before a folder was asked for."""
        self._titles = {one.title: name for name, one in sources().items() if one.name != "folder"}
        self.task = QuietComboBox("Task", [one.title for one in tasks().values()])
        self.data = QuietComboBox("Data", [*self._titles, FOLDER])
        self.epochs = number_box(
            "How long", "How often every picture is seen, or how many steps are made", 5, 0.01, LONGEST
        )
        self.unit = QuietComboBox("Counted in", [EPOCHS, STEPS])
        self.unit.setToolTip("Epochs: how often every picture is seen")
        tip = "How many pictures a step learns from"
        self.batch = number_box("Pictures a step", tip, 64, 1, MAX_BATCH, whole=True)
        self.optimizer = QuietComboBox("Optimiser", [one.title for one in optimizers().values()])
        self.rate = number_box("Learning rate", "How far a step goes", 0.001, 0, 1e6)
        self.schedule = QuietComboBox("Schedule", [one.title for one in schedules().values()])
        self.start = QuietComboBox("Weights to begin with", list(STARTS.values()))
        tip = "Of drawn weights, the order of pictures, dropout, noise and augmentation"
        self.seed = number_box("Seed", tip, 0, 0, MAX_SEED, whole=True)
        self.more = MoreSettings()
        self.more.changed.connect(self.changed)
        self.slow = QCheckBox("Slow motion")
        self.slow.setToolTip("Half a second between two steps; from the next Train or Go on")
        usual = Settings()
        self.optimizer.show_choice(optimizers()[usual.optimizer].title)
        self.schedule.show_choice(schedules()[usual.schedule].title)
        self.rate.show_value(usual.rate)
        form = self._form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        length = QHBoxLayout()
        length.setSpacing(4)
        length.addWidget(self.epochs, 1)
        length.addWidget(self.unit, 1)
        form.addRow("Task", self.task)
        self.options = TaskOptions(form, choose_network, self.changed.emit)
        for label, field in (
            ("Data", self.data), ("Length", length), ("Batch", self.batch),
            ("Optimiser", self.optimizer), ("Rate", self.rate), ("Schedule", self.schedule),
            ("Weights", self.start), ("Seed", self.seed),
        ):  # fmt: skip
            form.addRow(label, field)
        for box in (self.epochs, self.batch, self.rate, self.seed):
            box.value_edited.connect(lambda *_: self.changed.emit())
        self.epochs.setFixedWidth(56)
        for choice in (self.task, self.data, self.unit, self.optimizer, self.schedule, self.start):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(4)
            choice.activated.connect(lambda *_: self.changed.emit())
        form.addRow(self.more)
        form.addRow(self.slow)
        self.task.activated.connect(self._on_task)
        self._shown_task = self._task
        self._show_options()
        self.more.show_optimizer(optimizers()[usual.optimizer])
        self.data.activated.connect(self._on_data)
        self.optimizer.activated.connect(self._on_optimizer)
        self._explain()

    @property
    def folder(self) -> Path | None:
        """Of photographs, or of a folder for each class; None where something else is learned from."""
        return self._folder

    @property
    def pause_between(self) -> float:
        """Seconds between two steps."""
        return SLOW if self.slow.isChecked() else 0.0

    @property
    def plan(self) -> Plan:
        """What is asked for; `TrainingError` where a setting is out of range."""
        return Plan(
            task=self._task.name,
            data=self._data,
            settings=Settings(
                **self._length,
                **self.more.chosen,
                batch=int(self.batch.value or 0),
                optimizer=_named(optimizers(), self.optimizer.currentText()).name,
                learning_rate=self.rate.value,
                schedule=_named(schedules(), self.schedule.currentText()).name,
                start=next(key for key, text in STARTS.items() if text == self.start.currentText()),
                seed=int(self.seed.value or 0),
            ),
            options=self.options.chosen(self._task),
        )

    @property
    def _task(self) -> Task:
        return _named(tasks(), self.task.currentText())

    @property
    def _length(self) -> dict[str, Any]:
        """How many epochs, or steps."""
        value = self.epochs.value or 0
        if self.unit.currentText() == EPOCHS:
            return {"epochs": value}
        return {"steps": max(1, round(value))}

    @property
    def _data(self) -> str:
        """The name for `open_data`; a folder holds classes, or photographs that patches are cut from."""
        if self._folder is None:
            return self._titles[self.data.currentText()]
        return str(self._folder) if self._task.on_classes else f"{PATCHES}:{self._folder}"

    def show_plan(self, plan: Plan) -> None:
        """That of a run that is taken up."""
        settings = plan.settings
        self.task.show_choice(task(plan.task).title)
        self._shown_task = self._task
        title = next((title for title, name in self._titles.items() if name == plan.data), None)
        if title is None:
            self.use_folder(Path(plan.data.removeprefix(f"{PATCHES}:")))
        else:
            self._folder = None
            self._show_data(title)
        self.epochs.show_value(settings.steps or settings.epochs)
        self.unit.show_choice(STEPS if settings.steps else EPOCHS)
        self.batch.show_value(settings.batch)
        self.optimizer.show_choice(optimizers()[settings.optimizer].title)
        self.rate.show_value(settings.rate)
        self.schedule.show_choice(schedules()[settings.schedule].title)
        self.start.show_choice(STARTS[settings.start])
        self.seed.show_value(settings.seed)
        self._show_options(plan.options)
        self.more.show_settings(settings)
        self.more.show_optimizer(optimizers()[settings.optimizer])
        self._explain()

    def use_folder(self, folder: Path) -> None:
        """Learn from this folder."""
        self._folder = folder
        self.data.setItemText(self.data.count() - 1, f"{folder.name} …")
        self.data.setCurrentIndex(self.data.count() - 1)
        self._explain()

    def _on_data(self, index: int) -> None:
        if index < self.data.count() - 1:
            self._folder, self._data_before = None, index
        elif (folder := self._choose_folder()) is not None:
            self.use_folder(folder)
        elif self._folder is None:
            self.data.setCurrentIndex(self._data_before)
        self._explain()

    def _show_data(self, title: str) -> None:
        self.data.show_choice(title)
        self._data_before = self.data.currentIndex()

    def _on_task(self) -> None:
        """Its usual data come with it; its usual length and rate where nobody chose others."""
        title = next((title for title, name in self._titles.items() if name == self._task.data), None)
        if self._folder is None and title is not None:
            self._show_data(title)
        before, self._shown_task = self._shown_task, self._task
        optimizer = _named(optimizers(), self.optimizer.currentText()).name
        if self._length == {"epochs": before.epochs}:
            self.epochs.show_value(self._task.epochs)
        if self.rate.value == before.learning_rate(optimizer):
            self._show_rate()
        self._show_options()
        self._explain()

    def _on_optimizer(self) -> None:
        """Its own usual rate comes with it."""
        chosen = _named(optimizers(), self.optimizer.currentText())
        self._show_rate()
        self.more.show_optimizer(chosen)
        self._explain()

    def _show_rate(self) -> None:
        """That which mostly suits this task with this optimiser."""
        self.rate.show_value(
            self._task.learning_rate(_named(optimizers(), self.optimizer.currentText()).name)
        )

    def _show_options(self, chosen: Mapping[str, str] | None = None) -> None:
        """Those of the task, as usual where they are not chosen, and its losses."""
        self.more.show_task(self._task)
        self.options.show_task(self._task, chosen)

    def _explain(self) -> None:
        self.task.setToolTip(self._task.about)
        name = self._titles.get(self.data.currentText())
        self.data.setToolTip(str(self._folder) if name is None else sources()[name].help)
        self.optimizer.setToolTip(_named(optimizers(), self.optimizer.currentText()).formula)


class ScrolledForm(QScrollArea):
    """A column that scrolls where it is higher than the panel."""

    def __init__(self, form: TrainForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What is trained, and how")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(form)
        self.setFixedWidth(WIDTH)
        on_surface(self)

    def sizeHint(self) -> QSize:
        """No more than it needs: it scrolls, and what stands beside it says how high the panel is."""
        return QSize(WIDTH, self.minimumSizeHint().height())


def _named(things: Mapping[str, Titled], title: str) -> Titled:
    """That of this title."""
    return next(thing for thing in things.values() if thing.title == title)

"""What few people change of how training goes: folded away below a button."""

from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from engine.training.data.augmentation import augmentations
from engine.training.losses import losses
from engine.training.optimizers.optimizer import Optimizer
from engine.training.settings import Settings
from engine.training.tasks.task import Task
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.settings.quiet_combo_box import QuietComboBox

UNCHANGED: Final = "none"
NAMES: Final = ("momentum", "weight_decay", "decays_all", "clip", "loss", "augmentation")
"""Settings that are chosen here."""
LARGEST: Final = 1e6


class MoreSettings(QWidget):
    """Those of `Settings` that the form above does not have."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folded = QWidget()
        self._losses: tuple[str, ...] = ("",)
        """Names of what `loss` offers; the first is the task's own."""
        self.button = QToolButton()
        self.button.setToolTip("Momentum, decay, clipping, loss, augmentation")
        self.button.clicked.connect(lambda: self.show_more(self._folded.isHidden()))
        self.momentum = number_box("Momentum", "How much of the last step goes on in the next", 0.9, 0, 1)
        self.decay = number_box(
            "Weight decay", "How much weights are pulled towards 0: decoupled in AdamW", 0, 0, LARGEST
        )
        self.decays_all = QCheckBox("Biases and norms, too")
        self.decays_all.setToolTip("Whether biases and the scales of normalisations decay as well")
        tip = "Largest norm of all gradients together; 0 leaves them as they are"
        self.clip = number_box("Clip gradients to", tip, 0, 0, LARGEST)
        self.loss = QuietComboBox("Loss", [])
        self.augmentation = QToolButton()
        self.augmentation.setAccessibleName("Augmentation")
        self.augmentation.setToolTip("Pictures that are learned from are changed by chance, others never")
        self.augmentation.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.augmentation)
        menu.setToolTipsVisible(True)
        self._augmentations = {}
        for name, one in augmentations().items():
            action = menu.addAction(one.title)
            action.setToolTip(one.help)
            action.setCheckable(True)
            action.toggled.connect(self._on_augmentation)
            self._augmentations[name] = action
        self.augmentation.setMenu(menu)
        self._form = QFormLayout(self._folded)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(4)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, field in (
            ("Momentum", self.momentum), ("Decay", self.decay), ("", self.decays_all),
            ("Clip", self.clip), ("Loss", self.loss), ("Augment", self.augmentation),
        ):  # fmt: skip
            self._form.addRow(label, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.button)
        column.addWidget(self._folded)
        for box in (self.momentum, self.decay, self.clip):
            box.value_edited.connect(lambda *_: self.changed.emit())
        self.decays_all.toggled.connect(lambda _: self.changed.emit())
        self.loss.activated.connect(lambda _: self.changed.emit())
        self.show_settings(Settings())
        self.show_more(False)

    def show_more(self, shown: bool) -> None:
        """Unfold it, or fold it away."""
        self.button.setText("Less ▴" if shown else "More ▾")
        self._folded.setVisible(shown)

    @property
    def chosen(self) -> dict[str, Any]:
        """By name, as `Settings` takes them."""
        return {
            "momentum": self.momentum.value or 0.0,
            "weight_decay": self.decay.value or 0.0,
            "decays_all": self.decays_all.isChecked(),
            "clip": self.clip.value or None,
            "loss": self._losses[self.loss.currentIndex()] if self.loss.currentIndex() > 0 else "",
            "augmentation": tuple(name for name, one in self._augmentations.items() if one.isChecked()),
        }

    @staticmethod
    def usual() -> dict[str, Any]:
        """What `chosen` is where nobody has changed anything."""
        usual = Settings()
        return {name: getattr(usual, name) for name in NAMES}

    def show_settings(self, settings: Settings) -> None:
        """Those of a run; unfolded where something is not as usual."""
        self.momentum.show_value(settings.momentum)
        self.decay.show_value(settings.weight_decay)
        self.decays_all.setChecked(settings.decays_all)
        self.clip.show_value(settings.clip or 0)
        for name, action in self._augmentations.items():
            action.setChecked(name in settings.augmentation)
        self._on_augmentation()
        self.loss.setCurrentIndex(self._losses.index(settings.loss) if settings.loss in self._losses else 0)
        if self.chosen != MoreSettings.usual():
            self.show_more(True)

    def show_task(self, task: Task) -> None:
        """Its losses."""
        before = self.chosen["loss"]
        self._losses = task.losses
        self.loss.clear()
        self.loss.addItems([losses()[name].title for name in task.losses])
        self.loss.setCurrentIndex(task.losses.index(before) if before in task.losses else 0)
        self.loss.setToolTip("\n".join(f"{losses()[n].title}: {losses()[n].formula}" for n in task.losses))

    def show_optimizer(self, optimizer: Optimizer) -> None:
        """Momentum where it has one."""
        self._form.setRowVisible(self.momentum, optimizer.has_momentum)

    def _on_augmentation(self) -> None:
        chosen = [action.text() for action in self._augmentations.values() if action.isChecked()]
        self.augmentation.setText(f"{', '.join(chosen) or UNCHANGED} ▾")
        self.changed.emit()


def number_box(
    name: str, tip: str, value: float, low: float, high: float, *, whole: bool = False
) -> NumberBox:
    """A field for one number."""
    box = NumberBox(low, high, whole=whole)
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.show_value(value)
    return box

"""What a method can be told: a row for each of its options, and the seed of its noise."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from engine.attribution.method import Method, Option
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.settings.quiet_combo_box import QuietComboBox

LARGEST_SEED = 2**31 - 1


class OptionForm(QWidget):
    """Shows the options of one method; what was chosen is kept for each method."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: dict[str, dict[str, float | str]] = {}
        self._method = ""
        self.noise_seed = 0
        self.fields: dict[str, NumberBox | QuietComboBox] = {}
        """By the option's name; the seed is `noise seed`."""
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(4)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    @property
    def options(self) -> tuple[tuple[str, float | str], ...]:
        """What differs from the method's own defaults, by name."""
        return tuple(sorted(self._chosen.get(self._method, {}).items()))

    def show_method(self, method: Method, chosen: Mapping[str, float | str] | None = None) -> None:
        """The rows of this method; `chosen` replaces what is kept for it."""
        if chosen is not None:
            self._chosen[method.name] = dict(chosen)
        if method.name == self._method and chosen is None:
            return
        self._method = method.name
        while self._form.rowCount():
            self._form.removeRow(0)
        self.fields = {}
        kept = self._chosen.get(method.name, {})
        for option in method.options:
            self._add(option.label, option.help, self._field(option, kept.get(option.name, option.default)))
        if method.is_noisy:
            seed = NumberBox(0, LARGEST_SEED)
            seed.show_value(self.noise_seed)
            seed.value_edited.connect(self._on_seed)
            self.fields["noise seed"] = seed
            self._add("Noise seed", "Of the noise: the same seed gives the same picture.", seed)
        self.setVisible(bool(self.fields))

    def _add(self, label: str, help_text: str, field: NumberBox | QuietComboBox) -> None:
        field.setToolTip(help_text)
        field.setAccessibleName(label)
        self._form.addRow(label, field)

    def _field(self, option: Option, value: float | str) -> NumberBox | QuietComboBox:
        if option.choices:
            combo = QuietComboBox(option.label, option.choices)
            combo.show_choice(str(value))
            combo.activated.connect(lambda index: self._choose(option, option.choices[index]))
            self.fields[option.name] = combo
            return combo
        box = NumberBox(option.minimum, option.maximum, whole=option.is_whole)
        box.show_value(float(value))
        box.value_edited.connect(lambda wanted, _: self._choose(option, wanted))
        self.fields[option.name] = box
        return box

    def _choose(self, option: Option, value: float | str) -> None:
        kept = self._chosen.setdefault(self._method, {})
        if value == option.default:
            kept.pop(option.name, None)
        else:
            kept[option.name] = value
        field = self.fields[option.name]
        if isinstance(field, NumberBox):
            field.show_value(float(value))
        self.changed.emit()

    def _on_seed(self, seed: float, _: str) -> None:
        self.noise_seed = int(seed)
        field = self.fields["noise seed"]
        assert isinstance(field, NumberBox)
        field.show_value(seed)
        self.changed.emit()

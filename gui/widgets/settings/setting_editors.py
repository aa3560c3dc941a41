"""The field for each type of setting. Every one shows a value it is given and reports what the user wants."""

from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from engine.layers import Setting
from engine.shapes import PADDING_MODES, Padding
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.controls.link_button import LinkButton
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.settings.quiet_combo_box import QuietComboBox
from gui.widgets.surface import styled_label


class Mixed:
    """Stands for the values of several layers that differ."""


MIXED: Final = Mixed()
SIDES: Final = ("top", "bottom", "left", "right")


class SettingEditor(QWidget):
    """One setting's field."""

    value_edited = Signal(object, str)
    """The value the user wants, and the sweep it belongs to ("" for none)."""
    refused = Signal(str)
    """Why what the user entered is no value."""

    def __init__(self) -> None:
        super().__init__()
        self.beside: QWidget | None = self
        """What stands beside the label; where it is not the field itself, that has its own line."""
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(GRID // 2)

    def show_value(self, value: Any) -> None:
        """Show this value, or `MIXED`."""
        raise NotImplementedError

    def _box(self, setting: Setting, name: str, *, whole: bool = True) -> NumberBox:
        box = NumberBox(setting.minimum, setting.maximum, whole=whole)
        box.setAccessibleName(name)
        box.refused.connect(self.refused)
        box.setToolTip(". ".join(part for part in (setting.help.rstrip("."), box.range_text) if part))
        return box


class NumberEditor(SettingEditor):
    """A whole number or a fraction."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.box = self._box(setting, setting.label, whole=setting.type == "int")
        self.box.value_edited.connect(self.value_edited)
        self.row.addWidget(self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        """A number."""
        self.box.show_value(None if value is MIXED else value)


class SwitchEditor(SettingEditor):
    """Yes or no."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.box = QCheckBox()
        self.box.setAccessibleName(setting.label)
        self.box.setToolTip(setting.help)
        self.box.clicked.connect(self._on_clicked)
        self.row.addWidget(self.box, 0, Qt.AlignmentFlag.AlignRight)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        """A bool; differing ones are half checked."""
        state = Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
        self.box.setCheckState(Qt.CheckState.PartiallyChecked if value is MIXED else state)

    def _on_clicked(self) -> None:
        # Only programs half-check the box: a click always means yes or no.
        self.box.setTristate(False)
        self.value_edited.emit(self.box.isChecked(), "")


class ChoiceEditor(SettingEditor):
    """One of several names."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.box = QuietComboBox(setting.label, setting.choices)
        self.box.setToolTip(setting.help)
        self.box.activated.connect(lambda index: self.value_edited.emit(self.box.itemText(index), ""))
        self.row.addWidget(self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        """One of the choices."""
        self.box.show_choice(None if value is MIXED else value)


class PairEditor(SettingEditor):
    """Height × width; linked, one entry sets both."""

    def __init__(self, setting: Setting, appearance: Appearance) -> None:
        super().__init__()
        self.height_box = self._box(setting, f"{setting.label}, height")
        self.width_box = self._box(setting, f"{setting.label}, width")
        self.link = LinkButton(appearance, f"{setting.label}: height and width together")
        self.height_box.value_edited.connect(lambda value, sweep: self._on_edited(0, value, sweep))
        self.width_box.value_edited.connect(lambda value, sweep: self._on_edited(1, value, sweep))
        self.row.addWidget(self.link)
        self.row.addWidget(self.height_box, 1)
        self.row.addWidget(styled_label("×", style="secondary"))
        self.row.addWidget(self.width_box, 1)
        self.setFocusProxy(self.height_box)

    def show_value(self, value: Any) -> None:
        """(height, width); unequal ones undo the link."""
        height, width = (None, None) if value is MIXED else value
        self.height_box.show_value(height)
        self.width_box.show_value(width)
        if height != width:
            self.link.setChecked(False)

    def forget(self) -> None:
        """Link again where height and width are equal: another layer is shown."""
        self.link.setChecked(self.height_box.value == self.width_box.value)

    def _on_edited(self, axis: int, value: int, sweep: str) -> None:
        other = (self.width_box, self.height_box)[axis].value
        if self.link.isChecked() or other is None:
            self.value_edited.emit((value, value), sweep)
        else:
            self.value_edited.emit((value, int(other)) if axis == 0 else (int(other), value), sweep)


class PaddingEditor(SettingEditor):
    """A mode; with `explicit` the four sides on a second line."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.amounts = (0, 0, 0, 0)
        """Top, bottom, left, right of the padding now, which `explicit` starts from."""
        self.mode_box = QuietComboBox(setting.label, PADDING_MODES)
        self.mode_box.setToolTip(setting.help)
        self.mode_box.activated.connect(self._on_mode_chosen)
        self.beside = self.mode_box
        self.sides = QWidget()
        grid = QGridLayout(self.sides)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID // 2)
        grid.setVerticalSpacing(2)
        self.boxes = []
        for column, side in enumerate(SIDES):
            box = NumberBox(0, 1024)
            box.setAccessibleName(f"{setting.label}, {side}")
            box.value_edited.connect(lambda value, sweep: self._on_side_edited(sweep))
            box.refused.connect(self.refused)
            caption = styled_label(side, style="caption")
            caption.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(caption, 0, column)
            grid.addWidget(box, 1, column)
            self.boxes.append(box)
        self.row.addWidget(self.sides)
        self.setFocusProxy(self.mode_box)

    def show_value(self, value: Any) -> None:
        """A `Padding`."""
        mixed = value is MIXED
        self.mode_box.show_choice(None if mixed else value.mode)
        explicit = not mixed and value.mode == "explicit"
        if explicit:
            for box, side in zip(self.boxes, SIDES, strict=True):
                box.show_value(getattr(value, side))
        self.setVisible(explicit)

    def _on_mode_chosen(self, index: int) -> None:
        mode = self.mode_box.itemText(index)
        sides = self.amounts if mode == "explicit" else ()
        self.value_edited.emit(Padding(mode, *sides), "")

    def _on_side_edited(self, sweep: str) -> None:
        sides = [int(box.value or 0) for box in self.boxes]
        self.value_edited.emit(Padding("explicit", *sides), sweep)


class ShapeEditor(SettingEditor):
    """Channels × height × width, or channels last; values are (channels, height, width) either way."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.beside = None
        self.boxes = []
        for axis in ("channels", "height", "width"):
            box = self._box(setting, f"{setting.label}, {axis}")
            box.setToolTip(f"{axis.capitalize()}. {box.range_text}")
            box.value_edited.connect(lambda value, sweep: self._on_edited(sweep))
            self.boxes.append(box)
        self._signs = [styled_label("×", style="secondary") for _ in self.boxes[1:]]
        self.order(channels_last=False)

    def order(self, *, channels_last: bool) -> None:
        """Put the fields in the order in which shapes are written."""
        channels, height, width = self.boxes
        fields = (height, width, channels) if channels_last else (channels, height, width)
        parts: list[QWidget] = [fields[0], self._signs[0], fields[1], self._signs[1], fields[2]]
        for part in parts:
            self.row.removeWidget(part)
            self.row.addWidget(part, 1 if part in fields else 0)
        for before, after in pairwise(fields):
            QWidget.setTabOrder(before, after)
        self.setFocusProxy(fields[0])

    def show_value(self, value: Any) -> None:
        """(channels, height, width)."""
        for box, size in zip(self.boxes, (None,) * 3 if value is MIXED else value, strict=True):
            box.show_value(size)

    def _on_edited(self, sweep: str) -> None:
        sizes = [box.value for box in self.boxes]
        if all(size is not None for size in sizes):
            self.value_edited.emit(tuple(sizes), sweep)


def editor_for(setting: Setting, appearance: Appearance) -> SettingEditor:
    """The field that fits the setting's type."""
    if setting.type == "pair":
        return PairEditor(setting, appearance)
    if setting.type in ("int", "float"):
        return NumberEditor(setting)
    return {
        "bool": SwitchEditor,
        "choice": ChoiceEditor,
        "padding": PaddingEditor,
        "shape": ShapeEditor,
    }[setting.type](setting)

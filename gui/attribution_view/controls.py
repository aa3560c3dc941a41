"""What is explained, by which method, and how it is shown: the form beside the heat."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QFormLayout, QHBoxLayout, QWidget

from engine.attribution.method import NotDefined
from engine.attribution.methods import methods
from engine.attribution.target import Target
from engine.model.network import Network
from gui.attribution_view.explain_job import Wish
from gui.attribution_view.option_form import OptionForm
from gui.widgets.controls.quiet_slider import QuietSlider
from gui.widgets.settings.quiet_combo_box import QuietComboBox
from gui.words.attribution import class_text, help_text

WHAT: Final = {"class": "a class", "pinned": "the pinned value"}
PLACES: Final = {
    "measured": "measured effective field",
    "field": "centre of the receptive field",
    "resize": "as a resize puts it",
}
SCALES: Final = {"logit": "score before the softmax", "softmax": "share after the softmax"}
TOP: Final = "the likeliest"
NOBODY: Final = "nothing else"


class Controls(QWidget):
    """Keeps a `Wish` and how its picture is looked at."""

    wished = Signal()
    """Something has to be computed: `wish`."""
    looked = Signal()
    """Only the picture has to be painted again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wish = Wish()
        self._classes: tuple[int, ...] = ()
        self.method = _combo("Method", [method.title for method in methods().values()])
        self.what = _combo("What is explained", list(WHAT.values()))
        self.klass = _combo("Class", [TOP], searched=True)
        self.against = _combo("Why this, and not", [NOBODY], searched=True)
        self.layer = _combo("Layer", [])
        self.places = _combo("Where cells are drawn", list(PLACES.values()))
        self.scale = _combo("Score", list(SCALES.values()))
        self.options = OptionForm()
        self.options.changed.connect(self._on_options)
        self.opacity = _slider("Opacity of the heat", 85)
        self.threshold = _slider("Heat weaker than this share of the scale is left away", 0)
        self.only_positive = QCheckBox("Only what raises it")
        self.only_positive.setToolTip("As the paper has it: max(0, …). Off: signed, blue lowers the score.")
        self.only_positive.setChecked(True)
        self.beside = QCheckBox("Side by side")
        self.beside.setToolTip("Both classes, each with its own picture on one scale; off: their difference.")
        self.beside.toggled.connect(lambda wanted: self._ask(beside=wanted))
        self.pin = QCheckBox("Pin the scale")
        self.pin.setToolTip("Other classes, layers and photographs are shown on this very scale.")
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Method", self.method)
        form.addRow("Of", self.what)
        form.addRow("Class", self.klass)
        form.addRow("and not", self.against)
        form.addRow("Score", self.scale)
        form.addRow("Layer", self.layer)
        form.addRow("Cells at", self.places)
        form.addRow(self.options)
        form.addRow("Opacity", self.opacity)
        form.addRow("Threshold", self.threshold)
        form.addRow(self.only_positive)
        row = QHBoxLayout()
        row.addWidget(self.pin)
        row.addWidget(self.beside)
        row.addStretch(1)
        form.addRow(row)
        self._form = form
        self.method.activated.connect(lambda i: self._on_method(tuple(methods())[i]))
        self.what.activated.connect(lambda _: self._on_what())
        self.klass.activated.connect(lambda i: self._ask(channel=self._class_at(i)))
        self.against.activated.connect(lambda i: self._ask(against=self._class_at(i)))
        self.layer.activated.connect(lambda _: self._ask(layer_id=self.layer.currentText()))
        self.places.activated.connect(lambda i: self._ask(places=tuple(PLACES)[i]))
        self.scale.activated.connect(lambda i: self._ask(scale=tuple(SCALES)[i]))
        for looked in (self.opacity.valueChanged, self.threshold.valueChanged):
            looked.connect(self.looked)
        for toggled in (self.only_positive.toggled, self.pin.toggled):
            toggled.connect(self.looked)
        self.options.show_method(methods()[self.wish.method])
        self._show_rows()

    @property
    def explains_pinned(self) -> bool:
        """Whether the value is explained that is pinned in the feature maps, not a class."""
        return self.what.currentIndex() == 1

    def use(self, wish: Wish) -> None:
        """Take this wish over without telling anybody; the choices follow with the next answer."""
        self.wish = wish
        with QSignalBlocker(self.method):
            self.method.setCurrentIndex(list(methods()).index(wish.method))
        with QSignalBlocker(self.beside):
            self.beside.setChecked(wish.beside)
        self.options.noise_seed = wish.noise_seed
        self.options.show_method(methods()[wish.method], dict(wish.options))
        self._show_rows()

    def show_classes(self, scores: npt.NDArray[np.float64], names: Sequence[str], shown: int) -> None:
        """All classes, the likeliest first."""
        order = tuple(np.argsort(-np.nan_to_num(scores, nan=-np.inf), kind="stable").tolist())
        if order != self._classes or self.klass.count() != len(order) + 1:
            self._classes = order
            texts = [f"{class_text(index, names)} · {scores[index]:.3g}" for index in order]
            for combo, first in ((self.klass, TOP), (self.against, NOBODY)):
                with QSignalBlocker(combo):
                    combo.clear()
                    combo.addItems([first, *texts])
        _choose(self.klass, None if self.wish.channel is None else shown, self._classes)
        _choose(self.against, self.wish.against, self._classes)

    def show_layers(self, layers: Sequence[str], shown: str) -> None:
        """The layers whose cells can be explained."""
        with QSignalBlocker(self.layer):
            if [self.layer.itemText(index) for index in range(self.layer.count())] != list(layers):
                self.layer.clear()
                self.layer.addItems(list(layers))
            self.layer.setCurrentText(shown)

    def show_domain(self, network: Network, target: Target, layer_id: str) -> None:
        """Methods that are not defined here cannot be chosen, and say why."""
        model = self.method.model()
        assert isinstance(model, QStandardItemModel)
        for index, method in enumerate(methods().values()):
            reason = ""
            try:
                method.refuse(network, target, layer_id)
            except NotDefined as error:
                reason = str(error)
            item = model.item(index)
            item.setEnabled(not reason or method.name == self.wish.method)
            item.setToolTip(reason or help_text(method))
        self._show_rows()

    def _on_method(self, name: str) -> None:
        self.options.show_method(methods()[name])
        self._ask(method=name, options=self.options.options)

    def _on_options(self) -> None:
        self._ask(options=self.options.options, noise_seed=self.options.noise_seed)

    def _ask(self, **changes: object) -> None:
        wish = replace(self.wish, **changes)  # type: ignore[arg-type]  # the combos hold its own values
        if wish != self.wish:
            self.wish = wish
            self._show_rows()
            self.wished.emit()

    def _on_what(self) -> None:
        self._show_rows()
        self.wished.emit()

    def _class_at(self, index: int) -> int | None:
        return None if index < 1 else self._classes[index - 1]

    def _show_rows(self) -> None:
        """Only what matters to the method and to what is explained."""
        found = methods()[self.wish.method]
        rows = {
            self.klass: not self.explains_pinned,
            self.against: not self.explains_pinned,
            self.options: bool(self.options.fields),
            self.scale: not self.explains_pinned,
            self.layer: found.at_layer and found.name != "cam",
            self.places: found.at_layer,
        }
        for widget, is_shown in rows.items():
            self._form.setRowVisible(widget, is_shown)
        self.only_positive.setVisible(found.relu)
        self.beside.setVisible(not self.explains_pinned and self.wish.against is not None)


def _combo(name: str, texts: Sequence[str], *, searched: bool = False) -> QuietComboBox:
    box = QuietComboBox(name, texts)
    box.setToolTip(name)
    box.setMinimumContentsLength(12)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    if searched:
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(box.model(), box)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        box.setCompleter(completer)
    return box


def _choose(combo: QuietComboBox, channel: int | None, classes: tuple[int, ...]) -> None:
    with QSignalBlocker(combo):
        combo.setCurrentIndex(0 if channel is None or channel not in classes else classes.index(channel) + 1)
        line = combo.lineEdit()
        if line is not None:
            line.setCursorPosition(0)  # a long name shows its beginning


def _slider(name: str, value: int) -> QuietSlider:
    slider = QuietSlider(name)
    slider.setRange(0, 100)
    slider.setValue(value)
    slider.setAccessibleName(name)
    slider.setToolTip(name)
    return slider

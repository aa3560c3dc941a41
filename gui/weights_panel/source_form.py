"""The choice of a source of weights, and the source's own settings."""

from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.layers import Setting
from engine.weights import GROUPS, Given, Weights, weights_sources
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.settings.quiet_combo_box import QuietComboBox
from gui.widgets.settings.setting_row import SettingRow
from gui.widgets.settings.settings_form import SettingsForm
from gui.widgets.surface import styled_label

_FIELD_WIDTH = 176


class SourceForm(QWidget):
    """Shows a source and reports the one that is wanted."""

    source_wanted = Signal(object, str)
    """(the `Weights`, the sweep it belongs to or "")."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._shown: Weights | None = None
        self._forms: dict[tuple[Setting, ...], SettingsForm] = {}
        self._kinds = [kind for kind in weights_sources().values() if kind.group != GROUPS[-1]]
        self.box = QuietComboBox("Weights", [kind.title for kind in self._kinds])
        self.box.setFixedWidth(_FIELD_WIDTH)
        self.box.activated.connect(self._on_chosen)
        for index, kind in enumerate(self._kinds):
            about = f"{kind.help}\n{kind.source}" if kind.source else kind.help
            self.box.setItemData(index, about, Qt.ItemDataRole.ToolTipRole)
        for index in range(len(self._kinds) - 1, 0, -1):
            if self._kinds[index].group != self._kinds[index - 1].group:
                self.box.insertSeparator(index)
        self.box.setMaxVisibleItems(len(self._kinds) + 3)
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(styled_label("Weights", style="secondary"), 1)
        line.addWidget(self.box)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)
        self._column.addLayout(line)

    @property
    def form(self) -> SettingsForm | None:
        """The source's own settings, where it has any."""
        settings = () if self._shown is None else self._shown.settings()
        return self._forms.get(settings)

    def show_source(self, weights: Weights | None, misfits: Sequence[str]) -> None:
        """Show this source (None: several). `misfits`: for each kind why it does not fit, or ""."""
        self._shown = weights
        self._show_own(weights)
        model = cast(QStandardItemModel, self.box.model())
        for kind, misfit in zip(self._kinds, misfits, strict=True):
            index = self.box.findText(kind.title)
            about = f"{kind.help}\n{kind.source}" if kind.source else kind.help
            self.box.setItemData(index, misfit or about, Qt.ItemDataRole.ToolTipRole)
            model.item(index).setEnabled(not misfit)
        self.box.show_choice(None if weights is None else _title(weights))
        self.box.setToolTip("" if weights is None else weights.help)
        settings = () if weights is None else weights.settings()
        if settings and settings not in self._forms:
            self._forms[settings] = form = SettingsForm(settings, self._appearance)
            form.edited.connect(self._on_edited)
            self._column.addWidget(form)
        for known, form in self._forms.items():
            form.setVisible(known == settings)
            if known == settings:
                form.show_layers([weights], (0, 0, 0, 0))  # type: ignore[list-item]  # it reads attributes alone

    @property
    def kinds(self) -> Sequence[type[Weights]]:
        """What can be chosen."""
        return self._kinds

    def _show_own(self, weights: Weights | None) -> None:
        """Sources that cannot be chosen stand at the end of the list while they are shown."""
        most = self.box.findText(self._kinds[-1].title) + 1
        while self.box.count() > most:
            self.box.removeItem(most)
        if weights is not None and type(weights) not in self._kinds:
            self.box.addItem(_title(weights))

    def _on_chosen(self, index: int) -> None:
        title = self.box.itemText(index)
        kind = next((kind for kind in self._kinds if kind.title == title), None)
        if kind is not None and kind is not type(self._shown):
            self.source_wanted.emit(kind(), "")

    def _on_edited(self, row: SettingRow, value: Any, sweep: str) -> None:
        from dataclasses import replace

        assert self._shown is not None
        self.source_wanted.emit(replace(cast(Any, self._shown), **{row.setting.name: value}), sweep)


def _title(weights: Weights) -> str:
    return weights.origin.capitalize() if isinstance(weights, Given) else weights.title

"""The inspector: every setting of the selected layers, what they cost, and what is wrong with them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.analysis import Fix
from engine.layers import Setting
from engine.network import Node
from engine.project import Project
from engine.shapes import is_map
from gui.appearance import Appearance
from gui.convention import Convention
from gui.document import Document
from gui.explained import explain_layer
from gui.selection import Selection
from gui.theme import GRID
from gui.widgets.explanation_popover import ExplanationPopover
from gui.widgets.layer_summary import LayerSummary
from gui.widgets.layer_title import LayerTitle
from gui.widgets.network_summary import NetworkSummary
from gui.widgets.setting_editors import MIXED, PaddingEditor, PairEditor, ShapeEditor
from gui.widgets.setting_row import Remark, SettingRow
from gui.widgets.surface import MARGIN, Hairline, Surface, local_numbers, on_surface
from gui.wording import sentence

_LINK = """
    QPushButton { border: none; background: transparent; padding: 2px 0; text-align: left;
                  color: palette(link); }
    QPushButton:focus { text-decoration: underline; }
"""


class InspectorPanel(Surface):
    """Shows the selected layers' settings and asks the document for changes."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Inspector", parent)
        self._document = document
        self._selection = selection
        self._appearance = appearance
        self._rows: dict[str, SettingRow] = {}
        self._form_of: tuple[Setting, ...] = ()
        self._shown: tuple[str, ...] = ()
        self._asking: SettingRow | None = None
        self._more_shown = False

        self.title = LayerTitle(appearance, large=True)
        self.name_field = QLineEdit()
        self.name_field.setAccessibleName("Name")
        self.name_field.setToolTip("What this layer is called on the canvas; empty for its own caption")
        self.name_field.setMaxLength(80)
        self.name_field.editingFinished.connect(self._on_name_edited)
        self.remark = Remark()
        self.remark.fix_chosen.connect(self._on_fix_chosen)
        self.more_button = QPushButton()
        self.more_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more_button.setStyleSheet(_LINK)
        self.more_button.clicked.connect(self._on_more_clicked)
        self.summary = LayerSummary()
        self.summary.list.activated.connect(self._on_number_activated)
        self.popover = ExplanationPopover(self)
        self.network_summary = NetworkSummary()
        self._lay_out()

        document.project_changed.connect(self.on_project_changed)
        document.edit_refused.connect(self.on_edit_refused)
        selection.selection_changed.connect(self.on_selection_changed)
        self.refresh()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, 4, MARGIN, GRID)
        column.setSpacing(GRID - 2)
        self._form = QVBoxLayout()
        self._form.setSpacing(GRID // 2 + 2)
        self._advanced = QWidget()
        advanced = QVBoxLayout(self._advanced)
        advanced.setContentsMargins(0, 0, 0, 0)
        advanced.setSpacing(GRID // 2 + 2)
        self._line = Hairline()
        head: tuple[QWidget, ...] = (self.title, self.name_field, self.remark)
        for part in head:
            column.addWidget(part)
        column.addLayout(self._form)
        column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        rest: tuple[QWidget, ...] = (self._advanced, self._line, self.summary, self.network_summary)
        for part in rest:
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        content.setAutoFillBackground(False)
        on_surface(area)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def edit_name(self) -> None:
        """Put the cursor into the name field."""
        self.name_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name_field.selectAll()

    def set_convention(self, convention: Convention) -> None:
        """Count costs and write shapes in another way."""
        self.summary.convention = convention
        self._order_shapes()
        self.refresh()

    def _order_shapes(self) -> None:
        for row in self._rows.values():
            if isinstance(row.editor, ShapeEditor):
                row.editor.order(channels_last=self.summary.convention.channels_last)

    def row(self, setting: str) -> SettingRow:
        """The form's line for this setting."""
        return self._rows[setting]

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Show the new values; moving a node changes none."""
        if before.network is not after.network or not self._shown:
            self.refresh()

    def on_selection_changed(self) -> None:
        """Show other layers."""
        self.refresh()

    def on_edit_refused(self, message: str) -> None:
        """Say at the field why its value was not taken."""
        if self._asking is not None:
            self._asking.remark.say(message)

    def refresh(self) -> None:
        """Make every field show the document."""
        self.popover.close()
        nodes = self._nodes()
        shown = tuple(node.id for node in nodes)
        other = shown != self._shown
        self._shown = shown
        single = nodes[0] if len(nodes) == 1 else None
        self._show_form(_common_settings(nodes))
        self._show_head(nodes)
        self.name_field.setVisible(single is not None)
        self._line.setVisible(bool(nodes))
        self.summary.setVisible(bool(nodes))
        self.network_summary.setVisible(not nodes)
        if nodes:
            self.summary.show_layers([self._document.analysis.layers[node.id] for node in nodes])
        else:
            self.network_summary.show_project(self._document.project)
        for name, row in self._rows.items():
            self._show_setting(name, row, nodes)
            if other and isinstance(row.editor, PairEditor):
                row.editor.forget()
        self._show_problems(single)

    def _nodes(self) -> list[Node]:
        network = self._document.project.network
        return [network[node_id] for node_id in network.order if node_id in self._selection.ids]

    def _show_head(self, nodes: Sequence[Node]) -> None:
        if not nodes:
            self.title.show_layer("", self._document.project.title or "Network")
        elif len(nodes) == 1:
            node = nodes[0]
            self.title.show_layer(node.layer.role, node.layer.label)
            with QSignalBlocker(self.name_field):
                if self.name_field.text() != node.name:
                    self.name_field.setText(node.name)
                self.name_field.setPlaceholderText(f"Name, now {node.layer.label}")
        else:
            roles = {node.layer.role for node in nodes}
            kinds = {node.layer.kind for node in nodes}
            caption = nodes[0].layer.title or nodes[0].layer.kind if len(kinds) == 1 else ""
            self.title.show_layer(roles.pop() if len(roles) == 1 else "", f"{len(nodes)} layers", caption)

    def _show_form(self, settings: tuple[Setting, ...]) -> None:
        """Build the fields anew only for other settings."""
        if settings == self._form_of:
            return
        self._form_of = settings
        for row in self._rows.values():
            row.hide()
            row.setParent(None)
            row.deleteLater()
        self._rows = {}
        advanced = self._advanced.layout()
        assert advanced is not None
        for setting in settings:
            row = SettingRow(setting, self._appearance)
            row.editor.value_edited.connect(lambda value, sweep, row=row: self._on_edited(row, value, sweep))
            row.editor.refused.connect(row.remark.say)
            row.remark.fix_chosen.connect(self._on_fix_chosen)
            (advanced if setting.advanced else self._form).addWidget(row)
            self._rows[setting.name] = row
        self._order_shapes()
        self._show_more()

    def _show_setting(self, name: str, row: SettingRow, nodes: Sequence[Node]) -> None:
        values = [getattr(node.layer, name) for node in nodes]
        if isinstance(row.editor, PaddingEditor):
            row.editor.amounts = self._amounts(nodes[0])
        row.editor.show_value(values[0] if all(value == values[0] for value in values) else MIXED)

    def _amounts(self, node: Node) -> tuple[int, int, int, int]:
        """Padding of the node now: top, bottom, left, right."""
        shapes = self._document.analysis.layers[node.id].input_shapes
        if node.layer.window is None or not shapes or not is_map(shapes[0]):
            return (0, 0, 0, 0)
        (top, bottom), (left, right) = node.layer.window.pads((shapes[0][1], shapes[0][2]))
        return top, bottom, left, right

    def _show_problems(self, node: Node | None) -> None:
        problems = [] if node is None else list(self._document.analysis.layers[node.id].problems)
        for name, row in self._rows.items():
            mine = [problem for problem in problems if problem.setting == name]
            row.remark.say(
                "\n".join(sentence(one.message) for one in mine), [fix for one in mine for fix in one.fixes]
            )
        rest = [problem for problem in problems if problem.setting not in self._rows]
        self.remark.say(
            "\n".join(sentence(one.message) for one in rest), [fix for one in rest for fix in one.fixes]
        )
        if any(row.remark.text and row.setting.advanced for row in self._rows.values()):
            self._more_shown = True
        self._show_more()

    def _show_more(self) -> None:
        some = any(row.setting.advanced for row in self._rows.values())
        self.more_button.setVisible(some)
        self.more_button.setText("Less ▴" if self._more_shown else "More ▾")
        self._advanced.setVisible(some and self._more_shown)

    def _on_more_clicked(self) -> None:
        self._more_shown = not self._more_shown
        self._show_more()

    def _on_number_activated(self, quantity: str, label: QWidget) -> None:
        network, analysis = self._document.project.network, self._document.analysis
        found = explain_layer(network, analysis, self._shown[0], quantity, local_numbers())
        if found is not None:
            self.popover.show_explanation(found, QRect(label.mapToGlobal(QPoint(0, 0)), label.size()))

    def _on_edited(self, row: SettingRow, value: Any, sweep: str) -> None:
        name, shown = row.setting.name, self._shown
        label = row.setting.label[0].lower() + row.setting.label[1:]

        def change(project: Project) -> Project:
            for node_id in shown:
                layer = project.network[node_id].layer.replace(**{name: value})
                project = project.replace_layer(node_id, layer)
            return project

        self._asking = row
        made = self._document.edit(f"Change {label}", change, merge_key=f"{sweep} {name}" if sweep else None)
        self._asking = None
        if not made:
            self._show_setting(name, row, self._nodes())

    def _on_name_edited(self) -> None:
        if len(self._shown) == 1:
            node_id, name = self._shown[0], self.name_field.text()
            self._document.edit("Rename", lambda project: project.rename(node_id, name))

    def _on_fix_chosen(self, fix: Fix) -> None:
        self._document.edit(fix.text, lambda project: project.with_network(fix.apply(project.network)))


def _common_settings(nodes: Sequence[Node]) -> tuple[Setting, ...]:
    """The settings that all layers have, as the first of them knows them."""
    if not nodes:
        return ()
    kinds = {type(node.layer): node.layer.settings() for node in nodes}
    keys = [{(one.name, one.type, one.choices) for one in settings} for settings in kinds.values()]
    first = kinds[type(nodes[0].layer)]
    return tuple(one for one in first if all((one.name, one.type, one.choices) in key for key in keys))

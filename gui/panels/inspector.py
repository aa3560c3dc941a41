"""The inspector: every setting of the selected layers, what they cost, and what is wrong with them."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.analysis.analyze import Fix, Problem
from engine.analysis.group_report import report_together
from engine.edits.reduction import is_reducible
from engine.layers import Setting
from engine.model.bypass import restore
from engine.model.network import Node
from engine.model.project import Project
from engine.shapes import is_map
from gui.look.appearance import Appearance, layer_icon
from gui.look.theme import GRID
from gui.session.document import Document
from gui.session.selection import Selection
from gui.widgets.controls.typed_line import TypedLine
from gui.widgets.costs.explanation_popover import ExplanationPopover
from gui.widgets.costs.layer_summary import LayerSummary
from gui.widgets.costs.network_summary import NetworkSummary
from gui.widgets.layer_title import LayerTitle
from gui.widgets.settings.setting_row import Remark, SettingRow
from gui.widgets.settings.settings_form import SettingsForm, common_settings, show_problems
from gui.widgets.surface import MARGIN, Hairline, Surface, local_numbers, on_surface
from gui.widgets.tab_order import tab_as_read, takers
from gui.words.convention import Convention
from gui.words.explanation import explain_layer

_FORMS_KEPT: Final = 8
"""Forms of other kinds of layers that wait to be shown again: building one takes as long as a frame."""


class InspectorPanel(Surface):
    """Shows the selected layers' settings and asks the document for changes."""

    reduction_requested = Signal(str)
    """A 1×1 is to be inserted before the convolution of this id."""
    more_switched = Signal(bool)
    """The settings that few people change were shown, or hidden."""

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
        self._forms: dict[tuple[Setting, ...], SettingsForm] = {}
        self._shown: tuple[str, ...] = ()
        self._asking: SettingRow | None = None
        self._more_shown = False
        self._stops: list[QWidget] = []

        self.title = LayerTitle(appearance, large=True)
        self.name_field = TypedLine()
        self.name_field.setAccessibleName("Name")
        self.name_field.setToolTip("What this layer is called on the canvas; empty for its own caption")
        self.name_field.setMaxLength(80)
        self.name_field.text_entered.connect(self._on_name_entered)
        self.remark = Remark()
        self.remark.fix_chosen.connect(self._on_fix_chosen)
        self.reduce_button = QPushButton("Insert a 1×1 reduction…")
        self.reduce_button.setToolTip("Reduce the channels before this convolution, with what it saves")
        self.reduce_button.clicked.connect(self._on_reduce_clicked)
        self.summary = LayerSummary()
        self.summary.list.activated.connect(self._on_number_activated)
        self.popover = ExplanationPopover(self)
        self.network_summary = NetworkSummary()
        self._lay_out()
        self.form = self._form_of(())

        document.project_changed.connect(self.on_project_changed)
        document.edit_refused.connect(self.on_edit_refused)
        selection.selection_changed.connect(self.on_selection_changed)
        self.refresh()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, 4, MARGIN, GRID)
        column.setSpacing(GRID - 2)
        self._form_place = QVBoxLayout()
        self._line = Hairline()
        head: tuple[QWidget, ...] = (self.title, self.name_field, self.remark)
        for part in head:
            column.addWidget(part)
        column.addLayout(self._form_place)
        column.addWidget(self.reduce_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._sections = QVBoxLayout()
        column.addLayout(self._sections)
        rest: tuple[QWidget, ...] = (self._line, self.summary, self.network_summary)
        for part in rest:
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea()
        area.setAccessibleName("Settings of the layer")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        content.setAutoFillBackground(False)
        on_surface(area)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def add_section(self, section: QWidget) -> None:
        """Give a part that listens for itself its place, below the settings."""
        self._sections.addWidget(section)
        tab_as_read(self)

    def set_convention(self, convention: Convention) -> None:
        """Count costs and write shapes in another way."""
        self.summary.convention = convention
        for form in self._forms.values():
            form.order_shapes(channels_last=convention.channels_last)
        self.refresh()

    def row(self, setting: str) -> SettingRow:
        """The form's line for this setting."""
        return self.form.rows[setting]

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Show the new values; moving a node changes none."""
        if before.network is not after.network or before.groups is not after.groups or not self._shown:
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
        self._show_form(common_settings([node.layer for node in nodes]))
        self._show_head(nodes)
        self.name_field.setVisible(single is not None)
        self.reduce_button.setVisible(single is not None and is_reducible(single.layer))
        self._line.setVisible(bool(nodes))
        self.summary.setVisible(bool(nodes))
        self.network_summary.setVisible(not nodes)
        if nodes:
            analysis, ids = self._document.analysis, [node.id for node in nodes]
            together = report_together(analysis, ids) if single is None else None
            self.summary.show_layers([analysis.layers[node_id] for node_id in ids], together)
            self._show_values(nodes)
        else:
            self.network_summary.show_project(self._document.project)
        if other:
            self.form.forget()
        self._show_problems(single)
        stops = takers(self)
        if stops != self._stops:
            self._stops = stops
            tab_as_read(self)

    def _nodes(self) -> list[Node]:
        network = self._document.project.network
        return [network[node_id] for node_id in network.order if node_id in self._selection.ids]

    def _show_head(self, nodes: Sequence[Node]) -> None:
        if not nodes:
            self.title.show_layer("", self._document.project.title or "Network")
        elif len(nodes) == 1:
            node = nodes[0]
            layer = node.shown_layer
            self.title.show_layer(layer.role, layer.label, icon=layer_icon(layer))
            self.name_field.show_text(node.name)
            self.name_field.setPlaceholderText(f"Name, now {layer.label}")
        else:
            roles = {node.layer.role for node in nodes}
            kinds = {node.layer.kind for node in nodes}
            caption = nodes[0].layer.title or nodes[0].layer.kind if len(kinds) == 1 else ""
            role, count = roles.pop() if len(roles) == 1 else "", f"{len(nodes)} layers"
            group = self._group(nodes)
            self.title.show_layer(role, *((group, count) if group else (count, caption)))

    def _group(self, nodes: Sequence[Node]) -> str:
        """What the group is called that holds just these nodes; empty where there is none."""
        groups = self._document.project.groups
        around = groups.common(node.id for node in nodes)
        return groups[around].label if around and len(groups.nodes(around)) == len(nodes) else ""

    def _show_form(self, settings: tuple[Setting, ...]) -> None:
        """Change the form only for other settings."""
        before, self.form = self.form, self._form_of(settings)
        self.form.setVisible(bool(settings))
        if before is not self.form:
            before.hide()

    def _form_of(self, settings: tuple[Setting, ...]) -> SettingsForm:
        """The form that was made for these settings, or a new one."""
        form = self._forms.pop(settings, None)
        if form is None:
            form = SettingsForm(settings, self._appearance)
            form.order_shapes(channels_last=self.summary.convention.channels_last)
            form.edited.connect(self._on_edited)
            form.fix_chosen.connect(self._on_fix_chosen)
            form.more_clicked.connect(self._on_more_clicked)
            form.hide()
            self._form_place.addWidget(form)
        self._forms[settings] = form  # the one shown last comes last
        if len(self._forms) > _FORMS_KEPT:
            oldest = self._forms.pop(next(iter(self._forms)))
            oldest.hide()
            oldest.deleteLater()
        return form

    def _show_values(self, nodes: Sequence[Node]) -> None:
        self.form.show_layers([node.layer for node in nodes], self._amounts(nodes[0]))

    def _amounts(self, node: Node) -> tuple[int, int, int, int]:
        """Padding of the node now: top, bottom, left, right."""
        shapes = self._document.analysis.layers[node.id].input_shapes
        if node.layer.window is None or not shapes or not is_map(shapes[0]):
            return (0, 0, 0, 0)
        (top, bottom), (left, right) = node.layer.window.pads((shapes[0][1], shapes[0][2]))
        return top, bottom, left, right

    def _show_problems(self, node: Node | None) -> None:
        report = None if node is None else self._document.analysis.layers[node.id]
        problems = [] if report is None else [*report.problems, *report.notes]
        if node is not None and node.bypassed is not None:
            problems.insert(0, _bypassed(node.id))
        show_problems(self.remark, self.form.show_problems(problems))
        if self.form.hides_a_problem:
            self._more_shown = True
        self.form.show_more(self._more_shown)

    def _on_more_clicked(self) -> None:
        self.show_more(not self._more_shown)
        self.more_switched.emit(self._more_shown)

    def show_more(self, shown: bool) -> None:
        """Show the settings that few people change, or hide them."""
        self._more_shown = shown
        self.form.show_more(shown)

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
            self._show_values(self._nodes())

    def _on_reduce_clicked(self) -> None:
        if len(self._shown) == 1:
            self.reduction_requested.emit(self._shown[0])

    def _on_name_entered(self, name: str) -> None:
        if len(self._shown) == 1:
            node_id = self._shown[0]
            self._document.edit("Rename", lambda project: project.rename(node_id, name))

    def _on_fix_chosen(self, fix: Fix) -> None:
        self._document.take(fix)


def _bypassed(node_id: str) -> Problem:
    """Why there are no settings, and the way out."""
    back = Fix("Put it back", lambda network: restore(network, node_id))
    return Problem(node_id=node_id, message="Bypassed: it passes its input on.", fixes=(back,))

"""The inspector's part on weights: where they come from, and everything that can be done about it."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.analysis.analyze import LayerReport
from engine.edits.dense_layers import is_dense, may_be_dense
from engine.fitting.layer import METHODS, RESTORE, TITLES, why_not
from engine.fitting.network import restorable
from engine.model.network import Node
from engine.model.project import Project
from engine.weights import BY_HAND, FITTED, Given, Weights, misfit, provenance
from engine.weights.source import is_matrix
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.weights_panel.actions import WeightActions
from gui.weights_panel.curve import Curve
from gui.weights_panel.kernel_editor import EDITABLE, KernelEditor
from gui.weights_panel.source_form import SourceForm
from gui.widgets.surface import Hairline, styled_label

NOT_KEPT: Final = "not kept yet"
IN_TRAINING: Final = "In training: Keep or Discard them in the tab Train, and they can be changed by hand"


class WeightsSection(QWidget):
    """Shown while layers with parameters are selected."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        actions: WeightActions,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection = document, selection
        self._actions, self._compute = actions, compute
        self._nodes: list[Node] = []
        self._shows_training = False
        """Whether the numbers are those of a training that nobody has kept yet."""
        self.source = SourceForm(appearance)
        self.source.source_wanted.connect(self._on_source_wanted)
        self.text = styled_label(style="caption", wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fit_button = QToolButton()
        self.fit_button.setText("Fit ▾")
        self.fit_button.setToolTip("Fit to the photograph: find filters in it, without labels or training")
        self.fit_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.fit_button.setMenu(QMenu(self.fit_button))
        self.edit_button = _toggle("Kernels", "See the kernels, and change their numbers by hand")
        self.curve_button = _toggle("Channels", "How much of the maps fewer channels keep")
        self.convert_button = QPushButton()
        self.convert_button.clicked.connect(self._on_convert)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setProperty("quiet", True)
        self.cancel_button.clicked.connect(actions.cancel_fit)
        self.outcome = styled_label(style="caption", wrap=True)
        self.too_many = styled_label(style="caption", wrap=True)
        self.editor = KernelEditor(appearance)
        self.editor.edited.connect(self._on_edited)
        self.curve = Curve(document, compute, appearance)
        self._progress_line = QWidget()
        self._lay_out()
        for button in (self.edit_button, self.curve_button):
            button.toggled.connect(lambda _on: self.refresh())
        document.project_changed.connect(self._on_project_changed)
        selection.selection_changed.connect(self._on_selection_changed)
        compute.glimpsed.connect(self.refresh)
        compute.run_started.connect(self._on_run_started)
        actions.fit_started.connect(self._on_fit_started)
        actions.fit_progressed.connect(self._on_fit_progressed)
        actions.fit_ended.connect(self._progress_line.hide)
        actions.said.connect(self._say)
        actions.refused.connect(self._say)
        self.refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for button in (self.fit_button, self.edit_button, self.curve_button):
            row.addWidget(button)
        row.addStretch(1)
        busy = QHBoxLayout(self._progress_line)
        busy.addWidget(self.progress, 1)
        busy.addWidget(self.cancel_button)
        for line in (row, busy):
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(GRID // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(GRID - 2)
        column.addWidget(Hairline())
        column.addWidget(self.source)
        column.addWidget(self.text)
        column.addLayout(row)
        column.addWidget(self.convert_button, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._progress_line, self.outcome, self.too_many, self.editor, self.curve):
            column.addWidget(part)
        self._progress_line.hide()
        self.outcome.hide()

    def scroll_to_editor(self) -> None:
        """Bring the kernels into view, below the button that shows them."""
        around: QWidget | None = self
        while around is not None:
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(self.editor, 0, GRID)
                around.ensureWidgetVisible(self.edit_button, 0, GRID)
            around = around.parentWidget()

    def refresh(self) -> None:
        """Show the selected layers' weights as the document has them, and those that are being trained."""
        network, reports = self._document.project.network, self._document.analysis.layers
        self._nodes = [
            network[node_id]
            for node_id in network.order
            if node_id in self._selection.ids and _has_parameters(network[node_id], reports[node_id])
        ]
        self.setVisible(bool(self._nodes))
        if not self._nodes:
            return
        node = self._nodes[0]
        single = node if len(self._nodes) == 1 else None
        inputs = reports[node.id].input_shapes
        drawn = any(is_matrix(*item) for item in node.layer.param_shapes(*inputs).items())
        same = all(one.weights == node.weights for one in self._nodes)
        self.source.setVisible(drawn)
        if drawn:
            misfits = [misfit(kind(), node.layer, inputs) for kind in self.source.kinds]
            self.source.show_source(node.weights if same else None, misfits)
        live = None if single is None else self._in_training(single)
        self._shows_training = live is not None
        about = f"{live.weights.text}, {NOT_KEPT}." if live is not None else _about(node, inputs)
        self.text.setText(about if same else "Weights from different sources")
        self._show_fit(drawn)
        self._show_conversion(single)
        self._show_editor((live or single) if drawn else None)
        self.editor.setToolTip(IN_TRAINING if self._shows_training else "")
        pointwise = single is not None and node.layer.role == "pointwise"
        self.curve_button.setVisible(pointwise)
        self.curve.show_node(node.id if pointwise and self.curve_button.isChecked() else None)

    def _in_training(self, node: Node) -> Node | None:
        """The layer with the weights whose maps are seen, where those are not the document's."""
        network = self._compute.instead
        found = None if network is None else network.nodes.get(node.id)
        return None if found is None or found.weights == node.weights else found

    def _on_run_started(self) -> None:
        if self._shows_training and self._compute.instead is None:
            self.refresh()

    def _show_fit(self, drawn: bool) -> None:
        fitted = [node for node in self._nodes if not why_not(node.layer)]
        self.fit_button.setVisible(drawn and bool(fitted))
        again = any(isinstance(node.weights, Given) and node.weights.origin == FITTED for node in self._nodes)
        self.fit_button.setText("Fit again ▾" if again else "Fit ▾")
        menu = self.fit_button.menu()
        menu.clear()
        ids = tuple(node.id for node in fitted)
        one = "this layer" if len(ids) == 1 else f"these {len(ids)} layers"
        above = self._with_those_above(ids)
        for words, chosen in ((one, ids), (f"{one} and all before", above), ("all convolutions", None)):
            for method in METHODS:
                text = f"{words[0].upper()}{words[1:]}, by {TITLES[method]}"
                menu.addAction(text, partial(self._actions.fit, chosen, method))
            menu.addSeparator()

        network = self._document.project.network
        source = restorable(network, ids[0]) if len(ids) == 1 else None
        if source is not None:
            text = f"To give {network[source].label} back, by {TITLES[RESTORE]}"
            menu.addAction(text, partial(self._actions.fit, ids, RESTORE))

    def _with_those_above(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        network = self._document.project.network
        above = {ancestor for node_id in ids for ancestor in network.ancestors(node_id)} | set(ids)
        return tuple(
            node_id for node_id in network.order if node_id in above and not why_not(network[node_id].layer)
        )

    def _show_conversion(self, node: Node | None) -> None:
        network = self._document.project.network
        dense = node is not None and is_dense(network, node.id)
        covers = node is not None and not dense and may_be_dense(network, node.id)
        self.convert_button.setVisible(dense or covers)
        self.convert_button.setText("Convert to convolution" if dense else "Convert to Linear")
        self.convert_button.setToolTip(
            "The same numbers as kernels: a larger photograph then gives a map of scores"
            if dense
            else "The same numbers as a dense layer after a Flatten"
        )

    def _show_editor(self, node: Node | None) -> None:
        kernels = node is not None and (node.layer.is_convolution or node.layer.family == "dense")
        self.edit_button.setVisible(kernels)
        opened = kernels and self.edit_button.isChecked()
        count = 0 if node is None else self._document.analysis.layers[node.id].parameters
        self.too_many.setVisible(opened and count > EDITABLE)
        self.editor.setVisible(opened and count <= EDITABLE)
        if not opened or node is None:
            return
        if count > EDITABLE:
            self.too_many.setText(f"{count:,} numbers are too many to be kept by hand.")
            return
        inputs = self._document.analysis.layers[node.id].input_shapes
        fits = not misfit(node.weights, node.layer, inputs)
        self.editor.setEnabled(fits and not self._shows_training)
        if fits:
            seed = self._document.project.seed
            self.editor.show_parameters(node.weights.parameters(node.id, node.layer, inputs, seed))

    def _on_source_wanted(self, weights: Weights, sweep: str) -> None:
        self._actions.set_source(tuple(node.id for node in self._nodes), weights, sweep)

    def _on_edited(self, arrays: dict[str, object], text: str, sweep: str) -> None:
        (node,) = self._nodes
        inputs, seed = self._document.analysis.layers[node.id].input_shapes, self._document.project.seed

        def change(project: Project) -> Project:
            before = project.network[node.id].weights
            if isinstance(before, Given):
                made = before.changed(**arrays)  # type: ignore[arg-type]  # arrays by name
            else:
                whole = before.parameters(node.id, node.layer, inputs, seed)
                note = f"changed from {before.text}"
                made = Given({**whole, **arrays}, BY_HAND, note)  # type: ignore[dict-item]  # as above
            return project.with_network(project.network.set_weights(node.id, made))

        self._document.edit(text, change, merge_key=f"{sweep} {node.id}" if sweep else None)

    def _on_convert(self) -> None:
        (node,) = self._nodes
        if is_dense(self._document.project.network, node.id):
            self._actions.convert_to_convolution(node.id)
        else:
            self._actions.convert_to_linear(node.id)

    def _on_project_changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network:
            self.refresh()

    def _say(self, text: str) -> None:
        self.outcome.setText(text)
        self.outcome.setVisible(bool(text))

    def _on_selection_changed(self) -> None:
        self._say("")
        self.refresh()

    def _on_fit_started(self) -> None:
        self._say("")
        self.progress.setRange(0, 0)
        self._progress_line.show()

    def _on_fit_progressed(self, done: int, total: int) -> None:
        if total > 1:  # of a single layer the bar only says that it is at work
            self.progress.setRange(0, total)
            self.progress.setValue(done)


def _has_parameters(node: Node, report: LayerReport) -> bool:
    return report.output_shape is not None and bool(report.parameters + report.non_trainable)


def _about(node: Node, inputs: tuple[tuple[int, ...], ...]) -> str:
    text = provenance(node.weights, node.layer, inputs)
    return (
        f"{text}. {node.weights.help}" if node.weights.group != "Other" and node.weights.help else f"{text}."
    )


def _toggle(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    return button

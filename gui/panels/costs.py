"""The costs panel: four figures, and every layer with its bar on a shared axis. All numbers explain."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from engine.analysis.analyze import Analysis
from engine.analysis.comparison import Amount
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.session.baseline import Baseline
from gui.session.document import Document
from gui.session.selection import Selection
from gui.session.settings import Settings
from gui.widgets.controls.choice_button import ChoiceButton
from gui.widgets.costs.batch_memory_row import BatchMemoryRow
from gui.widgets.costs.costs_model import Column, CostsModel
from gui.widgets.costs.costs_table import WIDE, CostsTable
from gui.widgets.costs.explanation_popover import ExplanationPopover
from gui.widgets.costs.headline import Figure
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.surface import MARGIN, Surface, local_numbers, styled_label
from gui.words.convention import COUNTED, Convention
from gui.words.differences import difference_line, exact_difference, summary
from gui.words.explanation import explain_layer, explain_total
from gui.words.number_format import field_sentence, field_text

HIGH: Final = 230
"""From this height on there is room for everything."""


class CostsPanel(Surface):
    """Follows the document's analysis; a row and its node are selected together."""

    convention_changed = Signal()
    """The user chose another way of counting, or of writing shapes; it stands in the settings."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        appearance: Appearance,
        settings: Settings,
        baseline: Baseline | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Costs", parent)
        self._baseline = baseline
        self._appearance = appearance
        self._document = document
        self._selection = selection
        self._settings = settings
        self._numbers = local_numbers()
        self._following = False

        self.counted = ChoiceButton("How the cost of a layer is counted", COUNTED, settings.costs_shown)
        orders = {"first": "C×H×W", "last": "H×W×C"}
        self.order = ChoiceButton("How shapes are written", orders, self._order())
        self.parameters = Figure("Parameters")
        self.cost = Figure(COUNTED[settings.costs_shown])
        self.memory = Figure("Activations")
        self.field = Figure("Receptive field")
        self.batch = BatchMemoryRow()
        self.model = CostsModel(self._numbers, self)
        self.model.show_convention(self.convention)
        self.table = CostsTable(self.model, appearance)
        self.popover = ExplanationPopover(self)
        self.pin = QToolButton()
        self.pin.setIconSize(QSize(14, 14))
        self.pin.setCheckable(True)
        self.pin.setAccessibleName("Pin as baseline")
        self.pin.setVisible(baseline is not None)
        self.against = ElidedLabel("")
        self.against.setProperty("caption", "true")
        self.against.hide()
        self._lay_out()

        self.counted.chosen.connect(self.count_as)
        self.order.chosen.connect(self.write_shapes)
        self.table.number_activated.connect(self._on_number_activated)
        for figure in self._all_figures():
            figure.activated.connect(lambda figure=figure: self._on_figure_activated(figure))
        self.table.selectionModel().selectionChanged.connect(self._on_rows_selected)
        document.analysis_changed.connect(self.on_analysis_changed)
        selection.selection_changed.connect(self.on_selection_changed)
        appearance.palette_changed.connect(self.table.viewport().update)
        appearance.palette_changed.connect(self._on_palette_changed)
        if baseline is not None:
            self.pin.clicked.connect(lambda on: baseline.pin_current() if on else baseline.unpin())
            baseline.changed.connect(self.on_baseline_changed)
            baseline.compared.connect(self.on_baseline_changed)
        self._on_palette_changed()
        self.on_analysis_changed(document.analysis)

    @property
    def convention(self) -> Convention:
        """How costs are counted and shapes written, as the settings have it."""
        return Convention(self._settings.costs_shown, self._settings.channels_last)

    def _all_figures(self) -> tuple[Figure, ...]:
        return self.parameters, self.cost, self.memory, self.field

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(styled_label("Layer by layer", style="caption"), 1)
        head.addWidget(self.pin)
        head.addWidget(self.counted)
        head.addWidget(self.order)
        self._figures = QGridLayout()
        self._figures.setHorizontalSpacing(GRID)
        self._figures.setVerticalSpacing(GRID)
        self._place_figures(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        top = QVBoxLayout()
        top.setContentsMargins(MARGIN, 0, MARGIN, 0)
        top.setSpacing(GRID)
        top.addWidget(self.against)
        top.addLayout(self._figures)
        top.addWidget(self.batch)
        top.addLayout(head)
        column.addLayout(top)
        below = QVBoxLayout()
        below.setContentsMargins(MARGIN - 6, 0, 0, 0)
        below.addWidget(self.table)
        column.addLayout(below, 1)

    def _place_figures(self, columns: int) -> None:
        self._columns = columns
        for place, figure in enumerate(self._all_figures()):
            self._figures.addWidget(figure, place // columns, place % columns)
            self._figures.setColumnStretch(place, 1 if place < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Four figures in a row where there is room; in very little the memory of a batch gives way."""
        super().resizeEvent(event)
        self.batch.setVisible(self.height() >= HIGH)
        columns = 4 if self.width() >= WIDE else 2
        if columns != self._columns:
            self._place_figures(columns)

    def minimumSizeHint(self) -> QSize:
        """Without what gives way."""
        size, batch = super().minimumSizeHint(), self.batch
        gives_way = batch.minimumSizeHint().height() + GRID if batch.isVisibleTo(self) else 0
        return size - QSize(0, gives_way)

    def on_analysis_changed(self, analysis: Analysis) -> None:
        """Show new numbers where the old ones stood."""
        self.popover.close()
        bar = self.table.verticalScrollBar()
        scrolled = bar.value()
        self._following = True
        if self.model.show_network(self._document.project.network, analysis):
            bar.setValue(scrolled)
            self._highlight()
        self._following = False
        self._show_totals(analysis)
        self.batch.show_analysis(analysis)

    def on_baseline_changed(self) -> None:
        """Another network is pinned, or none, or the differences of the layers were found."""
        pinned = None if self._baseline is None else self._baseline.pinned
        comparison = None if self._baseline is None else self._baseline.comparison
        self.pin.setChecked(pinned is not None)
        self.table.show_comparison(comparison)
        self.against.setVisible(pinned is not None)
        if pinned is not None:
            counted = "" if comparison is None else f": {summary(comparison)}"
            self.against.setText(f"Against “{pinned.title}”{counted}")
        self._on_palette_changed()
        self._show_differences()

    def on_selection_changed(self) -> None:
        """Highlight the rows of the selected nodes."""
        if not self._following:
            self._following = True
            self._highlight()
            self._following = False

    def _highlight(self) -> None:
        ids = self._selection.ids
        self.table.select_lines([line for line, node_id in enumerate(self.model.node_ids) if node_id in ids])

    def _on_rows_selected(self) -> None:
        if not self._following:
            self._following = True
            ids = self.model.node_ids
            self._selection.select(ids[line] for line in self.table.selected_lines())
            self._following = False

    def _show_totals(self, analysis: Analysis) -> None:
        numbers, totals = self._numbers, analysis.totals
        parameters = f"{numbers.exact(totals.parameters)} parameters"
        if totals.non_trainable:
            parameters += f"\n{numbers.exact(totals.non_trainable)} more that are not trained"
        self.parameters.show_figure(numbers.short(totals.parameters), parameters, str(totals.parameters))
        convention = self.convention
        cost = convention.cost(totals)
        about = f"{convention.exact_cost(totals, numbers)}\n{convention.about}"
        self.cost.show_figure(numbers.short(cost), about, str(cost), convention.name)
        memory = (
            f"All maps: {numbers.exact_size(totals.activation_bytes)}"
            f"\nAt most at once: {numbers.exact_size(totals.peak_activation_bytes)}"
            f"\nParameters: {numbers.exact_size(totals.parameter_bytes)}"
        )
        self.memory.show_figure(numbers.size(totals.activation_bytes), memory, str(totals.activation_bytes))
        field = totals.receptive_field
        self.field.show_figure(field_text(field, "px"), field_sentence(field), field_text(field))
        self._show_differences()

    def _show_differences(self) -> None:
        """What the totals were with the baseline; that needs no alignment."""
        pinned = None if self._baseline is None else self._baseline.pinned
        if pinned is None:
            for figure in self._all_figures():
                figure.show_difference("", "")
            return
        before, after, numbers = pinned.analysis.totals, self._document.analysis.totals, self._numbers
        convention = self.convention
        for figure, unit, amount in (
            (self.parameters, "parameters", Amount(before.parameters, after.parameters)),
            (self.cost, convention.name, Amount(convention.cost(before), convention.cost(after))),
            (self.memory, "bytes of maps", Amount(before.activation_bytes, after.activation_bytes)),
        ):
            better = amount.difference < 0 if amount.difference else None
            exact = exact_difference(amount, numbers, unit)
            figure.show_difference(difference_line(amount, numbers), exact, better=better)
        field = field_text(before.receptive_field, "px")
        same = field == field_text(after.receptive_field, "px")
        self.field.show_difference("as before" if same else f"was {field}", f"In the baseline: {field}")

    def _on_palette_changed(self) -> None:
        pinned = self._baseline is not None and self._baseline.pinned is not None
        self.pin.setIcon(self._appearance.icon("pin-off" if pinned else "pin", size=14))
        self.pin.setToolTip("Compare with no baseline" if pinned else "Pin the network as baseline (Ctrl+B)")

    def _on_figure_activated(self, figure: Figure) -> None:
        quantity = {
            self.parameters: "parameters",
            self.cost: self.convention.counted,
            self.memory: "activation_bytes",
            self.field: "receptive_field_height",
        }[figure]
        document = self._document
        found = explain_total(document.project.network, document.analysis, quantity, self._numbers)
        if found is not None:
            place = QRect(figure.mapToGlobal(figure.value.pos()), figure.value.size())
            self.popover.show_explanation(found, place)

    def _on_number_activated(self, line: int, column: Column) -> None:
        document, node_id = self._document, self.model.node_ids[line]
        quantity = self.model.quantity(line, column)
        found = explain_layer(document.project.network, document.analysis, node_id, quantity, self._numbers)
        if found is not None:
            place = self.table.number_rect(line, column)
            place.moveTopLeft(self.table.viewport().mapToGlobal(place.topLeft()))
            self.popover.show_explanation(found, place)

    def count_as(self, counted: str) -> None:
        """Count the cost of layers as "macs", "flops" or "operations", and remember it."""
        self._settings.costs_shown = counted
        self.counted.show_choice(counted)
        self._show_convention()

    def write_shapes(self, order: str) -> None:
        """Write channels "first" or "last", and remember it."""
        self._settings.channels_last = order == "last"
        self.order.show_choice(order)
        self._show_convention()

    def _show_convention(self) -> None:
        self.model.show_convention(self.convention)
        self.on_analysis_changed(self._document.analysis)
        self.convention_changed.emit()

    def _order(self) -> str:
        return "last" if self._settings.channels_last else "first"

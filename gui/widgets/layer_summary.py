"""What the selected layers do to shapes and what they cost, in a few lines."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.analysis import LayerReport
from engine.shapes import Shape, shape_text
from gui.numbers import field_sentence, field_text
from gui.widgets.fact_list import Fact, FactList
from gui.widgets.surface import local_numbers


class LayerSummary(QWidget):
    """Of one layer the shapes, costs and receptive field; of several the sums."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channels_last = False
        self.list = FactList()
        self._numbers = local_numbers()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)

    def show_layers(self, reports: Sequence[LayerReport]) -> None:
        """Show these layers' numbers."""
        numbers = self._numbers
        parameters = sum(report.parameters for report in reports)
        fixed = sum(report.non_trainable for report in reports)
        macs = sum(report.macs for report in reports)
        size = sum(report.activation_bytes for report in reports)
        facts = self._shapes(reports[0]) if len(reports) == 1 else []
        if all(report.output_shape is None for report in reports):
            unknown = ("Parameters", "MACs", "Memory of maps", "Receptive field")
            self.list.show_facts(facts + [Fact(name, "–") for name in unknown])
            return
        exact = numbers.exact(parameters)
        if fixed:
            exact += f" and {numbers.exact(fixed)} that are not trained"
        facts += [
            Fact("Parameters", numbers.short(parameters), exact),
            Fact("MACs", numbers.short(macs), numbers.exact(macs)),
            Fact("Memory of maps", numbers.size(size), numbers.exact_size(size)),
        ]
        if len(reports) == 1:
            field = reports[0].receptive_field
            facts.append(Fact("Receptive field", field_text(field, "px"), field_sentence(field)))
        self.list.show_facts(facts)

    def _shapes(self, report: LayerReport) -> list[Fact]:
        coming = list(dict.fromkeys(map(self._shape, report.input_shapes)))
        facts = []
        if report.input_shapes:
            # Many inputs (Concat) are told apart on hover.
            few = len(coming) <= 2
            value = ", ".join(coming) if few else f"{len(report.input_shapes)} maps"
            facts.append(Fact("In", value, " + ".join(map(self._shape, report.input_shapes))))
        out = report.output_shape
        facts.append(Fact("Out", "–" if out is None else self._shape(out)))
        return facts

    def _shape(self, shape: Shape) -> str:
        return shape_text(shape, channels_last=self.channels_last)

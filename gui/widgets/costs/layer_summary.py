"""What the selected layers do to shapes and what they cost, in a few lines."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.analysis.analyze import LayerReport
from engine.analysis.group_report import GroupReport
from engine.analysis.receptive_field import ReceptiveField
from engine.shapes import is_map
from gui.widgets.costs.fact_list import Fact, FactList
from gui.widgets.surface import local_numbers
from gui.words.convention import Convention
from gui.words.number_format import field_sentence, field_text, pair_text


class LayerSummary(QWidget):
    """Of one layer the shapes, costs and receptive field; of several the sums."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.convention = Convention()
        self.list = FactList()
        self._numbers = local_numbers()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)

    def show_layers(self, reports: Sequence[LayerReport], together: GroupReport | None = None) -> None:
        """Show these layers' numbers; `together` is what they are as a whole, where they are several."""
        numbers = self._numbers
        parameters = sum(report.parameters for report in reports)
        fixed = sum(report.non_trainable for report in reports)
        cost = sum(map(self.convention.cost, reports))
        size = sum(report.activation_bytes for report in reports)
        single = len(reports) == 1
        facts = self._shapes(reports[0]) if single else self._ends(together) if together else []
        if all(report.output_shape is None for report in reports):
            unknown = ("Parameters", self.convention.name, "Memory of maps", "Receptive field")
            self.list.show_facts(facts + [Fact(name, "–") for name in unknown])
            return
        exact = numbers.exact(parameters)
        if fixed:
            exact += f" and {numbers.exact(fixed)} that are not trained"
        about = self.convention.exact_cost(reports[0], numbers) if single else numbers.exact(cost)
        facts += [
            Fact("Parameters", numbers.short(parameters), exact, "parameters"),
            Fact(self.convention.name, numbers.short(cost), about, self.convention.counted),
            Fact("Memory of maps", numbers.size(size), numbers.exact_size(size), "activation_bytes"),
        ]
        if single:
            facts += _field(reports[0].receptive_field)
        else:
            facts += _field(together.receptive_field) if together else []
            # A sum over a selection is not derived anywhere.
            facts = [replace(fact, quantity="") for fact in facts]
        self.list.show_facts(facts)

    def _ends(self, together: GroupReport) -> list[Fact]:
        """What goes into several layers as a whole, and what comes out."""
        facts = []
        for name, shapes in (("In", together.input_shapes), ("Out", together.output_shapes)):
            words = list(map(self.convention.shape, shapes))
            if words:
                value = ", ".join(words) if len(words) <= 2 else f"{len(words)} maps"
                facts.append(Fact(name, value, " + ".join(words)))
        return facts

    def _shapes(self, report: LayerReport) -> list[Fact]:
        coming = list(dict.fromkeys(map(self.convention.shape, report.input_shapes)))
        facts = []
        if report.input_shapes:
            # Many inputs (Concat) are told apart on hover.
            few = len(coming) <= 2
            value = ", ".join(coming) if few else f"{len(report.input_shapes)} maps"
            facts.append(Fact("In", value, " + ".join(map(self.convention.shape, report.input_shapes))))
        out = report.output_shape
        if out is None:
            return [*facts, Fact("Out", "–")]
        quantity = "output_channels" if is_map(out) else "output_features"
        return [*facts, Fact("Out", self.convention.shape(out), quantity=quantity)]


def _field(field: ReceptiveField | None) -> list[Fact]:
    """Size, jump and start; a layer that sees everything has only a size."""
    if field is None:
        return [Fact("Receptive field", field_text(field, "px"), field_sentence(field))]
    size = Fact("Receptive field", field_text(field, "px"), field_sentence(field), "receptive_field_height")
    if field.whole_input:
        return [size]
    between = "Pixels of the input between neighbouring outputs"
    first = "First pixel of the input that output 0 sees; padding is negative"
    return [
        size,
        Fact("Jump", f"{pair_text(field.jump)}\u00a0px", between, "jump_height"),
        Fact("Start", f"{pair_text(field.start)}\u00a0px", first, "start_height"),
    ]

"""What one value of a layer sees of the photograph, and values at the same place in layers before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.analysis.analyze import Analysis
from engine.analysis.receptive_field import ReceptiveField
from engine.model.network import Network
from gui.figures.style import Options
from gui.figures.text.naming import full_label

Span = tuple[int, int]
"""First and last pixel."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What a value of a layer sees: rows and columns of the Input, padding included."""

    node_id: str
    label: str
    rows: Span
    columns: Span
    whole: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.rows[1] - self.rows[0] + 1, self.columns[1] - self.columns[0] + 1


def viewing_layer(analysis: Analysis, options: Options) -> str:
    """The layer that looks: the one asked for, or the last with rows and columns that does not see all."""
    if options.layer:
        return options.layer
    found = ""
    for node_id, report in analysis.layers.items():
        shape, field = report.output_shape, report.receptive_field
        if shape is not None and len(shape) == 3 and field is not None and not field.whole_input:
            found = node_id
    return found


def views(network: Network, analysis: Analysis, node_id: str, options: Options) -> list[View]:
    """The views of the layer and of those before it that see less, each at about the same place; the
    smallest first, no two of a size."""
    own = analysis.layers[node_id]
    shape, field = own.output_shape, own.receptive_field
    if shape is None or len(shape) != 3 or field is None:
        return []
    at = options.at or (0, shape[1] // 2, shape[2] // 2)
    place = min(at[1], shape[1] - 1), min(at[2], shape[2] - 1)
    box = field.box(*place)
    if box is None:
        return []
    middle = tuple((low + high) / 2 for low, high in box)
    above = network.ancestors(node_id) | {node_id}
    made: dict[tuple[int, int], View] = {}
    for one in network.order:
        report = analysis.layers[one]
        found = report.receptive_field
        if one not in above or found is None or report.output_shape is None or len(report.output_shape) != 3:
            continue
        seen = box if one == node_id else _at(found, report.output_shape[1:], middle)
        node = network.nodes[one]
        if seen is None or not node.inputs:
            continue
        view = View(
            node_id=one, label=full_label(node), rows=seen[0], columns=seen[1], whole=found.whole_input
        )
        known = made.get(view.size)
        if known is None or one == node_id:
            made[view.size] = view
    return [made[size] for size in sorted(made)]


def fewer(found: Sequence[View], most: int) -> list[View]:
    """At most so many of the views, evenly chosen, the last one among them."""
    if len(found) <= most:
        return list(found)
    if most <= 1:
        return [found[-1]]
    picked = {round(index * (len(found) - 1) / (most - 1)) for index in range(most)}
    return [found[index] for index in sorted(picked)]


def _at(field: ReceptiveField, size: tuple[int, ...], middle: tuple[float, ...]) -> tuple[Span, Span] | None:
    """The view of the output whose middle is nearest to this place of the Input."""
    best = []
    for axis, axis_field in enumerate(field.axes):
        jump = float(axis_field.jump) or 1.0
        first = axis_field.span_in_line(0)
        guess = 0 if first is None else round((middle[axis] - (first[0] + first[1]) / 2) / jump)
        best.append(min(max(0, guess), size[axis] - 1))
    return field.box(best[0], best[1])

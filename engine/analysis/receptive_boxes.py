"""Receptive fields both ways: the units on the way from a value to the photograph, and who sees a pixel."""

from dataclasses import dataclass

from engine.analysis.analyze import Analysis
from engine.analysis.periodic_span import Span
from engine.analysis.receptive_field import AxisField, ReceptiveField
from engine.model.network import Network
from engine.shapes import Pair, is_map


@dataclass(frozen=True)
class UnitOnTheWay:
    """A unit in the middle of what the one after it reads, and the pixels that it sees itself."""

    node_id: str
    row: int
    column: int
    box: tuple[Span, Span]
    """((top, bottom), (left, right)), padding included."""


def units_on_the_way(
    network: Network, analysis: Analysis, node_id: str, row: int, column: int
) -> tuple[UnitOnTheWay, ...]:
    """One unit a layer from the value back to the Input, so that each box lies inside of the one before.

    Where branches meet the way goes on through the one that sees most. Layers that see no more than the one
    before them are left out; it ends where a layer sees the whole input.
    """
    made: list[UnitOnTheWay] = []
    current = node_id
    while True:
        report = analysis.layers[current]
        box = None if report.receptive_field is None else report.receptive_field.box(row, column)
        if box is None:
            break
        if made and made[-1].box == box:
            made.pop()  # the earlier layer is the one that widened it
        made.append(UnitOnTheWay(current, row, column, box))
        node = network.nodes[current]
        sources = [source for source in node.inputs if analysis.layers[source].receptive_field is not None]
        shapes = report.input_shapes
        if not sources or node.layer.whole_input or not all(is_map(shape) for shape in shapes):
            break
        is_local = node.layer.reach(*shapes) is not None
        current = max(sources, key=lambda source: _extent(analysis.layers[source].receptive_field))
        of = node.inputs.index(current)
        shape = shapes[of]
        if is_local:
            rows, columns = (
                node.layer.reads(at, axis, *shapes, of=of) for axis, at in enumerate((row, column))
            )
            if not rows or not columns:
                break  # it reads nothing but padding
            row, column = rows[(len(rows) - 1) // 2], columns[(len(columns) - 1) // 2]
        if row >= shape[1] or column >= shape[2]:
            break  # a gate of one value for all places
    return tuple(made)


def outputs_seeing(field: ReceptiveField, row: int, column: int, size: Pair) -> tuple[range, range]:
    """Rows and columns of the outputs, of a map of this size, that see this pixel of the input."""
    return _seeing(field.height, row, size[0]), _seeing(field.width, column, size[1])


def _seeing(axis: AxisField, pixel: int, count: int) -> range:
    found = [output for output in range(count) if (span := axis.span(output)) and span[0] <= pixel <= span[1]]
    return range(found[0], found[-1] + 1) if found else range(0)


def _extent(field: ReceptiveField | None) -> tuple[bool, int]:
    """What a branch sees; one that sees everything through a gate comes after those that see something."""
    return (False, 0) if field is None else (not field.whole_input, field.size[0] * field.size[1])

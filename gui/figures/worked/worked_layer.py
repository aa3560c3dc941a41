"""Which layer a drawing of arithmetic is of, and why some have none; numbers short enough for cells."""

from math import isfinite

from engine.analysis.analyze import Analysis
from engine.attribution.values.arithmetic import take_apart
from engine.errors import quoted
from engine.layers.arithmetic import Arithmetic
from engine.model.network import Node
from engine.model.project import Project
from engine.shapes import Shape, elements
from gui.figures.slabs.faces import Map
from gui.figures.style import Options
from gui.figures.worked.kernels import MOST_WEIGHTS
from gui.figures.worked.sheets import Stack
from gui.words.number_format import MINUS, Numbers


def chosen_layer(project: Project, analysis: Analysis) -> str:
    """The first layer with a window, or else the first that works on maps; empty for none."""
    able = [node_id for node_id in project.network.order if not _unfit(project, analysis, node_id)]
    windows = [one for one in able if project.network.nodes[one].layer.window is not None]
    return next(iter([*windows, *able]), "")


def judge(project: Project, analysis: Analysis, options: Options) -> str:
    """Why there is nothing to be drawn."""
    if options.layer:
        return _unfit(project, analysis, options.layer)
    if not chosen_layer(project, analysis):
        return "no layer of this network makes maps of maps: add a convolution, or draw another network"
    return ""


def _unfit(project: Project, analysis: Analysis, node_id: str) -> str:
    """Why the arithmetic of this layer cannot be drawn."""
    if node_id not in project.network:
        return f"there is no layer {quoted(node_id)} in this network"
    node, report = project.network.nodes[node_id], analysis.layers[node_id]
    shapes = [*report.input_shapes, *([report.output_shape] if report.output_shape else [])]
    if not node.inputs:
        return f"{node.label} reads nothing: choose a layer after it"
    if report.output_shape is None:
        return f"{node.label} has no output yet: mend its problem first"
    if len(node.inputs) > 1:
        return f"{node.label} reads several layers: choose one with a single input"
    if any(len(shape) != 3 for shape in shapes):
        return f"{node.label} works on vectors, and the arithmetic of maps is drawn: choose another layer"
    return ""


def taken_apart(
    node: Node, shape: Shape, source: Map, at: tuple[int, int, int], seed: int
) -> Arithmetic | None:
    """How the value came about; None for kinds that cannot be taken apart, and for very large layers."""
    if not node.layer.can_be_taken_apart:
        return None
    if sum(map(elements, node.layer.param_shapes(shape).values())) > MOST_WEIGHTS:
        return None
    params = node.weights.parameters(node.id, node.layer, (shape,), seed)
    made = take_apart(node.layer, [source], params, at)
    return None if made.operation in ("steps", "move") else made


def equation_text(made: Arithmetic) -> str:
    """The sum in one line: `Σ value × weight = 0.412 + bias 0.100 = 0.512`."""
    value = short_text(made.value, 3)
    if made.operation == "sum" and made.kernel is not None:
        total = short_text(float(made.products.sum()), 3)
        bias = f" + bias {short_text(made.bias, 3)}" if made.bias else ""
        return f"Σ value × weight = {total}{bias}" + (f" = {value}" if bias else "")
    sign = {"sum": "Σ"}.get(made.operation, made.operation)
    return f"{sign} of {made.patch.size} values = {value}"


def cell_text(value: float) -> str:
    """Short enough for a cell: `−0.29`, `117`, `−∞`."""
    if not isfinite(value):
        return Numbers().decimal(value)
    places = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:.{places}f}"
    return text.replace("-", MINUS) if any(digit in "123456789" for digit in text) else text.lstrip("-")


def short_text(value: float, places: int = 2) -> str:
    return Numbers().decimal(value, places)


def part_of(stack: Stack) -> str:
    """Which part of a large map is drawn."""
    rows, columns = stack.cut.rows, stack.cut.columns
    spans = (f"{one.start} to {one.stop - 1}".replace("-", MINUS) for one in (rows, columns))
    return "drawn: rows {}, columns {}".format(*spans)

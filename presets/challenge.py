"""What a challenge is: a network to start from, and goals that are looked at after every edit. Free of Qt."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.analysis.analyze import Analysis, LayerReport
from engine.layers import Layer
from engine.model.project import Project
from engine.shapes import Shape, is_map, shape_text


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One condition. `now` says how things stand in a few characters, or nothing."""

    text: str
    met: Callable[[Project, Analysis], bool]
    now: Callable[[Project, Analysis], str] = lambda project, analysis: ""


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """Goals that have to be met together, by any network without problems."""

    id: str
    title: str
    text: str
    start: Callable[[], Project]
    goals: tuple[Goal, ...]
    hints: tuple[str, ...]
    solution: Callable[[Project], Project]
    """One of many ways, from the start."""

    def met(self, project: Project, analysis: Analysis) -> tuple[bool, ...]:
        """Which goals are met; none while something is wrong in the network."""
        if analysis.problems:
            return (False,) * len(self.goals)
        return tuple(goal.met(project, analysis) for goal in self.goals)


def end(analysis: Analysis) -> LayerReport | None:
    """The report of what comes out: the deepest layer that nobody reads."""
    network = analysis.network
    ends = [
        node_id
        for node_id in network.order
        if not network.outputs_of[node_id] and network.nodes[node_id].inputs
    ]
    return analysis.layers[ends[-1]] if ends else None


def gives(shape: Shape) -> Goal:
    """The network puts out this shape."""
    return Goal(
        text=f"Puts out {shape_text(shape)}",
        met=lambda _, analysis: _shape(analysis) == shape,
        now=lambda _, analysis: _shape_text(analysis),
    )


def gives_size(rows: int, columns: int) -> Goal:
    """The network puts out maps of this height and width, any number of them."""

    def met(project: Project, analysis: Analysis) -> bool:
        shape = _shape(analysis)
        return shape is not None and is_map(shape) and shape[1:] == (rows, columns)

    return Goal(
        text=f"Puts out maps of {rows}×{columns}",
        met=met,
        now=lambda _, analysis: _shape_text(analysis),
    )


def at_most_parameters(most: int) -> Goal:
    """The network has so many trainable parameters or fewer."""
    return Goal(
        text=f"At most {most:,} parameters",
        met=lambda _, analysis: 0 < analysis.totals.parameters <= most,
        now=lambda _, analysis: f"{analysis.totals.parameters:,}",
    )


def at_most_macs(most: int) -> Goal:
    """The network costs so many multiply–adds or fewer."""
    return Goal(
        text=f"At most {most:,} MACs",
        met=lambda _, analysis: 0 < analysis.totals.macs <= most,
        now=lambda _, analysis: f"{analysis.totals.macs:,}",
    )


def sees(pixels: int) -> Goal:
    """Each value that comes out sees so many pixels or more, by the layers before any global pooling."""

    def seen(analysis: Analysis) -> int:
        field = analysis.totals.receptive_field
        return 0 if field is None else min(field.size)

    return Goal(
        text=f"Receptive field of at least {pixels}",
        met=lambda _, analysis: seen(analysis) >= pixels,
        now=lambda _, analysis: str(seen(analysis)),
    )


def without(what: str, *kinds: str) -> Goal:
    """The network has no layer of these kinds."""

    def count(project: Project) -> int:
        return sum(node.layer.kind in kinds for node in project.network.nodes.values())

    return Goal(
        text=f"No {what}",
        met=lambda project, _: not count(project),
        now=lambda project, _: str(count(project)) if count(project) else "",
    )


def without_strides() -> Goal:
    """No window moves by more than one pixel."""

    def strides(project: Project) -> int:
        windows = [node.layer.window for node in project.network.nodes.values()]
        return sum(window is not None and max(window.stride) > 1 for window in windows)

    return Goal(
        text="No pooling and no stride above 1",
        met=lambda project, _: not strides(project),
        now=lambda project, _: str(strides(project)) if strides(project) else "",
    )


def at_most_layers(most: int) -> Goal:
    """So many layers or fewer, the Input not counted."""

    def count(project: Project) -> int:
        return sum(bool(node.inputs) for node in project.network.nodes.values())

    return Goal(
        text=f"At most {most} layers",
        met=lambda project, _: 0 < count(project) <= most,
        now=lambda project, _: str(count(project)),
    )


def ends_in(kind: str, text: str) -> Goal:
    """What comes out is made by a layer of this kind (an activation behind it may be)."""

    def met(project: Project, analysis: Analysis) -> bool:
        found = end(analysis)
        node = None if found is None else project.network.nodes[found.node_id]
        while node is not None and node.layer.role == "activation" and node.inputs:
            node = project.network.nodes[node.inputs[0]]
        return node is not None and node.layer.kind == kind

    return Goal(text=text, met=met)


def reads_everything() -> Goal:
    """No layer steps over positions of what it reads, by its stride or by gaps in its window.

    What is cut off at the end, where no window fits any more, does not count.
    """

    def skipping(project: Project, analysis: Analysis) -> int:
        """Layers that leave out a row or a column between the first and the last that they read."""
        return sum(
            _skips(project.network.nodes[node_id].layer, shape, report.output_shape)
            for node_id, report in analysis.layers.items()
            for shape in report.input_shapes[:1]
        )

    return Goal(
        text="Every position is read",
        met=lambda project, analysis: not skipping(project, analysis),
        now=lambda project, analysis: (
            f"{skipping(project, analysis)} skipping" if skipping(project, analysis) else ""
        ),
    )


def _skips(layer: Layer, given: Shape, out: Shape | None) -> bool:
    """Whether a row or column between two that are read is not read by any output."""
    if out is None or layer.window is None or not is_map(given) or not is_map(out):
        return False
    for axis in (0, 1):
        read = {row for output in range(out[1 + axis]) for row in layer.reads(output, axis, given)}
        if read and len(read) < max(read) - min(read) + 1:
            return True
    return False


def _shape(analysis: Analysis) -> Shape | None:
    found = end(analysis)
    return None if found is None else found.output_shape


def _shape_text(analysis: Analysis) -> str:
    shape = _shape(analysis)
    return "" if shape is None else shape_text(shape)

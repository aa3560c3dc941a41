"""What is said of a layer's maps without having them: how many there are, or why there can be none."""

from engine.analysis.analyze import Analysis
from engine.model.network import Network
from engine.shapes import Shape, shape_text
from gui.words.sentence_case import sentence


def maps_of(shape: Shape | None, enlarged: int | None = None) -> str:
    """`16 maps of 28×28`, `map 3 of 16` of an enlarged one, or `10 values`; empty while no shape is known."""
    if shape is None:
        return ""
    if enlarged is not None:
        return f"map {enlarged} of {shape[0]}"
    if len(shape) == 3:
        return f"{shape[0]} {'map' if shape[0] == 1 else 'maps'} of {shape_text(shape[1:])}"
    return f"{shape[0]} values"


def why_without_maps(network: Network, analysis: Analysis, node_id: str) -> str:
    """What is wrong with the layer, or with one above it; empty where it can have maps."""
    report = analysis.layers[node_id]
    if report.output_shape is not None:
        return ""
    if report.problems:
        return sentence(report.problems[0].message)
    for above in network.order:
        problems = analysis.layers[above].problems
        if problems and above in network.ancestors(node_id):
            return f"Waits for {network[above].label}. {sentence(problems[0].message)}"
    return "Waits for a layer before it."

"""What formats that are programs ask of a network: that it is one that runs."""

from engine.analysis.analyze import Analysis, analyze
from engine.errors import FormatError
from engine.model.network import Network


def complete_analysis(network: Network) -> Analysis:
    """The analysis of a network without problems; `FormatError` for one with problems or without layers."""
    analysis = analyze(network)
    if analysis.problems:
        problem = analysis.problems[0]
        raise FormatError(f"the network has problems: {problem.node_id}: {problem.message}")
    if not len(network):
        raise FormatError("there is no layer to be written")
    return analysis

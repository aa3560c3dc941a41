"""How networks, projects and analyses show themselves in a notebook: a picture as SVG, a table as HTML.

The picture is plain: cards and wires where the program lays them out. Figures for lectures are `gui.figures`.
"""

from collections.abc import Mapping
from html import escape
from typing import Final

from engine.analysis.analyze import analyze
from engine.analysis.report import Analysis
from engine.formats.tables import typesetting
from engine.formats.tables.layer_table import layer_table
from engine.layout.layout import CARD, lay_out
from engine.model.network import Network
from engine.model.project import Point, Project
from engine.shapes import shape_text

_MARGIN: Final = 12.0
_FONT: Final = "font-family='Inter, Helvetica, Arial, sans-serif'"
_MOST_LETTERS: Final = 22
"""What fits into a card at this size."""


def show_in_notebooks() -> None:
    """Give the values the methods that notebooks look for; once is enough, more does no harm."""
    for shown, picture, words in (
        (Network, network_svg, network_html),
        (Project, project_svg, project_html),
        (Analysis, analysis_svg, analysis_html),
    ):
        setattr(shown, "_repr_svg_", picture)  # noqa: B010  # to type checkers an assignment is no method
        setattr(shown, "_repr_html_", words)  # noqa: B010


def network_svg(network: Network) -> str:
    """Cards with name and output shape, and the wires between them, laid out afresh."""
    return _picture(network, lay_out(network))


def project_svg(project: Project) -> str:
    """The network with its cards where the project has them; laid out where it does not say."""
    known = project.positions
    nodes = project.network.nodes
    return _picture(project.network, known if nodes.keys() <= known.keys() else lay_out(project.network))


def analysis_svg(analysis: Analysis) -> str:
    """The picture of the network that was analysed."""
    return network_svg(analysis.network)


def network_html(network: Network) -> str:
    """The picture, and below it the layer table."""
    return network_svg(network) + analysis_html(analyze(network))


def project_html(project: Project) -> str:
    """Title, picture and layer table."""
    title = f"<h4>{escape(project.title)}</h4>" if project.title else ""
    return title + project_svg(project) + analysis_html(analyze(project.network))


def analysis_html(analysis: Analysis) -> str:
    """The layer table with its totals, and what is wrong with the network, if anything."""
    table = typesetting.html_table(layer_table(analysis.network, analysis))
    problems = [
        f"<li>{escape(problem.node_id)}: {escape(problem.message)}</li>" for problem in analysis.problems
    ]
    return table + (f"<ul>{''.join(problems)}</ul>" if problems else "")


def _picture(network: Network, places: Mapping[str, Point]) -> str:
    corners = {node_id: places[node_id] for node_id in network.order}
    if not corners:
        return "<svg xmlns='http://www.w3.org/2000/svg' width='160' height='24'/>"
    left = min(x for x, _ in corners.values()) - _MARGIN
    top = min(y for _, y in corners.values()) - _MARGIN
    width = max(x for x, _ in corners.values()) + CARD[0] + _MARGIN - left
    height = max(y for _, y in corners.values()) + CARD[1] + _MARGIN - top
    shapes = analyze(network).layers
    parts = [_wire(corners[source], corners[target]) for source, target in network.edges]
    for node_id, corner in corners.items():
        shape = shapes[node_id].output_shape
        parts.append(_card(corner, network[node_id].label, "" if shape is None else shape_text(shape)))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{left:g} {top:g} {width:g} {height:g}'"
        f" width='{min(width, 960):g}'>{''.join(parts)}</svg>"
    )


def _card(corner: Point, label: str, shape: str) -> str:
    x, y = corner
    short = label if len(label) <= _MOST_LETTERS else label[: _MOST_LETTERS - 1] + "…"
    return (
        f"<rect x='{x:g}' y='{y:g}' width='{CARD[0]:g}' height='{CARD[1]:g}' rx='8' fill='#fff'"
        " stroke='#94a3b8'/>"
        f"<text x='{x + 12:g}' y='{y + 30:g}' font-size='14' fill='#0f172a' {_FONT}>{escape(short)}</text>"
        f"<text x='{x + 12:g}' y='{y + 52:g}' font-size='12' fill='#64748b' {_FONT}>{escape(shape)}</text>"
    )


def _wire(source: Point, target: Point) -> str:
    """From the middle of a card's right side to the middle of the other's left; down where it is below."""
    if target[0] >= source[0] + CARD[0]:
        x, y = source[0] + CARD[0], source[1] + CARD[1] / 2
        u, v = target[0], target[1] + CARD[1] / 2
        bend = (x + u) / 2
        path = f"M{x:g} {y:g} C{bend:g} {y:g} {bend:g} {v:g} {u:g} {v:g}"
    else:
        x, y = source[0] + CARD[0] / 2, source[1] + CARD[1]
        u, v = target[0] + CARD[0] / 2, target[1]
        bend = (y + v) / 2
        path = f"M{x:g} {y:g} C{x:g} {bend:g} {u:g} {bend:g} {u:g} {v:g}"
    return f"<path d='{path}' fill='none' stroke='#94a3b8' stroke-width='1.5'/>"

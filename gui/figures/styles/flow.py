"""The canvas itself: cards and wires, shapes on the wires."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from engine.analysis import Analysis
from engine.layers.input import Input
from engine.layout import lay_out
from engine.project import Project
from engine.shapes import shape_text
from gui.figures.boxes import belonging, cropped
from gui.figures.card import Card, card_items, pill, pill_width
from gui.figures.drawing import Drawing, Item, Point
from gui.figures.style import Maps, Options, Style
from gui.figures.wire import fan, level_piece, wire
from gui.theme import THUMBNAIL, Palette
from gui.thumbnails import thumbnail

MARGIN: Final = 24.0
_THUMBNAIL_PIXELS: Final = 2 * THUMBNAIL
"""Pixels of a thumbnail's side: it stays sharp on a page and on a dense screen."""


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The project as it lies on the canvas, tightly cropped; laid out where no position is stored."""
    network = project.network
    if not project.positions:
        project = replace(project, positions=lay_out(network))
    places = [project.position(node_id) for node_id in network.nodes]
    ways = {
        source: fan(project.position(source), [project.position(reader) for reader in readers], places)
        for source, readers in network.outputs_of.items()
    }
    items: list[Item] = [
        replace(wire(way, palette.wire), part=reader)
        for source, readers in network.outputs_of.items()
        for reader, way in zip(readers, ways[source], strict=True)
    ]
    for node_id in network.nodes:
        shape = analysis.layers[node_id].output_shape
        caption = "" if shape is None else shape_text(shape, channels_last=options.channels_last)
        place = _pill_place(ways[node_id], pill_width(caption)) if caption else None
        if place is not None:
            # It lies on a wire, and comes with what the wire leads to.
            items += belonging(network.outputs_of[node_id][0], pill(place, caption, palette))
        card = _card(project, analysis, maps, node_id, options)
        card = card if place is not None else replace(card, shape=caption)
        items += belonging(node_id, card_items(card, palette))
    background = None if options.transparent else palette.canvas
    return cropped(items, MARGIN, background=background, title=project.title)


def _card(project: Project, analysis: Analysis, maps: Maps | None, node_id: str, options: Options) -> Card:
    node, report = project.network.nodes[node_id], analysis.layers[node_id]
    found = None if maps is None else maps.get(node_id)
    picture = None
    if found is not None:
        is_input = isinstance(node.layer, Input)
        picture = thumbnail(found, _THUMBNAIL_PIXELS, options.colour_map, photograph=is_input)
    return Card(
        node=node,
        at=project.position(node_id),
        share=report.macs / analysis.totals.macs if analysis.totals.macs else 0.0,
        picture=picture,
        problem=report.problems[0].message if report.problems else "",
    )


def _pill_place(ways: Sequence[Sequence[Point]], width: float) -> Point | None:
    """Middle of a level piece of a node's wires that is long enough; a short one is preferred.

    All wires from a node carry the same shape: one of them tells it.
    """
    pieces = [level_piece(way) for way in ways]
    fitting = [(left, right) for left, right in pieces if right[0] - left[0] >= width]
    if not fitting:
        return None
    left, right = min(fitting, key=lambda piece: piece[1][0] - piece[0][0])
    return (left[0] + right[0]) / 2, left[1]


STYLE: Final = Style(
    name="flow",
    title="Canvas",
    draw=draw,
    about="The canvas itself: cards and wires, with shapes on the wires",
    uses=frozenset({"transparent", "channels_last", "colour_map"}),
)

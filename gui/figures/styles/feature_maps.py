"""A layer's real maps as a captioned grid: its input, its kernels, and what comes out, side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import Final

from engine.analysis.analyze import Analysis
from engine.errors import quoted
from engine.model.network import Node
from engine.model.project import Project
from engine.shapes import Shape
from gui.figures.drawing.drawing import Drawing, Item, Picture, Rect, Text
from gui.figures.drawing.item_bounds import belonging, cropped, extent_of_all, moved
from gui.figures.drawing.shapes import polyline
from gui.figures.slabs.faces import Map, channel_picture, input_picture, strongest_channels
from gui.figures.slabs.scaling import room
from gui.figures.style import Maps, Options, Style
from gui.figures.text.naming import full_label
from gui.figures.text.type_metrics import elided
from gui.figures.tints import paper
from gui.figures.worked.kernels import kernel_picture, weights_of
from gui.look.colormaps import Rgb
from gui.look.theme import Palette

MARGIN: Final = 24.0
TITLE: Final = 15.0
TYPE: Final = 13.0
_SIDE: Final = 74.0
"""Longer side of a map."""
_GAP: Final = 10.0
_LABEL: Final = 18.0
_APART: Final = 56.0
_LEAST: Final = 120.0
"""Width for the words above a panel."""
_FINE: Final = 128


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """Input, kernels and output of one layer."""
    background = None if options.transparent else paper(palette)
    problem = judge(project, analysis, options)
    node_id = options.layer or chosen_layer(project, analysis)
    found = None if maps is None else maps.get(node_id)
    if not problem and (found is None or found.ndim != 4):
        problem = "the maps are not known yet: run the network on a photograph"
    if problem or found is None:
        words = Text(x=0, y=0, text=problem, size=TITLE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    panels = _panels(project, analysis, maps, found, node_id, palette, options)
    width = room(options, TYPE)[0] - 2 * MARGIN
    items: list[Item] = []
    y = 0.0
    for line in _lines(panels, width):
        made = list(_side_by_side(line, palette, begins=not items))
        items += [moved(item, 0.0, y) for item in made]
        y = extent_of_all(items)[1][1] + _APART / 2
    return cropped(items, MARGIN, background=background, title=project.title)


def chosen_layer(project: Project, analysis: Analysis) -> str:
    """The first convolution, or else the first layer with maps behind an Input; empty for none."""
    maps = [
        node_id
        for node_id, report in analysis.layers.items()
        if report.output_shape is not None and len(report.output_shape) == 3
    ]
    read = [one for one in maps if project.network.nodes[one].inputs]
    nodes = project.network.nodes
    convolutions = [one for one in read if nodes[one].layer.role in ("convolution", "pointwise")]
    return next(iter([*convolutions, *read, *maps]), "")


def judge(project: Project, analysis: Analysis, options: Options) -> str:
    """Why there are no maps to be shown."""
    node_id = options.layer or chosen_layer(project, analysis)
    if not node_id:
        return "no layer of this network has maps: add an Input and a convolution"
    if node_id not in project.network:
        return f"there is no layer {quoted(node_id)} in this network"
    shape = analysis.layers[node_id].output_shape
    label = full_label(project.network.nodes[node_id])
    if shape is None:
        return f"{label} has no output yet: mend its problem first"
    if len(shape) != 3:
        return f"{label} gives a vector, not maps: choose a layer before it"
    return ""


@dataclass(frozen=True)
class _Tile:
    """A picture, and what stands below it."""

    picture: Rgb
    caption: str


@dataclass(frozen=True, kw_only=True)
class _Panel:
    """A grid of pictures under a title."""

    part: str
    """The node that it is drawn for."""
    title: str
    detail: str
    tiles: tuple[_Tile, ...]
    ratio: float = 1.0
    """Height to width of a tile."""
    larger: bool = False


def _panels(
    project: Project,
    analysis: Analysis,
    maps: Maps | None,
    found: Map,
    node_id: str,
    palette: Palette,
    options: Options,
) -> list[_Panel]:
    node, report = project.network.nodes[node_id], analysis.layers[node_id]
    most = max(1, options.max_maps)
    dark = palette.name == "dark"
    shown = strongest_channels(found, most)
    if options.at is not None:
        channel = min(max(0, options.at[0]), found.shape[1] - 1)
        shown = [channel, *(one for one in shown if one != channel)][:most]
    shown.sort()
    panels = []
    for source in node.inputs[:2]:
        above = None if maps is None else maps.get(source)
        if above is not None and above.ndim == 4:
            own = project.network.nodes[source]
            panels.append(_maps_panel(own, above, most, palette, options))
    weights = weights_of(node, report.input_shapes, project.seed) if node.inputs else None
    if weights is not None:
        count, channels, height, width = weights.shape
        kept = [one for one in shown if one < count]
        tiles = tuple(_Tile(kernel_picture(weights[one], dark=dark), f"{one}") for one in kept)
        slices = f"{height}×{width}×{channels} each" if channels > 1 else f"{height}×{width} each"
        if node.weights.is_learned(node.layer, report.input_shapes) and node.weights.learned_from:
            slices += f" · trained on {node.weights.learned_from}"
        panels.append(_Panel(part=node_id, title=f"{count} kernels", detail=slices, tiles=tiles))
    output = _tiles(found, shown, palette, options)
    shape: Shape = found.shape[1:]
    detail = options.shape(shape)
    ratio = shape[1] / shape[2]
    panels.append(_Panel(part=node_id, title=full_label(node), detail=detail, tiles=output, ratio=ratio))
    return panels


def _maps_panel(node: Node, maps: Map, most: int, palette: Palette, options: Options) -> _Panel:
    """The maps a layer reads; of a photograph the photograph."""
    shape: Shape = maps.shape[1:]
    detail = options.shape(shape)
    ratio = shape[1] / shape[2]
    photograph = None
    title, label = "Input", full_label(node)
    if not node.inputs and shape[0] in (1, 3):
        photograph = options.photograph if options.photograph is not None else input_picture(maps, finest=448)
        if shape[0] == 1 or photograph is None:
            photograph = input_picture(maps, finest=448)
    if photograph is not None:
        tile = _Tile(photograph[..., :3], "")
        tiles: tuple[_Tile, ...] = (tile,)
    else:
        tiles = _tiles(maps, sorted(strongest_channels(maps, most)), palette, options)
    return _Panel(
        part=node.id, title=title, detail=f"{label} · {detail}", tiles=tiles, ratio=ratio,
        larger=photograph is not None,
    )  # fmt: skip


def _tiles(maps: Map, channels: Sequence[int], palette: Palette, options: Options) -> tuple[_Tile, ...]:
    dark, name = palette.name == "dark", options.colour_map
    pictures = (channel_picture(maps[0, channel], name, dark=dark, finest=_FINE) for channel in channels)
    return tuple(_Tile(picture, f"{channel}") for picture, channel in zip(pictures, channels, strict=True))


def _width(panel: _Panel) -> float:
    """Of its grid, or of the words above a small one."""
    columns, _, width, _ = _grid(panel)
    return max(columns * (width + _GAP) - _GAP, _LEAST)


def _lines(panels: Sequence[_Panel], width: float) -> list[list[_Panel]]:
    """The panels of each line: as many as the target has room for with type of its smallest size."""
    made: list[list[_Panel]] = [[]]
    used = 0.0
    for panel in panels:
        own = _width(panel) + _APART
        if made[-1] and used + own - _APART > width:
            made.append([])
            used = 0.0
        made[-1].append(panel)
        used += own
    return made


def _side_by_side(panels: Sequence[_Panel], palette: Palette, *, begins: bool) -> Iterator[Item]:
    """The panels from left to right with an arrow between them, centred on one line; one before the first
    where the figure does not begin with it."""
    grids = [_grid(panel) for panel in panels]
    heights = [rows * (height + _LABEL + _GAP) - _GAP for _, rows, _, height in grids]
    tallest = max(heights)
    x = 0.0
    middle = 44.0 + tallest / 2 - _LABEL / 2
    if not begins:
        yield replace(_arrow(x + 8, middle, palette), part=panels[0].part)
        x += _APART / 2
    for index, (panel, grid, height) in enumerate(zip(panels, grids, heights, strict=True)):
        columns, _, width, own = grid
        whole = columns * (width + _GAP) - _GAP
        top = 44.0 + (tallest - height) / 2
        words = max(whole, _LEAST)
        title = elided(panel.title, words + _APART - 16, TITLE, 600)
        detail = elided(panel.detail, words + _APART - 16, TYPE)
        part = panel.part
        yield Text(x=x, y=top - 28, text=title, size=TITLE, weight=600, colour=palette.text, part=part)
        yield Text(x=x, y=top - 9, text=detail, size=TYPE, colour=palette.secondary, part=part)
        for number, tile in enumerate(panel.tiles):
            left = x + (number % columns) * (width + _GAP)
            y = top + (number // columns) * (own + _LABEL + _GAP)
            yield from belonging(part, _tile(panel, tile, (left, y), (width, own), palette))
        x += words
        if index < len(panels) - 1:
            yield replace(_arrow(x + _APART / 2 - 4, middle, palette), part=panels[index + 1].part)
        x += _APART


def _arrow(x: float, y: float, palette: Palette) -> Item:
    """A head with its tip there."""
    return polyline([(x - 8, y - 8), (x, y), (x - 8, y + 8)], palette.wire, 1.8)


def _tile(
    panel: _Panel, tile: _Tile, at: tuple[float, float], size: tuple[float, float], palette: Palette
) -> Iterator[Item]:
    """The picture in its outline, and its caption."""
    (x, y), (width, height) = at, size
    smooth = panel.larger and tile.picture.shape[0] > 100
    yield Picture(x=x, y=y, width=width, height=height, pixels=tile.picture, smooth=smooth)
    yield Rect(x=x, y=y, width=width, height=height, stroke=palette.line, stroke_width=0.8)
    if tile.caption:
        yield Text(
            x=x + width / 2, y=y + height + 14, text=tile.caption, size=TYPE, anchor="middle",
            colour=palette.secondary,
        )  # fmt: skip


def _grid(panel: _Panel) -> tuple[int, int, float, float]:
    """Columns, rows, and the width and height of a tile."""
    if panel.larger:
        side = 2.5 * _SIDE
        return 1, 1, *_fitting(side, panel.ratio)
    count = max(1, len(panel.tiles))
    columns = max(1, min(count, ceil(sqrt(count * 1.2))))
    return columns, -(-count // columns), *_fitting(_SIDE, panel.ratio)


def _fitting(side: float, ratio: float) -> tuple[float, float]:
    """Width and height of a rectangle of this height to width whose longer side is `side`, never a hair."""
    width, height = (side, side * ratio) if ratio <= 1 else (side / ratio, side)
    return max(width, 6.0), max(height, 6.0)


STYLE: Final = Style(
    name="feature-maps",
    title="Feature maps",
    draw=draw,
    about="A layer's real maps: input, kernels and output side by side",
    uses=frozenset({"transparent", "channels_last", "layer", "at", "max_maps", "colour_map", "notation"}),
    needs=frozenset({"maps", "photograph"}),
    focus=chosen_layer,
    problem=judge,
    ends=True,
)

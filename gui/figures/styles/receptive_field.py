"""The photograph with what one value of each layer sees of it, and how much each pixel matters.

Nested boxes are the theoretical receptive fields (Araujo, Norris & Sim, Distill 2019); the heat map is the
effective one: Luo, Li, Urtasun & Zemel, "Understanding the effective receptive field", NeurIPS 2016.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from engine.analysis.analyze import Analysis
from engine.errors import quoted
from engine.model.project import Project
from engine.shapes import Shape, pair_text
from gui.figures.drawing.drawing import Drawing, Item, Picture, Rect, Text
from gui.figures.drawing.item_bounds import belonging, cropped, moved
from gui.figures.slabs.scaling import room
from gui.figures.style import Maps, Options, Style
from gui.figures.text.naming import full_label
from gui.figures.text.type_metrics import elided, wrapped
from gui.figures.tints import mixed, paper
from gui.figures.worked.effective import value_name
from gui.figures.worked.seen_by import View, fewer, viewing_layer, views
from gui.look.colormaps import Rgb, colour, lookup_table
from gui.look.theme import Palette

MARGIN: Final = 24.0
TYPE: Final = 14.0
_LONGER: Final = 430.0
"""Longer side of the photograph with the boxes around it."""
_APART: Final = 36.0
_LEAST_PHOTOGRAPH: Final = 0.4
"""Of that: boxes that would leave the photograph less are cut off, and the figure says so."""
_STEP: Final = 5.0
"""Between the outlines of boxes that are cut off on the same side."""
_HEAT: Final = 0.92
"""Of the heat map's longer side, compared with the photograph and its boxes."""
_LIST: Final = 250.0
"""Width of the list of layers."""
_LINE: Final = 20.0
_WHOLE: Final = _LONGER * (1 + _HEAT) + _LIST + 2 * _APART
"""Width of the two pictures and the list side by side."""
_LINES: Final = 8
"""Most lines below the heat map."""
_GREY: Final = 96
"""Sides of what stands in for a photograph."""


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The photograph with the boxes, their layers, and the heat map where it is known."""
    background = None if options.transparent else paper(palette)
    problem = judge(project, analysis, options)
    if problem:
        words = Text(x=0, y=0, text=problem, size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    node_id = viewing_layer(analysis, options)
    found = fewer(views(project.network, analysis, node_id, options), max(1, options.max_maps))
    items = list(_items(found, analysis, node_id, palette, options))
    return cropped(items, MARGIN, background=background, title=project.title)


def judge(project: Project, analysis: Analysis, options: Options) -> str:
    """Why there is nothing to be seen."""
    node_id = viewing_layer(analysis, options)
    if not node_id:
        return "no layer of this network looks at a part of a photograph: add an Input and a convolution"
    if node_id not in project.network:
        return f"there is no layer {quoted(node_id)} in this network"
    label = full_label(project.network.nodes[node_id])
    if analysis.layers[node_id].receptive_field is None:
        return f"{label} sees nothing yet: wire it to an Input first"
    if not views(project.network, analysis, node_id, options):
        return f"{label} has no place in the photograph: choose a layer of maps after a convolution"
    return ""


def _items(
    found: Sequence[View], analysis: Analysis, node_id: str, palette: Palette, options: Options
) -> Iterator[Item]:
    field = analysis.layers[node_id].receptive_field
    assert field is not None
    rows, columns = field.input_size
    # Where type would be too small side by side, the list goes below both pictures, and those are smaller.
    width = room(options, TYPE)[0] - 2 * MARGIN
    narrow = width < _WHOLE
    longer = min(_LONGER, (width - _APART) / (1 + _HEAT)) if narrow else _LONGER
    # Boxes that reach into the padding are drawn whole: the photograph makes room for them.
    down = max(0, *(max(-v.rows[0], v.rows[1] - rows + 1) for v in found))
    across = max(0, *(max(-v.columns[0], v.columns[1] - columns + 1) for v in found))
    longest = max(rows, columns)
    unit = max(
        _LEAST_PHOTOGRAPH * longer / longest, longer / max(longest, rows + 2 * down, columns + 2 * across)
    )
    width, height = columns * unit, rows * unit
    colours = [_shade(index, len(found), palette) for index in range(len(found))]
    over = min(down * unit, (longer - height) / 2)
    aside = min(across * unit, (longer - width) / 2)
    photograph = _photograph(options, rows, columns)
    yield Picture(x=0, y=0, width=width, height=height, pixels=photograph, smooth=True)
    cut = 0
    for view, shade in zip(reversed(found), reversed(colours), strict=True):
        inset = _STEP * cut
        limits = (inset - aside, inset - over, width + aside - inset, height + over - inset)
        boxes = _box(view, unit, limits, shade)
        cut += any(item.dashes for item in boxes)
        yield from belonging(view.node_id, boxes)
    if cut:
        words = "Dashed: reaches farther than is drawn"
        yield Text(x=-aside, y=height + over + 22, text=words, size=TYPE, colour=palette.secondary)
    left = width + aside + _APART
    if not narrow:
        yield from _list(found, colours, left, -over, palette)
        left += _LIST + _APART
    low = height + over + (_LINE if cut else 0.0)
    if options.effective is not None:
        x = left
        scale = longer / max(width, height)
        # The photograph once more, as large as there is room.
        size = (width * scale * _HEAT, height * scale * _HEAT)
        top = (height - size[1]) / 2
        heat = _heat(options, photograph, found[-1], size, unit * scale * _HEAT)
        yield from (moved(item, x, top) for item in heat)
        words = _heat_words(options, analysis.layers[node_id].output_shape)
        lines = list(_paragraph(words, x, top + size[1] + 20, max(size[0], _LIST), palette))
        yield from lines
        low = max(low, top + size[1] + _LINE * len(lines))
    if narrow:
        yield from _list(found, colours, -aside, low + _APART / 2, palette)


def _shade(index: int, count: int, palette: Palette) -> str:
    """From dark to bright with depth, readable on photographs of any kind."""
    table = lookup_table("viridis")
    place = 60 + round(195 * (index / max(1, count - 1))) if count > 1 else 255
    made = "#" + bytes(int(one) for one in table[place]).hex().upper()
    return mixed(made, "#FFFFFF", 0.12)


def _photograph(options: Options, rows: int, columns: int) -> Rgb:
    """The photograph, or a quiet chequered ground in its place."""
    if options.photograph is not None:
        return np.ascontiguousarray(options.photograph[..., :3])
    share = _GREY / max(rows, columns)
    shape = max(1, round(rows * share)), max(1, round(columns * share))
    y, x = np.mgrid[: shape[0], : shape[1]]
    grey = np.where((y // 6 + x // 6) % 2, 176, 190).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _box(view: View, unit: float, limits: tuple[float, float, float, float], shade: str) -> list[Rect]:
    """An outline with a dark line beneath, so that it shows on bright and dark ground."""
    x1, x2 = view.columns[0] * unit, (view.columns[1] + 1) * unit
    y1, y2 = view.rows[0] * unit, (view.rows[1] + 1) * unit
    clipped = max(x1, limits[0]), max(y1, limits[1]), min(x2, limits[2]), min(y2, limits[3])
    cut = clipped != (x1, y1, x2, y2)
    x, y = clipped[0], clipped[1]
    width, height = max(clipped[2] - x, 1.5), max(clipped[3] - y, 1.5)
    dashes = (6.0, 4.0) if cut else ()
    return [
        Rect(x=x, y=y, width=width, height=height, stroke=stroke, stroke_width=thick, dashes=dashes)
        for stroke, thick in (("#0B0F14", 3.4), (shade, 1.8))
    ]


def _list(
    found: Sequence[View], colours: Sequence[str], x: float, y: float, palette: Palette
) -> Iterator[Item]:
    """A line a layer: what it sees, the deepest one first."""
    yield Text(x=x, y=y + 12, text="One value sees", size=TYPE, weight=600, colour=palette.text)
    y += 34
    for view, shade in zip(reversed(found), reversed(colours), strict=True):
        yield Rect(
            x=x, y=y - 9.5, width=11, height=11, fill=shade, stroke="#0B0F14", stroke_width=0.8,
            part=view.node_id,
        )  # fmt: skip
        size = "whole input" if view.whole else pair_text(view.size)
        label = elided(view.label, _LIST - 112, TYPE)
        yield Text(x=x + 20, y=y, text=label, size=TYPE, colour=palette.text, part=view.node_id)
        yield Text(
            x=x + _LIST, y=y, text=size, size=TYPE, weight=500, anchor="end", colour=palette.secondary,
            part=view.node_id,
        )  # fmt: skip
        y += 25


def _heat(
    options: Options,
    photograph: Rgb,
    view: View,
    size: tuple[float, float],
    unit: float,
) -> Iterator[Item]:
    """How much each pixel matters, over the photograph in grey."""
    assert options.effective is not None
    strength = np.sqrt(np.clip(np.nan_to_num(options.effective), 0, 1))
    rows = np.arange(photograph.shape[0]) * strength.shape[0] // photograph.shape[0]
    columns = np.arange(photograph.shape[1]) * strength.shape[1] // photograph.shape[1]
    finer = strength[np.ix_(rows, columns)][..., None]
    grey = photograph.mean(axis=2, keepdims=True).repeat(3, axis=2) * 0.55
    heat = colour(finer[..., 0], "viridis" if options.colour_map == "greys" else options.colour_map, 0.0, 1.0)
    share = np.minimum(1.0, 0.15 + 1.2 * finer) * (finer > 0.02)
    pixels = np.rint(grey * (1 - share) + heat * share).astype(np.uint8)
    yield Picture(x=0, y=0, width=size[0], height=size[1], pixels=pixels, smooth=True, part=view.node_id)
    yield from belonging(view.node_id, _box(view, unit, (0.0, 0.0, size[0], size[1]), "#FFFFFF"))


def _heat_words(options: Options, shape: Shape | None) -> str:
    """What the heat map is of, and why there is nothing to be seen where it is empty."""
    name = "" if options.at is None or shape is None else value_name(options.at, shape)
    assert options.effective is not None
    if options.effective.any():
        return f"How much each pixel matters{name and f' to {name}'}: the effective field"
    reason = f": {options.why_empty}" if options.why_empty else "."
    return f"No pixel matters to {name or 'this value'}{reason}"


def _paragraph(text: str, x: float, y: float, width: float, palette: Palette) -> Iterator[Item]:
    for index, line in enumerate(wrapped(text, [width] * _LINES, TYPE)):
        yield Text(x=x, y=y + index * _LINE, text=line, size=TYPE, colour=palette.secondary)


STYLE: Final = Style(
    name="receptive-field",
    title="Receptive field",
    draw=draw,
    about="The photograph, what a value of each layer sees of it, and how much each pixel matters",
    uses=frozenset({"transparent", "layer", "at", "max_maps", "colour_map"}),
    needs=frozenset({"photograph", "effective"}),
    focus=lambda project, analysis: viewing_layer(analysis, Options()),
    problem=judge,
)

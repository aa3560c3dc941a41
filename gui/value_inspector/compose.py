"""The whole lens: the map that is read, how its values become one, the map that comes out. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.attribution.fields.window_reads import inputs_of, inputs_through, outputs_reading
from engine.shapes import Shape
from gui.look.colormaps import Rgb
from gui.look.theme import Palette
from gui.value_inspector.inspected_value import InspectedValue
from gui.value_inspector.maps import (
    LARGEST_CELL,
    NO_PADS,
    Pads,
    Values,
    caption,
    draw_map,
    map_colours,
    outline_cells,
    tinted,
)
from gui.value_inspector.matrix import draw_matrix
from gui.value_inspector.sheet import Sheet, Spot, ValuePicture
from gui.value_inspector.steps import draw_steps
from gui.value_inspector.sums import draw_sums
from gui.value_inspector.window import draw_window
from gui.words.number_format import Numbers

TOP: Final = 26.0
BOTTOM: Final = 6.0
INSET: Final = 4.0
"""Room at both sides, for outlines."""
GUTTER: Final = 26.0
LARGEST_MAP: Final = 240.0
SHARE: Final = 0.175
"""Of the width, for a map; the numbers between them take the rest."""
WIDE_SHARE: Final = 0.13
"""Where the kernel is wide, or the matrix."""
ROOMY: Final = 860.0
"""Width of the lens below which the maps stand above one another."""
STACKED_SHARE: Final = 0.2
LEAST_FOR_MAPS: Final = 400.0
LEAST_MAP: Final = 44.0
NUMBERED: Final = 26.0
MOST_NUMBERED: Final = 8
FEWEST_NUMBERED: Final = 6
"""Images of a few pixels get so much for each, so that every number stands in its cell."""
SUMS: Final = 176.0
NARROW_SUMS: Final = 112.0
LEAST_FOR_SUMS: Final = 320.0

Colours = Callable[[Values], Rgb]


@dataclass(frozen=True)
class View:
    """How a lens is looked at."""

    width: float
    height: float
    focus: int | None = None
    """Place of the channel whose patch is shown; None for the strongest."""
    first: int | None = None
    """First line of the list, or first row of the matrix; None for the natural one."""
    hover: Spot | None = None
    reveal: int | None = None
    """While the window slides: how many outputs are there already."""


def draw_value(
    lens: InspectedValue, view: View, palette: Palette, numbers: Numbers, colours: Colours | None = None
) -> ValuePicture:
    """Everything, as large as the view. `colours` may remember the colours of maps."""
    sheet = Sheet(palette, numbers)
    paint = colours or (lambda values: map_colours(values, dark=palette.name == "dark"))
    focus = _focus(lens, view)
    plan = _arrangement(lens, view)
    left, right = INSET, view.width - INSET
    if plan.side:
        left = _draw_input(sheet, lens, view, focus, plan.side, paint) + GUTTER
    if plan.stacked:
        below = TOP + plan.side + TOP - 4
        _draw_output(sheet, lens, view, INSET, below, plan.side, paint)
        left = INSET + plan.side + GUTTER
    elif plan.side:
        right -= _output_width(lens, plan.side) + GUTTER
    taken = _draw_middle(sheet, lens, view, focus, left, right - left)
    if plan.side and not plan.stacked:
        _draw_output(sheet, lens, view, min(left + taken, right) + GUTTER, TOP, plan.side, paint)
    return sheet.finish(view.width, view.height, f"{lens.label} at {', '.join(map(str, lens.at))}")


@dataclass(frozen=True)
class _Arrangement:
    """How large the maps are (0 for none), and whether the one that comes out stands below the one read."""

    side: float
    stacked: bool = False


def _arrangement(lens: InspectedValue, view: View) -> _Arrangement:
    if lens.is_vector or view.width < LEAST_FOR_MAPS:
        return _Arrangement(0.0)
    high = view.height - TOP - BOTTOM
    read = lens.read.shape[2:] or lens.size
    cells = max(sum(pads) + size for pads, size in zip(_pads(lens), read, strict=True))
    roomy = view.width >= ROOMY
    numbered = min(cells * NUMBERED, high) if cells <= (MOST_NUMBERED if roomy else FEWEST_NUMBERED) else 0.0
    if roomy or numbered:
        kernel = None if lens.arithmetic is None else lens.arithmetic.kernel
        wide = lens.is_matrix or (kernel is not None and kernel.shape[2] >= 5)
        share = WIDE_SHARE if wide or not roomy else SHARE
        return _Arrangement(max(min(LARGEST_MAP, high, share * view.width), numbered))
    side = min((high - TOP + 4) / 2, STACKED_SHARE * view.width)
    return _Arrangement(side, stacked=True) if side >= LEAST_MAP else _Arrangement(0.0)


def _draw_middle(sheet: Sheet, lens: InspectedValue, view: View, focus: int, x: float, width: float) -> float:
    """How the values become one; gives the width it takes."""
    height = view.height - TOP - BOTTOM
    made = lens.arithmetic
    if made is None or made.steps:
        caption(sheet, x, TOP - 9, "Step by step")
        return draw_steps(sheet, lens, x, TOP)
    if lens.is_matrix:
        return draw_matrix(sheet, lens, x, TOP, width, height, view.first, view.hover)
    if lens.joins:
        caption(sheet, x, TOP - 9, "Sum over branches")
        draw_sums(sheet, lens, x, TOP, min(width, 360.0), height, focus, view.first or 0)
        return min(width, 360.0)
    summed = (len(made.channels) > 1 or "bias" in lens.params) and width >= LEAST_FOR_SUMS
    sums = SUMS if view.width >= ROOMY else NARROW_SUMS
    room = width - (sums + GUTTER if summed else 0)
    taken = draw_window(sheet, lens, x, TOP, room, height, focus, view.hover)
    if not summed:
        return taken
    place = x + taken + GUTTER
    caption(sheet, place, TOP - 9, "Sum over channels")
    beside = min(width - taken - GUTTER, 300.0)
    draw_sums(sheet, lens, place, TOP, beside, height, focus, view.first or 0)
    return taken + GUTTER + beside


def _focus(lens: InspectedValue, view: View) -> int:
    """The channel that is looked at: the one pointed at, the one chosen, the strongest."""
    count = 0 if lens.arithmetic is None else len(lens.arithmetic.channels)
    hover = view.hover
    if hover is not None and hover.kind == "cell" and 0 <= hover.b < count:
        return hover.b
    if hover is not None and hover.kind == "term" and lens.is_matrix and hover.a < count:
        return hover.a
    return view.focus if view.focus is not None and view.focus < count else lens.strongest


def _pads(lens: InspectedValue) -> Pads:
    window = lens.layer.window
    if window is None or lens.inputs[0].ndim != 4:
        return NO_PADS
    return window.pads((lens.inputs[0].shape[2], lens.inputs[0].shape[3]))


def _draw_input(
    sheet: Sheet, lens: InspectedValue, view: View, focus: int, side: float, paint: Colours
) -> float:
    """The map that is read, the window on it; gives the width it takes."""
    values = lens.input_map(focus)
    if values is None:
        return 0.0
    shape: Shape = lens.read.shape[1:]
    made, hover = lens.arithmetic, view.hover
    colours = paint(values)
    met = _met(lens, shape, hover)
    if met is not None:
        colours = tinted(colours, *met)
    name = f"map {lens.channel(focus)} of {shape[0]}"
    caption(sheet, INSET, TOP - 9, "Input", name, room=side + GUTTER - 12)
    place = draw_map(sheet, INSET, TOP, side, values, colours, "input", pads=_pads(lens))
    if hover is not None and hover.kind == "output":
        rows, columns = (inputs_of(lens.layer, shape, at, axis) for axis, at in enumerate((hover.a, hover.b)))
        outline_cells(sheet, place, rows, columns, dashed=True)
    rows, columns = (made.rows, made.columns) if made is not None else ((lens.at[1],), (lens.at[2],))
    if made is None or made.operation != "move" or made.inside.all():
        outline_cells(sheet, place, rows, columns)  # else it was nowhere before
    if (
        hover is not None
        and hover.kind in ("tap", "weight")
        and hover.a < len(rows)
        and hover.b < len(columns)
    ):
        at = [rows[hover.a]], [columns[hover.b]]
        outline_cells(sheet, place, *at, colour_name=sheet.palette.accent)
    if hover is not None and hover.kind == "input":
        outline_cells(sheet, place, [hover.a], [hover.b], colour_name=sheet.palette.accent)
    return place.right


def _met(
    lens: InspectedValue, shape: Shape, hover: Spot | None
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Rows and columns of the input that the weight under the mouse is multiplied with, all over the map."""
    if hover is None:
        return None
    if hover.kind == "cell" and hover.b >= 0:
        taps = (0, 0)
    elif hover.kind == "weight" and not lens.layer.transposed:
        taps = (hover.a, hover.b)
    else:
        return None
    return inputs_through(lens.layer, shape, taps[0], 0), inputs_through(lens.layer, shape, taps[1], 1)


def _output_width(lens: InspectedValue, side: float) -> float:
    height, width = lens.size
    return min(side * min(1.0, width / height), LARGEST_CELL * width)


def _draw_output(
    sheet: Sheet, lens: InspectedValue, view: View, x: float, y: float, side: float, paint: Colours
) -> None:
    """The map that comes out, the value on it."""
    values: Values = lens.output[0, lens.at[0]]
    shape: Shape = lens.read.shape[1:]
    colours, hover = paint(values), view.hover
    if hover is not None and hover.kind == "input":
        rows, columns = (
            outputs_reading(lens.layer, shape, at, axis) for axis, at in enumerate((hover.a, hover.b))
        )
        if rows and columns:
            colours = tinted(colours, rows, columns)
    name = f"map {lens.at[0]} of {lens.output.shape[1]}"
    caption(sheet, x, y - 9, "Output", name, room=min(view.width - x, side + GUTTER - 12))
    place = draw_map(sheet, x, y, side, values, colours, "output", reveal=view.reveal)
    outline_cells(sheet, place, [lens.at[1]], [lens.at[2]])
    if hover is not None and hover.kind == "output":
        outline_cells(sheet, place, [hover.a], [hover.b], colour_name=sheet.palette.accent)

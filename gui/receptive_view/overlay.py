"""What is drawn on the photograph about one unit: its boxes, from pixels of the Input to the photograph's."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from engine.analysis.analyze import Analysis
from engine.analysis.periodic_span import Span
from engine.analysis.receptive_boxes import units_on_the_way
from engine.analysis.receptive_field import ReceptiveField
from engine.model.network import Network
from engine.shapes import Shape
from gui.session.selection import InputPixel, Pixel
from gui.widgets.photograph.photograph_view import Heat, NestedBox, Overlay

MOST_ROOM: Final = 0.14
"""Of the photograph's size, kept free on each side for padding."""


@dataclass(frozen=True)
class Ground:
    """Where an Input of (C, H, W) looks at: `crop` is its part of the photograph, of which `size` is all."""

    input_id: str
    shape: Shape
    crop: QRectF
    size: tuple[int, int]
    """Width and height of the photograph."""

    @property
    def step(self) -> tuple[float, float]:
        """Width and height of one of the Input's pixels."""
        return self.crop.width() / self.shape[2], self.crop.height() / self.shape[1]

    def box(self, rows: Span, columns: Span) -> QRectF:
        """Pixels of the Input, both ends included, in pixels of the photograph."""
        return self.area(columns[0], rows[0], columns[1] - columns[0] + 1, rows[1] - rows[0] + 1)

    def area(self, left: float, top: float, width: float, height: float) -> QRectF:
        """The same of any area."""
        across, down = self.step
        return QRectF(
            self.crop.left() + left * across, self.crop.top() + top * down, width * across, height * down
        )

    def pixel_at(self, point: QPointF | None) -> InputPixel | None:
        """The Input's pixel at a point of the photograph; None outside of the crop."""
        if point is None or not self.crop.contains(point):
            return None
        across, down = self.step
        y = min(self.shape[1] - 1, int((point.y() - self.crop.top()) / down))
        return InputPixel(
            self.input_id, y, min(self.shape[2] - 1, int((point.x() - self.crop.left()) / across))
        )


def overlay_of(
    ground: Ground,
    network: Network,
    analysis: Analysis,
    pixel: Pixel | None,
    *,
    nested: bool = False,
    heat: Heat | None = None,
    under_mouse: InputPixel | None = None,
) -> Overlay:
    """Everything about this unit that is to be drawn."""
    mouse = None
    if under_mouse is not None and under_mouse.node_id == ground.input_id:
        mouse = ground.box((under_mouse.y, under_mouse.y), (under_mouse.x, under_mouse.x))
    report = None if pixel is None else analysis.layers[pixel.node_id]
    field = None if report is None else report.receptive_field
    seen = None if pixel is None or field is None else field.box(pixel.y, pixel.x)
    if pixel is None or field is None or seen is None:
        return Overlay(ground.crop, pixel=mouse)
    rows, columns = seen
    boxes: tuple[NestedBox, ...] = ()
    if nested:
        way = units_on_the_way(network, analysis, pixel.node_id, pixel.y, pixel.x)
        boxes = tuple(
            NestedBox(ground.box(*one.box), network[one.node_id].layer.role) for one in way if one.box != seen
        )
    cell = None
    jump_down, jump_across = (float(jump) for jump in field.jump)
    high, wide = rows[1] - rows[0] + 1, columns[1] - columns[0] + 1
    if not field.whole_input and (high, wide) != (jump_down, jump_across):
        middle_x, middle_y = columns[0] + wide / 2, rows[0] + high / 2
        cell = ground.area(middle_x - jump_across / 2, middle_y - jump_down / 2, jump_across, jump_down)
    shape = None if report is None else report.output_shape
    room = _room(ground, field, shape)
    return Overlay(ground.crop, ground.box(rows, columns), cell, boxes, heat, mouse, room)


def padding_share(field: ReceptiveField | None, pixel: Pixel, shape: Shape) -> float:
    """How much of what the unit sees lies in the padding, 0 … 1."""
    seen = None if field is None else field.box(pixel.y, pixel.x)
    if seen is None:
        return 0.0
    whole = inside = 1
    for (first, last), size in zip(seen, shape[1:], strict=True):
        whole *= last - first + 1
        inside *= max(0, min(last, size - 1) - max(first, 0) + 1)
    return 1 - inside / whole


def _room(ground: Ground, field: ReceptiveField, shape: Shape | None) -> tuple[float, float, float, float]:
    """What the layer's fields need around the photograph: the same for all of its units, so nothing jumps."""
    if shape is None or len(shape) != 3 or field.whole_input:
        return 0.0, 0.0, 0.0, 0.0
    ends = field.box(0, 0), field.box(shape[1] - 1, shape[2] - 1)
    if ends[0] is None or ends[1] is None:
        return 0.0, 0.0, 0.0, 0.0
    first = ground.box(*ends[0])
    last = ground.box(*ends[1])
    width, height = ground.size
    wanted = (-first.left(), -first.top(), last.right() - width, last.bottom() - height)
    most = (width * MOST_ROOM, height * MOST_ROOM)
    left, top, right, bottom = (max(0.0, min(need, most[index % 2])) for index, need in enumerate(wanted))
    return left, top, right, bottom

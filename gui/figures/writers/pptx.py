"""PowerPoint: one slide of native shapes and text that can be edited, a group for each layer.

The figure stands in the middle of a 16:9 slide; one that does not fit gets a larger slide of that shape,
which is shown just as large.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from PIL import Image

from gui.figures.drawing.drawing import Drawing, Item, Path, Picture, Text
from gui.figures.drawing.heads import without_heads
from gui.figures.drawing.item_bounds import moved, scaled_drawing
from gui.figures.drawing.magnified import magnified
from gui.figures.rendering.drawing_ml import (
    EMU,
    clean,
    connector_xml,
    describing,
    elbow_xml,
    group_xml,
    named,
    picture_xml,
    shape_xml,
    text_xml,
)
from gui.figures.rendering.elbows import Elbow
from gui.figures.rendering.slide_shapes import Sockets, elbows_of, ends, is_wire, words_in_boxes
from gui.figures.writer import Finish, Writer

if TYPE_CHECKING:
    from pptx.slide import Slide

SLIDE: Final = 960.0
"""Width of PowerPoint's 16:9 slide in units: 10 inches."""
LARGEST: Final = 56 * 96
"""Units of the longest side that PowerPoint takes: 56 inches."""
_BLANK: Final = 6
"""The layout without placeholders in python-pptx's own template."""
_DATE: Final = datetime(2000, 1, 1)


def write(drawing: Drawing, finish: Finish) -> bytes:
    """The file's content."""
    return bind([drawing], finish)


def bind(drawings: Sequence[Drawing], finish: Finish) -> bytes:
    """A deck with a slide for each drawing, all of one size."""
    from pptx import Presentation
    from pptx.dml.color import RGBColor
    from pptx.util import Emu

    # The largest says how large the slides are: nothing jumps from one to the next.
    width = max(on_slide(drawing).width for drawing in drawings)
    deck = Presentation()
    deck.slide_width, deck.slide_height = Emu(round(width * EMU)), Emu(round(width * 9 / 16 * EMU))
    # python-pptx's template says 4:3.
    size = deck.element.sldSz
    size.attrib.pop("type", None)
    if round(width) == SLIDE:
        size.set("type", "screen16x9")
    for drawing in drawings:
        drawing = on_slide(drawing, width)
        slide = deck.slides.add_slide(deck.slide_layouts[_BLANK])
        if drawing.background is not None:
            slide.background.fill.solid()
            red, green, blue = bytes.fromhex(drawing.background[1:])
            colour = RGBColor(red, green, blue)  # type: ignore[no-untyped-call]  # python-pptx has no types
            slide.background.fill.fore_color.rgb = colour
        fill_slide(slide, drawing)
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = clean(drawings[0].title), "OneByOne", "OneByOne"
    about.created = about.modified = _DATE
    about.revision = 1
    out = io.BytesIO()
    deck.save(out)
    return _undated(out.getvalue())


def on_slide(drawing: Drawing, least: float = SLIDE) -> Drawing:
    """In the middle of a 16:9 slide: PowerPoint's own, or one as much larger as the drawing needs."""
    longest = max(drawing.width, drawing.height * 16 / 9)
    drawing = drawing if longest <= LARGEST else scaled_drawing(drawing, LARGEST / longest)
    width = max(SLIDE, least, drawing.width, drawing.height * 16 / 9)
    height = width * 9 / 16
    dx, dy = (width - drawing.width) / 2, (height - drawing.height) / 2
    items = tuple(moved(item, dx, dy) for item in drawing.items)
    return replace(drawing, width=width, height=height, items=items)


def fill_slide(slide: "Slide", drawing: Drawing) -> None:
    """Draw on a slide that is empty still, in its own units."""
    from pptx.oxml import parse_xml

    tree = slide.shapes._spTree
    # A wire keeps its head; other heads are shapes of their own.
    bent = elbows_of(drawing)
    items: list[Item] = []
    elbows: dict[int, Elbow] = {}
    for index, item in enumerate(drawing.items):
        if index in bent:
            elbows[len(items)] = bent[index]
        items += [item] if index in bent or is_wire(item) else without_heads([item])
    drawing = replace(drawing, items=tuple(items))
    # Numbers are given before anything is written: a wire names what it leads to.
    numbers = dict(enumerate(range(2, len(items) + 2)))
    groups = iter(range(len(items) + 2, 1_000_000))
    words = words_in_boxes(items)
    inside = {id(line) for lines in words.values() for line in lines}
    sockets = Sockets(drawing, numbers)
    for part, together in groupby(range(len(items)), lambda index: items[index].part):
        own = [index for index in together if id(items[index]) not in inside]
        shapes = [
            xml
            for index in own
            if (
                xml := _shape(
                    slide, items[index], numbers[index], words.get(index, ()), sockets, elbows.get(index)
                )
            )
        ]
        lines = [items[index] for index in own]
        about = describing([*lines, *(line for index in own for line in words.get(index, ()))])
        if part and len(shapes) > 1:
            shapes = [group_xml(part, next(groups), shapes, lines, about)]
        elif part:
            shapes = [named(shape, part, about) for shape in shapes]
        for shape in shapes:
            tree.append(parse_xml(shape))


def _shape(
    slide: "Slide", item: Item, number: int, words: Sequence[Text], sockets: Sockets, elbow: Elbow | None
) -> str:
    if isinstance(item, Text):
        return text_xml(item, number) if item.plain.strip() else ""
    if isinstance(item, Picture):
        _, relation = slide.part.get_or_add_image_part(io.BytesIO(_png(item)))
        return picture_xml(_upright(item), number, relation)
    if isinstance(item, Path) and is_wire(item):
        start, end = (sockets.glue(point) for point in ends(item))
        return connector_xml(item, number, start, end)
    if isinstance(item, Path) and elbow is not None:
        start, end = (sockets.glue(point) for point in ends(item))
        if start is not None and end is not None:
            return elbow_xml(item, elbow, number, start, end)
    return shape_xml(item, number, words)


def _png(item: Picture) -> bytes:
    picture = Image.fromarray(magnified(item))
    if item.rise:
        picture = _sheared(picture, abs(item.rise) / item.height, item.rise > 0)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _upright(item: Picture) -> Picture:
    """The box around a picture whose right side lies higher or lower: PowerPoint knows no sheared ones."""
    top, height = item.y - max(item.rise, 0.0), item.height + abs(item.rise)
    return replace(item, y=top, height=height, rise=0.0) if item.rise else item


def _sheared(picture: Image.Image, share: float, upwards: bool) -> Image.Image:
    """The picture in a higher one, its columns moved, clear where nothing of it is left."""
    width, height = picture.size
    extra = max(1, round(share * height))
    slope = extra / width if upwards else -extra / width
    # Pillow asks where in the source each pixel of the result comes from.
    way = (1.0, 0.0, 0.0, slope, 1.0, -extra if upwards else 0.0)
    return picture.convert("RGBA").transform(
        (width, height + extra), Image.Transform.AFFINE, way, Image.Resampling.NEAREST
    )


def _undated(data: bytes) -> bytes:
    """The package with the same date on all its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name))
    return out.getvalue()


WRITER: Final = Writer(
    name="pptx", title="PowerPoint", endings=(".pptx",), write=write, bind=bind, page=on_slide
)

"""The photograph with what one unit sees of it, as a drawing."""

from typing import Final

import numpy as np
from PIL import Image
from PySide6.QtCore import QRectF

from engine.image.photograph import Photograph
from gui.figures.drawing.drawing import Drawing, Item, Picture, Rect, Text
from gui.look.colormaps import Rgb, colour
from gui.look.theme import CAPTION_PX, GRID, ROLE_COLOURS, Palette
from gui.widgets.photograph.photograph_view import Heat, Overlay

LARGEST: Final = 640.0
"""Longer side of the photograph in the drawing."""
FINEST: Final = 1280
"""Pixels along it."""
FOOT: Final = 24.0


def field_drawing(photograph: Photograph, overlay: Overlay, caption: str, palette: Palette) -> Drawing:
    """Crop, boxes, padding and effective field, as the panel shows them."""
    rows, columns, _ = photograph.shape
    scale = LARGEST / max(rows, columns)
    left, top, right, bottom = (part * scale for part in overlay.room)
    x, y = 2 * GRID + left, 2 * GRID + top

    def place(box: QRectF) -> tuple[float, float, float, float]:
        return x + box.left() * scale, y + box.top() * scale, box.width() * scale, box.height() * scale

    width, height = columns * scale, rows * scale
    items: list[Item] = [
        Picture(x=x, y=y, width=width, height=height, pixels=_fine(photograph, overlay), smooth=True)
    ]
    items += _shade(overlay, (x, y, width, height), place(overlay.crop), palette)
    if overlay.field is not None:
        items += _padding(place(overlay.field), place(overlay.crop))
        for one in overlay.nested:
            items += _outline(place(one.box.intersected(overlay.crop)), ROLE_COLOURS[one.role], 1.25)
        inside = overlay.field.intersected(overlay.crop)
        if inside != overlay.field:
            items += _outline(place(overlay.field), ROLE_COLOURS["pointwise"], 1.5, dashed=True)
        for box in (inside, overlay.cell):
            if box is not None and not box.intersected(overlay.crop).isEmpty():
                items += _outline(place(box.intersected(overlay.crop)), ROLE_COLOURS["pointwise"], 1.5)
    below = y + height + bottom + FOOT - 6
    items.append(Text(x=2 * GRID, y=below, text=caption, size=CAPTION_PX, colour=palette.secondary))
    return Drawing(
        width=width + left + right + 4 * GRID,
        height=height + top + bottom + FOOT + 4 * GRID,
        items=tuple(items),
        background=palette.surface,
        title=caption,
    )


def _fine(photograph: Photograph, overlay: Overlay) -> Rgb:
    """The photograph at a size for print, the effective field glowing in its crop."""
    image = Image.fromarray(photograph)
    image.thumbnail((FINEST, FINEST), Image.Resampling.LANCZOS)
    pixels: Rgb = np.array(image, dtype=np.uint8)
    if overlay.heat is not None:
        _glow(pixels, overlay.heat, overlay.crop, image.width / photograph.shape[1])
    return pixels


def _glow(pixels: Rgb, heat: Heat, crop: QRectF, scale: float) -> None:
    left, top = max(0, round(crop.left() * scale)), max(0, round(crop.top() * scale))
    right, bottom = round(crop.right() * scale), round(crop.bottom() * scale)
    part = pixels[top:bottom, left:right]
    root = np.sqrt(np.nan_to_num(heat.strength).clip(0, 1))
    size = (part.shape[1], part.shape[0])
    fine = np.asarray(Image.fromarray(root).resize(size, Image.Resampling.BILINEAR))
    share = np.clip(fine * 1.6, 0, 1)[..., None]
    dark = part * (1 - 150 / 255) + np.array([16, 19, 23]) * (150 / 255)
    part[...] = np.rint(dark * (1 - share) + colour(fine, "viridis", 0.0, 1.0) * share).astype(np.uint8)


def _shade(
    overlay: Overlay,
    whole: tuple[float, float, float, float],
    crop: tuple[float, float, float, float],
    palette: Palette,
) -> list[Item]:
    """What the input does not see steps back."""
    x, y, width, height = whole
    left, top, wide, high = crop
    parts = [
        (x, y, left - x, height),
        (left + wide, y, x + width - left - wide, height),
        (left, y, wide, top - y),
        (left, top + high, wide, y + height - top - high),
    ]
    return [
        Rect(x=a, y=b, width=w, height=h, fill=palette.surface, fill_opacity=170 / 255)
        for a, b, w, h in parts
        if w > 0.5 and h > 0.5
    ]


def _padding(field: tuple[float, float, float, float], crop: tuple[float, float, float, float]) -> list[Item]:
    """The four strips of a field that lie outside of the crop."""
    x, y, width, height = field
    left, top, wide, high = crop
    right, bottom = left + wide, top + high
    middle_top, middle_bottom = max(y, top), min(y + height, bottom)
    strips = [
        (x, y, width, min(height, top - y)),
        (x, max(y, bottom), width, y + height - max(y, bottom)),
        (x, middle_top, min(width, left - x), middle_bottom - middle_top),
        (max(x, right), middle_top, x + width - max(x, right), middle_bottom - middle_top),
    ]
    return [
        Rect(x=a, y=b, width=w, height=h, fill=ROLE_COLOURS["pointwise"], fill_opacity=0.25)
        for a, b, w, h in strips
        if w > 0 and h > 0
    ]


def _outline(
    box: tuple[float, float, float, float], ink: str, width: float, *, dashed: bool = False
) -> list[Item]:
    x, y, wide, high = box
    more = max(0.0, 4 - wide) / 2, max(0.0, 4 - high) / 2
    x, y, wide, high = x - more[0], y - more[1], wide + 2 * more[0], high + 2 * more[1]
    dashes = (6.0, 4.0) if dashed else ()
    return [
        Rect(x=x, y=y, width=wide, height=high, stroke=under, stroke_width=thick, dashes=dashes)
        for under, thick in (("#2A2A2A", width + 1.5), (ink, width))
    ]

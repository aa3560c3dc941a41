"""One picture of a task about images: what the network is shown, what it makes of it, and what is wanted."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from engine.training.inspecting.outcomes import Outcome
from engine.training.tasks.task import Floats

GAP: Final = 2
"""Pixels between two of the three."""

Picture = npt.NDArray[np.uint8]


def triptych(outcome: Outcome, side: int) -> QPixmap:
    """The three beside each other, each in a square of so many pixels."""
    made, wanted = as_pictures(outcome)
    drawn = QPixmap(3 * side + 2 * GAP, side)
    drawn.fill(Qt.GlobalColor.transparent)
    with QPainter(drawn) as painter:
        for place, picture in enumerate((_bytes(outcome.seen), made, wanted)):
            part = scaled(picture, side)
            left = place * (side + GAP) + (side - part.width()) // 2
            painter.drawPixmap(left, (side - part.height()) // 2, part)
    return drawn


def as_pictures(outcome: Outcome) -> tuple[Picture, Picture]:
    """What is made and what is wanted, (H, W, 1 or 3), on one scale: that of pictures where what is wanted is
    one, else from the smallest to the largest value wanted. Of maps that are not three, the first."""
    made, wanted = (maps if len(maps) == 3 else maps[:1] for maps in (outcome.made, outcome.wanted))
    low, high = float(wanted.min()), float(wanted.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    span = high - low or 1.0
    first, second = (_bytes(((maps - low) / span).transpose(1, 2, 0)) for maps in (made, wanted))
    return first, second


def scaled(picture: Picture, side: int) -> QPixmap:
    """In a square of so many pixels."""
    return QPixmap.fromImage(image_of(picture)).scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)


def image_of(picture: Picture) -> QImage:
    """(H, W, 1 or 3) as Qt has it."""
    rgb = np.ascontiguousarray(np.broadcast_to(picture, (*picture.shape[:2], 3)))
    height, width = rgb.shape[:2]
    return QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _bytes(values: Floats) -> Picture:
    picture: Picture = np.rint(np.nan_to_num(values).clip(0, 1) * 255).astype(np.uint8)
    return picture

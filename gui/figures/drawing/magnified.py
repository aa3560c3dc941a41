"""Sharp pictures for programs that blur what they enlarge, whatever the file says: librsvg, PowerPoint, and
many viewers of PDF."""

from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from gui.figures.drawing.drawing import Picture

_PER_UNIT: Final = 4
"""Pixels a unit: what is blurred then is narrower than a hairline."""
_LARGEST: Final = 1024
"""Pixels of the longer side, unless the picture has more."""


def magnified(item: Picture) -> npt.NDArray[np.uint8]:
    """The picture's pixels; of a sharp one each several times, so that its squares stay square."""
    if item.smooth:
        return item.pixels
    rows, columns = item.pixels.shape[:2]
    wanted = ceil(_PER_UNIT * max(item.width / columns, item.height / rows))
    times = max(1, min(wanted, _LARGEST // max(rows, columns)))
    return np.repeat(np.repeat(item.pixels, times, axis=0), times, axis=1)

"""What a tensor of the file is while it is read: fixed (an array), or held in the map of a layer."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import FormatError
from engine.formats.onnx.reader.views import View
from engine.shapes import Shape

Known = npt.NDArray[Any]


class NoLayer(Exception):
    """An operator, or a way of using it, that no layer here does; the message says which, for people."""


@dataclass(frozen=True)
class Held:
    """A tensor that lies in the map of a layer."""

    node: int
    view: View
    tensor: str
    """Its name in the file."""
    kind: str = "float"
    """"float", or the type of whole numbers ("int64"), which may be moved about but not computed with."""
    around: tuple[int, int, int, int] | None = None
    """Rows and columns of −∞ (top, left, bottom, right) around it: padding to a max pool after it."""

    @property
    def shape(self) -> Shape:
        """Its sizes in the file."""
        return self.view.shape


Value = Known | Held


def float32(values: Known) -> npt.NDArray[np.float32]:
    """The numbers as the engine computes with them; `FormatError` for those that are too large for it."""
    if values.dtype == np.float32:
        return values
    if values.dtype.kind not in "fiub":
        raise NoLayer(f"its numbers are {values.dtype.name}")
    with np.errstate(over="ignore"):
        made = values.astype(np.float32)
    if values.dtype.kind == "f" and not np.array_equal(np.isfinite(values), np.isfinite(made)):
        raise FormatError("a number of the file is too large for float32")
    return made

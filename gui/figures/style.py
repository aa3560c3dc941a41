"""What a figure style is: a name, and a function from a project to a drawing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis import Analysis
from engine.project import Project
from gui.figures.drawing import Drawing
from gui.theme import Palette

Maps = Mapping[str, npt.NDArray[np.float32]]
"""Maps by node id, (1, C, H, W) or (1, F)."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What can be chosen for a figure of any style."""

    transparent: bool = False
    """No background, instead of the theme's."""
    colour_map: str = "cividis"
    """One of `gui.colormaps.NAMES`, for maps."""
    channels_last: bool = False
    """Shapes as H×W×C."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """One figure style. `draw` works with and without maps, on half-built and empty networks too."""

    name: str
    """As on the command line."""
    title: str
    """As in a menu."""
    draw: Callable[[Project, Analysis, Maps | None, Palette, Options], Drawing]

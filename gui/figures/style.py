"""What a figure style is: a name, what it can be told, and a function from a project to a drawing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.formats.tables.typesetting import Table
from engine.model.project import Project
from engine.shapes import Shape, shape_text
from gui.figures.drawing.drawing import Drawing, Font
from gui.look.theme import Palette

Maps = Mapping[str, npt.NDArray[np.float32]]
"""Maps by node id, (1, C, H, W) or (1, F)."""

Notation = Literal["", "CxHxW", "HxWxC", "C@HxW"]
Colours = Literal["", "okabe-ito", "greys"]
Direction = Literal["", "right", "down"]
Scaling = Literal["linear", "sqrt", "log"]

LABELS: Final = ("names", "shapes", "parameters", "macs")
"""What can be written beside a layer."""
SCALINGS: Final[tuple[Scaling, ...]] = ("linear", "sqrt", "log")
NOTATIONS: Final[tuple[Notation, ...]] = ("CxHxW", "HxWxC", "C@HxW")
COLOURS: Final[tuple[Colours, ...]] = ("okabe-ito", "greys")
DIRECTIONS: Final[tuple[Direction, ...]] = ("right", "down")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What can be chosen for a figure. A style honours those that its `uses` names and ignores the others.

    The caption, greys, the target size and the smallest type are dealt with around the style (`figure`): a
    style need not draw captions, and draws in its natural size. It may look at the target to choose line
    breaks. Light or dark is chosen by the palette that goes to `draw`.
    """

    transparent: bool = False
    """No background, instead of the theme's."""
    channels_last: bool = False
    """Shapes as H×W×C."""
    colour_map: str = "cividis"
    """One of `gui.look.colormaps.NAMES`, for maps."""
    direction: Direction = ""
    """Where the network runs to; empty for the style's own."""
    scaling: Scaling = "sqrt"
    """How sizes and channel counts become lengths."""
    max_maps: int = 8
    """Most maps drawn of one layer; omission dots stand for the others."""
    fold: bool = False
    """Repeated blocks once, with ×N beside them."""
    faces: bool = False
    """The layers' real maps on the faces of their boxes, where maps are given."""
    legend: bool = False
    """What the colours mean."""
    labels: frozenset[str] = frozenset({"names", "shapes"})
    """Some of `LABELS`."""
    caption: str = ""
    """A line below the figure, drawn by `figure`."""
    greys: bool = False
    """Every colour as a grey of its lightness, for print; done by `figure`."""
    width_mm: float | None = None
    """Width of the finished figure; None for 1 unit = 1/96 inch."""
    height_mm: float | None = None
    """With a width: the most height there is (a slide's); None for as much as it takes."""
    min_type_pt: float = 0.0
    """Smallest type at the target size, in points."""
    notation: Notation = ""
    """How shapes are written; empty for the style's own, or H×W×C with `channels_last`."""
    colours: Colours = ""
    """What kinds of layers are coloured with; empty for the original's of each style."""
    colour: tuple[tuple[str, str], ...] = ()
    """(kind, `#RRGGBB`): own colours of kinds, keys of `tints.FAMILIES`; they go before `colours`."""
    font: Font = "inter"
    """What all text is set in; done by `figure`."""
    page: tuple[int, int] = (1, 1)
    """Which page, and of how many, of a figure that is too long for one; chosen by `fitting`."""
    layer: str = ""
    """Node id of the layer that the figure is of (`feature-maps`, `arithmetic`, `receptive-field`); empty
    for one the style chooses."""
    at: tuple[int, int, int] | None = None
    """(channel, row, column) of the output value that is shown; None for one the style chooses."""
    values: bool = False
    """Numbers written into cells."""
    only: tuple[str, ...] = ()
    """Node ids: the figure is of these layers alone; all of the network where there are none."""
    opened: str = ""
    """Id of a group that is shown layer by layer beside the network, which is folded then; empty for none."""
    ends: bool = False
    """The photograph before the first layer, and behind the last what a trained network takes it for."""
    explicit: frozenset[str] = field(default=frozenset(), compare=False)
    """Names of the options that somebody asked for: fitting to a size never changes these."""
    baseline: tuple[Project, Analysis] | None = field(default=None, compare=False)
    """The network that is compared with."""
    photograph: npt.NDArray[np.uint8] | None = field(default=None, compare=False)
    """(H, W, 3) RGB: the part of the photograph that the first Input sees, as `seen.photograph_of` gives it
    (finer than a small Input, the same aspect)."""
    effective: npt.NDArray[np.float32] | None = field(default=None, compare=False)
    """(H, W) of the Input: how much each pixel matters to the value `at` of `layer`, 1 at the largest; all 0
    where none does."""
    why_empty: str = field(default="", compare=False)
    """Why no pixel matters to that value, where none does."""

    def shape(self, shape: Shape, usual: Notation = "CxHxW") -> str:
        """The shape as it is to be written: `64×56×56`, `56×56×64`, `64@56×56`."""
        notation = self.notation or ("HxWxC" if self.channels_last else usual)
        if notation == "C@HxW" and len(shape) == 3:
            return f"{shape[0]}@{shape[1]}×{shape[2]}"
        return shape_text(shape, channels_last=notation == "HxWxC")


Draw = Callable[[Project, Analysis, Maps | None, Palette, Options], Drawing]
Tabulate = Callable[[Project, Analysis, Options], Table]
Judge = Callable[[Project, Analysis, Options], str]
Focus = Callable[[Project, Analysis], str]

Need = Literal["maps", "photograph", "effective", "baseline"]


def nothing_wrong(project: Project, analysis: Analysis, options: Options) -> str:
    """The `problem` of a style that draws every network."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Style:
    """One figure style. `draw` works with and without maps, on half-built and empty networks too.

    Items say for which node they are drawn (`Item.part`, or `boxes.belonging`), a wire the node it leads to:
    the layer-by-layer build-up shows the parts in the network's order, over what belongs to none.
    """

    name: str
    """As on the command line."""
    title: str
    """As in a menu."""
    draw: Draw
    about: str = ""
    """One line: what it looks like, and what for."""
    uses: frozenset[str] = frozenset({"transparent", "channels_last"})
    """Names of the options that change its drawing; dialog and command line show these alone. Caption,
    greys, width and smallest type work with every style and need not be named."""
    splits: bool = False
    """Whether it draws one page of several (`Options.page`) where a figure is too long for one."""
    needs: frozenset[Need] = frozenset()
    """What the drawing is empty without: callers compute it first, whatever was asked for."""
    focus: Focus | None = None
    """Of a style that uses `layer`: the node id it chooses where none is asked for, empty for none."""
    table: Tabulate | None = None
    """What the style shows as a table of texts, where it is one: for Markdown, LaTeX, CSV and HTML."""
    problem: Judge = nothing_wrong
    """Why this network cannot be drawn so, with the way out ("LeNet's look cannot draw branches; `column`
    can"), in one line; empty where it can. Cheap: it is asked for every style when the dialog opens."""

    ends: bool = False
    """Whether a photograph can stand at its beginning and scores at its end."""

    @property
    def is_of_network(self) -> bool:
        """Whether it shows a network layer by layer: all of it, a part, or a group beside it."""
        return self.focus is None and "baseline" not in self.needs

    @property
    def knows(self) -> frozenset[str]:
        """Names of all options that mean something to it but those that work with every style."""
        parts = {"only", "opened"} if self.is_of_network else set()
        return self.uses | parts | ({"ends"} if self.ends else set())

    def focused(self, project: Project, analysis: Analysis, options: Options) -> Options:
        """The options naming the layer that the figure will be of."""
        if options.layer or self.focus is None:
            return options
        return replace(options, layer=self.focus(project, analysis))

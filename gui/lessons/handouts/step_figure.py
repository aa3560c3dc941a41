"""Which figure of a step goes on paper: its own, or of what it speaks of, in type that can be read there."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from engine.errors import EngineError
from engine.image.image_source import open_image
from engine.shapes import is_map
from gui.figures.drawing.drawing import Drawing
from gui.figures.figure import find_style, make_figure
from gui.lessons.handouts.figure_job import FigureOrder
from gui.look.theme import Palette
from presets.checks.playing import Played
from presets.lesson import Picture, State, filled, numbers

LEAST_PT: Final = 8.0
"""Of all type on paper."""

OF_PANELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Feature maps": "feature-maps",
        "Photograph": "receptive-field",
        "Arithmetic": "arithmetic",
        "Costs": "table",
        "Inspector": "arithmetic",
        "Trade-off": "table",
    }
)
"""The style that shows on paper what a panel shows in the window."""
OF_LAYERS: Final = ("feature-maps", "receptive-field", "arithmetic")
OTHERS: Final = ("flow", "table", "column")
"""What is tried where a step speaks of no panel and no maps, or its figure's type would be too small."""


FEWER_MAPS: Final = (8, 5, 3)
"""How many maps are drawn of a layer, until their captions can be read."""

MOST_VALUES: Final = 4_000_000
"""Of a map that is drawn small on a card: seconds go into choosing one of more."""

Key = tuple[object, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class StepFigure:
    """A figure, and what it is of: two of the same key show the same."""

    drawing: Drawing
    key: Key


def step_figure(
    played: Played,
    palette: Palette,
    width_mm: float,
    height_mm: float,
    *,
    solved: bool,
    own_height_mm: float = 0.0,
    seen: Container[Key] = (),
) -> StepFigure | None:
    """The figure in these bounds, the step's own perhaps higher; unless the step is `solved`, of the network
    before its task, and without words that tell what comes of it. None where nothing that was not `seen`
    can be read there."""
    step = played.step
    state = played.after if solved else played.before
    if step.quiz:
        return None  # it looks back at all of them
    light = state.maps if all(one.size <= MOST_VALUES for one in state.maps.values()) else {}
    for picture in _candidates(played, state):
        key = (picture.style, id(state.project.network), picture.options.get("layer"))
        if key in seen or (picture.beside and not solved and step.task is not None):
            continue
        height = max(own_height_mm, height_mm) if picture is step.figure else height_mm
        caption = filled(picture.caption, numbers(step, state)) if solved else ""
        order = FigureOrder(
            picture=picture, caption=caption, project=state.project, analysis=state.analysis, palette=palette
        )
        try:
            needs = find_style(picture.style).needs
            maps = state.maps if "maps" in needs else light
            subject, style, options = order.prepared(open_image(state.project.image), maps)
            fitting = replace(options, width_mm=width_mm, height_mm=height, min_type_pt=LEAST_PT)
            figure = make_figure(subject, style, fitting)
        except EngineError:
            continue  # the style cannot draw this network
        if figure.has_type_enough and not figure.pages and len(figure.drawing.items) > 3:
            return StepFigure(drawing=figure.drawing, key=key)
    return None


def _candidates(played: Played, state: State) -> Iterator[Picture]:
    step, network = played.step, state.project.network
    own = step.figure
    if own is not None and own.options.get("layer", network.order[0]) in network:
        yield own
    look = step.highlight
    caption = own.caption if own is not None else ""
    styles = [OF_PANELS[look.panel]] if look is not None and look.panel in OF_PANELS else []
    shown = [node for node in (look.nodes if look is not None else ()) if node in network]
    if not styles and "maps" in step.text:
        styles = ["feature-maps"]
    for style in (*styles, *OTHERS):
        of_layer: dict[str, object] = {}
        if style in OF_LAYERS and shown:
            shape = state.analysis.layers[shown[0]].output_shape
            if shape is None or not is_map(shape):
                continue
            of_layer = {"layer": shown[0]}
        if style == "feature-maps":
            for most in FEWER_MAPS:
                yield Picture(style=style, options=of_layer | {"max_maps": most}, caption=caption)
        else:
            yield Picture(style=style, options=of_layer, caption=caption)

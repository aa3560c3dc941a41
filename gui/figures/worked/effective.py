"""How much each pixel matters to the one value that a figure is of: of which one, and why none does.

It runs parallel kernels: call it on the compute thread.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.attribution.checks.dead import why_field_is_empty
from engine.attribution.fields.effective_field import effective_field, gradient_strength
from engine.attribution.method import Question
from engine.attribution.target import Target
from engine.model.project import Project
from engine.shapes import Shape
from gui.figures.style import Maps, Options

_TRIED: Final = 4
"""Values looked at before a field is called empty: the largest may lie at the ceiling of a ReLU6."""

Place = tuple[int, int, int]
"""(channel, row, column)."""


def with_effective(project: Project, maps: Maps, options: Options) -> Options:
    """The options with the effective field of `options.at`, or of a living value in the middle of
    `options.layer`, which `at` then names; unchanged where the layer has no rows and columns.

    `maps` are those of all nodes above the layer.
    """
    layer_map = maps.get(options.layer)
    if layer_map is None or layer_map.ndim != 4:
        return options
    places = [options.at] if options.at else _largest_first(layer_map)
    of_first = None
    for at in places:
        field = _field_of(project, maps, options, at)
        if field.effective is None or field.effective.any():
            return field
        of_first = of_first or field
    assert of_first is not None
    target = Target(node_id=options.layer, channel=places[0][0], at=places[0][1:])
    question = Question(network=project.network, maps=maps, target=target, seed=project.seed)
    return replace(of_first, why_empty=why_field_is_empty(question))


def value_name(at: Place, shape: Shape) -> str:
    """ "channel 17, middle", of a map of this shape."""
    channel, row, column = at
    if (row, column) == (shape[1] // 2, shape[2] // 2):
        return f"channel {channel}, middle"
    return f"channel {channel}, row {row}, column {column}"


def _largest_first(layer_map: npt.NDArray[np.float32]) -> list[Place]:
    """Different values in the middle of the map (1, C, H, W): an open ReLU comes before a shut one, and of
    all those at a ceiling there is one."""
    row, column = layer_map.shape[2] // 2, layer_map.shape[3] // 2
    values = np.nan_to_num(layer_map[0, :, row, column], nan=-np.inf)
    _, channels = np.unique(-values, return_index=True)
    return [(int(channel), row, column) for channel in channels[:_TRIED]]


def _field_of(project: Project, maps: Maps, options: Options, at: Place) -> Options:
    channel, row, column = at
    strengths = gradient_strength(
        project.network, maps, options.layer, row, column, channel=channel, seed=project.seed
    )
    if not strengths:
        return options
    return replace(options, at=at, effective=effective_field([strengths]).strength)

"""A report from a network, its numbers and its maps."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.analysis.classes import answer_node, top_classes
from engine.analysis.learned import learned_layers
from engine.errors import EngineError
from engine.formats.tables import typesetting
from engine.formats.tables.layer_table import field_text, layer_table
from engine.image.photograph import Scene
from engine.model.project import Project
from engine.plan import post_activation
from engine.shapes import count_text, shape_text
from engine.version import VERSION
from gui.figures.figure import Subject, find_style, make_figure
from gui.figures.style import Options
from gui.figures.worked.effective import with_effective
from gui.figures.worked.photograph_crop import photograph_of
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from gui.look.theme import PALETTES
from gui.report.map_strips import strip_png
from gui.report.page import LayerMaps, Report, Tile
from gui.words.number_format import Numbers

Maps = Mapping[str, npt.NDArray[np.float32]]

MOST_CARDS: Final = 60
"""Cards of a figure that can still be read across a page; larger networks are drawn as boxes."""
_TOP: Final = 5


def make_report(
    project: Project, analysis: Analysis, maps: Maps, scene: Scene, *, name: str, image: str
) -> Report:
    """All that the page shows. `maps` are those of this photograph; empty where the network cannot run."""
    return Report(
        title=project.title or name,
        subtitle=" · ".join(_subtitle(project, analysis)),
        tiles=tuple(_tiles(analysis)),
        problems=[f"{problem.node_id}: {problem.message}" for problem in analysis.problems],
        figure=_figure(project, analysis),
        fields=_fields(project, analysis, maps, scene),
        maps=tuple(_maps(project, analysis, maps)),
        table=typesetting.html_table(layer_table(project.network, analysis)),
        classes=_classes(project, maps),
        caveat=learned_layers(project.network).caveat if maps else "",
        notes=(
            "MACs count one multiply–add of a convolution or linear layer; FLOPs = 2·MACs;"
            " bytes are float32 for one image.",
            f"Photograph: {image}, seed {project.seed}. Made by OneByOne {VERSION}.",
        ),
    )


def _subtitle(project: Project, analysis: Analysis) -> Iterator[str]:
    first = next((node.layer for node in project.network.nodes.values() if node.layer.role == "input"), None)
    if first is not None:
        yield f"Input {shape_text(first.output_shape())}"
    yield count_text(len(analysis.layers), "layer")


def _tiles(analysis: Analysis) -> Iterator[Tile]:
    totals, numbers = analysis.totals, Numbers()
    yield Tile(name="Parameters", value=numbers.short(totals.parameters), note=f"{totals.parameters:,}")
    yield Tile(name="MACs", value=numbers.short(totals.macs), note=f"{totals.macs:,}")
    yield Tile(name="FLOPs", value=numbers.short(totals.flops), note="2·MACs")
    yield Tile(name="Weights", value=numbers.size(totals.parameter_bytes), note="float32")
    peak = f"at most {numbers.size(totals.peak_activation_bytes)} at once"
    yield Tile(name="Maps", value=numbers.size(totals.activation_bytes), note=peak)
    where = f"at {totals.receptive_field_node}" if totals.receptive_field_node else ""
    yield Tile(name="Receptive field", value=field_text(totals.receptive_field), note=where)


def _figure(project: Project, analysis: Analysis) -> dict[str, bytes] | None:
    """As the canvas has it, equal blocks folded; very large networks as a column of boxes."""
    if not analysis.layers:
        return None
    options = Options(fold=True)
    for style in ("flow", "column") if len(analysis.layers) <= MOST_CARDS else ("column", "flow"):
        try:
            return _drawn(style, project, analysis, None, options)
        except EngineError:
            continue
    return None


def _fields(project: Project, analysis: Analysis, maps: Maps, scene: Scene) -> dict[str, bytes] | None:
    style = find_style("receptive-field")
    options = style.focused(project, analysis, Options(photograph=photograph_of(project, scene)))
    if not maps or style.problem(project, analysis, options):
        return None
    return _drawn(style.name, project, analysis, maps, with_effective(project, dict(maps), options))


def _drawn(
    style: str, project: Project, analysis: Analysis, maps: Maps | None, options: Options
) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    chosen = find_style(style)
    known = replace(options, fold=options.fold and "fold" in chosen.uses)
    for name, palette in PALETTES.items():
        subject = Subject(project=project, analysis=analysis, palette=palette, maps=maps)
        write = WRITERS["svg"].write
        assert write is not None
        found[name] = write(make_figure(subject, chosen, known).drawing, Finish())
    return found


def _maps(project: Project, analysis: Analysis, maps: Maps) -> Iterator[LayerMaps]:
    """Of every block the map after its activation, and the Inputs'."""
    kept = post_activation(project.network)
    for node_id in project.network.order:
        node, shape = project.network[node_id], analysis.layers[node_id].output_shape
        shown = node_id in kept or node.layer.role == "input"
        if shown and node_id in maps and shape is not None and maps[node_id].ndim in (2, 4):
            about = f"{node.label} · {shape_text(shape)}"
            yield LayerMaps(name=node_id, about=about, png=strip_png(node, maps[node_id]))


def _classes(project: Project, maps: Maps) -> list[tuple[str, float]]:
    node_id = answer_node(project.network)
    if node_id is None or node_id not in maps:
        return []
    top = top_classes(maps[node_id][0], project.class_names, _TOP)
    return [(score.name, score.probability) for score in top]

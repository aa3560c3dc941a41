"""Wires around corners on slides: glued elbow connectors where every program lays them as the figure does."""

import io
from itertools import product

import pytest
from pptx import Presentation

import presets
from engine.analysis.analyze import analyze
from gui.figures.drawing.drawing import Line, Path
from gui.figures.drawing.shapes import polyline, rounded_line
from gui.figures.figure import Subject, make_figure
from gui.figures.rendering.elbows import elbow_of, points_of_elbow
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from gui.look.theme import LIGHT

ONCE = [[(0, 0), (dx, 0), (dx, dy)] for dx, dy in product((-40, 40), (-30, 30))]
TWICE = [[(0, 0), (m, 0), (m, dy), (dx, dy)] for m, dx, dy in product((-60, 15, 60), (-40, 0, 40), (-30, 30))]


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("points", [*ONCE, *TWICE], ids=str)
@pytest.mark.parametrize("radius", [0, 6])
def test_an_elbow_connector_lies_where_the_line_lies(points: list, swapped: bool, radius: int) -> None:
    points = [(float(y), float(x)) if swapped else (float(x), float(y)) for x, y in points]
    path = rounded_line(points, radius, "#000000", 1.0) if radius else polyline(points, "#000000")
    elbow = elbow_of(path)
    assert elbow is not None
    drawn = points_of_elbow(elbow)
    assert len(drawn) == len(points)
    for (x1, y1), (x2, y2) in zip(points, drawn, strict=True):
        assert abs(x1 - x2) + abs(y1 - y2) < 0.3  # a frame without a width has a quarter of a unit


@pytest.mark.parametrize(
    "path",
    [
        polyline([(0, 0), (10, 0)], "#000000"),
        polyline([(0, 0), (10, 0), (10, 10), (20, 10), (20, 20)], "#000000"),
        polyline([(0, 0), (10, 5), (10, 10)], "#000000"),
        Path(start=(0, 0), pieces=(Line((10, 0)), Line((10, 10))), closed=True, stroke="#000000"),
    ],
)
def test_other_lines_are_no_elbows(path: Path) -> None:
    assert elbow_of(path) is None


def bent_of(name: str) -> tuple[set[tuple[str, ...]], set[tuple[str, str]]]:
    """The layers that elbow connectors join on a slide, and those that wires join in the figure."""
    project = presets.load(name).project
    subject = Subject(project=project, analysis=analyze(project.network), palette=LIGHT)
    drawing = make_figure(subject, STYLES["column"], Options()).drawing
    write = WRITERS["pptx"].write
    assert write is not None
    (slide,) = Presentation(io.BytesIO(write(drawing, Finish()))).slides
    home: dict[int, str] = {}
    for shape in slide.shapes:
        for one in shape.shapes if hasattr(shape, "shapes") else [shape]:
            home[one.shape_id] = shape.name
    joined = set()
    for geometry in slide._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}prstGeom"):
        if geometry.get("prst").startswith("bent"):
            connector = geometry.getparent().getparent()
            ends = [connector.find(f".//{{*}}{end}") for end in ("stCxn", "endCxn")]
            joined.add(tuple(home[int(end.get("id"))] for end in ends))
    return joined, {(item.wire.source, item.part) for item in drawing.items if item.wire is not None}


def test_branches_are_glued_to_the_layers_that_they_join() -> None:
    joined, drawn = bent_of("inception_3a")
    assert joined <= drawn
    assert len(joined) == 7
    # Turning halfway, this one would run through the 3×3 convolution: it stays a free form.
    assert ("1x1", "concat") in drawn - joined


def test_shortcuts_around_layers_stay_free_forms() -> None:
    joined, drawn = bent_of("resnet18")
    assert not joined
    assert len(drawn) > 20

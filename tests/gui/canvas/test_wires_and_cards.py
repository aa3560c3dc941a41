"""Wires never run through cards: in every preset, to the right and down, folded and unfolded."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, QRectF

from engine.analysis.analyze import analyze
from engine.layout.card_rects import shown_places
from engine.layout.layout import lay_out
from engine.model.project import DIRECTIONS, Project
from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.items.edge_item import EdgeItem
from gui.canvas.scene import CanvasScene
from gui.look.theme import LIGHT
from presets import load, preset_names

MARGIN = 2.0


def crossed(scene: CanvasScene) -> list[str]:
    """`a → b through c` for every wire that a card lies under, its own two ends left out."""
    found = []
    for (source, target), item in scene.edges.items():
        for a, b in pairwise(points(item)):
            box = QRectF(a, b).normalized().adjusted(-1, -1, 1, 1)
            for card, rect in scene.wiring.places.touching(box).items():
                inner = rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
                if card not in (source, target) and meets(a, b, inner):
                    found.append(f"{source} → {target} through {card}")
    return sorted(set(found))


def points(item: EdgeItem) -> Iterator[QPointF]:
    for polygon in item.route.path.toSubpathPolygons():
        yield from polygon.toList()


def meets(a: QPointF, b: QPointF, rect: QRectF) -> bool:
    """Whether a line meets a rectangle (Liang & Barsky)."""
    first, last = 0.0, 1.0
    way = b - a
    for p, q in (
        (-way.x(), a.x() - rect.left()),
        (way.x(), rect.right() - a.x()),
        (-way.y(), a.y() - rect.top()),
        (way.y(), rect.bottom() - a.y()),
    ):
        if p == 0:
            if q < 0:
                return False
        elif p < 0:
            first = max(first, q / p)
        else:
            last = min(last, q / p)
    return first <= last


def shown(project: Project, direction: str, *, folded: bool) -> Project:
    groups = project.groups
    if not folded:
        groups = groups.replace(*(replace(group, collapsed=False) for group in groups.values()))
    at = lay_out(project.network, groups, direction=direction)
    return replace(project, groups=groups, positions=at, direction=direction)


def test_a_line_that_meets_a_rectangle_is_found() -> None:
    rect = QRectF(10, 10, 10, 10)
    assert meets(QPointF(0, 15), QPointF(30, 15), rect)
    assert meets(QPointF(12, 12), QPointF(13, 13), rect)
    assert not meets(QPointF(0, 5), QPointF(30, 5), rect)
    assert not meets(QPointF(0, 0), QPointF(9, 30), rect)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("folded", [True, False], ids=["folded", "unfolded"])
@pytest.mark.parametrize("name", preset_names())
def test_no_wire_of_a_preset_runs_through_a_card(qapp, name: str, folded: bool, direction: str) -> None:
    project = load(name).project
    if folded and not any(group.collapsed for group in project.groups.values()):
        return  # the same as unfolded
    made = shown(project, direction, folded=folded)
    scene = CanvasScene(CanvasStyle(LIGHT))
    scene.show_project(made, analyze(made.network))
    assert scene.nodes.keys() == shown_places(made).keys()
    assert crossed(scene) == []


@pytest.mark.parametrize("name", preset_names())
def test_no_wire_of_a_preset_as_it_opens_runs_through_a_card(qapp, name: str) -> None:
    project = load(name).project
    scene = CanvasScene(CanvasStyle(LIGHT))
    scene.show_project(project, analyze(project.network))
    assert crossed(scene) == []

"""Whatever is done, the scene shows the project as it is, and its file holds all of it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from engine.formats import project_json
from engine.layout.card_rects import box, shown_places
from engine.layout.collapsed_view import visible_cards, wires_behind
from engine.model.project import Project
from gui.canvas.items.canvas_style import CanvasStyle
from gui.canvas.scene import CanvasScene
from gui.look.theme import LIGHT
from gui.session.document import Document
from presets import load
from tests.gui.test_undo_everything import Hand

STARTS = ("inception_3a", "lenet5", "unet")
quick = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def check_shown(scene: CanvasScene, document: Document) -> None:
    project = document.project
    places = shown_places(project)
    cards = visible_cards(project.network, project.groups)
    assert {one: (item.x(), item.y()) for one, item in scene.nodes.items()} == places
    assert scene.edges.keys() == {(source, one) for one, sources in cards.items() for source in sources}
    for edge, item in scene.edges.items():
        assert wires_behind(project.network, project.groups, edge)
        assert item.route.corners[0] == scene.nodes[edge[0]].output_port
        assert item.route.corners[-1] == scene.wiring.end(edge)
    groups = project.groups
    expanded = {group for group in groups if groups.card(group) == group and not groups[group].collapsed}
    assert scene.outlines.items.keys() == expanded
    for one in expanded:
        rect, found = scene.outlines.items[one].rect, box(project, one)
        assert (rect.left(), rect.top(), rect.right(), rect.bottom()) == pytest.approx(
            (found.left, found.top, found.right, found.bottom)
        )
    assert scene.annotations.items.keys() == {*project.frames, *project.text_notes}


@quick
@given(data=st.data(), start=st.sampled_from(STARTS))
def test_the_scene_follows_random_edits_there_and_back(
    qapp: QApplication, data: st.DataObject, start: str
) -> None:
    QGuiApplication.clipboard().clear()
    document = Document(load(start).project)
    scene = CanvasScene(CanvasStyle(LIGHT))

    def show(_before: Project, after: Project) -> None:
        scene.show_project(after, document.analysis)

    document.project_changed.connect(show)
    scene.show_project(document.project, document.analysis)
    try:
        walk(Hand(document, data), scene, document)
    finally:
        # A slot that holds the scene would keep it, and its items, until after the application is gone.
        document.project_changed.disconnect(show)
        document.undo_stack.clear()


def walk(hand: Hand, scene: CanvasScene, document: Document) -> None:
    for _ in range(6):
        hand.act()
        check_shown(scene, document)
        assert project_json.read(project_json.write(document.project)) == document.project
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
        check_shown(scene, document)

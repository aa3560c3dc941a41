"""The start page shows what can be opened, and gets out of the way when something is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

import presets
from engine.layers.input import Input
from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.look.theme import DARK, LIGHT, ROLE_COLOURS
from gui.session.jobs import Desk
from gui.session.settings import Settings
from gui.welcome.picture import Picture, PictureOfLesson, painted, picture_of
from gui.window.main_window import MainWindow
from presets.lessons import lessons


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    made = MainWindow(Project().add(Input(), (0, 0)), Appearance(qapp), Settings())
    with qtbot.waitSignal(made.compute.run_finished, timeout=60_000):
        made.show()
    yield made
    made.close()
    made.deleteLater()


def test_it_shows_every_preset_and_finds_their_pictures(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_by_name["welcome"].trigger()
    page = window.welcome
    assert page.isVisible()
    assert {tile.preset.name for tile in page.tiles} == set(presets.preset_names())
    qtbot.waitUntil(lambda: page.lessons[0].picture is not None, timeout=60_000)
    qtbot.waitUntil(lambda: page.tiles[0].picture is not None, timeout=60_000)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert window.canvas.isVisible()


def test_a_preset_opens_in_the_place_of_the_page(qtbot: QtBot, window: MainWindow) -> None:
    window.show_welcome()
    tile = next(tile for tile in window.welcome.tiles if tile.preset.name == "lenet5")
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert window.document.project.title == presets.load("lenet5").title
    assert window.canvas.isVisible()


def test_every_lesson_has_a_tile_that_begins_it_and_goes_on_where_it_was_left(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.show_welcome()
    page = window.welcome
    assert [tile.lesson.id for tile in page.lessons] == [lesson.id for lesson in lessons()]
    tile = next(tile for tile in page.lessons if tile.lesson.id == "channel-scaling")
    steps = len(tile.lesson.steps)
    assert tile.caption == f"{tile.lesson.minutes} min · {steps} steps"
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    tutor = window.teaching.tutor
    assert tutor.lesson is tile.lesson
    assert window.canvas.isVisible()
    tutor.progress.mark(tile.lesson.id, 0)
    tutor.go_to(1)
    window.show_welcome()
    assert tile.caption == f"{tile.lesson.minutes} min · 1 of {steps} done"
    assert tile.part_done == 1 / steps
    assert tile.accessibleDescription() == tile.caption
    tile.setFocus()
    qtbot.keyClick(tile, Qt.Key.Key_Space)
    assert tutor.number == 1
    for step in range(steps):
        tutor.progress.mark(tile.lesson.id, step)
    window.show_welcome()
    assert tile.caption.endswith("done")
    assert tile.part_done == 1
    assert not tile.isVisible(), "what is left is shown first"
    qtbot.mouseClick(page.all_lessons, Qt.MouseButton.LeftButton)
    assert all(tile.isVisible() for tile in page.lessons)
    assert not page.all_lessons.isVisible()


def test_a_lessons_picture_is_of_the_largest_network_that_it_opens() -> None:
    inception = next(lesson for lesson in lessons() if lesson.id == "inception")
    desk = Desk(None, None, lambda done, total: None, lambda: False)  # type: ignore[arg-type]  # not asked
    picture = PictureOfLesson(inception).work(desk)
    opened = [inception.start(), *(step.opens() for step in inception.steps if step.opens)]
    assert len(picture.blocks) == max(len(project.network) for project in opened)


def test_a_recent_project_opens_and_one_that_is_gone_cannot(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "net.onebyone"
    window.document.save(path)
    window.settings.remember_file(str(tmp_path / "gone.onebyone"))
    window.settings.remember_file(str(path))
    window.show_welcome()
    here, gone = window.welcome.recent
    assert not gone.isEnabled()
    qtbot.mouseClick(here, Qt.MouseButton.LeftButton)
    assert window.document.path == path
    assert window.canvas.isVisible()


def test_a_new_canvas_is_empty(qtbot: QtBot, window: MainWindow) -> None:
    window.show_welcome()
    button = next(one for one in window.welcome.findChildren(QPushButton) if one.text() == "New canvas")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(window.document.project.network) == 0
    assert window.canvas.isVisible()


def test_a_picture_has_a_block_for_each_layer_in_its_colour(qapp: QApplication) -> None:
    project = presets.load("inception_3a").project
    picture = picture_of(project)
    assert len(picture.blocks) == len(project.network)
    assert len(picture.wires) == len(list(project.network.edges))
    image = painted(picture, QSizeF(180, 90), LIGHT, 2.0).toImage()
    assert (image.width(), image.height()) == (360, 180)
    seen = {image.pixelColor(x, y).name() for x in range(360) for y in range(180)}
    assert QColor(ROLE_COLOURS["pointwise"]).name() in seen


def test_an_empty_network_has_an_empty_picture(qapp: QApplication) -> None:
    image = painted(Picture((), ()), QSizeF(20, 10), DARK, 1.0).toImage()
    assert image.pixelColor(5, 5).name() == QColor(DARK.canvas).name()

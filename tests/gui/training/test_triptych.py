"""A task about images is seen in pictures: shown, made, wanted, on one scale."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.image.image_source import open_image
from engine.model.project import Project
from engine.training.data.examples import HELD_OUT
from engine.training.inspecting.outcomes import Outcome
from engine.training.scores import Score
from gui.look.appearance import Appearance
from gui.session.document import Document
from gui.training.pages.run_pages import RunPages
from gui.training.pages.triptych import GAP, as_pictures, image_of, triptych
from tests.engine.training.small_trainings import LAYERS, bars, chain

SIDE = 48


def outcome(seen: np.ndarray, made: np.ndarray, wanted: np.ndarray, number: int = 0) -> Outcome:
    three = (one.astype(np.float32) for one in (seen, made, wanted))
    return Outcome(number=number, loss=0.5, **dict(zip(("seen", "made", "wanted"), three, strict=True)))


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_keep_their_colours_and_what_is_beyond_them_is_cut(channels: int) -> None:
    wanted = np.linspace(0.2, 0.8, 16 * channels).reshape(channels, 4, 4)
    made, shown = as_pictures(outcome(np.zeros((4, 4, channels)), 2 * wanted - 0.5, wanted))
    for picture, maps in ((shown, wanted), (made, 2 * wanted - 0.5)):
        np.testing.assert_allclose(picture, maps.clip(0, 1).transpose(1, 2, 0) * 255, atol=0.51)


def test_maps_that_are_no_pictures_have_the_scale_of_what_is_wanted() -> None:
    wanted = np.linspace(-2, 6, 32).reshape(2, 4, 4)
    made, shown = as_pictures(outcome(np.zeros((6, 6, 3)), wanted / 2, wanted))
    low, high = wanted[0].min(), wanted[0].max()
    for picture, maps in ((made, wanted[:1] / 2), (shown, wanted[:1])):
        expected = ((maps - low) / (high - low)).clip(0, 1).transpose(1, 2, 0) * 255
        np.testing.assert_allclose(picture, expected, atol=0.51)


def test_the_three_stand_beside_each_other(qapp: QApplication) -> None:
    grey = [np.full((8, 8, 1), value) for value in (0.25, 0.5, 1.0)]
    drawn = triptych(outcome(grey[0], grey[1].transpose(2, 0, 1), grey[2].transpose(2, 0, 1)), SIDE).toImage()
    assert (drawn.width(), drawn.height()) == (3 * SIDE + 2 * GAP, SIDE)
    values = [drawn.pixelColor(place * (SIDE + GAP) + SIDE // 2, SIDE // 2).red() for place in range(3)]
    assert values == [64, 128, 255]
    assert drawn.pixelColor(SIDE, SIDE // 2).alpha() == 0


def test_a_colour_picture_of_the_data_becomes_the_photograph(qtbot: QtBot, qapp: QApplication) -> None:
    document = Document(Project(network=chain(*LAYERS)))
    pages = RunPages(document, Appearance(qapp), lambda question, then: None)
    qtbot.addWidget(pages)
    examples = bars(channels=3)
    score = Score(step=1, split=HELD_OUT, count=3, loss=0.5)
    flat = np.zeros((3, 8, 8))
    found = [outcome(np.zeros((8, 8, 3)), flat, flat, number) for number in (7, 3)]
    pages.setCurrentWidget(pages.mistakes)
    pages.resize(500, 300)
    pages.show()
    pages.mistakes.show_score(score, examples, found)
    assert pages.mistakes.matrix.isHidden()
    assert pages.mistakes.worst.isHidden()
    item = pages.mistakes.pictures.item(1)
    assert item.toolTip().startswith("picture 3, loss 0.5")
    place = pages.mistakes.pictures.visualItemRect(item).center()
    qtbot.mouseClick(pages.mistakes.pictures.viewport(), Qt.MouseButton.LeftButton, pos=place)
    np.testing.assert_array_equal(open_image(document.project.image), examples.pictures[3])
    document.undo_stack.undo()
    pages.mistakes.show_score(score, examples)
    assert not pages.mistakes.matrix.isHidden()


def test_images_are_those_pixels(qapp: QApplication) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (5, 7, 3), np.uint8)
    image = image_of(picture)
    for y, x in np.ndindex(5, 7):
        assert image.pixelColor(x, y).getRgb()[:3] == tuple(picture[y, x])

"""The page of a channel and of a layer, as a user meets it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.model.project import Project
from gui.channel_page.layer_tab import Matrix
from gui.channel_page.page_window import PageWindow
from gui.channel_page.pictures import kernel_sheet, masked_patch
from gui.channel_page.survey_run import survey_kept
from gui.look.appearance import Appearance
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Pixel, Selection
from gui.session.session import Session
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.words.survey import no_spectrum_sentence
from tests.engine.small_networks import chain, conv, make, pool

NETWORK = chain(conv(6, 3), make("ReLU"), pool(), conv(4, 1), make("ReLU"), shape=(3, 24, 20))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photographs"
    made.mkdir()
    for index in range(6):
        coarse = np.random.default_rng(index).integers(0, 256, (4, 4, 3), np.uint8)
        Image.fromarray(coarse).resize((30, 30)).save(made / f"{index}.png")
    (made / "note.txt").write_text("no picture")
    return made


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PageWindow]:
    monkeypatch.setattr("gui.channel_page.survey_run.cache_folder", lambda: tmp_path / "cache")
    document = Document(Project(network=NETWORK))
    selection, compute = Selection(document), ComputeService(1 << 30)
    session = Session(document=document, selection=selection, compute=compute, settings=Settings())
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window = PageWindow(session, Appearance(application), Dialogs(), lambda: document.project)
    qtbot.addWidget(window)
    compute.start()
    compute.run(document.project)
    qtbot.waitUntil(lambda: compute.result("n5") is not None, timeout=60_000)
    selection.select(["n2"])
    window.show()
    yield window
    window.close()
    compute.close()


def test_escape_closes_it(page: PageWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page._session.compute.is_idle, timeout=60_000)  # its jobs prepare kernels
    page.number.setFocus()
    qtbot.keyClick(page.number, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_a_map_shows_its_strongest_places_at_once(page: PageWindow, qtbot: QtBot) -> None:
    page._session.selection.pin(Pixel("n2", 3, 0, 0))
    found = page._session.compute.result("n2")
    assert found is not None
    plane = found.map[0, 3]
    assert page.channel == 3
    first = page.channel_tab.here[0]
    row, column = divmod(int(plane.argmax()), plane.shape[1])
    assert first.words.text() == f"{float(plane.max()):.3g}\nat {row}, {column}"
    assert not first.picture.pixmap().isNull()
    assert page.channel_tab.kernel.words.text() == "this layer has none"
    qtbot.waitUntil(lambda: "strongest unit" in page.channel_tab.projected.words.text(), timeout=60_000)
    qtbot.keyClick(page, Qt.Key.Key_PageDown)
    assert page.channel == 4
    page._session.selection.select(["n1"])
    qtbot.waitUntil(lambda: page.channel_tab.kernel.words.text() == "3×3×3", timeout=60_000)


def test_it_opens_on_the_map_that_was_clicked_before(page: PageWindow, qtbot: QtBot) -> None:
    page._session.selection.pin(Pixel("n2", 5, 1, 1))
    second = PageWindow(page._session, page._appearance, Dialogs(), lambda: None)
    qtbot.addWidget(second)
    assert (second.node_id, second.channel) == ("n2", 5)


def test_a_picture_is_climbed_to_frame_by_frame(page: PageWindow, qtbot: QtBot) -> None:
    page._session.selection.pin(Pixel("n5", 2, 0, 0))
    page.channel_tab.noise.click()
    qtbot.waitUntil(lambda: page.channel_tab.climbed.words.text() == "step 256", timeout=120_000)
    frame = page.channel_tab.newest.frame
    assert page.channel_tab.best is not None
    assert frame.value > page.channel_tab.best
    assert "the best real patch" in page.channel_tab.reached.text()
    page.channel_tab.photograph.click()
    qtbot.waitUntil(lambda: page.channel_tab.newest.frame is not None, timeout=60_000)
    page.channel_tab.stop.click()
    assert not page.channel_tab.stop.isEnabled()
    page._session.selection.pin(Pixel("n5", 1, 0, 0))
    assert page.channel_tab.climbed.words.text() == ""


def test_a_folder_is_surveyed_and_remembered(page: PageWindow, qtbot: QtBot, folder: Path) -> None:
    page._session.selection.pin(Pixel("n2", 3, 0, 0))
    qtbot.waitUntil(lambda: "1 photograph" in page.layer_tab.width_words.text(), timeout=60_000)
    page.open_folder(folder)
    assert page.cancel.isVisible()
    qtbot.waitUntil(lambda: page.surveyed is not None, timeout=120_000)
    assert page.told.text() == f"6 photographs in {folder}, 1 file skipped"
    arrays = page.surveyed.arrays  # type: ignore[union-attr]  # it is there
    assert page.channel_tab.folder[0].words.text() == f"{float(arrays['top_value/n2'][3, 0]):.3g}"
    qtbot.waitUntil(lambda: not page.channel_tab.folder[0].picture.pixmap().isNull(), timeout=60_000)
    assert "on 6 photographs" in page.layer_tab.width_words.text()
    page.tabs.setCurrentIndex(1)
    said = page.layer_tab.cka.words_at(QPointF(1, 1))
    assert said.startswith("input and input: CKA 1.000, floor")
    assert page.layer_tab.against.isVisible(), "the baseline's layers beside this one's"
    known = survey_kept([page._session.document.project] * 2, folder, lambda done, total: pytest.fail("anew"))
    assert set(known) == set(arrays)
    assert all((known[name] == values).all() for name, values in arrays.items())
    assert {name: values.shape for name, values in known.items()} == {
        name: values.shape for name, values in arrays.items()
    }
    page._session.document.edit("x", lambda p: p.replace_layer("n4", make("Conv2d", out_channels=5)))
    page.refresh()
    assert page.channel_tab.folder_words.text().startswith("The survey is of another network")


def test_without_a_folder_one_is_offered_in_place_of_empty_frames(
    page: PageWindow, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = page.channel_tab
    assert not tab.folder_values.isVisible()
    assert tab.folder_words.text() == "No folder of photographs has been looked at yet."
    monkeypatch.setattr(page._dialogs, "folder_to_open", lambda *_: folder, raising=False)
    qtbot.mouseClick(tab.open_folder, Qt.MouseButton.LeftButton)
    assert not tab.open_folder.isEnabled()
    qtbot.waitUntil(lambda: page.surveyed is not None, timeout=120_000)
    assert tab.folder_values.isVisible()
    assert not tab.open_folder.isVisible()


def test_why_there_is_no_spectrum_is_said() -> None:
    assert no_spectrum_sentence(1000, 1).startswith("One value a channel has no spectrum: open a folder")
    assert "4,096 channels make 8,390,656 pairs" in no_spectrum_sentence(4096, 300)
    assert "more than 128 MB" in no_spectrum_sentence(1024, 300)


def test_a_damaged_survey_is_made_anew(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.channel_page.survey_run.cache_folder", lambda: tmp_path / "cache")
    project = Project(network=NETWORK)
    first = survey_kept([project], folder, lambda done, total: None)
    (kept,) = (tmp_path / "cache" / "surveys").iterdir()
    for damage in (b"", b"no zip", kept.read_bytes()[:3000]):
        kept.write_bytes(damage)
        again = survey_kept([project], folder, lambda done, total: None)
        assert all((again[name] == values).all() for name, values in first.items())


def test_a_folder_without_pictures_says_so(page: PageWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    page.open_folder(tmp_path / "empty")
    qtbot.waitUntil(lambda: "There is no file in the folder" in page.told.text(), timeout=60_000)
    assert not page.cancel.isVisible()


def test_kernels_and_patches_are_drawn_as_they_are() -> None:
    kernel = np.zeros((4, 2, 2), np.float32)
    kernel[3, 1, 1] = 1
    sheet = kernel_sheet(kernel, dark=False)
    assert sheet.shape == (5, 5, 3)
    assert (sheet[4, 4] != sheet[0, 0]).any()
    picture = np.full((8, 8, 3), 200, np.uint8)
    mask = np.zeros((4, 4), np.float32)
    mask[1, 1] = 1
    seen = masked_patch(picture, mask, (-1, 0, 2, 3))
    assert seen.shape == (8, 8, 3)
    assert (seen[:2] == 128).all(), "padding is grey"
    assert seen[4, 2, 0] == 200
    assert seen[2, 0, 0] == 50


def test_a_mask_does_not_jump_from_pixel_to_pixel() -> None:
    picture = np.full((96, 96, 3), 200, np.uint8)
    mask = np.zeros((96, 96), np.float32)
    mask[30:60:2, 30:60:2] = 1
    seen = masked_patch(picture, mask, (0, 0, 95, 95)).astype(int)
    assert seen.max() == 200
    assert np.abs(np.diff(seen[:, 45, 0])).max() < 80
    assert seen[45, 45, 0] > 170
    assert seen[5, 5, 0] == 50


def test_pairs_of_layers_below_the_floor_are_grey(qtbot: QtBot) -> None:
    matrix = Matrix()
    qtbot.addWidget(matrix)
    matrix.show_values(np.array([[1.0, 0.2]]), np.array([[0.1, 0.3]]), ["a"], ["a", "b"])
    image = matrix.pixmap().toImage()
    row = image.height() // 2
    assert image.pixelColor(image.width() * 3 // 4, row).getRgb()[:3] == (128, 128, 128)
    assert image.pixelColor(image.width() // 4, row).getRgb()[:3] != (128, 128, 128)


def test_a_map_of_one_value_has_no_strongest_places(page: PageWindow, qtbot: QtBot) -> None:
    tab = page.channel_tab
    assert not tab.nothing_here.isVisible()
    page._show_here(page._session.document.project, np.zeros((6, 5), np.float32))
    assert tab.nothing_here.isVisible()
    assert [tile.words.text() for tile in tab.here] == [""] * len(tab.here)


def test_a_kernel_that_comes_late_is_not_shown_for_a_layer_that_has_none(
    page: PageWindow, qtbot: QtBot
) -> None:
    page._session.selection.select(["n1"])
    late = page._jobs["kernel"]
    page._session.selection.select(["n2"])
    assert late.is_over
    kernel = page.channel_tab.kernel
    assert kernel.words.text() == "this layer has none"


def test_why_a_kernel_cannot_be_drawn_is_said(page: PageWindow, qtbot: QtBot) -> None:
    page._session.selection.select(["n1"])
    page._jobs["kernel"].failed.emit("the weights do not fit")
    kernel = page.channel_tab.kernel
    assert kernel.words.text() == "the weights do not fit"

"""The dialog: what is shown is what is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

import presets
from engine.analysis.analyze import analyze
from gui.figure_dialog.choices import Choices
from gui.figure_dialog.dialog import FigureDialog
from gui.figure_dialog.form import Choice
from gui.figures.rendering import painter
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.appearance import Appearance
from gui.session.baseline import Pinned
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.session.settings import Settings


@dataclass
class Answers:
    """Dialogs that answer without a screen."""

    path: Path | None = None
    asked: list[str] = field(default_factory=list)

    def file_to_save(self, parent: Any, title: str, suggestion: str, kinds: str) -> Path | None:
        self.asked += [suggestion, kinds]
        return self.path


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def compute(qtbot: QtBot) -> Iterator[ComputeService]:
    service = ComputeService(budget_bytes=1 << 30)
    service.start()
    yield service
    service.close()


@pytest.fixture
def dialog(
    qtbot: QtBot, qapp: QApplication, compute: ComputeService, answers: Answers
) -> Iterator[FigureDialog]:
    document = Document(presets.load("lenet5").project)
    made = FigureDialog(document, compute, Appearance(qapp), Settings(), answers, Selection(document))
    made.show()
    shown(made, qtbot)
    yield made
    made.close()
    made.deleteLater()


def shown(dialog: FigureDialog, qtbot: QtBot) -> QImage:
    """The preview, once nothing newer is on its way."""

    def is_settled() -> bool:
        job = dialog._preview_job
        return not dialog._pause.isActive() and job is not None and job.is_over

    qtbot.waitUntil(is_settled, timeout=60_000)
    assert dialog.sheet.preview is not None, dialog.sheet.message
    return dialog.sheet.preview.images[-1] if dialog.sheet.preview.images else QImage()


def pick(dialog: FigureDialog, label: str, key: str) -> None:
    """Choose in one of the form's boxes, as a user does."""
    box = next(
        one for one in dialog.form.findChildren(Choice) if one.accessibleName() == label and one.isVisible()
    )
    box.setCurrentIndex(box._keys.index(key))
    box.activated.emit(box.currentIndex())


def pixels(image: QImage) -> np.ndarray:
    made = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(made.constBits(), np.uint8).reshape(made.height(), made.bytesPerLine())
    return rows[:, : 4 * made.width()].reshape(made.height(), made.width(), 4).copy()


def test_the_preview_is_exactly_what_is_written(
    dialog: FigureDialog, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    pick(dialog, "Format", "png")
    dialog._full.click()
    image = shown(dialog, qtbot)
    ratio = dialog.devicePixelRatioF()
    answers.path = tmp_path / "figure.png"
    dialog._on_choices_changed(
        Choices.from_json(dialog.choices.to_json().replace('"scale": 2.0', f'"scale": {ratio}'))
    )
    with qtbot.waitSignal(dialog.written, timeout=60_000) as told:
        qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert told.args == ["figure.png"]
    assert "figure.png is written" in dialog.facts
    written = np.asarray(Image.open(answers.path).convert("RGBA"))
    assert np.array_equal(written, pixels(image))
    assert answers.asked[1] == "PNG (*.png)"


def test_options_of_the_style_alone_are_offered(dialog: FigureDialog, qtbot: QtBot) -> None:
    for name, style in STYLES.items():
        item = dialog.style_list._items[name]
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            dialog.style_list.setCurrentItem(item)
            names = {one.accessibleName() for one in dialog.form._form.findChildren(Choice)}
            assert ("Scaling" in names) == ("scaling" in style.uses)
            assert ("Direction" in names) == ("direction" in style.uses)
    shown(dialog, qtbot)


def test_a_changed_option_changes_the_preview_and_the_facts(dialog: FigureDialog, qtbot: QtBot) -> None:
    before = pixels(shown(dialog, qtbot))
    pick(dialog, "Colours", "dark")
    assert not np.array_equal(before, pixels(shown(dialog, qtbot)))
    pick(dialog, "Size", "slide")
    shown(dialog, qtbot)
    assert dialog.facts.startswith("254 × ")


def test_an_edit_in_the_window_shows_in_the_preview(dialog: FigureDialog, qtbot: QtBot) -> None:
    before = shown(dialog, qtbot).size()
    document = dialog._document
    assert document.edit("Move", lambda project: project.move({"input": (-900.0, 8.0)}))
    assert shown(dialog, qtbot).size() != before


def test_an_animation_plays_its_frames(dialog: FigureDialog, qtbot: QtBot) -> None:
    pick(dialog, "Format", "gif")
    shown(dialog, qtbot)
    preview = dialog.sheet.preview
    assert len(preview.images) == len(preview.durations_ms) > 3
    assert f"{len(preview.images)} frames" in dialog.facts
    first = dialog.sheet._frame
    qtbot.waitUntil(lambda: dialog.sheet._frame != first, timeout=5000)


def test_a_copy_is_a_picture_and_svg(dialog: FigureDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.facts.startswith("Copied"), timeout=60_000)
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    assert bytes(data.data("image/svg+xml").data()).startswith(b"<?xml")


def test_a_place_that_cannot_be_written_is_named_and_leaves_nothing(
    dialog: FigureDialog, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    answers.path = tmp_path / "missing" / "a.pdf"
    dialog.export()
    qtbot.waitUntil(lambda: "there is no folder" in dialog.facts, timeout=60_000)
    assert list(tmp_path.iterdir()) == []


def test_what_was_chosen_is_remembered(dialog: FigureDialog, qtbot: QtBot) -> None:
    pick(dialog, "Format", "svg")
    shapes = next(
        one for one in dialog.form._form.findChildren(QCheckBox) if one.text() == "Letters as shapes"
    )
    shapes.click()
    dialog.close()
    again = Choices.from_json(Settings().figure_choices)
    assert (again.format, again.finish.outlines) == ("svg", True)


def test_a_style_that_cannot_draw_says_why(dialog: FigureDialog, qtbot: QtBot) -> None:
    dialog._document.replace(presets.load("inception_3a").project)
    shown(dialog, qtbot)
    problems = dialog._problems()
    assert not problems["flow"]
    for name, problem in problems.items():
        item = dialog.style_list._items[name]
        assert bool(item.flags() & Qt.ItemFlag.ItemIsEnabled) == (not problem)
        assert item.toolTip() == (problem or STYLES[name].about)
    assert any(problems.values())


def test_drawing_happens_off_the_screens_thread(
    dialog: FigureDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    threads = []
    picture = painter.picture
    monkeypatch.setattr(
        painter,
        "picture",
        lambda *a, **k: threads.append(threading.current_thread()) or picture(*a, **k),
    )
    pick(dialog, "Colours", "dark")
    shown(dialog, qtbot)
    assert threads
    assert threading.main_thread() not in threads


def test_a_slide_is_shown_as_the_slide_it_will_be(dialog: FigureDialog, qtbot: QtBot) -> None:
    pick(dialog, "Format", "pptx")
    image = shown(dialog, qtbot)
    assert image.width() / image.height() == pytest.approx(16 / 9, rel=0.01)


def test_every_style_gets_its_small_picture_after_the_preview(dialog: FigureDialog, qtbot: QtBot) -> None:
    def are_there() -> bool:
        jobs = dialog._other_jobs
        return not dialog._to_sketch and bool(jobs) and all(job.is_over for job in jobs)

    qtbot.waitUntil(are_there, timeout=60_000)
    for name, problem in dialog._problems().items():
        picture = dialog.style_list._items[name].icon().pixmap(152, 72).toImage()
        painted = [picture.pixelColor(x, y).alpha() for x in range(0, 150, 3) for y in range(0, 72, 3)]
        assert any(painted) or problem, name


def test_comparisons_are_with_the_pinned_network_first_of_all(dialog: FigureDialog, qtbot: QtBot) -> None:
    dialog._on_style_chosen("comparison")
    shown(dialog, qtbot)
    project = presets.load("alexnet").project
    pinned = Pinned(title="AlexNet", project=project, analysis=analyze(project.network))
    dialog.use_baseline(pinned)
    assert dialog._order().baseline == (project, pinned.analysis)
    shown(dialog, qtbot)
    dialog.use_baseline(None)
    assert dialog._order().baseline != (project, pinned.analysis)
    assert dialog._order().baseline is not None


def test_a_click_on_the_preview_opens_the_menu_of_the_layer(dialog: FigureDialog, qtbot: QtBot) -> None:
    dialog.form.choices_changed.emit(Choices(style="column", maps=False))
    qtbot.waitUntil(lambda: dialog.sheet.preview is not None and dialog.sheet.preview.shown is not None)
    picture, shown = dialog.sheet._picture, dialog.sheet.preview.shown
    box = next(i for i in shown.items if i.part == "c3" and i.wire is None and hasattr(i, "radius"))
    place = picture._place()
    at = place.topLeft() + QPointF(
        (box.x + box.width / 2) / shown.width * place.width(),
        (box.y + box.height / 2) / shown.height * place.height(),
    )
    opened: list[str] = []
    dialog.notes.open = lambda hit, at: opened.append(hit.part)
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert opened == ["c3"]


def test_a_figure_of_the_selection_follows_it(dialog: FigureDialog, qtbot: QtBot) -> None:
    def parts() -> set[str]:
        shown(dialog, qtbot)
        return {item.part for item in dialog.sheet.preview.shown.items if item.part}

    dialog._on_choices_changed(Choices(style="column", maps=False))
    assert parts() >= {"input", "c1", "softmax"}
    dialog._selection.select(["c3", "tanh3", "s4"])
    box = next(b for b in dialog.form.findChildren(QCheckBox) if b.text() == "Selection only")
    box.click()
    assert parts() == {"s2", "c3", "s4"}  # and what comes in
    dialog._selection.select(["c5", "tanh5"])
    assert "c5" in parts()
    assert "c3" not in parts()
    assert dialog.recipe_button.recipe.arguments["only"] == ["c5,tanh5"]
    assert "nothing is selected" not in dialog.facts.lower()
    dialog._selection.select([])
    assert parts() >= {"input", "c1", "softmax"}
    assert "Nothing is selected in the window: all of the network is shown" in dialog.facts


def test_an_opened_group_that_is_dissolved_is_closed(dialog: FigureDialog, qtbot: QtBot) -> None:
    document = dialog._document
    document.edit("Group", lambda project: project.group(["c3", "tanh3", "s4"], "Middle"))
    (group,) = document.project.groups
    dialog._on_choices_changed(Choices(style="column", maps=False, options=Options(opened=group)))
    shown(dialog, qtbot)
    assert "Middle" in [getattr(item, "plain", "") for item in dialog.sheet.preview.shown.items]
    document.edit("Ungroup", lambda project: project.ungroup(group))
    shown(dialog, qtbot)
    assert not dialog.choices.options.opened


def test_undo_takes_a_note_back_while_the_dialog_is_in_front(dialog: FigureDialog, qtbot: QtBot) -> None:
    dialog.notes._add("label", ("c1",), "Edges")
    assert dialog._document.project.figure_notes
    dialog.activateWindow()
    qtbot.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not dialog._document.project.figure_notes)
    shown(dialog, qtbot)


def test_styles_of_one_layer_stay_open_while_a_group_is_opened_or_layers_are_selected(
    dialog: FigureDialog, qtbot: QtBot
) -> None:
    before = dialog._problems()
    document = dialog._document
    document.edit("Group", lambda project: project.group(["c3", "tanh3", "s4"], "Middle"))
    (group,) = document.project.groups
    dialog._selection.select(["c3", "tanh3"])
    options = Options(opened=group)
    dialog._on_choices_changed(Choices(style="column", maps=False, options=options))
    opened = dialog._problems()
    dialog._on_choices_changed(Choices(style="column", maps=False, selection=True))
    chosen = dialog._problems()
    for name, style in STYLES.items():
        if not style.is_of_network:
            assert before[name] == opened[name] == chosen[name]
    shown(dialog, qtbot)

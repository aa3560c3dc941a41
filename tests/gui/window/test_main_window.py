"""The window as a person uses it: open, change, save, close; bad files change nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

import presets
from assets import sample_photographs
from engine.layers.convolution import Conv2d
from engine.model.project import Project
from gui.figure_dialog.dialog import FigureDialog
from gui.look.appearance import Appearance
from gui.look.theme import CARD_HEIGHT, CARD_WIDTH
from gui.session.document import Document
from gui.session.settings import Settings
from gui.widgets.dialogs import Answer, Dialogs
from gui.window.main_window import MainWindow


@dataclass
class Answers(Dialogs):
    """Dialogs that answer without a screen."""

    path: Path | None = None
    answer: Answer = "cancel"
    value: int | None = None
    about_changed: Literal["replace", "save_as", "cancel"] = "cancel"
    asked: list[str] = field(default_factory=list)

    def file_to_open(self, parent: QWidget, title: str, folder: str, kinds: str) -> Path | None:
        self.asked.append(title)
        return self.path

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        self.asked.append(title)
        return self.path

    def save_changes(self, parent: QWidget, name: str) -> Answer:
        self.asked.append(name)
        return self.answer

    def replace_changed(self, parent: QWidget, name: str) -> Literal["replace", "save_as", "cancel"]:
        self.asked.append(f"replace {name}")
        return self.about_changed

    def number(
        self, parent: QWidget, title: str, label: str, value: int, least: int, most: int
    ) -> int | None:
        return self.value


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, answers: Answers) -> Iterator[MainWindow]:
    made = MainWindow(presets.load("lenet5").project, Appearance(qapp), Settings(), answers)
    with qtbot.waitSignal(made.compute.run_finished, timeout=60_000):
        made.show()
    yield made
    answers.answer = "discard"
    made.close()
    made.deleteLater()


def change(window: MainWindow) -> None:
    """One edit that leaves the project unsaved."""
    assert window.document.edit("Move", lambda project: project.move({"input": (800.0, 8.0)}))


def test_the_first_start_shows_a_living_network(window: MainWindow) -> None:
    network = window.document.project.network
    assert all(window.compute.result(node_id) is not None for node_id in network.order)
    assert window.document.is_clean
    assert "lenet" in window.windowTitle().lower()
    assert window.selection.current == "c1"


def test_a_preset_opens_with_its_first_1x1_selected(window: MainWindow) -> None:
    window.files.open_preset("inception_3a")
    assert window.selection.current == "1x1"


def test_a_saved_project_comes_back(window: MainWindow, answers: Answers, tmp_path: Path) -> None:
    change(window)
    assert window.isWindowModified()
    answers.path = tmp_path / "mine.onebyone"
    window.actions_by_name["save"].trigger()
    assert not window.isWindowModified()
    saved = window.document.project
    window.actions_by_name["new"].trigger()
    assert len(window.document.project.network) == 0
    answers.path = tmp_path / "mine.onebyone"
    window.actions_by_name["open"].trigger()
    assert window.document.project == saved
    assert window.settings.recent_files == [str(tmp_path / "mine.onebyone")]


def test_cancel_keeps_what_is_unsaved(window: MainWindow, answers: Answers) -> None:
    change(window)
    unsaved = window.document.project
    window.actions_by_name["new"].trigger()
    assert answers.asked == [window.document.title]
    assert window.document.project is unsaved
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()


def test_a_broken_project_is_named_and_changes_nothing(
    window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    before = window.document.project
    answers.path = tmp_path / "broken.onebyone"
    answers.path.write_text('{"format": "onebyone"')
    window.actions_by_name["open"].trigger()
    assert "broken.onebyone" in window.notice.text
    assert window.document.project is before


def saved_by_both(window: MainWindow, answers: Answers, tmp_path: Path) -> tuple[Path, bytes]:
    """A file that this window saved first, and another one after it; and what it holds since."""
    path = answers.path = tmp_path / "mine.onebyone"
    window.actions_by_name["save"].trigger()
    other = Document()
    other.open(path)
    other.edit("Rename", lambda project: project.rename("c1", "theirs"))
    other.save(path)
    change(window)
    return path, path.read_bytes()


def test_what_another_window_saved_is_not_replaced_unasked(
    window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    path, theirs = saved_by_both(window, answers, tmp_path)
    window.actions_by_name["save"].trigger()
    assert answers.asked[-1] == "replace mine.onebyone"
    assert path.read_bytes() == theirs
    assert not window.document.is_clean
    answers.about_changed, answers.path = "save_as", tmp_path / "other.onebyone"
    window.actions_by_name["save"].trigger()
    assert path.read_bytes() == theirs
    assert answers.path.exists()
    assert window.document.path == answers.path


def test_what_another_window_saved_is_replaced_when_told_to(
    window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    path, theirs = saved_by_both(window, answers, tmp_path)
    answers.about_changed = "replace"
    window.actions_by_name["save"].trigger()
    assert path.read_bytes() != theirs
    assert window.document.is_clean
    change_again = window.document.edit("Rename", lambda project: project.rename("c1", "mine"))
    assert change_again
    asked = len(answers.asked)
    window.actions_by_name["save"].trigger()
    assert len(answers.asked) == asked, "its own save is no news"


def test_a_file_of_a_newer_version_is_never_written_over(
    window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    answers.path = tmp_path / "newer.onebyone"
    held = '{"format": "onebyone", "version": 99, "nodes": []}'
    answers.path.write_text(held)
    change(window)
    window.actions_by_name["save_as"].trigger()
    assert "newer version" in window.notice.text
    assert "not written over" in window.notice.text
    assert answers.path.read_text() == held
    assert not window.document.is_clean


def test_a_dropped_photograph_is_looked_at(qtbot: QtBot, window: MainWindow) -> None:
    path = sample_photographs()["chelsea"]
    with qtbot.waitSignal(window.compute.photograph_opened, timeout=60_000):
        drop(window, path)
    qtbot.waitUntil(lambda: window.document.project.image == str(path))
    window.document.undo_stack.undo()
    assert window.document.project.image != str(path)


def test_a_dropped_file_that_is_no_image_is_refused(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("no image")
    before = window.document.project
    with qtbot.waitSignal(window.compute.photograph_refused, timeout=60_000):
        drop(window, path)
    qtbot.waitUntil(lambda: "notes.png" in window.notice.text)
    assert window.document.project is before


def test_a_refused_edit_is_said_until_the_next_one_works(window: MainWindow) -> None:
    network = window.document.project.network
    last = network.order[-1]
    window.document.edit("Wire", lambda project: project.connect(last, network.order[1]))
    assert window.notice.text
    change(window)
    assert not window.notice.text


def test_a_budget_too_small_is_said_with_numbers(qtbot: QtBot, window: MainWindow, answers: Answers) -> None:
    with qtbot.waitSignal(window.compute.run_failed, timeout=60_000):
        window.compute.set_budget(1000)
    assert "MB" in window.notice.text
    answers.value = 512
    with qtbot.waitSignal(window.compute.run_finished, timeout=60_000):
        window.actions_by_name["budget"].trigger()
    assert not window.notice.text
    assert window.settings.budget_bytes == 512_000_000


def test_a_double_clicked_layer_follows_the_selected_one(window: MainWindow) -> None:
    network = window.document.project.network
    last = network.order[-1]
    window.selection.select([last])
    window.palette_panel.layer_chosen.emit(Conv2d(kernel_size=(1, 1)))
    added = set(window.document.project.network.nodes) - set(network.nodes)
    assert window.document.project.network[added.pop()].inputs == (last,)


def test_a_double_clicked_block_follows_the_selected_layer_beside_all_others(window: MainWindow) -> None:
    window.selection.select([window.document.project.network.order[1]])
    before = set(window.document.project.network.nodes)
    window.palette_panel.block_chosen.emit("fire")
    project = window.document.project
    made = window.selection.ids
    assert made == set(project.network.nodes) - before
    for one in made:
        for other in before:
            (x, y), (left, top) = project.position(one), project.position(other)
            assert abs(x - left) >= CARD_WIDTH or abs(y - top) >= CARD_HEIGHT


def test_the_figure_dialog_opens_once_and_closes_with_the_window(window: MainWindow) -> None:
    for _ in range(2):
        window.actions_by_name["export"].trigger()
    dialogs = window.findChildren(FigureDialog)
    assert [dialog.isVisible() for dialog in dialogs] == [True]
    window.close()
    assert not dialogs[0].isVisible()


def test_the_theme_is_remembered(window: MainWindow) -> None:
    window.actions_by_name["theme"].trigger()
    assert window.appearance.palette.name == "dark"
    assert Settings().theme == "dark"
    window.actions_by_name["theme"].trigger()
    assert Settings().theme == "light"


def test_more_settings_stay_shown_at_the_next_start(window: MainWindow) -> None:
    window.selection.select(["c1"])
    more = window.inspector.form.more_button
    assert not Settings().is_on("more")
    more.click()
    assert Settings().is_on("more")
    more.click()
    assert not Settings().is_on("more")


def test_how_maps_are_shown_is_remembered(qtbot: QtBot, qapp: QApplication, window: MainWindow) -> None:
    switches = window.feature_maps.switches
    before = switches.colours.current
    switches.colours.menu().actions()[2].trigger()
    chosen = switches.colours.current
    assert chosen != before
    other = MainWindow(Project(), Appearance(qapp), Settings(), Answers())
    assert other.feature_maps.switches.colours.current == chosen
    other.close()
    other.deleteLater()


LATE = ("Outline", "Lessons", "History", "Arithmetic", "Trade-off", "Why", "Train")


@pytest.mark.parametrize("title", LATE)
def test_a_panel_behind_another_tab_is_made_when_it_is_seen(
    qtbot: QtBot, window: MainWindow, title: str
) -> None:
    dock = window.docks[title]
    assert dock.isVisible()  # what Qt calls so
    assert dock.widget() is None
    dock.raise_()
    qtbot.waitUntil(lambda: dock.widget() is not None)
    panel = dock.widget()
    assert panel.isVisible()
    assert panel.accessibleName() == title
    window.docks["Layers"].raise_()
    dock.raise_()
    assert dock.widget() is panel


def test_a_panel_that_was_in_front_is_there_at_the_next_start(
    qtbot: QtBot, qapp: QApplication, window: MainWindow
) -> None:
    window.docks["Trade-off"].raise_()
    window.docks["Outline"].setFloating(True)
    window.docks["History"].hide()
    window.settings.keep_window_state(window.saveGeometry(), window.saveState())
    other = MainWindow(Project(), Appearance(qapp), Settings(), Answers())
    other.show()
    for title in ("Trade-off", "Outline"):
        qtbot.waitUntil(lambda title=title: other.docks[title].widget() is not None)
    assert all(other.docks[title].widget() is None for title in ("Lessons", "History", "Arithmetic"))
    other.actions_by_name["dock History"].trigger()
    other.docks["History"].raise_()
    qtbot.waitUntil(lambda: other.docks["History"].widget() is not None)
    other.close()
    other.deleteLater()


def test_every_preset_is_in_the_menu(window: MainWindow) -> None:
    window.preset_menu.aboutToShow.emit()
    groups = window.preset_menu.findChildren(QMenu)
    assert sum(len(group.actions()) for group in groups) == len(presets.preset_names())


def test_every_action_has_a_tooltip_and_no_two_share_a_shortcut(window: MainWindow) -> None:
    shortcuts = [keys.toString() for action in window.actions_by_name.values() for keys in action.shortcuts()]
    assert len(shortcuts) == len(set(shortcuts))
    assert all(action.toolTip() for action in window.actions_by_name.values())


def drop(window: MainWindow, path: Path) -> None:
    """Let go of a file above the window."""
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path))])
    at, copy = QPoint(10, 10), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(at, copy, files, left, none)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(at), copy, files, left, none))


def test_the_chosen_convention_is_followed_everywhere(window: MainWindow) -> None:
    window.selection.select(["c1"])
    window.costs.counted.menu().actions()[2].trigger()
    window.costs.order.menu().actions()[1].trigger()
    report = window.document.analysis.layers["c1"]
    facts = window.inspector.summary.list.facts
    shape = window.costs.convention.shape(report.output_shape or ())
    assert (facts["Out"], "Operations" in facts) == (shape, True)
    scene = window.canvas.canvas_scene
    assert scene.nodes["c1"].pill.text == shape
    total = window.document.analysis.totals.operations.total
    assert scene.nodes["c1"].content.share == report.operations.total / total
    place = window.canvas.mapFromScene(scene.nodes["c1"].card.center())
    words = window.canvas._pointing.explanation(place)
    assert shape in words
    assert "operations, " in words
    assert "multiply–add " in words

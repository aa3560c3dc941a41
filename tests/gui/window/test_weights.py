"""Weights and the window: its menu, photographs one after the other, files of arrays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.formats.npz import read_arrays
from engine.model.project import Project
from engine.weights import Given, He
from engine.weights.edges import Sobel
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.window.main_window import MainWindow
from tests.engine.small_networks import chain, conv, make

SECONDS = 60_000


class Chosen(Dialogs):
    """Answers with a file."""

    path: Path | None = None
    suggestion = ""

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        self.suggestion = suggestion
        return self.path

    def save_changes(self, parent: QWidget, name: str) -> str:  # type: ignore[override]
        return "discard"


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    layers = (conv(4), make("ReLU"), make("Flatten"), make("Linear", out_features=2))
    project = Project(network=chain(*layers, shape=(3, 16, 16)), title="Small", image="coffee")
    made = MainWindow(project, Appearance(qapp), Settings(), Chosen())
    with qtbot.waitSignal(made.compute.run_finished, timeout=SECONDS):
        made.show()
    yield made
    made.close()
    made.deleteLater()


def test_the_selected_layer_is_fitted_and_said_so(qtbot: QtBot, window: MainWindow) -> None:
    window.selection.select({"n1"})
    cancel = window.actions_by_name["cancel_fit"]
    assert not cancel.isEnabled()
    window.actions_by_name["fit_selected"].trigger()
    assert cancel.isEnabled()
    with qtbot.waitSignal(window.weighing.actions.said, timeout=SECONDS):
        pass
    assert not cancel.isEnabled()
    assert window.status.currentMessage() == "1 layer fitted to coffee by k-means"
    assert isinstance(window.document.project.network["n1"].weights, Given)
    window.document.undo_stack.undo()
    assert window.document.project.network["n1"].weights == He()


def test_what_cannot_be_fitted_says_why(window: MainWindow) -> None:
    window.selection.select({"n4"})
    window.actions_by_name["fit_selected"].trigger()
    assert "Linear · 2 reads one vector of a photograph" in window.notice.text
    window.selection.select(set())
    window.actions_by_name["fit_selected"].trigger()
    assert window.notice.text.lower().startswith("no convolution is selected")


def test_drawing_anew_counts_draws_and_takes_he_for_what_was_not_drawn(window: MainWindow) -> None:
    window.selection.select({"n1"})
    for expected in (He(seed=1), He(seed=2)):
        window.actions_by_name["draw_anew"].trigger()
        assert window.document.project.network["n1"].weights == expected
    window.weighing.actions.set_source(("n1",), Sobel())
    window.actions_by_name["draw_anew"].trigger()
    assert window.document.project.network["n1"].weights == He()


def test_the_kernel_editor_opens_by_its_key(window: MainWindow) -> None:
    window.selection.select({"n1"})
    window.actions_by_name["edit_kernel"].trigger()
    assert window.weighing.section.editor.isVisible()
    window.actions_by_name["edit_kernel"].trigger()
    assert not window.weighing.section.editor.isVisible()
    window.selection.select({"n2"})
    window.actions_by_name["edit_kernel"].trigger()
    assert "Select one convolution" in window.notice.text


def test_converting_goes_there_and_back(qtbot: QtBot, window: MainWindow) -> None:
    window.selection.select({"n4"})
    convert = window.actions_by_name["convert"]
    convert.trigger()
    assert window.document.project.network["n4"].layer == conv(2, 16, padding="valid")
    convert.trigger()
    assert window.document.project.network["n4"].layer.kind == "Linear"
    qtbot.waitUntil(lambda: "max‖Δ‖" in window.status.currentMessage(), timeout=SECONDS)
    window.selection.select({"n1"})
    convert.trigger()
    assert "Conv 3×3 · 4 is no Linear layer" in window.notice.text


def test_photographs_one_after_the_other(qtbot: QtBot, window: MainWindow) -> None:
    def step(name: str, expected: str) -> None:
        with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
            window.actions_by_name[name].trigger()
        assert window.document.project.image == expected
        assert window.compute.photograph_name == expected

    step("next_photograph", "grass")
    step("previous_photograph", "coffee")
    step("previous_photograph", "chelsea")


def test_test_patterns_are_looked_at_like_photographs(qtbot: QtBot, window: MainWindow) -> None:
    menu = next(one for one in window.findChildren(QMenu) if one.title() == "&Test patterns")
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()][-1] == "Ramp 1, 2, 3, …"
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        menu.actions()[-1].trigger()
    assert window.document.project.image == "pattern:ramp"
    found = window.compute.result("input")
    assert found is not None
    assert found.map[0, 0].ravel().tolist() == list(range(1, 257))
    assert window.photograph.caption.text().startswith("Ramp 1, 2, 3, …")
    assert window.compute.photograph is not None
    assert window.compute.photograph.shape == (256, 256, 3)
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        window.actions_by_name["next_photograph"].trigger()
    assert window.document.project.image == "pattern:impulse"


def test_arrays_are_exported(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    dialogs = window.dialogs
    assert isinstance(dialogs, Chosen)
    for name, count in (("maps", 5), ("weights", 4)):
        dialogs.path = tmp_path / f"{name}.npz"
        with qtbot.waitSignal(window.weighing.actions.said, timeout=SECONDS):
            window.actions_by_name[f"export_{name}"].trigger()
        assert dialogs.suggestion.endswith(f"Small {name}.npz")
        assert len(read_arrays(dialogs.path)) == count
    dialogs.path = None
    window.actions_by_name["export_maps"].trigger()

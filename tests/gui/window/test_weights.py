"""Weights and the window: its menu, photographs one after the other, files of arrays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.formats.weights.weight_matching import WeightsMatch
from engine.formats.weights.weights_file import open_weights
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
    takes_weights = True

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        self.suggestion = suggestion
        return self.path

    def file_to_open(self, parent: QWidget, title: str, folder: str, kinds: str) -> Path | None:
        return self.path

    def take_weights(self, parent: QWidget, match: WeightsMatch) -> bool:
        return self.takes_weights

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


def test_the_kernel_editor_is_scrolled_to_on_a_small_screen(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1366, 700)
    window.selection.select({"n1"})
    qtbot.wait(50)
    section = window.weighing.section
    assert section.edit_button.visibleRegion().isEmpty()
    window.actions_by_name["edit_kernel"].trigger()
    qtbot.waitUntil(lambda: not section.editor.visibleRegion().isEmpty())
    assert not section.edit_button.visibleRegion().isEmpty()


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
    for name, count, ending in (("maps", 5, "npz"), ("weights", 4, "safetensors")):
        dialogs.path = tmp_path / f"{name}.npz"
        with qtbot.waitSignal(window.weighing.actions.said, timeout=SECONDS):
            window.actions_by_name[f"export_{name}"].trigger()
        assert dialogs.suggestion.endswith(f"Small {name}.{ending}")
        assert len(open_weights(dialogs.path).shapes) == count
    dialogs.path = None
    window.actions_by_name["export_maps"].trigger()


def trained(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Open a trained preset, and wait for its maps."""
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        window.files.open_preset(name)


def test_the_classes_stand_below_the_card_and_beside_the_bars(qtbot: QtBot, window: MainWindow) -> None:
    trained(qtbot, window, "lenet5")
    card = window.canvas.canvas_scene.nodes["softmax"]
    assert card.answer is not None
    assert card.answer.names[0] == "3"
    assert not card.answer_rect.isEmpty()
    window.selection.select({"softmax"})
    assert window.feature_maps.views.vector.largest()[0].name == "3"
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        window.files.use_photograph("digit:7b")
    assert card.answer.names[0] == window.feature_maps.views.vector.largest()[0].name == "7"


def test_classes_get_names_of_ones_own(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    trained(qtbot, window, "lenet5")
    dialogs = window.dialogs
    assert isinstance(dialogs, Chosen)
    dialogs.path = tmp_path / "labels.txt"
    dialogs.path.write_text("zero one two three four five six seven eight nine".replace(" ", "\n"))
    window.selection.select({"softmax"})
    window.actions_by_name["name_classes"].trigger()
    assert window.document.project.class_names[3] == "three"
    card = window.canvas.canvas_scene.nodes["softmax"]
    assert card.answer is not None
    assert card.answer.names[0] == window.feature_maps.views.vector.largest()[0].name == "three"
    window.document.undo_stack.undo()
    assert card.answer.names[0] == "3"
    dialogs.path.write_text("zero\none")
    window.actions_by_name["name_classes"].trigger()
    assert "labels.txt names 2 classes, the network has 10 classes" in window.notice.text
    assert window.document.undo_stack.index() == 0


def test_an_edit_that_trained_weights_do_not_fit_is_told_and_taken_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    trained(qtbot, window, "lenet5")
    scene, document = window.canvas.canvas_scene, window.document
    assert window.header.training == "trained on 9,000 MNIST digits"
    assert {card: item.content.state for card, item in scene.nodes.items() if item.content.state} == (
        dict.fromkeys(("c1", "c3", "c5", "f6", "output"), "trained")
    )
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        layer = document.project.network["f6"].layer.replace(out_features=60)
        document.edit("Change features", lambda project: project.replace_layer("f6", layer))
    states = {card: item.content.state for card, item in scene.nodes.items() if item.content.state}
    assert states == {"c1": "trained", "c3": "trained", "c5": "trained", "f6": "drawn", "output": "drawn"}
    content = scene.nodes["f6"].content
    assert content.note == "Drawn now: the trained weight is 84×120, the layer takes 60×120."
    assert content.fixes == ("Features out 84",)
    assert window.header.training == "partly trained"
    assert not document.analysis.problems, "the network runs"
    window.selection.select({"softmax"})
    assert window.feature_maps.views.vector.caveat.startswith("partly trained: 2 of 5 layers")
    with qtbot.waitSignal(window.compute.run_finished, timeout=SECONDS):
        window.canvas.commands.apply(document.analysis.layers["f6"].notes[0].fixes[0])
    assert window.header.training == "trained on 9,000 MNIST digits"
    assert not scene.nodes["f6"].content.note
    assert scene.nodes["softmax"].answer.names[0] == "3"


def test_what_a_file_of_weights_would_change_is_asked_first(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    dialogs = window.dialogs
    assert isinstance(dialogs, Chosen)
    dialogs.path = tmp_path / "weights.safetensors"
    with qtbot.waitSignal(window.weighing.actions.said, timeout=SECONDS):
        window.actions_by_name["export_weights"].trigger()
    for wanted in (False, True):
        dialogs.takes_weights = wanted
        steps = window.document.undo_stack.count()
        with qtbot.waitSignal(window.weighing.actions.matched, timeout=SECONDS) as caught:
            window.actions_by_name["import_weights"].trigger()
        assert len(caught.args[0].matches) == 4
        if wanted:
            qtbot.waitUntil(lambda before=steps: window.document.undo_stack.count() == before + 1)
        else:
            assert window.document.undo_stack.count() == steps
    dialogs.path.write_bytes(b"damaged")
    window.actions_by_name["import_weights"].trigger()
    qtbot.waitUntil(lambda: "weights.safetensors is no .safetensors file" in window.notice.text)
    assert window.document.undo_stack.count() == 1

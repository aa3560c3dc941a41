"""The panel "Why": the heat follows what is chosen and edited, and says its sums."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.attribution.methods import methods
from engine.model.project import Project
from engine.weights import HE
from gui.attribution_view.check_window import CheckWindow
from gui.attribution_view.explain_job import Wish
from gui.look.appearance import Appearance
from gui.panels.why import WhyPanel
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Pixel, Selection
from gui.widgets.dialogs import Dialogs
from tests.engine.attribution.questions import pooled

NAMES = ("cat", "dog", "cup", "car")


@dataclass
class Stage:
    """The panel and what it listens to."""

    panel: WhyPanel
    document: Document
    selection: Selection
    compute: ComputeService
    qtbot: QtBot

    def wait(self) -> Any:
        """The finished answer."""
        self.qtbot.waitUntil(
            lambda: self.panel.answer is not None and self.panel.answer.is_finished, timeout=60_000
        )
        return self.panel.answer

    def explain(self, **wish: Any) -> Any:
        wanted = Wish(**wish)
        self.panel.explain(wanted)
        self.qtbot.waitUntil(
            lambda: (
                self.panel.answer is not None
                and self.panel.answer.is_finished
                and self.panel.answer.wish == wanted
            ),
            timeout=60_000,
        )
        return self.panel.answer


def drawn(activation: str = "ReLU") -> Project:
    network = pooled(activation)
    for node_id in network.nodes:
        network = network.set_weights(node_id, HE)
    return Project(network=network, image="chelsea", class_names=NAMES)


@pytest.fixture
def stage(qtbot: QtBot, qapp: QApplication) -> Iterator[Stage]:
    document = Document(drawn())
    selection, compute = Selection(document), ComputeService(1 << 30)
    document.project_changed.connect(compute.on_project_changed)
    panel = WhyPanel(document, selection, compute, Appearance(qapp))
    panel.resize(900, 420)
    qtbot.addWidget(panel)
    compute.start()
    compute.run(document.project)
    qtbot.waitUntil(lambda: compute.photograph_name == "chelsea", timeout=60_000)
    panel.show()
    qtbot.waitExposed(panel)
    yield Stage(panel, document, selection, compute, qtbot)
    panel.hide()
    compute.close()


def test_the_likeliest_class_is_explained_by_name_with_its_sums(stage: Stage) -> None:
    answer = stage.wait()
    top = int(answer.scores.argmax())
    assert answer.question.target.channel == top
    assert stage.panel.title.text().startswith(f"{top} {NAMES[top]}: logit")
    assert stage.panel.checks.text()
    assert "Does not show" in stage.panel.help.text()
    assert stage.panel.view.pixels is not None
    assert stage.panel.controls.klass.count() == 5


@pytest.mark.parametrize("name", methods())
def test_every_method_makes_a_picture(stage: Stage, name: str) -> None:
    stage.wait()
    answer = stage.explain(method=name)
    assert answer.explanation.method == name
    assert stage.panel.checks.text()
    assert stage.panel.bar.limit > 0


def test_another_class_is_chosen_in_the_form(stage: Stage) -> None:
    answer = stage.wait()
    least = int(answer.scores.argmin())
    stage.panel.controls.klass.setCurrentIndex(4)
    stage.panel.controls.klass.activated.emit(4)
    stage.qtbot.waitUntil(
        lambda: stage.panel.answer is not None and stage.panel.answer.question.target.channel == least
    )
    assert NAMES[least] in stage.panel.title.text()


def test_the_picture_follows_an_edit(stage: Stage) -> None:
    before = stage.wait()
    stage.document.edit("Seed", lambda project: replace(project, seed=project.seed + 1), merge_key=None)
    stage.qtbot.waitUntil(lambda: stage.panel.answer is not before and stage.panel.answer is not None)
    after = stage.wait()
    assert after.question.score != before.question.score


def test_a_pinned_scale_is_shared_by_classes(stage: Stage) -> None:
    stage.wait()
    limit = stage.panel.bar.limit
    stage.panel.controls.pin.setChecked(True)
    answer = stage.explain(method="hirescam", channel=2)
    assert stage.panel.bar.limit == limit
    assert stage.panel.bar.is_pinned
    stage.panel.controls.pin.setChecked(False)
    assert stage.panel.bar.limit == pytest.approx(float(np.abs(answer.explanation.values).max()))


def test_two_classes_are_compared_by_the_difference_of_their_scores(stage: Stage) -> None:
    stage.wait()
    answer = stage.explain(method="gradient", channel=1, against=3)
    assert answer.question.score == pytest.approx(float(answer.scores[1] - answer.scores[3]), rel=1e-5)
    assert stage.panel.title.text().startswith("1 dog, not 3 car: difference of logit")


def test_pointing_at_a_cell_says_where_it_looks_and_a_click_its_terms(stage: Stage) -> None:
    answer = stage.explain(method="hirescam", layer_id="act2")
    view = stage.panel.view
    rect = view.picture_rect()
    stage.qtbot.mouseMove(view, rect.center().toPoint())
    view.pointed.emit((6, 8))
    i, j = answer.places.cell_at(6, 8)
    assert f"cell ({i}, {j}), looks at" in stage.panel.reading.text()
    stage.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    said = stage.panel.reading.text()
    assert "map " in said
    assert "Σ" in said


def test_a_pinned_value_is_explained_instead_of_a_class(stage: Stage) -> None:
    stage.wait()
    panel = stage.panel
    panel.controls.what.setCurrentIndex(1)
    panel.controls.what.activated.emit(1)
    assert "pin" in panel.warning.text()
    stage.selection.pin(Pixel("conv2", 3, 2, 4))
    stage.qtbot.waitUntil(lambda: panel.answer is not None and panel.answer.is_finished, timeout=60_000)
    assert panel.answer is not None
    target = panel.answer.question.target
    assert (target.node_id, target.channel, target.at) == ("conv2", 3, (2, 4))
    assert panel.controls.klass.isHidden()


def test_methods_that_are_not_defined_say_why_and_cannot_be_chosen(stage: Stage) -> None:
    stage.document.edit("Tanh", lambda _: drawn("Tanh"))
    stage.qtbot.waitUntil(
        lambda: (
            stage.panel.answer is not None
            and "act1" in stage.panel.answer.question.network
            and stage.panel.answer.question.network["act1"].layer.kind == "Tanh"
        ),
        timeout=60_000,
    )
    item = stage.panel.controls.method.model().item(list(methods()).index("guided-backpropagation"))  # type: ignore[attr-defined]
    assert not item.isEnabled()
    assert "act1 is Tanh" in item.toolTip()
    stage.panel.explain(Wish(method="guided-backpropagation"))
    stage.qtbot.waitUntil(lambda: "act1 is Tanh" in stage.panel.warning.text(), timeout=60_000)
    assert stage.panel.view.pixels is None


def test_where_cells_are_drawn_is_said_with_the_error_of_the_usual_overlay(stage: Stage) -> None:
    answer = stage.explain(method="gradcam", layer_id="act1", places="field")
    off = answer.places.off_by(answer.usual)
    assert f"{off:.1f} px off" in stage.panel.note.text()
    stage.explain(method="gradcam", layer_id="act1", places="resize")
    assert "from where they look" in stage.panel.note.text()
    stage.explain(method="gradcam", layer_id="act1")
    stage.qtbot.waitUntil(lambda: stage.panel.answer.places.kind == "measured")
    assert "where their gradient lies" in stage.panel.note.text()


def test_check_it_opens_the_checks_with_one_key(stage: Stage) -> None:
    stage.wait()
    stage.panel.setFocus()
    stage.qtbot.keyClick(stage.panel, Qt.Key.Key_C)
    stage.qtbot.waitUntil(lambda: stage.panel.findChild(CheckWindow) is not None)
    window = stage.panel.findChild(CheckWindow)
    assert window is not None
    stage.qtbot.waitUntil(lambda: window.checked is not None, timeout=60_000)
    assert "Necessary, not sufficient" in window.words.text()
    assert window.checked is not None
    assert window.checked.stages[-1].node_id == "conv1"
    window.close()


def test_a_method_is_told_its_settings_and_the_caption_says_them(stage: Stage) -> None:
    stage.wait()
    panel, form = stage.panel, stage.panel.controls.options
    assert not form.fields
    combo = panel.controls.method
    combo.setCurrentIndex(list(methods()).index("smoothgrad"))
    combo.activated.emit(combo.currentIndex())
    assert set(form.fields) == {"samples", "noise", "noise seed"}
    form.fields["samples"].value_edited.emit(3.0, "")
    form.fields["noise seed"].value_edited.emit(7.0, "")
    stage.qtbot.waitUntil(lambda: "noise seed 7" in panel.note.text() and "samples 3" in panel.note.text())
    for name, wanted in (("occlusion", {"patch", "stride", "fill"}), ("gradcam", set())):
        combo.setCurrentIndex(list(methods()).index(name))
        combo.activated.emit(combo.currentIndex())
        assert set(form.fields) == wanted
    combo.setCurrentIndex(list(methods()).index("smoothgrad"))
    combo.activated.emit(combo.currentIndex())
    assert dict(panel.controls.wish.options) == {"samples": 3.0}


@pytest.mark.parametrize("ending", ["png", "npz"])
def test_the_picture_is_saved_as_it_is_shown(stage: Stage, tmp_path: Path, ending: str) -> None:
    answer, path = stage.wait(), tmp_path / f"why.{ending}"

    class Answering(Dialogs):
        def file_to_save(self, parent: Any, title: str, suggestion: str, kinds: str) -> Path:
            assert "gradcam" in suggestion
            return path

    stage.panel.dialogs = Answering()
    stage.qtbot.mouseClick(stage.panel.save, Qt.MouseButton.LeftButton)
    stage.qtbot.waitUntil(path.exists, timeout=60_000)
    stage.qtbot.waitUntil(lambda: "written to" in stage.panel.reading.text())
    if ending == "npz":
        with np.load(path) as arrays:
            np.testing.assert_array_equal(arrays["values"], answer.explanation.values)
            assert arrays["heat"].shape == answer.size


def test_two_classes_stand_side_by_side_on_one_scale(stage: Stage) -> None:
    alone = stage.explain(channel=1)
    assert not stage.panel.rival.isVisible()
    both = stage.explain(channel=1, against=2, beside=True)
    np.testing.assert_array_equal(both.explanation.values, alone.explanation.values)
    other = stage.explain(channel=2)
    np.testing.assert_array_equal(both.rival.values, other.explanation.values)
    stage.explain(channel=1, against=2, beside=True)
    assert stage.panel.rival.isVisible()
    largest = max(float(np.abs(values).max()) for values in (both.rival.values, both.explanation.values))
    assert stage.panel.bar.limit <= largest * (1 + 1e-6)
    assert [NAMES[1] in stage.panel.captions[0].text(), NAMES[2] in stage.panel.captions[1].text()] == [
        True
    ] * 2
    stage.explain(channel=1, against=2)
    assert not stage.panel.rival.isVisible()
    assert not stage.panel.captions[0].isVisible()

"""The inspector's part on weights: it shows the document, and every control ends in one edit."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QStandardItemModel
from pytestqt.qtbot import QtBot

from engine.weights import BY_HAND, FITTED, HE, Given, He
from engine.weights.edges import Sobel
from engine.weights.gabor import Gabor
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.weights_panel.section import WeightsSection
from tests.engine.small_networks import conv

SECONDS = 60_000


def weights(document: Document, node_id: str) -> Any:
    return document.project.network[node_id].weights


def choose(section: WeightsSection, title: str) -> None:
    box = section.source.box
    box.activated.emit(box.findText(title))


def test_it_says_where_weights_come_from(
    section: WeightsSection, selection: Selection, document: Document
) -> None:
    assert not section.isVisible()
    selection.select({"n1"})
    assert section.isVisible()
    assert section.source.box.currentText() == "Random (He)"
    assert section.text.text().startswith("Random (He). Normal, variance 2 / fan-in")
    document.edit("Give", lambda p: p.with_network(p.network.set_weights("n1", _given(FITTED, "by PCA"))))
    assert section.source.box.currentText() == "Fitted"
    assert section.text.text() == "Fitted: by PCA."
    selection.select({"n2"})
    assert not section.isVisible()
    selection.select({"n4"})
    assert not section.source.isVisible()
    assert section.text.text().startswith(
        "As at the start: weight 1, bias 0; running mean and running var measured"
    )


def _given(origin: str = BY_HAND, note: str = "") -> Given:
    return Given({"weight": np.ones((8, 3, 3, 3), np.float32)}, origin, note)


def test_another_source_is_one_undo_step(
    section: WeightsSection, selection: Selection, document: Document
) -> None:
    selection.select({"n1"})
    choose(section, "Sobel")
    assert weights(document, "n1") == Sobel()
    assert section.source.box.currentText() == "Sobel"
    assert document.undo_stack.undoText() == "Change weights"
    document.undo_stack.undo()
    assert section.source.box.currentText() == "Random (He)"


def test_a_source_s_own_settings_are_edited_in_one_sweep(
    section: WeightsSection, selection: Selection, document: Document
) -> None:
    selection.select({"n1"})
    choose(section, "Gabor")
    form = section.source.form
    assert form is not None
    box: Any = form.rows["orientations"].editor.box  # type: ignore[attr-defined]
    count = document.undo_stack.count()
    for _ in range(3):
        box.stepBy(1)
    assert weights(document, "n1") == Gabor(orientations=11)
    assert document.undo_stack.count() == count + 1
    document.undo_stack.undo()
    assert weights(document, "n1") == Gabor()


def test_draws_are_counted(section: WeightsSection, selection: Selection, document: Document) -> None:
    selection.select({"n1"})
    form = section.source.form
    assert form is not None
    form.rows["seed"].editor.box.stepBy(1)  # type: ignore[attr-defined]
    assert weights(document, "n1") == He(seed=1)


def test_sources_that_do_not_fit_cannot_be_chosen_and_say_why(
    section: WeightsSection, selection: Selection
) -> None:
    selection.select({"n3"})
    box = section.source.box
    model: Any = box.model()
    assert isinstance(model, QStandardItemModel)
    sobel = model.item(box.findText("Sobel"))
    assert not sobel.isEnabled()
    assert "needs a kernel of at least 2×2" in sobel.toolTip()
    assert model.item(box.findText("Identity")).isEnabled()
    selection.select({"n1"})
    assert model.item(box.findText("Sobel")).isEnabled()


def test_several_layers_take_a_source_together(
    section: WeightsSection, selection: Selection, document: Document
) -> None:
    document.edit("Give", lambda p: p.with_network(p.network.set_weights("n1", Sobel())))
    selection.select({"n1", "n3"})
    assert section.source.box.currentIndex() == -1
    assert section.text.text() == "Weights from different sources"
    choose(section, "Random (Xavier)")
    assert weights(document, "n1").name == weights(document, "n3").name == "xavier"


def test_fitting_from_the_menu(
    qtbot: QtBot, section: WeightsSection, selection: Selection, document: Document
) -> None:
    selection.select({"n3"})
    texts = [action.text() for action in section.fit_button.menu().actions() if action.text()]
    assert texts[0] == "This layer, by k-means"
    assert "This layer and all before, by PCA" in texts
    action = next(action for action in section.fit_button.menu().actions() if action.text() == texts[0])
    action.trigger()
    assert section.progress.isVisible()
    qtbot.waitUntil(lambda: isinstance(weights(document, "n3"), Given), timeout=SECONDS)
    assert not section.progress.isVisible()
    assert section.outcome.text() == "1 layer fitted to coffee by k-means"
    assert section.fit_button.text() == "Fit again ▾"
    assert weights(document, "n1") == HE


def test_a_number_by_hand_changes_the_map(
    qtbot: QtBot, section: WeightsSection, selection: Selection, document: Document, compute: ComputeService
) -> None:
    selection.select({"n1"})
    before = compute.result("n1")
    section.edit_button.setChecked(True)
    assert section.editor.isVisible()
    drawn = HE.parameters("n1", document.project.network["n1"].layer, ((3, 24, 24),), 0)
    np.testing.assert_array_equal(section.editor.shown, drawn["weight"][0, 0])
    with qtbot.waitSignal(compute.run_finished, timeout=SECONDS):
        section.editor.table.matrix.setData(section.editor.table.matrix.index(0, 0), "4")
    made = weights(document, "n1")
    assert made.text == "By hand: changed from Random (He)"
    assert made.arrays["weight"][0, 0, 0, 0] == 4
    np.testing.assert_array_equal(made.arrays["weight"][1:], drawn["weight"][1:])
    assert section.editor.shown[0, 0] == 4
    after = compute.result("n1")
    assert before is not None
    assert after is not None
    assert (after.map[0, 0] != before.map[0, 0]).any()
    np.testing.assert_allclose(after.map[0, 1:], before.map[0, 1:], atol=1e-6)


def test_a_sweep_by_hand_is_one_undo_step(
    section: WeightsSection, selection: Selection, document: Document
) -> None:
    selection.select({"n1"})
    section.edit_button.setChecked(True)
    table = section.editor.table
    table.setCurrentIndex(table.matrix.index(1, 1))
    for _ in range(4):
        table.step(1)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert weights(document, "n1") == HE


def test_numbers_of_another_shape_close_the_editor_until_they_are_mended(
    section: WeightsSection, selection: Selection, document: Document
) -> None:
    selection.select({"n1"})
    section.edit_button.setChecked(True)
    document.edit("Give", lambda p: p.with_network(p.network.set_weights("n1", _given(FITTED))))
    assert section.editor.isEnabled()
    document.edit("Wider", lambda p: p.replace_layer("n1", conv(9, 3)))
    assert not section.editor.isEnabled()
    assert section.fit_button.text() == "Fit again ▾"
    (problem,) = document.analysis.problems
    document.edit("Mend", lambda p: p.with_network(problem.fixes[-1].apply(p.network)))
    assert section.editor.isEnabled()


def test_large_layers_are_not_edited_by_hand(
    section: WeightsSection, selection: Selection, document: Document
) -> None:
    document.edit("Huge", lambda p: p.replace_layer("n1", conv(10_000, 3)))
    selection.select({"n1"})
    section.edit_button.setChecked(True)
    assert not section.editor.isVisible()
    assert section.too_many.text() == "280,000 numbers are too many to be kept by hand."


def test_converting_from_the_button(
    qtbot: QtBot, section: WeightsSection, selection: Selection, document: Document
) -> None:
    selection.select({"n6"})
    assert section.convert_button.text() == "Convert to convolution"
    section.convert_button.click()
    assert document.project.network["n6"].layer.kind == "Conv2d"
    assert section.convert_button.text() == "Convert to Linear"
    qtbot.waitUntil(lambda: "max‖Δ‖" in section.outcome.text(), timeout=SECONDS)
    selection.select({"n1"})
    assert not section.convert_button.isVisible()
    assert not section.outcome.isVisible()


def test_the_curve_of_a_1_by_1_is_measured_and_sets_its_channels(
    qtbot: QtBot, section: WeightsSection, selection: Selection, document: Document
) -> None:
    selection.select({"n1"})
    assert not section.curve_button.isVisible()
    selection.select({"n3"})
    section.curve_button.setChecked(True)
    qtbot.waitUntil(lambda: section.curve.view is not None, timeout=SECONDS)
    view: Any = section.curve.view
    assert view.text.text().startswith("4 of 8 channels keep ")
    view.line.setValue(6.2)
    assert view.text.text().startswith("6 of 8 channels keep ")
    assert view.text.text().endswith("6 channels cost 54 parameters and 27.6\u00a0K MACs in this layer.")
    view.line.sigPositionChangeFinished.emit(view.line)
    assert document.project.network["n3"].layer.out_channels == 6  # type: ignore[attr-defined]
    assert document.undo_stack.undoText() == "Change channels out"
    document.undo_stack.undo()
    assert view.text.text().startswith("4 of 8 channels keep ")


@pytest.mark.parametrize("node_id", ["n1", "n3", "n6"])
def test_refreshing_asks_for_nothing(
    section: WeightsSection, selection: Selection, document: Document, node_id: str
) -> None:
    section.edit_button.setChecked(True)
    selection.select({node_id})
    section.refresh()
    assert document.undo_stack.count() == 0

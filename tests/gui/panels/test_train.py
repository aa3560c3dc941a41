"""The panel "Train": begin, watch, keep in one step; an edit pauses and takes along what fits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.analysis.learned import training_text
from engine.layers import layer_from_json
from gui.autosave.kept_runs import left_runs
from gui.training.runner import DONE, FAILED, PAUSED, RUNNING
from tests.gui.panels.training_stage import LEARNED, Stage

NARROW, LOW = 578, 245
"""What a window of 1366×768 leaves the panel."""


def test_it_learns_shows_its_maps_and_is_kept_in_one_step(stage: Stage) -> None:
    before, map_before = stage.network, stage.compute.result("conv")
    with stage.qtbot.waitSignal(stage.compute.glimpsed, timeout=60_000):
        stage.panel.train.click()
    stage.wait_for(DONE)
    assert stage.network is before
    map_after = stage.compute.result("conv")
    assert map_before is not None
    assert map_after is not None
    assert (map_before.map != map_after.map).any()
    stage.qtbot.waitUntil(lambda: "held out" in stage.panel.status.text())
    assert "95 %:" in stage.panel.detail.text()
    stage.panel.keep.click()
    stage.qtbot.waitUntil(lambda: stage.document.undo_stack.count() == 1)
    for node_id in LEARNED:
        said = stage.network[node_id].weights.text
        assert said.startswith("Trained here, 5 epochs of")
        assert "held out, seed 0" in said
    stage.panel.keep.click()
    stage.qtbot.wait(100)
    assert stage.document.undo_stack.count() == 1
    stage.document.undo_stack.undo()
    assert stage.network == before


def test_discarding_leaves_the_network_and_its_maps(stage: Stage) -> None:
    before = stage.network
    stage.panel.train.click()
    stage.wait_for(DONE)
    with stage.qtbot.waitSignal(stage.compute.run_finished, timeout=60_000):
        stage.panel.drop.click()
    assert stage.network is before
    assert stage.panel.runner is None
    assert stage.document.undo_stack.count() == 0


def test_an_edit_pauses_says_what_fits_and_training_goes_on(stage: Stage) -> None:
    said: list[str] = []
    stage.panel.learning_changed.connect(said.append)
    stage.panel.form.epochs.show_value(100_000)
    stage.panel.train.click()
    stage.wait_for(RUNNING)
    stage.qtbot.waitUntil(lambda: stage.panel.runner.trainer.step_number > 3)  # type: ignore[union-attr]
    layer = layer_from_json({"kind": "Conv2d", "out_channels": 4, "kernel_size": [1, 1]})
    stage.document.edit("Insert", lambda project: project.insert_on_edge(layer, ("relu", "pool"), (0, 0)))
    stage.qtbot.waitUntil(lambda: "kept" in stage.panel.note.text(), timeout=60_000)
    kept = ", ".join(stage.network[node_id].label for node_id in LEARNED)
    assert kept in stage.panel.note.text()
    assert stage.panel.note.wordWrap()
    assert "drawn anew" in stage.panel.note.text()
    edit = f", before an edit ({layer.label} drawn anew)"
    assert said[-1].startswith("trained here, ")
    assert said[-1].endswith(f" of 48 bars, seed 0{edit}; not kept yet")
    assert stage.panel.status.text().startswith("Before the edit: ")
    old = stage.panel.runner
    stage.panel.train.click()
    stage.qtbot.waitUntil(lambda: stage.panel.runner is not old, timeout=60_000)
    stage.qtbot.waitUntil(stage.panel.keep.isEnabled, timeout=60_000)
    stage.panel.train.click()
    stage.wait_for(PAUSED)
    stage.panel.keep.click()
    stage.qtbot.waitUntil(lambda: stage.document.undo_stack.count() == 2, timeout=60_000)
    told = {
        node.id: node.weights.text
        for node in stage.network.nodes.values()
        if node.id in LEARNED or node.layer == layer
    }
    assert len(told) == len(LEARNED) + 1
    for node_id, text in told.items():
        assert text.startswith("Trained here, ")
        assert (f"{edit}, then " in text) is (node_id in LEARNED)
        assert text.endswith("held out, seed 0")
    assert training_text(stage.network) == told["conv"].replace("Trained", "trained", 1)


def test_winding_back_shows_the_maps_of_that_moment(stage: Stage) -> None:
    stage.panel.train.click()
    stage.wait_for(DONE)
    stage.qtbot.waitUntil(lambda: stage.panel.moments.slider.maximum() > 2)
    with stage.qtbot.waitSignal(stage.compute.glimpsed, timeout=60_000):
        stage.panel.moments.slider.setValue(1)
        runner = stage.panel.runner
        assert runner is not None
        stage.qtbot.waitUntil(lambda: runner.trainer.step_number == runner.moments.steps[1])  # type: ignore[union-attr]
    stage.qtbot.waitUntil(lambda: stage.panel.train.text() == "Go on")


def test_a_run_that_fails_says_so_and_another_begins_with_other_settings(stage: Stage) -> None:
    stage.document.edit("Remove", lambda project: project.remove("norm", "relu"))
    form = stage.panel.form
    form.optimizer.setCurrentIndex(form.optimizer.findText("SGD with momentum"))
    form.rate.show_value(1e6)
    form.epochs.show_value(50)
    stage.panel.train.click()
    stage.wait_for(FAILED)
    stage.qtbot.waitUntil(lambda: "is no number" in stage.panel.problem.text())
    form.rate.show_value(0.01)
    form.epochs.show_value(2)
    stage.panel.train.click()
    stage.wait_for(DONE)
    stage.qtbot.waitUntil(lambda: stage.panel.problem.text() == "")


def test_moving_or_naming_a_layer_disturbs_nothing(stage: Stage) -> None:
    stage.panel.form.epochs.show_value(100_000)
    stage.panel.train.click()
    stage.wait_for(RUNNING)
    stage.document.edit("Rename", lambda project: project.rename("conv", "first"))
    stage.document.edit("Name", lambda project: replace(project, title="a title"))
    stage.qtbot.wait(50)
    assert stage.panel.runner is not None
    assert stage.panel.runner.state == RUNNING
    stage.panel.drop.click()


def test_a_run_that_was_left_is_taken_up_where_it_was(stage: Stage, tmp_path: Path) -> None:
    stage.panel.form.epochs.show_value(20)
    stage.panel.train.click()
    stage.wait_for(DONE)
    runner = stage.panel.runner
    assert runner is not None
    learned = runner.ask(lambda trainer: trainer.parameters.values.copy()).result(30)
    step = runner.moments.steps[2]
    kept = stage.panel._kept
    runner.wind_back(step).result(30)
    assert kept is not None
    runner.ask(lambda trainer: kept.checkpoint.keep(trainer, now=True)).result(30)
    assert list(left_runs(tmp_path)) == []  # held by this window
    stage.panel.close_run()
    (left,) = left_runs(tmp_path)
    assert left.project.network == stage.network
    stage.panel.take_up(left)
    stage.wait_for(PAUSED)
    taken_up = stage.panel.runner
    assert taken_up is not None
    assert taken_up.trainer is not None
    assert taken_up.trainer.step_number == step
    stage.qtbot.waitUntil(lambda: stage.panel.train.text() == "Go on")
    stage.panel.train.click()
    stage.wait_for(DONE)
    again = taken_up.ask(lambda trainer: trainer.parameters.values.copy()).result(30)
    np.testing.assert_array_equal(again, learned)
    stage.panel.keep.click()
    stage.qtbot.waitUntil(lambda: stage.document.undo_stack.count() == 1)
    assert list(tmp_path.iterdir()) == []


def test_cells_of_the_confusion_matrix_open_their_pictures(stage: Stage) -> None:
    stage.panel.train.click()
    stage.wait_for(DONE)
    mistakes = stage.panel.pages.mistakes
    mistakes.look.click()
    stage.qtbot.waitUntil(lambda: "held out" in mistakes.caption.text())
    score = mistakes._score
    assert score is not None
    assert score.confusion is not None
    for true, named in np.ndindex(*score.confusion.shape):
        mistakes.matrix.cell_clicked.emit(true, named)
        assert mistakes.pictures.count() == score.confusion[true, named]
    mistakes.worst.click()
    assert mistakes.pictures.count() == min(20, score.count)
    mistakes.pictures.itemClicked.emit(mistakes.pictures.item(0))
    assert stage.document.project.image.startswith("sketch")


@pytest.mark.parametrize("opened", ["before the run", "after it"])
def test_mistakes_are_there_without_being_asked_for(stage: Stage, opened: str) -> None:
    pages = stage.panel.pages
    if opened == "before the run":
        pages.choice.setCurrentIndex(1)
    stage.panel.train.click()
    stage.wait_for(DONE)
    pages.choice.setCurrentIndex(1)
    assert stage.panel.runner is not None
    trainer = stage.panel.runner.trainer
    assert trainer is not None
    done = f"After step {trainer.steps:,}:"
    stage.qtbot.waitUntil(lambda: pages.mistakes.caption.text().startswith(done), timeout=10_000)


def test_layers_tell_their_norms_and_what_fell_silent(stage: Stage) -> None:
    stage.panel.pages.choice.setCurrentIndex(2)
    stage.panel.train.click()
    stage.wait_for(DONE)
    table = stage.panel.pages.layers
    stage.qtbot.waitUntil(lambda: table.rowCount() == 4 and table.item(0, 2).text() != "")
    assert "%" in [table.item(row, 3).text()[-1:] for row in range(4)]


def test_one_step_of_one_weight_adds_up(stage: Stage) -> None:
    stage.panel.single.click()
    weight = stage.panel.pages.weight
    assert weight.text.placeholderText()
    stage.qtbot.waitUntil(weight.take.isEnabled)
    runner = stage.panel.runner
    assert runner is not None
    stage.qtbot.waitUntil(lambda: runner.state == PAUSED and runner.trainer.step_number == 1)  # type: ignore[union-attr]
    for step, place in enumerate(range(weight.parameter.count()), start=2):
        weight.parameter.setCurrentIndex(place)
        weight.take.click()
        said = weight.text
        stage.qtbot.waitUntil(lambda said=said, step=step: said.toPlainText().startswith(f"Step {step},"))  # type: ignore[misc]
        lines = said.toPlainText().replace("\N{MINUS SIGN}", "-").splitlines()
        last_term, new = lines[-2], lines[-1]
        assert float(last_term.split(" = ")[-1]) == pytest.approx(
            float(new.split(": ")[1]), rel=1e-4, abs=1e-6
        )
        assert "gradient = Σ x·δ over 8 pictures" in said.toPlainText()
    assert runner.moments.steps[-1] == step


def test_beside_a_run_the_form_makes_room_where_there_is_little(stage: Stage) -> None:
    panel = stage.panel
    panel.resize(NARROW, 260)
    assert panel.minimumSizeHint().width() <= NARROW
    assert panel.form.isVisible()
    panel.train.click()
    assert not panel.form.isVisible()
    stage.wait_for(DONE)
    stage.qtbot.waitUntil(panel.pages.curves.loss.isVisible)
    panel.note.setText("Two lines of what an edit has kept of the weights that were learned. " * 2)
    panel.note.show()
    assert panel.heightForWidth(NARROW) <= LOW
    panel.settings.click()
    assert panel.form.isVisible()
    assert panel.heightForWidth(NARROW) <= LOW
    assert panel.minimumSizeHint().width() <= NARROW
    panel.settings.click()
    panel.drop.click()
    assert panel.form.isVisible()


def test_beside_a_run_the_form_stays_where_there_is_room(stage: Stage) -> None:
    stage.panel.resize(1000, 260)
    stage.panel.train.click()
    assert stage.panel.form.isVisible()
    stage.wait_for(DONE)

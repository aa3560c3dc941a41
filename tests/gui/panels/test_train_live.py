"""What is seen of a network in training beside its panel: maps, kernels, answers, the window's head."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.analysis.learned import learned_layers, training_text
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from engine.layers import layer_from_json
from engine.model.network import Network
from gui.autosave.kept_runs import left_runs
from gui.autosave.left_trainings import offer_left
from gui.look.appearance import Appearance
from gui.training.runner import DONE, PAUSED, RUNNING
from gui.value_inspector.source import ValueSource
from gui.weights_panel.actions import WeightActions
from gui.weights_panel.section import WeightsSection
from gui.widgets.offer_bar import OfferBar
from tests.gui.panels.training_stage import LEARNED, Stage


def pause_after(stage: Stage, steps: int) -> Network:
    """Train so far, pause, and wait until the maps are those of the last step; the network as it is then."""
    stage.panel.form.epochs.show_value(100_000)
    stage.panel.train.click()
    stage.wait_for(RUNNING)
    runner = stage.panel.runner
    assert runner is not None
    stage.qtbot.waitUntil(lambda: runner.step_number > steps, timeout=60_000)
    stage.qtbot.waitUntil(lambda: stage.panel.train.text() == "Pause", timeout=60_000)
    stage.panel.train.click()
    stage.wait_for(PAUSED)
    stage.qtbot.waitUntil(lambda: stage.panel._frames.shown_step == runner.step_number, timeout=60_000)
    stage.qtbot.waitUntil(lambda: not stage.compute._is_glimpsing, timeout=60_000)
    return runner.ask(lambda trainer: trainer.trained()).result(30)


def answers(stage: Stage, network: Network) -> np.ndarray:
    """What this network gives for the document's photograph, computed apart."""
    project = stage.document.project
    results = Executor().run(network, open_image(project.image), seed=project.seed)
    return next(one.map for one in results if one.node_id == "softmax")


def test_a_drawn_digit_is_answered_by_the_network_in_training(stage: Stage) -> None:
    trained = pause_after(stage, 30)
    for image in ("digit:3a", "digit:7a", "digit:0b"):
        with stage.qtbot.waitSignal(stage.compute.run_finished, timeout=60_000):
            stage.document.edit("Draw", lambda project, image=image: replace(project, image=image))
        shown = stage.compute.result("softmax")
        assert shown is not None
        np.testing.assert_array_equal(shown.map, answers(stage, trained))
        assert shown.instead is not None
        assert learned_layers(shown.instead).caveat == ""
        assert not np.array_equal(shown.map, answers(stage, stage.network))
    stage.panel.drop.click()
    stage.qtbot.waitUntil(lambda: stage.compute.result("softmax").instead is None, timeout=60_000)  # type: ignore[union-attr]


def test_naming_a_layer_brings_the_maps_in_training_back(stage: Stage) -> None:
    pause_after(stage, 3)
    stage.document.edit("Rename", lambda project: project.rename("conv", "first"))
    stage.qtbot.waitUntil(
        lambda: stage.compute.instead is not None and not stage.compute._is_glimpsing, timeout=60_000
    )
    shown = stage.compute.result("conv")
    assert shown is not None
    assert shown.instead is stage.compute.instead


def test_after_an_edit_the_maps_are_of_what_was_learned_and_fits(stage: Stage) -> None:
    pause_after(stage, 3)
    layer = layer_from_json({"kind": "Conv2d", "out_channels": 4, "kernel_size": [1, 1]})
    stage.document.edit("Insert", lambda project: project.insert_on_edge(layer, ("relu", "pool"), (0, 0)))
    carried = stage.panel
    stage.qtbot.waitUntil(lambda: carried._carried is not None, timeout=60_000)
    network = carried._carried.network  # type: ignore[union-attr]
    stage.qtbot.waitUntil(lambda: stage.compute.instead is network, timeout=60_000)
    stage.qtbot.waitUntil(lambda: stage.compute.result("conv").instead is network, timeout=60_000)  # type: ignore[union-attr]


def test_kernels_in_the_inspector_are_those_in_training_and_cannot_be_changed(
    stage: Stage, qapp: QApplication
) -> None:
    selection = stage.panel._selection
    actions = WeightActions(stage.document, stage.compute)
    section = WeightsSection(stage.document, selection, stage.compute, actions, Appearance(qapp))
    stage.qtbot.addWidget(section)
    selection.select(["conv"])
    section.edit_button.setChecked(True)
    before = section.editor._weight.copy()
    trained = pause_after(stage, 5)
    expected = trained["conv"].weights.parameters("conv", trained["conv"].layer, ((1, 8, 8),), 0)["weight"]
    np.testing.assert_array_equal(section.editor._weight, expected)
    assert (before != expected).any()
    assert not section.editor.isEnabled()
    assert section.text.text().startswith("Trained here, ")
    assert section.text.text().endswith(", not kept yet.")
    stage.panel.drop.click()
    stage.qtbot.waitUntil(section.editor.isEnabled)
    np.testing.assert_array_equal(section.editor._weight, before)


def test_the_arithmetic_adds_up_with_the_weights_in_training(stage: Stage) -> None:
    selection = stage.panel._selection
    source = ValueSource(stage.document, selection, stage.compute)
    source.wanted = True
    selection.select(["conv"])
    trained = pause_after(stage, 5)
    expected = trained["conv"].weights.parameters("conv", trained["conv"].layer, ((1, 8, 8),), 0)["weight"]
    stage.qtbot.waitUntil(
        lambda: source.lens is not None and np.array_equal(source.lens.params["weight"], expected),
        timeout=60_000,
    )
    assert source.lens is not None
    made = source.lens.layer.forward(source.lens.inputs, source.lens.params)
    np.testing.assert_allclose(made, source.lens.output, rtol=1e-4, atol=1e-5)


def test_the_head_of_the_window_says_what_is_learned_and_not_kept(stage: Stage) -> None:
    said: list[str] = []
    stage.panel.learning_changed.connect(said.append)
    stage.panel.train.click()
    stage.wait_for(DONE)
    stage.qtbot.waitUntil(lambda: bool(said) and said[-1].endswith("not kept yet"))
    assert said[-1].startswith("trained here, 5 epochs of 48 bars, ")
    assert "held out, seed 0; not kept yet" in said[-1]
    stage.panel.keep.click()
    stage.qtbot.waitUntil(lambda: said[-1] == "")
    assert training_text(stage.network).startswith("trained here, 5 epochs of 48 bars, ")
    stage.qtbot.waitUntil(lambda: stage.compute.instead is None)


def test_a_run_that_was_left_is_offered_as_such(stage: Stage, tmp_path: Path, qapp: QApplication) -> None:
    bar = OfferBar(Appearance(qapp))
    stage.qtbot.addWidget(bar)

    pause_after(stage, 7)
    runner = stage.panel.runner
    assert runner is not None
    step = runner.step_number
    stage.panel.close_run()
    (left,) = left_runs(tmp_path)
    assert left.left_at is not None
    assert left.left_at[0] == step
    left.leave()
    offer_left(tmp_path, bar, stage.document, lambda: True, lambda kept: None)
    assert f"was left unfinished, after step {step:,} of " in bar.text
    bar.later_button.click()


def test_a_run_whose_program_ended_without_a_word_is_offered_as_that(stage: Stage, tmp_path: Path) -> None:
    pause_after(stage, 2)
    kept = stage.panel._kept
    assert kept is not None
    kept.leave()  # as when the process is gone: its lock is free, and nothing else was written
    (left,) = left_runs(tmp_path)
    assert left.left_at is None
    left.leave()


def test_another_network_ends_the_run_and_leaves_it(stage: Stage, tmp_path: Path) -> None:
    pause_after(stage, 2)
    other = Network([stage.network["image"], replace(stage.network["head"], id="other", inputs=("image",))])
    stage.document.edit("Other", lambda project: replace(project, network=other, positions={}))
    stage.qtbot.waitUntil(lambda: stage.panel.runner is None, timeout=60_000)
    assert "offered at the next start" in stage.panel.note.text()
    (left,) = left_runs(tmp_path)
    assert left.left_at is not None
    left.leave()
    assert set(LEARNED) <= set(left.project.network.nodes)


def test_a_finished_run_that_is_taken_up_is_done_and_can_be_kept(stage: Stage, tmp_path: Path) -> None:
    stage.panel.train.click()
    stage.wait_for(DONE)
    stage.panel.close_run()
    (left,) = left_runs(tmp_path)
    assert left.left_at is not None
    assert left.left_at[0] == left.left_at[1]
    stage.panel.take_up(left)
    stage.wait_for(DONE)
    stage.qtbot.waitUntil(lambda: stage.panel.train.text() == "Train" and stage.panel.keep.isEnabled())
    stage.panel.keep.click()
    stage.qtbot.waitUntil(lambda: stage.document.undo_stack.count() == 1, timeout=60_000)
    assert training_text(stage.network).startswith("trained here, 5 epochs of 48 bars, ")
    assert list(left_runs(tmp_path)) == []


def test_keeping_twice_is_one_step_to_undo(stage: Stage) -> None:
    before = stage.network
    stage.panel.form.epochs.show_value(100_000)
    for _ in range(2):
        stage.panel.train.click()
        stage.wait_for(RUNNING)
        stage.qtbot.waitUntil(lambda: stage.panel.train.text() == "Pause", timeout=60_000)
        stage.qtbot.waitUntil(stage.panel.keep.isEnabled, timeout=60_000)  # there is a step to keep
        kept = stage.network
        stage.panel.keep.click()
        stage.wait_for(PAUSED)
        stage.qtbot.waitUntil(lambda kept=kept: stage.network is not kept, timeout=60_000)  # type: ignore[misc]
        stage.qtbot.waitUntil(lambda: stage.panel.train.text() == "Go on", timeout=60_000)
    assert stage.document.undo_stack.count() == 1
    stage.document.undo_stack.undo()
    assert stage.network == before

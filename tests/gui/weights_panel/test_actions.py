"""Fitting and converting on the compute thread: one undo step each, and nothing half done."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.fitting.layer import KMEANS, PCA
from engine.formats.project_json import read, write
from engine.formats.weights.npz import read_arrays, save_arrays
from engine.formats.weights.weights_file import save_weights
from engine.weights import FITTED, HE, Given
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.weights_panel.actions import WeightActions, power_text
from tests.engine.small_networks import conv

SECONDS = 60_000


def weights(document: Document, node_id: str) -> Any:
    return document.project.network[node_id].weights


def test_fitting_all_layers_is_one_undo_step(
    qtbot: QtBot, document: Document, actions: WeightActions
) -> None:
    told: list[tuple[int, int]] = []
    actions.fit_progressed.connect(lambda *now: told.append(now))
    before = document.project
    with qtbot.waitSignals([actions.said, actions.fit_ended], timeout=SECONDS):
        actions.fit(None, KMEANS)
        assert actions.is_fitting
    assert [weights(document, one).origin for one in ("n1", "n3")] == [FITTED, FITTED]
    assert weights(document, "n1").text == "Fitted: k-means of 3×3 patches of coffee"
    assert weights(document, "n6") == HE
    assert told[-1] == (2, 2)
    assert not actions.is_fitting
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.project is before


def test_a_reopened_file_shows_the_same_maps(
    qtbot: QtBot, document: Document, compute: ComputeService, actions: WeightActions
) -> None:
    with qtbot.waitSignals([actions.said, compute.run_finished], timeout=SECONDS):
        actions.fit(("n1",), PCA)
    qtbot.waitUntil(lambda: not compute.is_stale("n3"), timeout=SECONDS)
    shown = compute.result("n3")
    assert shown is not None
    again = read(write(document.project))
    with qtbot.waitSignal(compute.run_finished, timeout=SECONDS):
        compute.run(again)
    found = compute.result("n3")
    assert found is not None
    np.testing.assert_array_equal(found.map, shown.map)


def test_a_cancelled_fit_changes_nothing(qtbot: QtBot, document: Document, actions: WeightActions) -> None:
    before = document.project
    with qtbot.waitSignal(actions.fit_ended):
        actions.fit(None, KMEANS)
        actions.cancel_fit()
    qtbot.wait(150)
    assert document.project is before
    assert not actions.is_fitting


def test_an_edit_meanwhile_begins_the_fit_again_on_the_new_network(
    qtbot: QtBot, document: Document, actions: WeightActions
) -> None:
    with qtbot.waitSignal(actions.said, timeout=SECONDS):
        actions.fit(("n1", "n3"), KMEANS)
        document.edit("Wider", lambda project: project.replace_layer("n1", conv(16, 5)))
    assert weights(document, "n1").arrays["weight"].shape == (16, 3, 5, 5)
    assert weights(document, "n3").arrays["weight"].shape == (4, 16, 1, 1)
    assert document.analysis.problems == ()


def test_a_layer_deleted_meanwhile_ends_its_fit(
    qtbot: QtBot, document: Document, actions: WeightActions
) -> None:
    with qtbot.waitSignal(actions.fit_ended):
        actions.fit(("n1",), KMEANS)
        document.edit("Delete", lambda project: project.remove("n1"))
    assert not actions.is_fitting
    assert "n1" not in document.project.network


@pytest.mark.parametrize(
    ("node_ids", "words"), [(("n2",), "no convolution to fit"), (("n6", "n4"), "no convolution to fit")]
)
def test_nothing_to_fit_is_said(
    qtbot: QtBot, actions: WeightActions, node_ids: tuple[str, ...], words: str
) -> None:
    with qtbot.waitSignal(actions.refused) as caught:
        actions.fit(node_ids, KMEANS)
    assert words in caught.args[0]


def test_a_fit_that_fails_says_why_and_changes_nothing(
    qtbot: QtBot, document: Document, actions: WeightActions
) -> None:
    document.edit("Small", lambda project: project.replace_layer("n1", conv(8, 25, padding="full")))
    before = document.project
    with qtbot.waitSignal(actions.refused, timeout=SECONDS) as caught:
        actions.fit(("n1",), KMEANS)
    assert "kernel of 25×25 does not fit into maps of 24×24" in caught.args[0]
    assert document.project is before
    assert not actions.is_fitting


def test_weights_that_fit_no_more_are_fitted_again_as_before(
    qtbot: QtBot, document: Document, actions: WeightActions
) -> None:
    document.fit_wanted.connect(actions.fit_again)
    with qtbot.waitSignal(actions.said, timeout=SECONDS):
        actions.fit(("n3",), PCA)
    document.edit("Wider", lambda project: project.replace_layer("n1", conv(16, 5)))
    (problem,) = document.analysis.problems
    with qtbot.waitSignal(actions.said, timeout=SECONDS):
        document.take(problem.fixes[0])
    assert weights(document, "n3").text == "Fitted: PCA of pixel columns of coffee"
    assert weights(document, "n3").arrays["weight"].shape == (4, 16, 1, 1)
    assert document.analysis.problems == ()
    assert document.undo_stack.count() == 3


def test_conversion_is_one_step_and_measures_the_largest_difference(
    qtbot: QtBot, document: Document, actions: WeightActions
) -> None:
    said: list[str] = []
    actions.said.connect(said.append)
    before = document.project
    actions.convert_to_convolution("n6")
    assert document.project.network["n6"].layer == conv(5, 24, padding="valid")
    qtbot.waitUntil(lambda: len(said) == 2, timeout=SECONDS)
    assert said[0] == "Linear · 5 is Conv 24×24 · 5, Linear · 3 is Conv 1×1 · 3; Flatten went."
    assert "max‖Δ‖ = " in said[1]
    assert "on coffee. A larger photograph gives a map." in said[1]
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.project is before


def test_conversion_and_back_leaves_the_weights_as_they_were(
    qtbot: QtBot, document: Document, actions: WeightActions
) -> None:
    before = document.project.network
    said: list[str] = []
    actions.said.connect(said.append)
    actions.convert_to_convolution("n6")
    actions.convert_to_linear("n6")
    qtbot.waitUntil(lambda: len(said) == 4, timeout=SECONDS)
    after = document.project.network
    assert [(after[one].layer, after[one].weights) for one in ("n6", "n8")] == [
        (before[one].layer, before[one].weights) for one in ("n6", "n8")
    ]


def test_what_cannot_be_converted_is_refused(
    qtbot: QtBot, document: Document, actions: WeightActions
) -> None:
    before = document.project
    with qtbot.waitSignal(actions.refused) as caught:
        actions.convert_to_convolution("n1")
    assert caught.args == ["Conv 3×3 · 8 is no Linear layer"]
    with qtbot.waitSignal(actions.refused):
        actions.convert_to_linear("n1")
    assert document.project is before


def test_maps_and_weights_are_written(
    qtbot: QtBot, document: Document, actions: WeightActions, tmp_path: Path
) -> None:
    kernel = np.ones((4, 8, 1, 1), np.float32)
    actions.set_source(("n3",), Given({"weight": kernel}))
    for name, save in (("maps", actions.save_maps), ("weights", actions.save_weights)):
        with qtbot.waitSignal(actions.said, timeout=SECONDS) as caught:
            save(tmp_path / f"{name}.npz")
        assert f"{name}.npz" in caught.args[0]
    maps, arrays = read_arrays(tmp_path / "maps.npz"), read_arrays(tmp_path / "weights.npz")
    assert maps.keys() == document.project.network.nodes.keys()
    assert maps["n8"].shape == (1, 3)
    np.testing.assert_array_equal(arrays["n3.weight"], kernel)
    with qtbot.waitSignal(actions.refused, timeout=SECONDS) as caught:
        actions.save_maps(tmp_path / "nowhere" / "maps.npz")
    assert "nowhere" in caught.args[0] or "maps.npz" in caught.args[0]


@pytest.mark.parametrize("ending", [".npz", ".safetensors"])
def test_weights_are_shown_before_they_are_imported_in_one_step(
    qtbot: QtBot, document: Document, actions: WeightActions, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"some{ending}"
    arrays = {"n3.weight": np.full((4, 8, 1, 1), 2, np.float32), "other": np.ones(3, np.float32)}
    save_weights(path, arrays.items())
    with qtbot.waitSignal(actions.matched, timeout=SECONDS) as caught:
        actions.import_weights(path)
    (match,) = caught.args
    assert match.taken == ("n3",)
    assert not document.undo_stack.count(), "nothing has changed yet"
    with qtbot.waitSignal(actions.said, timeout=SECONDS) as caught:
        actions.take(match)
    assert caught.args == [match.summary]
    assert weights(document, "n3").text == f"Imported: some{ending}"


def test_weights_that_do_not_fit_change_nothing(
    qtbot: QtBot, document: Document, actions: WeightActions, tmp_path: Path
) -> None:
    path = tmp_path / "some.npz"
    save_arrays(path, {"n3.weight": np.full((4, 8, 1, 1), 2, np.float32)})
    actions.matched.connect(actions.take)
    with qtbot.waitSignal(actions.said, timeout=SECONDS):
        actions.import_weights(path)
    assert weights(document, "n3").text == "Imported: some.npz"
    assert document.undo_stack.undoText() == "Import weights"
    save_arrays(path, {"n3.weight": np.ones((1, 1), np.float32)})
    with qtbot.waitSignal(actions.refused, timeout=SECONDS) as caught:
        actions.import_weights(path)
    assert "n3.weight is 1×1 in the file" in caught.args[0]
    assert document.undo_stack.count() == 1


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (2.44e-7, "2.4·10⁻⁷"), (1.0, "1.0·10⁰"), (31.0, "3.1·10¹")]
)
def test_small_differences_are_written_as_powers_of_ten(value: float, text: str) -> None:
    assert power_text(value) == text

"""Kernels by hand: typing, turning, buttons, and which numbers come out."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.edits.kernel_edits import COLOUR_MATRICES
from gui.look.appearance import Appearance
from gui.weights_panel.kernel_editor import KernelEditor
from gui.weights_panel.kernel_table import short_text

WEIGHT = np.arange(2 * 3 * 3 * 3, dtype=np.float32).reshape(2, 3, 3, 3)


@pytest.fixture
def editor(qtbot: QtBot, qapp: QApplication) -> KernelEditor:
    made = KernelEditor(Appearance(qapp, "light"))
    qtbot.addWidget(made)
    made.show_parameters({"weight": WEIGHT, "bias": np.array([1, 2], np.float32)})
    made.show()
    return made


def asked(qtbot: QtBot, editor: KernelEditor, action: Any) -> tuple[dict[str, Any], str, str]:
    with qtbot.waitSignal(editor.edited) as caught:
        action()
    return tuple(caught.args)  # type: ignore[return-value]


def test_one_kernel_is_shown_and_others_are_picked(editor: KernelEditor) -> None:
    np.testing.assert_array_equal(editor.table.matrix.values, WEIGHT[0, 0])
    editor.output_box.stepBy(1)
    editor.input_box.stepBy(2)
    np.testing.assert_array_equal(editor.table.matrix.values, WEIGHT[1, 2])
    assert editor.bias_box.value == 2
    editor.input_box.stepBy(5)
    np.testing.assert_array_equal(editor.table.matrix.values, WEIGHT[1, 2])


def test_a_typed_number_changes_that_weight_alone(qtbot: QtBot, editor: KernelEditor) -> None:
    editor.output_box.stepBy(1)
    arrays, text, sweep = asked(
        qtbot, editor, lambda: editor.table.matrix.setData(editor.table.matrix.index(1, 2), "−0,5")
    )
    expected = WEIGHT.copy()
    expected[1, 0, 1, 2] = -0.5
    np.testing.assert_array_equal(arrays["weight"], expected)
    assert arrays.keys() == {"weight"}
    assert (text, sweep) == ("Change a weight", "")
    np.testing.assert_array_equal(WEIGHT[1, 0], editor.table.matrix.values)  # shown when it comes back


@pytest.mark.parametrize("typed", ["", "x", "nan", "inf", "1e9", "1,2,3"])
def test_what_is_no_number_changes_nothing(qtbot: QtBot, editor: KernelEditor, typed: str) -> None:
    with qtbot.assertNotEmitted(editor.edited):
        assert not editor.table.matrix.setData(editor.table.matrix.index(0, 0), typed)


def test_typing_into_a_cell_with_real_keys(qtbot: QtBot, editor: KernelEditor) -> None:
    table = editor.table
    table.setCurrentIndex(table.matrix.index(2, 1))
    table.setFocus()

    def type_it() -> None:
        qtbot.keyClicks(table, "5")
        field = table.findChild(QLineEdit)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    arrays, _, _ = asked(qtbot, editor, type_it)
    assert arrays["weight"][0, 0, 2, 1] == 5


def wheel(editor: KernelEditor, row: int, column: int, up: bool) -> None:
    table = editor.table
    at = QPointF(table.visualRect(table.matrix.index(row, column)).center())
    step = QPoint(0, 120 if up else -120)
    event = QWheelEvent(
        at, table.viewport().mapToGlobal(at), QPoint(), step, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(table.viewport(), event)


def test_the_wheel_turns_the_chosen_number_in_one_sweep(qtbot: QtBot, editor: KernelEditor) -> None:
    table = editor.table
    table.setFocus()
    table.setCurrentIndex(table.matrix.index(0, 1))
    qtbot.waitUntil(table.hasFocus)
    found = [asked(qtbot, editor, lambda up=up: wheel(editor, 0, 1, up)) for up in (True, False)]
    assert [float(one[0]["weight"][0, 0, 0, 1]) for one in found] == [pytest.approx(1.1), pytest.approx(0.9)]
    assert found[0][2] == found[1][2] != ""
    table.setCurrentIndex(table.matrix.index(0, 2))
    assert asked(qtbot, editor, lambda: wheel(editor, 0, 2, True))[2] != found[0][2]
    with qtbot.assertNotEmitted(editor.edited):
        wheel(editor, 2, 2, True)  # not the chosen one


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("Zero", np.zeros((3, 3))),
        ("Identity", np.eye(3) * 0 + np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])),
        ("Symmetric", np.full((3, 3), 4)),
        ("Normalise", WEIGHT[0, 0] / 36),
    ],
)
def test_buttons_change_the_kernel_that_is_shown(
    qtbot: QtBot, editor: KernelEditor, button: str, expected: Any
) -> None:
    arrays, text, _ = asked(qtbot, editor, editor.buttons[button].click)
    np.testing.assert_allclose(arrays["weight"][0, 0], expected, rtol=1e-6)
    np.testing.assert_array_equal(arrays["weight"][0, 1:], WEIGHT[0, 1:])
    assert text == f"{button} kernel"


def test_random_is_another_one_each_time(qtbot: QtBot, editor: KernelEditor) -> None:
    first = asked(qtbot, editor, editor.buttons["Random"].click)[0]["weight"]
    second = asked(qtbot, editor, editor.buttons["Random"].click)[0]["weight"]
    assert (first[0, 0] != second[0, 0]).all()


def test_the_bias_of_the_shown_output_is_changed(qtbot: QtBot, editor: KernelEditor) -> None:
    editor.output_box.stepBy(1)
    arrays, text, _ = asked(qtbot, editor, lambda: editor.bias_box.stepBy(1))
    assert arrays["bias"].tolist() == [1, 3]
    assert text == "Change a bias"


def test_a_1_by_1_is_one_matrix(qtbot: QtBot, editor: KernelEditor) -> None:
    weight = np.arange(8, dtype=np.float32).reshape(2, 4, 1, 1)
    editor.show_parameters({"weight": weight})
    assert not editor.output_box.isVisible()
    np.testing.assert_array_equal(editor.table.matrix.values, weight[:, :, 0, 0])
    arrays, _, _ = asked(qtbot, editor, editor.buttons["Identity"].click)
    np.testing.assert_array_equal(arrays["weight"][:, :, 0, 0], np.eye(2, 4))
    assert not editor.bias_box.isVisible()


def test_colours_have_nine_sliders_of_one_sweep_each(qtbot: QtBot, editor: KernelEditor) -> None:
    editor.show_parameters({"weight": np.eye(3, dtype=np.float32)[:, :, None, None]})
    assert editor.colours.isVisible()
    assert not editor.table.isVisible()
    assert len(editor.colours.sliders) == 9
    slider = editor.colours.sliders[0, 2]
    slider.setSliderDown(True)
    found = [asked(qtbot, editor, lambda value=value: slider.setValue(value)) for value in (50, 75)]
    slider.setSliderDown(False)
    assert [float(one[0]["weight"][0, 2, 0, 0]) for one in found] == [0.5, 0.75]
    assert found[0][2] == found[1][2] != ""
    slider.setSliderDown(True)
    assert asked(qtbot, editor, lambda: slider.setValue(10))[2] != found[0][2]


def test_well_known_colours_are_one_click(qtbot: QtBot, editor: KernelEditor) -> None:
    editor.show_parameters({"weight": np.eye(3, dtype=np.float32)[:, :, None, None]})
    menu = editor.presets.menu()
    action = next(action for action in menu.actions() if action.text() == "Sepia")
    arrays, text, _ = asked(qtbot, editor, action.trigger)
    np.testing.assert_allclose(arrays["weight"][:, :, 0, 0], COLOUR_MATRICES["Sepia"], rtol=1e-6)
    assert text == "Colours: sepia"


def test_cells_are_told_apart_by_their_sign(editor: KernelEditor) -> None:
    editor.show_parameters({"weight": np.array([[[[-1, 0, 1]]]], np.float32)})
    matrix = editor.table.matrix
    below, none, above = (
        matrix.data(matrix.index(0, column), Qt.ItemDataRole.BackgroundRole) for column in range(3)
    )
    assert below.blue() > below.red()
    assert above.red() > above.blue()
    assert abs(none.red() - none.blue()) < 5


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.5, "0.5"), (-1.25, "−1.25"), (3, "3"), (-0.001, "−0.00"), (123.4, "123"), (2e5, "2e5")],
)
def test_numbers_fit_their_cells(value: float, text: str) -> None:
    assert short_text(value) == text


def test_a_click_on_a_small_picture_picks_its_kernel(qtbot: QtBot, editor: KernelEditor) -> None:
    atlas = editor.atlas
    assert atlas.isVisible()
    qtbot.mouseClick(atlas, Qt.MouseButton.LeftButton, pos=atlas.rect_of(1).center())
    assert editor.output_box.value == 1
    np.testing.assert_array_equal(editor.table.matrix.values, WEIGHT[1, 0])
    assert atlas.output_at(QPoint(atlas.width() + 5, 5)) is None


@pytest.mark.parametrize(
    "shape", [(1, 1, 3, 3), (70, 1, 7, 7), (300, 5, 1, 9), (16, 3, 31, 31), (2, 2, 64, 64), (2, 2, 200, 200)]
)
def test_every_kernel_has_its_place_in_the_atlas(editor: KernelEditor, shape: tuple[int, ...]) -> None:
    editor.show_parameters({"weight": np.random.default_rng(0).standard_normal(shape).astype(np.float32)})
    if shape[0] == 1 or shape[3] > 64:
        assert not editor.atlas.isVisible()
        return
    assert editor.atlas.width() <= 256
    places = [editor.atlas.output_at(editor.atlas.rect_of(k).center()) for k in range(min(shape[0], 256))]
    assert places == list(range(len(places)))
    assert not editor.atlas.grab().isNull()


def test_kernels_of_a_photograph_are_shown_in_colour(editor: KernelEditor) -> None:
    red = np.zeros((2, 3, 3, 3), np.float32)
    red[:, 0] = 1
    editor.show_parameters({"weight": red})
    picture = editor.atlas.grab().toImage()
    pixel = picture.pixelColor(editor.atlas.rect_of(1).center())
    assert pixel.red() == 255
    assert abs(pixel.green() - 128) <= 1

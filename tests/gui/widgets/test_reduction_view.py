"""The view of a 1×1 reduction: slider, field and curve show one width, and its numbers are the engine's."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.edits.reduction import Reduction
from engine.layers.convolution import Conv2d
from gui.look.appearance import Appearance
from gui.widgets.charts.reduction_view import ReductionView, difference
from gui.words.number_format import Numbers

INCEPTION = Reduction(layer=Conv2d(out_channels=128), shape=(192, 28, 28))


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> ReductionView:
    made = ReductionView(Appearance(qapp))
    qtbot.addWidget(made)
    made.resize(368, 320)
    made.show()
    made.show_reduction(INCEPTION)
    return made


def test_it_opens_on_a_quarter_of_the_channels(view: ReductionView) -> None:
    assert view.chosen_width == view.slider.value() == view.field.value == 48


def test_the_slider_changes_the_numbers_at_once(qtbot: QtBot, view: ReductionView) -> None:
    with qtbot.waitSignal(view.width_changed) as changed:
        view.slider.setValue(96)
    assert changed.args == [96]
    before, after = INCEPTION.before, INCEPTION.after(96)
    assert view.texts["Parameters"][:2] == (
        Numbers().short(before.parameters),
        Numbers().short(after.parameters),
    )
    assert view.texts["MACs"] == ("173.4\u00a0M", "101.2\u00a0M", "−42\u00a0%")
    assert view.field.value == 96


@pytest.mark.parametrize("selected", [True, False])
def test_a_number_typed_at_the_slider_is_the_width(qtbot: QtBot, view: ReductionView, selected: bool) -> None:
    view.slider.setFocus()
    if selected:
        qtbot.keyClick(view.slider, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        assert view.field.hasFocus()
    qtbot.keyClick(view.slider if not selected else view.field, "9")
    qtbot.keyClick(view.field, "6")
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    assert view.chosen_width == view.slider.value() == 96


def test_the_break_even_width_stands_with_its_formula(view: ReductionView) -> None:
    assert "3·3·192·128/(192 + 3·3·128) = 164.6" in view.break_even.text()
    assert "stride" not in view.break_even.text()
    view.show_reduction(Reduction(layer=Conv2d(out_channels=128, stride=(2, 2)), shape=(192, 28, 28)))
    assert "for the MACs 115.2" in view.break_even.text()


def test_beyond_the_break_even_it_says_so(view: ReductionView) -> None:
    view.choose(164)
    assert "times fewer" in view.verdict.text()
    view.choose(170)
    assert "Too wide" in view.verdict.text()
    assert view.texts["MACs"][2] == "+3\u00a0%"


def test_the_curve_is_clicked_and_dragged(qtbot: QtBot, view: ReductionView) -> None:
    place = QPoint(round(view.curve.x_of(120)), 40)
    qtbot.mousePress(view.curve, Qt.MouseButton.LeftButton, pos=place)
    assert abs(view.chosen_width - 120) <= 1
    qtbot.mouseMove(view.curve, QPoint(-50, 40))
    qtbot.mouseRelease(view.curve, Qt.MouseButton.LeftButton, pos=QPoint(-50, 40))
    assert view.curve.break_even == pytest.approx(float(INCEPTION.macs_break_even))
    view.choose(-5)
    assert view.chosen_width == 1
    view.choose(9999)
    assert view.chosen_width == 192


def test_groups_leave_only_their_multiples(qtbot: QtBot, view: ReductionView) -> None:
    view.show_reduction(Reduction(layer=Conv2d(out_channels=64, groups=8), shape=(64, 14, 14)))
    view.choose(13)
    assert view.chosen_width == 16
    assert view.slider.maximum() == 8
    view.slider.setValue(3)
    assert view.chosen_width == 24


def test_typing_a_width_takes_it(qtbot: QtBot, view: ReductionView) -> None:
    view.field.setFocus()
    view.field.selectAll()
    qtbot.keyClicks(view.field, "17")
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    assert view.chosen_width == 17


def test_differences_are_signed() -> None:
    numbers = Numbers()
    assert difference(100, 32, numbers) == "−68\u00a0%"
    assert difference(100, 112, numbers) == "+12\u00a0%"
    assert difference(100, 100, numbers) == "±0\u00a0%"

"""The inspector, used with mouse, wheel and keys; what counts is the document."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QToolTip
from pytestqt.qtbot import QtBot

from engine.layers.batch_norm import BatchNorm2d
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.bypass import bypass
from engine.shapes import Padding
from gui.look.appearance import Appearance
from gui.panels.inspector import InspectorPanel
from gui.session.document import Document
from gui.session.selection import Selection
from gui.widgets.controls.link_button import LinkButton
from gui.widgets.settings.number_box import NumberBox
from gui.words.convention import Convention


@pytest.fixture
def panel(qtbot: QtBot, document: Document, selection: Selection, appearance: Appearance) -> InspectorPanel:
    made = InspectorPanel(document, selection, appearance)
    qtbot.addWidget(made)
    made.resize(280, 700)
    made.show()
    selection.select(["a"])
    return made


def conv(document: Document, node_id: str = "a") -> Conv2d:
    layer = document.project.network[node_id].layer
    assert isinstance(layer, Conv2d)
    return layer


def boxes(panel: InspectorPanel, setting: str) -> list[NumberBox]:
    return panel.row(setting).findChildren(NumberBox)


def type_into(qtbot: QtBot, box: NumberBox, text: str, key: Qt.Key | None = Qt.Key.Key_Return) -> None:
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)
    if key is not None:
        qtbot.keyClick(box, key)


def test_every_setting_has_a_row_with_its_help(panel: InspectorPanel) -> None:
    for setting in Conv2d.settings():
        assert panel.row(setting.name).toolTip() == setting.help


def test_typing_is_applied_on_enter(qtbot: QtBot, panel: InspectorPanel, document: Document) -> None:
    type_into(qtbot, boxes(panel, "out_channels")[0], "96", key=None)
    assert conv(document).out_channels == 16
    qtbot.keyClick(boxes(panel, "out_channels")[0], Qt.Key.Key_Return)
    assert conv(document).out_channels == 96


def test_typing_is_applied_on_leaving_the_field(
    qtbot: QtBot, panel: InspectorPanel, document: Document
) -> None:
    type_into(qtbot, boxes(panel, "out_channels")[0], "24", Qt.Key.Key_Tab)
    assert conv(document).out_channels == 24


def test_a_sweep_with_arrows_is_live_and_one_undo_step(
    qtbot: QtBot, panel: InspectorPanel, document: Document
) -> None:
    box = boxes(panel, "out_channels")[0]
    box.setFocus()
    for expected in (17, 18, 19):
        qtbot.keyClick(box, Qt.Key.Key_Up)
        assert conv(document).out_channels == expected
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert conv(document).out_channels == 16
    assert box.lineEdit().text() == "16"


def test_a_typed_number_is_a_step_of_its_own(qtbot: QtBot, panel: InspectorPanel, document: Document) -> None:
    box = boxes(panel, "out_channels")[0]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    type_into(qtbot, box, "40")
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert conv(document).out_channels == 39
    assert document.undo_stack.count() == 3


def turn_wheel(box: NumberBox, steps: int) -> None:
    place = QPointF(box.rect().center())
    event = QWheelEvent(
        place,
        box.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, event)


def test_the_wheel_turns_only_the_field_with_the_focus(panel: InspectorPanel, document: Document) -> None:
    box = boxes(panel, "out_channels")[0]
    panel.name_field.setFocus()
    turn_wheel(box, 1)
    assert conv(document).out_channels == 16
    box.setFocus()
    turn_wheel(box, 2)
    assert conv(document).out_channels == 18


def test_a_linked_pair_takes_one_number_for_both(
    qtbot: QtBot, panel: InspectorPanel, document: Document
) -> None:
    type_into(qtbot, boxes(panel, "kernel_size")[0], "5")
    assert conv(document).kernel_size == (5, 5)


def test_an_unlinked_pair_takes_two_numbers(qtbot: QtBot, panel: InspectorPanel, document: Document) -> None:
    panel.row("kernel_size").editor.link.click()
    type_into(qtbot, boxes(panel, "kernel_size")[1], "7")
    assert conv(document).kernel_size == (3, 7)
    assert not panel.row("kernel_size").editor.link.isChecked()


def choose(qtbot: QtBot, box: QComboBox, text: str) -> None:
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home if box.itemText(0) == text else Qt.Key.Key_End)
    assert box.currentText() == text


def test_explicit_padding_starts_from_what_the_mode_gave(
    qtbot: QtBot, panel: InspectorPanel, document: Document
) -> None:
    row = panel.row("padding")
    assert row.editor.isHidden()
    choose(qtbot, row.editor.mode_box, "explicit")
    assert conv(document).padding == Padding("explicit", 1, 1, 1, 1)
    assert not row.editor.isHidden()
    type_into(qtbot, row.editor.boxes[2], "4")
    assert conv(document).padding == Padding("explicit", 1, 1, 4, 1)
    choose(qtbot, row.editor.mode_box, "valid")
    assert conv(document).padding == Padding("valid")


def test_advanced_settings_wait_under_more(qtbot: QtBot, panel: InspectorPanel, document: Document) -> None:
    assert not panel.row("bias").isVisible()
    qtbot.mouseClick(panel.form.more_button, Qt.MouseButton.LeftButton)
    assert panel.row("bias").isVisible()
    qtbot.mouseClick(panel.row("bias").editor.box, Qt.MouseButton.LeftButton, pos=QPoint(6, 10))
    assert not conv(document).bias


def test_more_stays_open_for_other_layers(panel: InspectorPanel, selection: Selection) -> None:
    panel.form.more_button.click()
    selection.select(["input"])
    selection.select(["b"])
    assert panel.row("bias").isVisible()


def test_the_shape_of_an_input_is_three_numbers(
    qtbot: QtBot, panel: InspectorPanel, document: Document, selection: Selection
) -> None:
    selection.select(["input"])
    type_into(qtbot, boxes(panel, "shape")[1], "12")
    assert document.project.network["input"].layer.shape == (3, 12, 8)  # type: ignore[attr-defined]


def test_a_number_out_of_range_goes_back_and_says_why(
    qtbot: QtBot, panel: InspectorPanel, document: Document
) -> None:
    box = boxes(panel, "out_channels")[0]
    type_into(qtbot, box, "0")
    assert box.lineEdit().text() == "16"
    assert "1 … 65536" in panel.row("out_channels").remark.text
    assert document.undo_stack.count() == 0


@pytest.mark.parametrize("text", ["3x2", "12.5", "1e9", "-5", "1,000", "many"])
def test_what_is_no_value_is_refused_in_words_and_never_another_number(
    qtbot: QtBot, panel: InspectorPanel, document: Document, text: str
) -> None:
    box = boxes(panel, "out_channels")[0]
    type_into(qtbot, box, text)
    assert text in panel.row("out_channels").remark.text
    assert conv(document).out_channels == 16
    assert box.lineEdit().text() == "16"


def test_a_calculation_is_worked_out(qtbot: QtBot, panel: InspectorPanel, document: Document) -> None:
    type_into(qtbot, boxes(panel, "out_channels")[0], "64*2")
    assert conv(document).out_channels == 128


def test_a_refusal_is_said_at_the_field_where_nobody_else_does(qtbot: QtBot) -> None:
    box = NumberBox(1, 9)
    qtbot.addWidget(box)
    box.show_value(5)
    box.show()
    type_into(qtbot, box, "10")
    assert QToolTip.text() == "10 is not in the range 1 … 9."
    assert box.value == 5
    QToolTip.hideText()


def test_what_the_engine_refuses_is_said_at_the_field(panel: InspectorPanel, document: Document) -> None:
    row = panel.row("out_channels")
    row.editor.value_edited.emit(-3, "")  # a value that the field itself would not let through
    assert "below 1" in row.remark.text
    assert boxes(panel, "out_channels")[0].lineEdit().text() == "16"
    assert document.undo_stack.count() == 0


def test_a_problem_stands_at_its_setting_with_its_fixes(
    qtbot: QtBot, panel: InspectorPanel, document: Document
) -> None:
    document.edit("x", lambda p: p.replace_layer("a", conv(document).replace(groups=5)))
    row = panel.row("groups")
    assert "Groups=5" in row.remark.text
    assert row.isVisible()
    problem = document.analysis.layers["a"].problems[0]
    assert len(row.remark.buttons) == len(problem.fixes) > 0
    qtbot.mouseClick(row.remark.buttons[0], Qt.MouseButton.LeftButton)
    assert not document.analysis.layers["a"].problems
    assert not row.remark.text


def test_a_problem_of_no_setting_stands_on_top(panel: InspectorPanel, document: Document) -> None:
    document.edit("x", lambda p: p.disconnect("input", "a"))
    assert "no input" in panel.remark.text
    assert panel.summary.list.facts["Parameters"] == "–"


def test_renaming_and_taking_the_name_back(qtbot: QtBot, panel: InspectorPanel, document: Document) -> None:
    panel.name_field.setFocus()
    qtbot.keyClicks(panel.name_field, "squeeze")
    qtbot.keyClick(panel.name_field, Qt.Key.Key_Return)
    assert document.project.network["a"].label == "squeeze"
    document.undo_stack.undo()
    assert panel.name_field.text() == ""


def test_several_layers_are_edited_together(
    qtbot: QtBot, panel: InspectorPanel, document: Document, selection: Selection
) -> None:
    selection.select(["a", "b"])
    channels = boxes(panel, "out_channels")[0]
    assert channels.lineEdit().text() == "—"
    assert boxes(panel, "kernel_size")[0].lineEdit().text() == "3"
    type_into(qtbot, channels, "12")
    assert [conv(document, one).out_channels for one in ("a", "b")] == [12, 12]
    assert channels.lineEdit().text() == "12"
    assert document.undo_stack.count() == 1


def test_leaving_a_mixed_field_changes_nothing(
    qtbot: QtBot, panel: InspectorPanel, document: Document, selection: Selection
) -> None:
    selection.select(["a", "b"])
    channels = boxes(panel, "out_channels")[0]
    channels.setFocus()
    qtbot.keyClick(channels, Qt.Key.Key_Tab)
    assert document.undo_stack.count() == 0


def test_a_form_serves_every_layer_of_its_kind_without_what_was_done_to_the_last_one(
    qtbot: QtBot, panel: InspectorPanel, selection: Selection
) -> None:
    form, link = panel.form, panel.row("stride").findChild(LinkButton)
    assert link is not None
    assert link.isChecked()
    link.click()
    boxes(panel, "out_channels")[0].lineEdit().setText("999")
    selection.select(["input"])
    assert panel.form is not form
    assert not form.isVisible()
    selection.select(["b"])
    assert panel.form is form
    assert form.isVisible()
    assert boxes(panel, "out_channels")[0].lineEdit().text() == "4"
    assert boxes(panel, "stride")[0].value == 2
    assert link.isChecked()


def test_layers_without_common_settings_show_none(
    panel: InspectorPanel, document: Document, selection: Selection
) -> None:
    selection.select(["input", "a"])
    with pytest.raises(KeyError):
        panel.row("out_channels")
    assert "2 layers" in panel.title.text


def test_fractions_are_typed_and_stepped(
    qtbot: QtBot, panel: InspectorPanel, document: Document, selection: Selection
) -> None:
    document.edit("x", lambda p: p.replace_layer("b", BatchNorm2d()))
    selection.select(["b"])
    panel.form.more_button.click()
    name = next(setting.name for setting in BatchNorm2d.settings() if setting.type == "float")
    type_into(qtbot, boxes(panel, name)[0], "2e-5")
    assert getattr(document.project.network["b"].layer, name) == 2e-5
    qtbot.keyClick(boxes(panel, name)[0], Qt.Key.Key_Up)
    assert getattr(document.project.network["b"].layer, name) == 3e-5


def test_shapes_and_costs_of_the_layer_are_told(panel: InspectorPanel) -> None:
    facts = panel.summary.list.facts
    assert facts["In"] == "3×8×8"
    assert facts["Out"] == "16×8×8"
    assert facts["Parameters"] == "448"
    assert facts["MACs"] == "27.6\u00a0K"
    assert facts["Receptive field"] == "3\u00a0px"
    panel.set_convention(Convention(channels_last=True))
    assert panel.summary.list.facts["Out"] == "8×8×16"


def test_without_a_selection_the_network_introduces_itself(
    panel: InspectorPanel, selection: Selection
) -> None:
    selection.select([])
    assert panel.title.text == "Three layers"
    assert panel.network_summary.notes.text() == "For tests."
    assert panel.network_summary.list.facts == {"Layers": "3", "Photograph": "coffee"}
    assert panel.network_summary.isVisible()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_everything_fits_a_narrow_panel(
    panel: InspectorPanel, selection: Selection, appearance: Appearance, name: str
) -> None:
    appearance.use(name)
    panel.resize(240, 700)
    for node in ("a", "input"):
        selection.select([node])
        panel.grab()
        for box in panel.findChildren(NumberBox):
            if box.isVisible():
                right = box.mapTo(panel, QPoint(box.width(), 0)).x()
                assert right <= 240 - 12
                assert box.lineEdit().width() >= 40


def test_the_fields_of_a_shape_stand_in_the_order_in_which_shapes_are_written(
    qtbot: QtBot, panel: InspectorPanel, document: Document, selection: Selection
) -> None:
    panel.set_convention(Convention(channels_last=True))
    selection.select(["input"])
    panel.grab()
    channels, height, width = sorted(boxes(panel, "shape"), key=lambda box: box.accessibleName())
    assert "channels" in channels.accessibleName()
    assert height.x() < width.x() < channels.x()
    type_into(qtbot, channels, "1")
    layer = document.project.network["input"].layer
    assert isinstance(layer, Input)
    assert layer.shape == (1, 8, 8)
    panel.set_convention(Convention())
    qtbot.waitUntil(lambda: channels.x() < height.x() < width.x())


def test_a_convolution_offers_a_reduction_before_it(
    qtbot: QtBot, panel: InspectorPanel, document: Document, selection: Selection
) -> None:
    assert panel.reduce_button.isVisible()
    with qtbot.waitSignal(panel.reduction_requested) as asked:
        qtbot.mouseClick(panel.reduce_button, Qt.MouseButton.LeftButton)
    assert asked.args == ["a"]
    document.edit("1×1", lambda project: project.replace_layer("a", Conv2d(kernel_size=(1, 1))))
    assert not panel.reduce_button.isVisible()
    selection.select(["input"])
    assert not panel.reduce_button.isVisible()


def test_a_bypassed_layer_says_so_and_is_put_back(
    qtbot: QtBot, panel: InspectorPanel, document: Document
) -> None:
    before = document.project.network
    document.edit("Bypass", lambda project: project.with_network(bypass(project.network, "a")))
    assert "Conv 3×3 · 16" in panel.title.text
    assert "passes its input on" in panel.remark.text
    (back,) = panel.remark.buttons
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert document.project.network == before
    assert not panel.remark.isVisible()


def test_a_group_is_summed_up_under_its_name(
    panel: InspectorPanel, document: Document, selection: Selection
) -> None:
    document.edit("group", lambda project: project.group(["a", "b"], "Branch"))
    selection.select({"group_1"})
    assert panel.title.text == "Branch 2 layers"
    facts = panel.summary.list.facts
    assert (facts["In"], facts["Out"]) == ("3×8×8", "4×4×4")
    assert facts["Parameters"] == "1.0\u00a0K"
    assert facts["Receptive field"] == "5\u00a0px"
    document.edit("rename", lambda project: project.rename_group("group_1", "Other"))
    assert panel.title.text == "Other 2 layers"
    selection.select({"a", "input"})
    assert panel.title.text == "2 layers"

"""Another kind in the place of a layer; wires drawn in sequence, cut with one stroke, drawn by keys."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit

from engine.layers.add import Add
from engine.layers.max_pooling import MaxPool2d
from engine.layers.rectifiers import ReLU
from gui.canvas.editors.quick_add import QuickAdd

CONTROL = Qt.KeyboardModifier.ControlModifier
RIGHT = Qt.MouseButton.RightButton


def test_a_layer_dropped_on_a_card_takes_its_place(bench):
    bench.drop(MaxPool2d(stride=(1, 1)), bench.card("a"))
    assert isinstance(bench.network["a"].layer, MaxPool2d)
    assert bench.network["a"].layer.kernel_size == (3, 3)
    assert bench.network["a"].inputs == ("input",)
    assert bench.network["b"].inputs == ("a",)
    assert bench.document.undo_stack.count() == 1
    assert bench.selection.ids == {"a"}


def test_a_layer_dropped_on_the_photograph_stands_beside_it(bench):
    bench.drop(ReLU(), bench.card("input"))
    assert bench.network["input"].layer.is_input
    assert bench.network["relu_1"].inputs == ()


def test_the_search_replaces_what_is_selected(bench):
    bench.selection.select({"a", "b"})
    bench.view.ask_for_swap()
    box = bench.view.findChild(QuickAdd)
    field = box.findChild(QLineEdit)
    bench.qtbot.keyClicks(field, "relu")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [bench.network[one].layer.kind for one in ("a", "b")] == ["ReLU", "ReLU"]
    assert bench.document.undo_stack.count() == 1


def test_the_search_makes_layers_with_the_settings_typed(bench):
    bench.move(bench.at(400, 400))
    bench.view.ask_for_layer()
    field = bench.view.findChild(QuickAdd).findChild(QLineEdit)
    bench.qtbot.keyClicks(field, "conv 5x5 32 s2")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    (made,) = bench.selection.ids
    assert bench.network[made].label == "Conv 5×5 · 32"
    assert bench.network[made].layer.stride == (2, 2)


def test_selected_layers_are_wired_each_to_the_next(bench):
    for x in (0.0, 256.0, 512.0):
        bench.document.edit("add", lambda project, x=x: project.add(ReLU(), (x, 400.0)))
    bench.selection.select({"relu_1", "relu_2", "relu_3", "input"})
    assert bench.view.commands.connect_selected()
    assert bench.network["relu_3"].inputs == ("relu_2",)
    assert bench.network["relu_2"].inputs == ("relu_1",)
    assert bench.network["relu_1"].inputs == ("input",)
    bench.document.undo_stack.undo()
    assert bench.network["relu_3"].inputs == ()


def test_one_layer_alone_cannot_be_wired_in_sequence_and_that_is_said(bench):
    bench.selection.select({"a"})
    bench.view.commands.connect_selected()
    assert "Select the layers" in bench.view.said


def test_a_stroke_with_ctrl_and_the_right_button_cuts_what_it_crosses(bench):
    start, end = bench.at(200, -60), bench.at(216, 240)
    bench.press(start, CONTROL, RIGHT)
    bench.move((start + end) / 2)
    bench.move(end)
    bench.release(end, CONTROL, RIGHT)
    assert bench.network["a"].inputs == ()
    assert bench.network["add"].inputs == ("b",)
    assert bench.document.undo_stack.undoText() == "Cut 2 wires"
    bench.document.undo_stack.undo()
    assert bench.network["add"].inputs == ("input", "b")


def test_escape_puts_the_knife_away(bench):
    before = bench.document.project
    bench.press(bench.at(200, -60), CONTROL, RIGHT)
    bench.move(bench.at(210, 200))
    bench.key(Qt.Key.Key_Escape)
    bench.release(bench.at(216, 240), CONTROL, RIGHT)
    assert bench.document.project is before
    assert not any(item.selected for item in bench.view.canvas_scene.edges.values())


def test_a_wire_is_drawn_by_keys_alone(bench):
    bench.document.edit("add", lambda project: project.add(Add(), (1024.0, 160.0)))
    bench.selection.select({"b"})
    bench.view.key_wiring.press()
    assert "Wire from" in bench.view.said
    bench.selection.select({"add_1"})
    bench.view.key_wiring.press()
    assert bench.network["add_1"].inputs == ("b",)
    bench.selection.select({"b"})
    bench.view.key_wiring.press()
    bench.selection.select({"a"})
    bench.view.key_wiring.press()
    assert "cycle" in bench.view.said


def test_escape_lets_go_of_the_marked_source(bench):
    bench.selection.select({"b"})
    bench.view.key_wiring.press()
    bench.key(Qt.Key.Key_Escape)
    assert not bench.view.key_wiring.is_busy
    assert bench.selection.ids == {"b"}


def test_the_start_of_a_wire_can_be_taken_elsewhere(bench):
    end = bench.card("a") + QPoint(0, 0)
    bench.drag(bench.wire("input", "add", 0.03), end)
    assert bench.network["add"].inputs == ("a", "b")

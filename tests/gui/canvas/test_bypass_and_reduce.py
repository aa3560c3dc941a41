"""D bypasses; a 1×1 reduction is inserted before a convolution."""

from PySide6.QtWidgets import QMenu

from engine.layers import layer_kinds
from gui.canvas.menus import context_menu
from gui.canvas.mouse.hit_test import Hit


def entries(bench, node_id: str) -> dict[str, object]:
    menu: QMenu = context_menu(bench.view, Hit(node_id=node_id), bench.view.visible_rect.center())
    found = {action.text(): action for action in menu.actions() if action.text()}
    found["menu"] = menu
    return found


def test_a_bypassed_node_stays_where_it_is_and_comes_back(bench):
    before = bench.document.project
    bench.selection.select({"a"})
    bench.view.commands.toggle_bypass()
    item = bench.view.canvas_scene.nodes["a"]
    assert item.content.bypassed
    assert item.content.title == "Conv 3×3 · 8"
    assert bench.document.analysis.layers["a"].output_shape == (3, 16, 16)
    assert bench.document.undo_stack.undoText() == "Bypass Conv 3×3 · 8"
    bench.view.commands.toggle_bypass()
    assert bench.document.project == before
    assert bench.document.undo_stack.undoText() == "Put back Conv 3×3 · 8"


def test_of_a_mixed_selection_all_are_bypassed_first(bench):
    bench.selection.select({"a"})
    bench.view.commands.toggle_bypass()
    bench.selection.select({"a", "b"})
    bench.view.commands.toggle_bypass()
    assert bench.network["b"].bypassed is not None
    assert bench.network["a"].bypassed is not None
    bench.view.commands.toggle_bypass()
    assert bench.network["a"].bypassed is None


def test_an_input_cannot_be_bypassed_and_says_so_at_the_mouse(bench):
    bench.selection.select({"input"})
    bench.view.commands.toggle_bypass()
    assert "nothing to pass on" in bench.view.said
    assert bench.document.undo_stack.count() == 0


def test_the_context_menu_offers_it(bench):
    found = entries(bench, "a")
    assert "Bypass" in found
    found["Bypass"].trigger()
    assert "Put back" in entries(bench, "a")


def test_a_reduction_is_inserted_with_what_was_seen(bench):
    bench.selection.select({"b"})
    bench.view.asking.reduce()
    box = bench.view.asking.reduction_box
    assert box.isVisible()
    assert box.heading.text() == "8 channels into Conv 3×3 · 3"
    box.view.slider.setValue(4)
    box.activation.setChecked(True)
    parameters = box.view.texts["Parameters"]
    assert parameters[0] == "219"
    before = bench.document.analysis.totals.parameters
    box.insert_button.click()
    assert not box.isVisible()
    relu, b = bench.network[bench.network["b"].inputs[0]], bench.network["b"]
    reduce = bench.network[relu.inputs[0]]
    assert relu.layer.kind == "ReLU"
    assert reduce.layer == layer_kinds()["Conv2d"](
        out_channels=4, kernel_size=(1, 1), padding=reduce.layer.padding
    )
    assert reduce.inputs == ("a",)
    assert b.inputs == (relu.id,)
    after = bench.document.analysis.totals.parameters
    assert after - before == int(parameters[1]) - int(parameters[0])
    assert bench.document.undo_stack.count() == 1
    cards = [item.card for item in bench.view.canvas_scene.nodes.values()]
    assert not any(card.intersects(two) for card in cards for two in cards if card is not two)


def test_escape_leaves_the_reduction_out(bench):
    bench.view.asking.reduce("b")
    bench.view.asking.reduction_box.reject()
    assert bench.document.undo_stack.count() == 0


def test_where_nothing_can_be_reduced_it_is_said_at_the_mouse(bench):
    bench.selection.select(())
    bench.view.asking.reduce()
    assert "Select a K×K convolution" in bench.view.said
    bench.view.asking.reduce("add")
    assert "no K×K convolution" in bench.view.said
    assert not bench.view.asking.reduction_box.isVisible()


def test_only_convolutions_offer_a_reduction(bench):
    assert "Insert a 1×1 reduction before it…" in entries(bench, "b")
    assert "Insert a 1×1 reduction before it…" not in entries(bench, "add")

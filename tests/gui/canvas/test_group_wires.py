"""A folded group is wired as a node is: to it, from it, before and behind it; each wire has its own shape."""

import pytest

from engine.layers.add import Add
from engine.layers.convolution import Conv2d
from engine.layers.max_pooling import MaxPool2d
from engine.layers.rectifiers import ReLU
from tests.gui.canvas.test_groups import grouped

RELU = ReLU()


def choices(bench):
    return [action.text() for action in bench.view.asking.menu.actions()]


def choose(bench, text):
    (action,) = (action for action in bench.view.asking.menu.actions() if text in action.text())
    action.trigger()


def folded(bench, *ids):
    bench.document.edit("group", lambda one: one.group(ids, "Part").set_collapsed("group_1", True))
    bench.document.undo_stack.clear()
    return "group_1"


def test_a_wire_from_a_layer_to_a_group_takes_the_place_of_what_it_reads(bench):
    group_id = grouped(bench)
    bench.document.edit("Add", lambda project: project.add(Conv2d(), (0.0, 300.0)))
    bench.view.fit_all()
    steps = bench.document.undo_stack.count()
    bench.drag(bench.output("conv2d_1"), bench.card(group_id))
    assert bench.network["a"].inputs == ("conv2d_1",)
    assert bench.document.undo_stack.count() == steps + 1
    assert bench.view.said == "Takes the place of Input as input of Conv 3×3 · 8"
    bench.document.undo_stack.undo()
    assert bench.network["a"].inputs == ("input",)


def test_a_wire_is_drawn_from_a_group_and_from_its_port(bench):
    group_id = grouped(bench)
    bench.document.edit("Add", lambda project: project.add(RELU, (512.0, 400.0)))
    bench.view.fit_all()
    bench.drag(bench.output(group_id), bench.card("relu_1"))
    assert bench.network["relu_1"].inputs == ("b",)


def test_a_wire_from_the_input_side_of_a_layer_ends_at_a_group(bench):
    group_id = grouped(bench)
    bench.document.edit("Add", lambda project: project.add(RELU, (512.0, 400.0)))
    bench.view.fit_all()
    bench.drag(bench.input("relu_1"), bench.card(group_id))
    assert bench.network["relu_1"].inputs == ("b",)


def test_what_is_appended_to_a_group_reads_its_way_out(bench):
    group_id = grouped(bench)
    bench.click(bench.card(group_id))
    bench.view.add_layer(RELU)
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("b",)
    assert not bench.document.project.groups.home(made)
    x, _ = bench.document.project.position(made)
    assert x > bench.document.project.position(group_id)[0]


def test_a_layer_goes_before_and_behind_a_group_by_its_wires(bench):
    group_id = folded(bench, "a", "add")
    bench.drop(RELU, bench.wire("input", group_id))
    (made,) = bench.selection.ids
    assert bench.network["a"].inputs == (made,)
    assert bench.network["add"].inputs == (made, "b")
    bench.document.undo_stack.undo()
    assert bench.network["add"].inputs == ("input", "b")
    bench.drop(MaxPool2d(), bench.wire(group_id, "b"))
    (made,) = bench.selection.ids
    assert bench.network["b"].inputs == (made,)


def test_where_several_wires_can_be_meant_it_is_asked(bench):
    group_id = folded(bench, "a", "b")
    bench.document.edit("wire", lambda project: project.connect("a", "add"))
    bench.drop(RELU, bench.wire(group_id, "add"))
    assert choices(bench) == [
        "The wire from Conv 3×3 · 3 (3×16×16)",
        "The wire from Conv 3×3 · 8 (8×16×16)",
    ]
    choose(bench, "· 8")
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("a",)
    assert bench.network["add"].inputs == ("input", "b", made)


def test_what_is_appended_to_a_group_with_two_ways_out_is_asked_for(bench):
    group_id = folded(bench, "a", "b")
    bench.document.edit("wire", lambda project: project.connect("a", "add"))
    bench.click(bench.card(group_id))
    bench.view.add_layer(RELU)
    assert len(choices(bench)) == 2
    choose(bench, "· 8")
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("a",)


def test_each_wire_from_a_group_shows_what_it_carries(bench):
    group_id = folded(bench, "a", "b")
    scene = bench.view.canvas_scene
    assert scene.nodes[group_id].pill.text == "3×16×16"
    bench.document.edit("pool", lambda project: project.add(MaxPool2d(), (768.0, 300.0), after="a"))
    assert scene.nodes[group_id].pill.text == ""
    assert scene.edges[(group_id, "add")].text == "3×16×16"
    assert scene.edges[(group_id, "maxpool2d_1")].text == "8×16×16"
    bench.view.grab()
    bench.document.undo_stack.undo()
    assert scene.nodes[group_id].pill.text == "3×16×16"
    assert scene.edges[(group_id, "add")].text == ""


def test_several_selected_layers_are_joined_from_top_to_bottom(bench):
    bench.document.edit(
        "free", lambda one: one.disconnect("input", "add").disconnect("b", "add").remove("add")
    )
    bench.document.edit("row", lambda one: one.add(Conv2d(out_channels=3), (256.0, -160.0), after="input"))
    bench.selection.select({"b", "conv2d_1"})
    bench.view.add_layer(Add())
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("conv2d_1", "b")
    assert bench.document.undo_stack.count() == 3


def test_a_chain_and_an_add_make_a_shortcut(bench):
    bench.document.edit("free", lambda one: one.remove("add"))
    bench.selection.select({"input", "a", "b"})
    bench.view.add_layer(Add())
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("input", "b")


@pytest.mark.parametrize("from_afar", [False, True])
def test_a_wire_is_taken_off_a_group_and_put_elsewhere(bench, from_afar):
    group_id = grouped(bench)
    if from_afar:
        bench.view.set_zoom(0.6)
    bench.drag(bench.input(group_id), bench.at(500, -90))
    assert bench.network["a"].inputs == ()

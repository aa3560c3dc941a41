"""Blocks fit behind any map and are set into a network as a group of nodes."""

import pytest

from engine.analysis.analyze import analyze
from engine.errors import NetworkError
from engine.layers import layer_kinds
from engine.model.project import Project
from presets import BLOCK_GROUPS, UnknownPreset, block, block_names, insert_block, load

every_block = pytest.mark.parametrize("name", block_names())


def photograph_and_conv(out_channels: int) -> Project:
    kinds = layer_kinds()
    project = Project().add(kinds["Input"](shape=(3, 32, 32)), (0, 0))
    conv = kinds["Conv2d"](out_channels=out_channels)
    project = project.add(conv, (256, 0), after="input_1")
    return project.add(kinds["ReLU"](), (512, 0), after="conv2d_1")


@every_block
def test_a_block_alone_is_a_network_without_a_problem(name: str) -> None:
    one = block(name)
    assert one.group in BLOCK_GROUPS
    assert one.title
    assert one.description
    assert analyze(one.project.network).problems == ()
    assert one.project.positions.keys() == one.project.network.nodes.keys()


@every_block
@pytest.mark.parametrize("channels", [24, 96])
def test_a_block_set_into_a_wire_fits_what_comes_in(name: str, channels: int) -> None:
    project = photograph_and_conv(channels)
    made, ids = insert_block(project, block(name), after="conv2d_1", before="relu_1")
    assert analyze(made.network).problems == ()
    assert all(node_id.startswith(f"{name}_1/") for node_id in ids)
    assert made.network["relu_1"].inputs == (ids[-1],)
    assert made.positions.keys() == made.network.nodes.keys()
    assert any("conv2d_1" in made.network[node_id].inputs for node_id in ids)


def test_the_same_block_twice_gets_other_ids() -> None:
    project = photograph_and_conv(64)
    project, first = insert_block(project, block("inception"), after="conv2d_1")
    project, second = insert_block(project, block("inception"), after=first[-1])
    assert first[0] == "inception_1/1x1"
    assert second[0] == "inception_2/1x1"
    assert analyze(project.network).problems == ()


def test_a_block_on_an_empty_canvas_brings_its_input() -> None:
    project, ids = insert_block(Project(), block("residual_bottleneck"), at=(100, 40))
    assert ids[0] == "residual_bottleneck_1/input"
    assert project.position(ids[0]) == (100, 40)
    assert analyze(project.network).problems == ()


def test_a_block_beside_a_network_has_loose_ends() -> None:
    project, ids = insert_block(photograph_and_conv(8), block("inception"), at=(0, 400))
    assert project.network[ids[0]].inputs == ()


def test_a_block_is_a_group_in_the_group_it_is_set_into() -> None:
    project = photograph_and_conv(64).group(["conv2d_1", "relu_1"], "Stage")
    made, ids = insert_block(project, block("dense_block"), after="conv2d_1", before="relu_1")
    box = made.groups["dense_block_1"]
    assert (box.title, box.parent) == ("Dense block", "group_1")
    assert set(made.groups.nodes("dense_block_1")) == set(ids)
    assert made.groups["dense_block_1/layer1"].parent == "dense_block_1"
    beside, _ = insert_block(project, block("inception"), after="relu_1")
    assert beside.groups["inception_1"].parent == ""


def test_a_block_is_drawn_right_of_what_it_reads() -> None:
    project = photograph_and_conv(64)
    made, ids = insert_block(project, block("residual_basic"), after="conv2d_1")
    assert all(made.position(node_id)[0] > made.position("conv2d_1")[0] for node_id in ids)


def test_a_block_needs_the_wire_it_is_set_into() -> None:
    with pytest.raises(NetworkError, match="no wire"):
        insert_block(photograph_and_conv(8), block("inception"), after="input_1", before="relu_1")


def test_a_preset_grows_by_a_block_and_keeps_its_nodes() -> None:
    project = load("inception_3a").project
    made, _ = insert_block(project, block("inception"), after="concat")
    assert all(made.network[one] is node for one, node in project.network.nodes.items())


def test_an_unknown_block_is_answered_with_close_ones() -> None:
    with pytest.raises(UnknownPreset, match=r"no block is called 'incepton'\. Did you mean inception"):
        block("incepton")

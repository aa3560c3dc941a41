"""Groups as classes, repeats as loops, and parts that cannot be called as one."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

import presets
from engine.formats import write_project
from engine.formats.pytorch import pytorch_code, write
from engine.formats.pytorch.paths import group_paths, module_paths
from engine.formats.pytorch.wrapping import lines, with_comment, without_comments
from engine.formats.weights.npz import network_weights
from engine.formats.weights.weight_matching import match_weights
from engine.formats.weights.weights_file import open_weights
from engine.layers.add import Add
from engine.layers.input import Input
from engine.model.grouping import Group, Grouping
from engine.model.network import Network, Node
from engine.model.project import Project
from presets.weight_names import renamings
from tests.engine.small_networks import conv, make
from tests.gui.figures.golden import check_golden


def residual_blocks(count: int, channels: tuple[int, ...]) -> tuple[Network, Grouping]:
    """Blocks x + conv(x), each a group, in one group around all of them."""
    nodes = [Node(id="x", layer=Input(shape=(channels[0], 8, 8)))]
    groups = [Group(id="stage", title="Stage")]
    for number in range(count):
        before = nodes[-1].id
        nodes += [
            Node(id=f"b{number}/conv", layer=conv(channels[number], 3), inputs=(before,)),
            Node(id=f"b{number}/add", layer=Add(), inputs=(f"b{number}/conv", before)),
        ]
        members = (f"b{number}/conv", f"b{number}/add")
        groups.append(Group(id=f"b{number}", title=f"Block {number}", members=members, parent="stage"))
    return Network(nodes), Grouping(groups)


def structured(network: Network, groups: Grouping) -> str:
    return pytorch_code(network, "Net", groups=groups, paths=module_paths(network, groups))


def test_equal_groups_are_one_class_in_a_loop() -> None:
    code = structured(*residual_blocks(3, (4, 4, 4)))
    assert code.count("class Block(nn.Module):") == code.count("class ") - 1 == 1
    assert "*(Block() for _ in range(3)),  # 4×8×8" in code
    assert "self.conv = nn.Conv2d(4, 4, 3, stride=1, padding=1)" in code


def test_groups_that_differ_in_numbers_are_one_class_with_arguments() -> None:
    nodes, groups = [Node(id="x", layer=Input(shape=(3, 8, 8)))], []
    for number, (out, size) in enumerate([(8, 3), (16, 5), (4, 3)]):
        ids = (f"b{number}/conv", f"b{number}/relu")
        nodes.append(Node(id=ids[0], layer=conv(out, size), inputs=(nodes[-1].id,)))
        nodes.append(Node(id=ids[1], layer=make("ReLU"), inputs=(ids[0],)))
        groups.append(Group(id=f"b{number}", title=f"Unit · {out}", members=ids))
    code = structured(Network(nodes), Grouping(groups))
    assert "class Unit(nn.Sequential):" in code
    assert "def __init__(self, in_channels: int, out_channels: int, kernel_size: int, padding: int)" in code
    calls = re.findall(r"= Unit\((.*)\)", code)
    assert calls == ["3, 8, 3, 1", "8, 16, 5, 2", "16, 4, 3, 1"]


def test_a_group_that_is_left_and_entered_again_is_called_part_by_part() -> None:
    nodes = [
        Node(id="x", layer=Input(shape=(3, 8, 8))),
        Node(id="a", layer=conv(3, 3), inputs=("x",)),
        Node(id="b", layer=conv(3, 3), inputs=("a",)),
        Node(id="c", layer=Add(), inputs=("a", "b")),
    ]
    code = structured(Network(nodes), Grouping([Group(id="g", title="Apart", members=("a", "c"))]))
    assert "self.g = nn.Module()" in code
    assert "self.g.a = nn.Conv2d(3, 3, 3, stride=1, padding=1)" in code
    assert "a = self.g.a(x)  # 3×8×8" in code
    assert "c = a + b  # 3×8×8" in code


def test_several_maps_go_in_and_come_out_of_a_class() -> None:
    nodes = [
        Node(id="x", layer=Input(shape=(3, 8, 8))),
        Node(id="y", layer=Input(shape=(3, 8, 8))),
        Node(id="g/sum", layer=Add(), inputs=("x", "y")),
        Node(id="g/left", layer=conv(2, 1), inputs=("g/sum",)),
        Node(id="g/right", layer=conv(5, 1), inputs=("g/sum",)),
        Node(id="end", layer=make("ReLU"), inputs=("g/left",)),
    ]
    groups = Grouping([Group(id="g", title="Two", members=("g/sum", "g/left", "g/right"))])
    code = structured(Network(nodes), groups)
    assert "def forward(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:" in code
    assert "g_left, g_right = self.g(x, y)" in code
    assert "return g_right, end" in code


def test_every_layer_has_a_path_of_its_own_and_none_begins_another() -> None:
    for name in presets.preset_names():
        project = presets.load(name).project
        for paths in (
            module_paths(project.network, project.groups),
            group_paths(project.network, project.groups),
        ):
            layers = {
                node_id for node_id in project.network.order if project.network[node_id].layer.kind != "Input"
            }
            assert set(paths) == layers, name
            every = set(paths.values())
            assert len(every) == len(paths), name
            assert not any(path[:end] in every for path in every for end in range(1, len(path))), name


def test_the_written_file_of_squeezenet_is_the_golden_one() -> None:
    check_golden("pytorch_squeezenet1_1.txt", write(presets.load("squeezenet1_1").project))


def test_the_written_file_of_a_network_with_groups_is_the_golden_one() -> None:
    check_golden("pytorch_googlenet.txt", write(presets.load("googlenet").project))


def test_a_title_with_every_sign_makes_a_file_that_is_python() -> None:
    network, groups = residual_blocks(1, (4,))
    project = Project(network=network, groups=groups, title='"""\\ ü\n Ω 3×3')
    compile(write(project), "net.py", "exec")


def test_weights_beside_the_file_come_back_by_their_names(tmp_path: Path) -> None:
    network, groups = residual_blocks(3, (4, 4, 4))
    project = Project(network=network, groups=groups, seed=5)
    write_project(tmp_path / "net.py", project)
    with safe_open(tmp_path / "net.safetensors", "numpy") as tensors:
        assert set(tensors.keys()) == {
            f"stage.{number}.conv.{parameter}" for number in range(3) for parameter in ("weight", "bias")
        }
    match = match_weights(network, open_weights(tmp_path / "net.safetensors"), renamings(network, groups))
    assert {(one.tensor, one.node_id) for one in match.matches} == {
        (f"stage.{number}.conv.{parameter}", f"b{number}/conv")
        for number in range(3)
        for parameter in ("weight", "bias")
    }
    taken = dict(network_weights(match.applied(), 0))
    for name, values in network_weights(network, 5):
        np.testing.assert_array_equal(taken[name], values)


@pytest.mark.parametrize("ending", [".safetensors", "_keras.npz"])
def test_exported_weights_of_a_preset_are_taken_by_name_and_complete(ending: str, tmp_path: Path) -> None:
    project = replace(presets.load("squeezenet1_0").project, seed=5)
    for name in ("net.py", "net_keras.py"):
        write_project(tmp_path / name, project)
    names = renamings(project.network, project.groups)
    match = match_weights(project.network, open_weights(tmp_path / f"net{ending}"), names)
    assert not match.kept
    assert not match.misfits
    assert not match.unused
    taken = dict(network_weights(match.applied(), 0))
    for name, values in network_weights(project.network, 5):
        np.testing.assert_array_equal(taken[name], values)


def test_long_expressions_are_broken_at_their_own_commas() -> None:
    text = f"a = f({with_comment('g(1, 2)', 'first')}, {with_comment('h(3)', 'second')})"
    assert list(lines(text)) == ["a = f(", "    g(1, 2),  # first", "    h(3),  # second", ")"]
    assert without_comments(text) == "a = f(g(1, 2), h(3))"
    long = f"f({', '.join(['aaaaaaaaaa'] * 12)})"
    assert list(lines(long, "  ", ":")) == ["  f(", *["      aaaaaaaaaa,"] * 12, "  ):"]

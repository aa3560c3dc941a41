"""What figures show of a network: weighty layers, shortcuts as lines, repeats once."""

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.layers.add import Add
from engine.layers.convolution import Conv2d
from engine.layers.flatten import Flatten
from engine.layers.input import Input
from engine.layers.rectifiers import ReLU
from engine.model.network import Network, Node
from gui.figures.flow.folding import blocks_of, folded
from gui.figures.sketch import Sketch, sketch


def sketched(name: str, **options: bool) -> Sketch:
    network = presets.load(name).project.network
    return sketch(network, analyze(network), **options)


def of(*nodes: Node) -> Sketch:
    network = Network(nodes)
    return sketch(network, analyze(network))


def test_activations_normalisations_and_flattening_are_folded_in() -> None:
    made = sketched("lenet5")
    assert list(made.symbols) == ["input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "softmax"]
    assert made.symbols["c1"].activation == "Tanh"
    assert made.symbols["s4"].shape == (16, 5, 5)
    assert made.branch is None


def test_a_shortcut_is_a_skip_and_its_projection_lies_on_it() -> None:
    made = sketched("resnet18")
    skips = {link.target: link for link in made.links if link.skip}
    assert len(skips) == 8
    assert [one for one, link in skips.items() if link.projection is not None] == [
        "conv3_1/add",
        "conv4_1/add",
        "conv5_1/add",
    ]
    assert "conv3_1/shortcut" not in made.symbols
    assert "conv3_1/shortcut" in sketched("resnet18", projections=False).symbols
    assert made.symbols["conv2_1/conv1"].normalized


def test_the_trunk_of_a_unet_is_a_chain() -> None:
    made = sketched("unet")
    assert [link.source for link in made.links if link.skip] == [f"down{i}/conv2" for i in (4, 3, 2, 1)]
    assert [node.layer.kind for link in made.links for node in link.through] == ["Crop"] * 4
    assert all(len(node.inputs) <= 1 for node in made.trunk.nodes.values())


def test_branches_of_an_inception_module_stay_branches() -> None:
    made = sketched("inception_3a")
    assert not any(link.skip for link in made.links)
    assert made.branch is not None
    assert made.branch.id == "input"
    assert len(made.out_of["input"]) == 4


@pytest.mark.parametrize("name", presets.preset_names())
def test_every_node_is_drawn_once(name: str) -> None:
    network = presets.load(name).project.network
    made = sketch(network, analyze(network))
    members = [node.id for symbol in made.symbols.values() for node in symbol.members]
    through = [node.id for link in made.links for node in link.through]
    assert sorted([*members, *through]) == sorted(network.nodes)


def test_what_is_half_built_or_stands_alone_is_drawn_too() -> None:
    assert not of().symbols
    made = of(Node(id="relu", layer=ReLU()), Node(id="conv", layer=Conv2d(), inputs=("relu",)))
    assert list(made.symbols) == ["relu", "conv"]
    assert made.symbols["relu"].problem
    alone = of(Node(id="x", layer=Input(shape=(3, 8, 8))), Node(id="f", layer=Flatten(), inputs=("x",)))
    assert list(alone.symbols) == ["x", "f"]
    assert alone.symbols["f"].shape == (192,)
    both = of(
        Node(id="x", layer=Input(shape=(3, 8, 8))),
        Node(id="a", layer=ReLU(), inputs=("x",)),
        Node(id="sum", layer=Add(), inputs=("x", "a")),
    )
    assert [(link.source, link.target, link.skip) for link in both.links] == [
        ("x", "a", False),
        ("x", "sum", True),
        ("a", "sum", False),
    ]


def test_equal_blocks_are_drawn_once() -> None:
    made = folded(sketched("resnet50"))
    assert [(run.symbols[0], len(run.symbols), run.copies) for run in made.runs] == [
        ("conv2_2/conv1", 4, 2),
        ("conv3_2/conv1", 4, 3),
        ("conv4_2/conv1", 4, 5),
        ("conv5_2/conv1", 4, 2),
    ]
    assert [run.copies for run in folded(sketched("densenet121")).runs] == [6, 12, 24, 16]
    assert [(run.symbols, run.copies) for run in folded(sketched("mobilenet_v1")).runs] == [
        (("separable7/depthwise", "separable7/pointwise"), 5)
    ]


def test_folding_keeps_costs_and_what_comes_out() -> None:
    plain, once = sketched("densenet121"), folded(sketched("densenet121"))
    assert sum(s.macs for s in plain.symbols.values()) == sum(s.macs for s in once.symbols.values())
    assert once.symbols["dense1_1/concat"].shape == (256, 56, 56)
    assert {link.target for link in once.links} | {"input"} == set(once.symbols)


def test_a_long_shortcut_keeps_blocks_together() -> None:
    blocks = blocks_of(sketched("unet"))
    assert blocks[0] == ["input"]
    assert max(map(len, blocks)) == len(sketched("unet").symbols) - len(blocks) + 1
    assert not folded(sketched("unet")).runs

"""torchvision's names of layers, against what its own models have in their state dictionaries."""

from hashlib import sha256

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.formats.pytorch.paths import module_paths
from engine.formats.pytorch.torchvision import torchvision_family, torchvision_names
from engine.layers.input import Input
from engine.model.grouping import Grouping
from engine.model.network import Network, Node
from tests.engine.small_networks import chain, conv, make

KEYS = {
    "alexnet": (16, "2d83d4fede09ef7f"),
    "densenet121": (606, "2c41ffdd0a0cfcea"),
    "efficientnet_b0": (311, "9e96c289ce2056e8"),
    "inception_v3": (472, "268f5a4da7cfdf60"),
    "mnasnet1_0": (262, "b2dd2391039b75f0"),
    "mobilenet_v2": (262, "30e4fe9b6e54fa4f"),
    "mobilenet_v3_large": (266, "2340dcf2d1073e6a"),
    "mobilenet_v3_small": (210, "30f8d00eb3496497"),
    "resnet101": (522, "d885ed34fd3bb2b3"),
    "resnet18": (102, "8574a6641fbca1ee"),
    "resnet34": (182, "d28e2b05152fe8cb"),
    "resnet50": (267, "b45d26910a415c43"),
    "resnet50_v1": (267, "b45d26910a415c43"),
    "resnext50": (267, "3906be986db687a7"),
    "shufflenet_v2": (282, "89f41c3a33e9052b"),
    "squeezenet1_0": (52, "811f375b964c5a8b"),
    "squeezenet1_1": (52, "ba491685afed3179"),
    "vgg11": (22, "e14039349bc69074"),
    "vgg16": (32, "32c9f6d73e86d14d"),
    "vgg19": (38, "9192569ac3c6d31b"),
}
"""How many tensors torchvision 0.29.1 has in `models.NAME().state_dict()`, and a digest of the sorted lines
`name shape`: without num_batches_tracked, and without Inception's auxiliary classifier."""


def state_lines(name: str) -> list[str]:
    """`layer1.0.conv1.weight 64x64x3x3` of every parameter of a preset, sorted."""
    project = presets.load(name).project
    paths = module_paths(project.network, project.groups)
    lines = []
    for node_id, report in analyze(project.network).layers.items():
        shapes = project.network[node_id].layer.param_shapes(*report.input_shapes)
        for parameter, shape in shapes.items():
            lines.append(f"{'.'.join(paths[node_id])}.{parameter} {'x'.join(map(str, shape))}")
    return sorted(lines)


@pytest.mark.parametrize("name", KEYS)
def test_parameters_are_called_and_shaped_as_in_torchvision(name: str) -> None:
    lines = state_lines(name)
    digest = sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()[:16]
    assert (len(lines), digest) == KEYS[name], "\n".join(lines)


def test_networks_that_torchvision_does_not_have_get_no_names_of_its() -> None:
    others = {
        name for name in presets.preset_names() if torchvision_names(presets.load(name).project.network)
    }
    assert others == set(KEYS)
    assert torchvision_family(chain(conv(4, 3), make("ReLU"), shape=(3, 8, 8))) is None


def test_a_layer_with_parameters_that_torchvision_does_not_know_gives_the_network_its_own_names() -> None:
    network = presets.load("resnet18").project.network
    more = network.add(Node(id="side", layer=conv(4, 1), inputs=("conv1",)))
    assert torchvision_family(network) is not None
    assert torchvision_family(more) is None
    assert module_paths(more, Grouping())["side"] == ("side",)


def test_a_layer_without_parameters_stands_with_those_around_it() -> None:
    network = presets.load("resnet18").project.network
    nodes = dict(network.nodes)
    bn = nodes["conv2_1/conv1_relu"]
    nodes["more"] = Node(id="more", layer=make("Tanh"), inputs=bn.inputs)
    nodes["conv2_1/conv1_relu"] = Node(id=bn.id, layer=bn.layer, inputs=("more",))
    paths = module_paths(Network(nodes.values()), Grouping())
    assert paths["more"] == ("layer1", "0", "more")
    assert paths["flatten"] == ("flatten",)


def test_ids_that_only_look_alike_are_no_family() -> None:
    lookalike = Network(
        [
            Node(id="input", layer=Input(shape=(3, 8, 8))),
            Node(id="conv1", layer=conv(4, 3), inputs=("input",)),
            Node(id="conv5", layer=conv(4, 3), inputs=("conv1",)),
        ]
    )
    assert torchvision_names(lookalike) == {}

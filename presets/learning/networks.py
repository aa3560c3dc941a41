"""The networks that training is measured on: LeNet-5, a narrow Network in Network and a small ResNet."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import presets
from engine.model.network import Network, Node
from engine.model.project import Project
from presets.builder import Builder

CLASSES: Final = 10


def narrow_nin(width: int = 48) -> Network:
    """Lin et al.'s network for CIFAR-10 at a quarter of its width, without dropout and the last ReLU."""
    made: list[Node] = []
    passed: dict[str, str] = {}
    source = presets.load("nin_cifar10").project.network
    for node in source.nodes.values():
        inputs = tuple(passed.get(name, name) for name in node.inputs)
        layer, outputs = node.layer, node.layer.outputs
        if layer.passes_on or (layer.rectifies and source[node.inputs[0]].layer.outputs == CLASSES):
            passed[node.id] = inputs[0]
            continue
        if outputs is not None and outputs > CLASSES:
            layer = layer.replace(**{layer.out_setting: outputs * width // 192})
        made.append(Node(id=node.id, layer=layer, inputs=inputs))
    return Network(made)


def resnet_8(width: int = 16) -> Network:
    """He et al.'s network for CIFAR-10 with one block a stage, and 1×1 convolutions where the width grows."""
    net = Builder((3, 32, 32))

    def normed(name: str, channels: int, kernel: int, after: str | None = None, stride: int = 1) -> str:
        padding = kernel // 2
        net.conv(name, channels, kernel, after=after, stride=stride, padding=padding, bias=False)
        return net.layer(f"{name}_bn", "BatchNorm2d")

    normed("stem", width, 3)
    last = net.layer("stem_relu", "ReLU")
    for stage in range(3):
        channels, stride = width << stage, 1 if stage == 0 else 2
        normed(f"conv{stage}_1", channels, 3, last, stride)
        net.layer(f"relu{stage}_1", "ReLU")
        main = normed(f"conv{stage}_2", channels, 3)
        short = last if stage == 0 else normed(f"short{stage}", channels, 1, last, stride)
        net.join(f"sum{stage}", "Add", [main, short])
        last = net.layer(f"relu{stage}_2", "ReLU")
    net.layer("pool", "GlobalAvgPool2d")
    net.layer("flatten", "Flatten")
    net.linear("head", CLASSES)
    return net.network()


WIDTH: Final = 16
NARROW: Final = 4


def bottleneck(kernel: int, narrow: int | None) -> Project:
    """A K×K convolution on all maps of a digit, or on those that a 1×1 leaves."""
    net = Builder((1, 28, 28))
    net.conv_relu("conv1", WIDTH, 3, stride=2)
    if narrow is not None:
        net.conv("reduce", narrow, 1)
    net.conv_relu("conv2", WIDTH, kernel)
    net.max_pool("pool", 2)
    net.layer("flatten", "Flatten")
    net.linear("head", CLASSES)
    net.layer("softmax", "Softmax")
    size = f"{kernel}×{kernel}"
    title = f"{size} on all maps" if narrow is None else f"1×1 to {narrow}, then {size}"
    return net.project(title=title, image="digit:3a")


def reduced_pair(kernel: int) -> dict[str, Network]:
    """Both, by title."""
    projects = (bottleneck(kernel, None), bottleneck(kernel, NARROW))
    return {project.title: project.network for project in projects}


TRAINED: Final[Mapping[str, Callable[[], Network]]] = MappingProxyType(
    {
        "lenet5": lambda: presets.load("lenet5").project.network,
        "nin_narrow": narrow_nin,
        "resnet_8": resnet_8,
    }
)
"""By name."""

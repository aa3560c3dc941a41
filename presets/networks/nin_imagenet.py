"""Network in Network for the 1000 classes of ImageNet."""

from presets.blocks.mlpconv import PAPER, mlpconv
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    mlpconv(net, 1, (96, 96, 96), 11, stride=4, padding="valid")
    net.max_pool("pool1", 3, 2, ceil_mode=True)
    net.new_line()
    mlpconv(net, 2, (256, 256, 256), 5)
    net.max_pool("pool2", 3, 2, ceil_mode=True)
    net.new_line()
    mlpconv(net, 3, (384, 384, 384), 3)
    net.max_pool("pool3", 3, 2, ceil_mode=True)
    net.layer("drop3", "Dropout")
    net.new_line()
    mlpconv(net, 4, (1024, 1024, 1000), 3)
    net.global_pool()
    net.layer("flatten", "Flatten")
    net.layer("softmax", "Softmax")


PRESET = Preset(
    name="nin_imagenet",
    title="NiN, ImageNet",
    group="Classics",
    variant="the authors' Caffe model for ImageNet (the paper itself describes CIFAR and MNIST)",
    paper=PAPER,
    description=(
        "AlexNet's accuracy with an eighth of its parameters: the dense layers are gone, 1×1 convolutions"
        " and the mean of each map take their place."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=7_595_176,
    parameters_source="sum over the layers of the authors' model in the Caffe model zoo, a file of 29 MB",
)

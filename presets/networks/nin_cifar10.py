"""Network in Network for the 32×32 images of CIFAR-10."""

from presets.blocks.mlpconv import PAPER, mlpconv
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    mlpconv(net, 1, (192, 160, 96), 5)
    net.max_pool("pool1", 3, 2, ceil_mode=True)
    net.layer("drop1", "Dropout")
    net.new_line()
    mlpconv(net, 2, (192, 192, 192), 5)
    net.avg_pool("pool2", 3, 2, ceil_mode=True)
    net.layer("drop2", "Dropout")
    net.new_line()
    mlpconv(net, 3, (192, 192, 10), 3)
    net.global_pool()
    net.layer("flatten", "Flatten")
    net.layer("softmax", "Softmax")


PRESET = Preset(
    name="nin_cifar10",
    title="NiN, CIFAR-10",
    group="Classics",
    variant="the authors' Caffe model for CIFAR-10, max then average pooling",
    paper=PAPER,
    description=(
        "Every convolution is followed by 1×1 convolutions, and the last one has a map for each class:"
        " its mean is the answer, no dense layer is needed."
    ),
    input_shape=(3, 32, 32),
    build=_build,
    published_parameters=966_986,
    parameters_source="sum over the layers of the authors' Caffe model; often rounded to 0.97 M",
)

"""GoogLeNet: nine Inception modules."""

from presets.blocks.inception import PAPER, inception
from presets.builder import Builder
from presets.preset import Preset

MODULES = {
    "3a": (64, (96, 128), (16, 32), 32),
    "3b": (128, (128, 192), (32, 96), 64),
    "4a": (192, (96, 208), (16, 48), 64),
    "4b": (160, (112, 224), (24, 64), 64),
    "4c": (128, (128, 256), (24, 64), 64),
    "4d": (112, (144, 288), (32, 64), 64),
    "4e": (256, (160, 320), (32, 128), 128),
    "5a": (256, (160, 320), (32, 128), 128),
    "5b": (384, (192, 384), (48, 128), 128),
}
"""Table 1: channels of 1×1, of 3×3 with its reduction, of 5×5 with its reduction, of the projection."""


def _build(net: Builder) -> None:
    with net.group("stem", "Stem"):
        net.conv_relu("conv1", 64, 7, stride=2)
        net.max_pool("pool1", 3, 2, ceil_mode=True)
        net.layer("norm1", "LocalResponseNorm")
        net.new_line()
        net.conv_relu("conv2_reduce", 64, 1)
        net.conv_relu("conv2", 192, 3)
        net.layer("norm2", "LocalResponseNorm")
        net.new_line()
    net.max_pool("pool2", 3, 2, ceil_mode=True)
    for name, (one, three, five, pool) in MODULES.items():
        with net.scope(f"inception_{name}", f"Inception {name}"):
            inception(net, one=one, three=three, five=five, pool=pool)
        if name in ("3b", "4e"):
            net.new_line()
            net.max_pool(f"pool{name[0]}", 3, 2, ceil_mode=True)
        elif name in ("4b", "4d"):
            net.new_line()
    net.new_line()
    with net.group("classifier", "Classifier"):
        net.global_pool()
        net.layer("flatten", "Flatten")
        net.layer("drop", "Dropout", p=0.4)
        net.linear("fc", 1000)
        net.layer("softmax", "Softmax")


PRESET = Preset(
    name="googlenet",
    title="GoogLeNet",
    group="Inception",
    variant="as in the paper: 5×5 branches, response normalisation, no auxiliary classifiers",
    paper=PAPER,
    description=(
        "Twenty-two layers with a twentieth of VGG-16's parameters. torchvision's version differs: 3×3 in"
        " place of 5×5, and batch normalisation; it has 6,624,904."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=6_998_552,
    parameters_source=(
        "sum over the layers of Caffe's bvlc_googlenet; the paper's table 1 adds up to 6.8 M without biases"
    ),
    published_macs=1_582_671_872,
    macs_source="sum over the layers; the paper's rounded table 1 adds up to 1.5 G",
)

"""Inception-v3: eleven modules after a stem of small kernels."""

from presets.blocks.inception_v3 import PAPER, module_a, module_c, module_e, reduction_b, reduction_d
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    net.conv_bn("conv1a", 32, 3, stride=2, padding="valid")
    net.conv_bn("conv2a", 32, 3, padding="valid")
    net.conv_bn("conv2b", 64, 3)
    net.new_line()
    net.max_pool("pool1", 3, 2)
    net.conv_bn("conv3b", 80, 1)
    net.conv_bn("conv4a", 192, 3, padding="valid")
    net.new_line()
    net.max_pool("pool2", 3, 2)
    for name, pool in (("5b", 32), ("5c", 64), ("5d", 64)):
        with net.scope(f"mixed_{name}", f"Mixed {name}"):
            module_a(net, pool)
    net.new_line()
    with net.scope("mixed_6a", "Mixed 6a"):
        reduction_b(net)
    for name, width in (("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)):
        if name in ("6b", "6d"):
            net.new_line()
        with net.scope(f"mixed_{name}", f"Mixed {name}"):
            module_c(net, width)
    net.new_line()
    with net.scope("mixed_7a", "Mixed 7a"):
        reduction_d(net)
    for name in ("7b", "7c"):
        with net.scope(f"mixed_{name}", f"Mixed {name}"):
            module_e(net)
    net.new_line()
    net.classifier(dropout="drop")


PRESET = Preset(
    name="inception_v3",
    title="Inception-v3",
    group="Inception",
    variant="as in torchvision, without the auxiliary classifier",
    paper=PAPER,
    description=(
        "Large kernels are taken apart: 5×5 into two 3×3, 7×7 into 1×7 and 7×1. 1×1 convolutions come "
        "before each of them."
    ),
    input_shape=(3, 299, 299),
    build=_build,
    published_parameters=23_834_568,
    parameters_source=(
        "torchvision documentation, inception_v3, num_params 27,161,264, less 3,326,696 of the auxiliary"
        " classifier; Keras counts 23,851,784 with running statistics and without the scales"
    ),
    published_macs=5_713_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, inception_v3, GFLOPS 5.713 (they are multiply–adds)",
)

"""MNASNet: inverted residual blocks chosen by a search."""

from presets.blocks.inverted import inverted_residual
from presets.builder import Builder
from presets.preset import Paper, Preset

STAGES = (
    (3, 3, 24, 3, 2), (3, 5, 40, 3, 2), (6, 5, 80, 3, 2),
    (6, 3, 96, 2, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1),
)  # fmt: skip
"""Expansion, kernel, channels, number of blocks, stride of the first of them."""


def _build(net: Builder) -> None:
    net.conv_bn("conv1", 32, 3, stride=2)
    net.depthwise_bn("separable/depthwise", 3)
    net.conv_bn("separable/pointwise", 16, 1, activation="")
    channels = 16
    for stage, (expansion, kernel_size, width, count, stride) in enumerate(STAGES, start=2):
        net.new_line()
        for index in range(1, count + 1):
            with net.scope(f"stage{stage}_{index}", f"MBConv{expansion} · {width}"):
                inverted_residual(
                    net, channels, width, expanded=expansion * channels, kernel_size=kernel_size,
                    stride=stride if index == 1 else 1, activation="ReLU",
                )  # fmt: skip
            channels = width
    net.new_line()
    net.conv_bn("conv8", 1280, 1)
    net.classifier(dropout="drop")


PRESET = Preset(
    name="mnasnet1_0",
    title="MNASNet 1.0",
    group="Mobile",
    variant="B1, without squeeze-and-excitation, as in torchvision",
    paper=Paper(
        authors="Tan et al.",
        title="MnasNet: platform-aware neural architecture search for mobile",
        venue="CVPR",
        year=2019,
    ),
    description=(
        "A search that measured time on a real phone chose kernel, expansion and depth of each stage."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=4_383_312,
    parameters_source="torchvision documentation, mnasnet1_0, num_params",
    published_macs=314_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, mnasnet1_0, GFLOPS 0.314 (they are multiply–adds)",
)

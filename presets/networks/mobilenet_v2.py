"""MobileNetV2: seventeen inverted residual blocks."""

from presets.blocks.inverted import inverted_residual
from presets.builder import Builder
from presets.preset import Paper, Preset

STAGES = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
)  # fmt: skip
"""Table 2: expansion, channels, number of blocks, stride of the first of them."""


def _build(net: Builder) -> None:
    net.conv_bn("conv1", 32, 3, stride=2, activation="ReLU6")
    channels = 32
    for stage, (expansion, width, count, stride) in enumerate(STAGES, start=1):
        if stage > 1:
            net.new_line()
        for index in range(1, count + 1):
            with net.scope(f"block{stage}_{index}", f"Inverted residual · {width}"):
                inverted_residual(
                    net, channels, width, expanded=expansion * channels, stride=stride if index == 1 else 1
                )
            channels = width
    net.new_line()
    net.conv_bn("conv9", 1280, 1, activation="ReLU6")
    net.classifier(dropout="drop")


PRESET = Preset(
    name="mobilenet_v2",
    title="MobileNet v2",
    group="Mobile",
    variant="width 1.0, as in torchvision",
    paper=Paper(
        authors="Sandler, Howard, Zhu, Zhmoginov & Chen",
        title="MobileNetV2: inverted residuals and linear bottlenecks",
        venue="CVPR",
        year=2018,
    ),
    description=(
        "Blocks are narrow where they are added and wide inside. The last 1×1 of a block has no activation:"
        " few channels cannot spare what a ReLU would cut off."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=3_504_872,
    parameters_source="torchvision documentation, mobilenet_v2, num_params",
    published_macs=301_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, mobilenet_v2, GFLOPS 0.301 (they are multiply–adds)",
)

"""EfficientNet-B0: sixteen MBConv blocks."""

from presets.blocks.inverted import inverted_residual
from presets.builder import Builder
from presets.preset import Paper, Preset

STAGES = (
    (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1),
)  # fmt: skip
"""Table 1: expansion, kernel, stride of the first block, channels, number of blocks."""


def _build(net: Builder) -> None:
    with net.group("stem", "Stem"):
        net.conv_bn("conv1", 32, 3, stride=2, activation="SiLU")
    channels = 32
    for stage, (expansion, kernel_size, stride, width, count) in enumerate(STAGES, start=2):
        for index in range(1, count + 1):
            if index % 2 == 1:
                net.new_line()
            with net.scope(f"stage{stage}_{index}", f"MBConv{expansion} · {width}"):
                inverted_residual(
                    net, channels, width, expanded=expansion * channels, kernel_size=kernel_size,
                    stride=stride if index == 1 else 1, activation="SiLU",
                    squeezed=channels // 4, squeeze_activation="SiLU",
                )  # fmt: skip
            channels = width
    net.new_line()
    with net.group("features", "Features · 1280"):
        net.conv_bn("conv9", 1280, 1, activation="SiLU")
    net.classifier(dropout="drop")


PRESET = Preset(
    name="efficientnet_b0",
    title="EfficientNet-B0",
    group="Mobile",
    variant="as in torchvision",
    paper=Paper(
        authors="Tan & Le",
        title="EfficientNet: rethinking model scaling for convolutional neural networks",
        venue="ICML",
        year=2019,
    ),
    description=(
        "The base of a family that grows in depth, width and resolution together. Its squeeze-and-"
        "excitation counts a quarter of the channels that enter a block."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=5_288_548,
    parameters_source="torchvision documentation, efficientnet_b0, num_params",
    published_macs=386_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, efficientnet_b0, GFLOPS 0.386 (they are multiply–adds)",
)

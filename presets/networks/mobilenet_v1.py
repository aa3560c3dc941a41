"""MobileNet: thirteen depthwise separable convolutions."""

from presets.blocks.separable import depthwise_separable
from presets.builder import Builder
from presets.preset import Paper, Preset

LAYERS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
    (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
"""Table 1: (channels, stride) of each depthwise separable convolution."""


def _build(net: Builder) -> None:
    net.conv_bn("conv1", 32, 3, stride=2, padding="same", activation="ReLU6")
    for number, (channels, stride) in enumerate(LAYERS, start=1):
        if number in (2, 4, 6, 9, 12):
            net.new_line()
        with net.scope(f"separable{number}", f"Separable · {channels}"):
            depthwise_separable(net, channels, stride=stride)
    net.new_line()
    net.classifier(dropout="drop")


PRESET = Preset(
    name="mobilenet_v1",
    title="MobileNet v1",
    group="Mobile",
    variant="width 1.0 for 224×224, ReLU6 and padding as in Keras",
    paper=Paper(
        authors="Howard et al.",
        title="MobileNets: efficient convolutional neural networks for mobile vision applications",
        venue="arXiv 1704.04861",
        year=2017,
    ),
    description=(
        "3×3 looks at each map alone, 1×1 mixes the maps: nearly all of the work, 95 of 100 "
        "multiplications, is in 1×1 convolutions."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=4_231_976,
    parameters_source="Keras: 4,253,864 with 21,888 running statistics; the paper says 4.2 million",
    published_macs=569_000_000,
    macs_unit=1_000_000,
    macs_source="table 4 of the paper: 569 million multiply–adds",
)

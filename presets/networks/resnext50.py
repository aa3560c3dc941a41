"""ResNeXt-50 32×4d: 16 bottleneck blocks."""

from presets.blocks.residual import bottleneck
from presets.blocks.resnet import resnet
from presets.builder import Builder
from presets.preset import Paper, Preset


def _build(net: Builder) -> None:
    def block(stage: int, index: int, stride: int) -> None:
        width = 64 * 2 ** (stage - 2)
        bottleneck(net, 2 * width, stride=stride, project=index == 1, groups=32, out_channels=4 * width)

    resnet(net, (3, 4, 6, 3), block)


PRESET = Preset(
    name="resnext50",
    title="ResNeXt-50 32×4d",
    group="Residual",
    variant="32 groups of width 4 (32×4d), the stride in the grouped 3×3",
    paper=Paper(
        authors="Xie, Girshick, Dollár, Tu & He",
        title="Aggregated residual transformations for deep neural networks",
        venue="CVPR",
        year=2017,
    ),
    description=(
        "ResNet-50 with a middle twice as wide that is split into 32 groups, each with its own 3×3: about the"
        " same cost, more different views."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=25_028_904,
    parameters_source="torchvision documentation, resnext50_32x4d, num_params",
    published_macs=4_230_000_000,
    macs_unit=10_000_000,
    macs_source="torchvision documentation, resnext50_32x4d, GFLOPS 4.23 (they are multiply–adds)",
)

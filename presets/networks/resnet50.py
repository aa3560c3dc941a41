"""ResNet-50: 16 bottleneck blocks."""

from presets.blocks.residual import PAPER, bottleneck
from presets.blocks.resnet import resnet
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    def block(stage: int, index: int, stride: int) -> None:
        width = 64 * 2 ** (stage - 2)
        bottleneck(net, width, stride=stride, project=index == 1)

    resnet(net, (3, 4, 6, 3), block)


PRESET = Preset(
    name="resnet50",
    title="ResNet-50",
    group="Residual",
    variant="v1.5: the stride of a halving block is in its 3×3",
    paper=PAPER,
    description=(
        "1×1 down, 3×3 in the narrow middle, 1×1 up: the bottleneck makes fifty layers cost little more than"
        " the thirty-four of plain blocks."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=25_557_032,
    parameters_source="torchvision documentation, resnet50, num_params",
    published_macs=4_089_184_256,
    macs_source="NNI's test of its counter on torchvision's resnet50; torchvision documents GFLOPS 4.089",
)

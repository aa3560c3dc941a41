"""ResNet-101: 33 bottleneck blocks."""

from presets.blocks.residual import PAPER, bottleneck
from presets.blocks.resnet import resnet
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    def block(stage: int, index: int, stride: int) -> None:
        width = 64 * 2 ** (stage - 2)
        bottleneck(net, width, stride=stride, project=index == 1)

    resnet(net, (3, 4, 23, 3), block)


PRESET = Preset(
    name="resnet101",
    title="ResNet-101",
    group="Residual",
    variant="v1.5: the stride of a halving block is in its 3×3",
    paper=PAPER,
    description=("ResNet-50 with twenty-three blocks in its fourth stage instead of six."),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=44_549_160,
    parameters_source="torchvision documentation, resnet101, num_params",
    published_macs=7_801_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, resnet101, GFLOPS 7.801 (they are multiply–adds)",
)

"""ResNet-50 v1: 16 bottleneck blocks."""

from presets.blocks.residual import PAPER, bottleneck
from presets.blocks.resnet import resnet
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    def block(stage: int, index: int, stride: int) -> None:
        width = 64 * 2 ** (stage - 2)
        bottleneck(net, width, stride=stride, project=index == 1, stride_first=True)

    resnet(net, (3, 4, 6, 3), block)


PRESET = Preset(
    name="resnet50_v1",
    title="ResNet-50 v1",
    group="Residual",
    variant="v1, as in the paper: the stride of a halving block is in its first 1×1",
    paper=PAPER,
    description=(
        "The paper's own ResNet-50. A 1×1 with stride 2 reads one position in four: cheaper than v1.5, but"
        " three quarters of a map are never seen."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=25_557_032,
    parameters_source="the stride changes no parameter: as resnet50 in torchvision's documentation",
    published_macs=3_857_973_248,
    macs_source="the paper's table 1 cuts it to 3.8·10⁹; here the sum over its layers",
)

"""ResNet-34: 16 basic residual blocks."""

from presets.blocks.residual import PAPER, basic
from presets.blocks.resnet import resnet
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    def block(stage: int, index: int, stride: int) -> None:
        basic(net, 64 * 2 ** (stage - 2), stride=stride, project=stride > 1)

    resnet(net, (3, 4, 6, 3), block)


PRESET = Preset(
    name="resnet34",
    title="ResNet-34",
    group="Residual",
    variant="projection shortcuts where the size changes (option B)",
    paper=PAPER,
    description="ResNet-18 with more blocks a stage: deeper than VGG-19, at a fifth of its multiplications.",
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=21_797_672,
    parameters_source="torchvision documentation, resnet34, num_params",
    published_macs=3_664_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, resnet34, GFLOPS 3.664 (they are multiply–adds)",
)

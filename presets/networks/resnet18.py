"""ResNet-18: 8 basic residual blocks."""

from presets.blocks.residual import PAPER, basic
from presets.blocks.resnet import resnet
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    def block(stage: int, index: int, stride: int) -> None:
        basic(net, 64 * 2 ** (stage - 2), stride=stride, project=stride > 1)

    resnet(net, (2, 2, 2, 2), block)


PRESET = Preset(
    name="resnet18",
    title="ResNet-18",
    group="Residual",
    variant="projection shortcuts where the size changes (option B)",
    paper=PAPER,
    description="Each block adds to what came in, so that the gradient always has a straight way back.",
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=11_689_512,
    parameters_source="torchvision documentation, resnet18, num_params",
    published_macs=1_814_073_344,
    macs_source="NNI's test of its counter on torchvision's resnet18; torchvision documents GFLOPS 1.814",
)

"""VGG-16: configuration D, thirteen 3×3 convolutions and three dense layers."""

from presets.blocks.vgg import PAPER, vgg
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    vgg(net, (2, 2, 3, 3, 3))


PRESET = Preset(
    name="vgg16",
    title="VGG-16",
    group="Classics",
    variant="configuration D, without batch normalisation",
    paper=PAPER,
    description="Small kernels stacked: two 3×3 see what one 5×5 sees, with fewer weights and one more ReLU.",
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=138_357_544,
    parameters_source="torchvision documentation, vgg16, num_params; the paper's table 2 says 138 million",
    published_macs=15_470_264_320,
    macs_source="sum over the layers of configuration D; torchvision documentation, vgg16, GFLOPS 15.47",
)

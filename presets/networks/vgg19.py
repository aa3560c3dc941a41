"""VGG-19: configuration E."""

from presets.blocks.vgg import PAPER, vgg
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    vgg(net, (2, 2, 4, 4, 4))


PRESET = Preset(
    name="vgg19",
    title="VGG-19",
    group="Classics",
    variant="configuration E, without batch normalisation",
    paper=PAPER,
    description="The deepest of the family: sixteen 3×3 convolutions. To go deeper took shortcuts.",
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=143_667_240,
    parameters_source="torchvision documentation, vgg19, num_params",
    published_macs=19_632_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, vgg19, GFLOPS 19.632 (they are multiply–adds)",
)

"""VGG-11: configuration A."""

from presets.blocks.vgg import PAPER, vgg
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    vgg(net, (1, 1, 2, 2, 2))


PRESET = Preset(
    name="vgg11",
    title="VGG-11",
    group="Classics",
    variant="configuration A, without batch normalisation",
    paper=PAPER,
    description="The shallowest of the family: eight convolutions, and dense layers that hold the weights.",
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=132_863_336,
    parameters_source="torchvision documentation, vgg11, num_params",
    published_macs=7_609_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, vgg11, GFLOPS 7.609 (they are multiply–adds)",
)

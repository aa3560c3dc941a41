"""SqueezeNet 1.1: eight fire modules."""

from presets.blocks.fire import PAPER
from presets.blocks.squeezenet import squeezenet
from presets.builder import Builder
from presets.preset import Preset
from presets.training import Training


def _build(net: Builder) -> None:
    squeezenet(net, 64, 3, pool_after=(3, 5))


PRESET = Preset(
    name="squeezenet1_1",
    title="SqueezeNet 1.1",
    group="Mobile",
    variant="the authors' later release, as in torchvision",
    paper=PAPER,
    description=(
        "SqueezeNet with a smaller first kernel and earlier pooling: as accurate as 1.0 for less than half of"
        " its multiplications."
    ),
    input_shape=(3, 224, 224),
    image="chelsea",
    training=Training(weights="squeezenet1_1", preprocessing={}),
    build=_build,
    published_parameters=1_235_496,
    parameters_source="torchvision documentation, squeezenet1_1, num_params",
    published_macs=349_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, squeezenet1_1, GFLOPS 0.349 (they are multiply–adds)",
)

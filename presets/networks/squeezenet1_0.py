"""SqueezeNet 1.0: eight fire modules."""

from presets.blocks.fire import PAPER
from presets.blocks.squeezenet import squeezenet
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    squeezenet(net, 96, 7, pool_after=(4, 8))


PRESET = Preset(
    name="squeezenet1_0",
    title="SqueezeNet 1.0",
    group="Mobile",
    variant="as in the paper (figure 2, left), sizes as in torchvision",
    paper=PAPER,
    description=(
        "AlexNet's accuracy with a fiftieth of its parameters: the fire modules squeeze the depth with 1×1"
        " before any 3×3 has to look at it."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=1_248_424,
    parameters_source="torchvision documentation, squeezenet1_0, num_params",
    published_macs=819_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, squeezenet1_0, GFLOPS 0.819 (they are multiply–adds)",
)

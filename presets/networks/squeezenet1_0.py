"""SqueezeNet 1.0: eight fire modules."""

from presets.blocks.fire import PAPER, fire
from presets.builder import Builder
from presets.preset import Preset

WIDTHS = ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256))
"""(squeeze, expand) of fire2 to fire9."""


def _build(net: Builder) -> None:
    net.conv_relu("conv1", 96, 7, stride=2, padding="valid")
    net.max_pool("pool1", 3, 2, ceil_mode=True)
    for number, (squeeze, expand) in enumerate(WIDTHS, start=2):
        if number % 2 == 0:
            net.new_line()
        with net.scope(f"fire{number}"):
            fire(net, squeeze, expand)
        if number in (4, 8):
            net.max_pool(f"pool{number}", 3, 2, ceil_mode=True)
    net.new_line()
    net.layer("drop9", "Dropout")
    net.conv_relu("conv10", 1000, 1)
    net.global_pool()
    net.layer("flatten", "Flatten")
    net.layer("softmax", "Softmax")


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

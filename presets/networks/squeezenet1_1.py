"""SqueezeNet 1.1: eight fire modules."""

from presets.blocks.fire import PAPER, fire
from presets.builder import Builder
from presets.preset import Preset

WIDTHS = ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256))
"""(squeeze, expand) of fire2 to fire9."""


def _build(net: Builder) -> None:
    net.conv_relu("conv1", 64, 3, stride=2, padding="valid")
    net.max_pool("pool1", 3, 2, ceil_mode=True)
    for number, (squeeze, expand) in enumerate(WIDTHS, start=2):
        if number % 2 == 0:
            net.new_line()
        with net.scope(f"fire{number}"):
            fire(net, squeeze, expand)
        if number in (3, 5):
            net.max_pool(f"pool{number}", 3, 2, ceil_mode=True)
    net.new_line()
    net.layer("drop9", "Dropout")
    net.conv_relu("conv10", 1000, 1)
    net.global_pool()
    net.layer("flatten", "Flatten")
    net.layer("softmax", "Softmax")


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
    build=_build,
    published_parameters=1_235_496,
    parameters_source="torchvision documentation, squeezenet1_1, num_params",
    published_macs=349_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, squeezenet1_1, GFLOPS 0.349 (they are multiply–adds)",
)

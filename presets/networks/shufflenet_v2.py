"""ShuffleNet v2: sixteen units that shuffle their channels."""

from presets.blocks.shuffle import PAPER, shuffle_unit, shuffle_unit_halving
from presets.builder import Builder
from presets.preset import Preset

UNITS_PER_LINE = 4


def _build(net: Builder) -> None:
    net.conv_bn("conv1", 24, 3, stride=2)
    net.new_line()
    net.max_pool("pool1", 3, 2, padding=1)
    for stage, (channels, count) in enumerate(((116, 4), (232, 8), (464, 4)), start=2):
        for index in range(1, count + 1):
            if index % UNITS_PER_LINE == 1 and (stage, index) != (2, 1):
                net.new_line(net.last)
            with net.scope(f"stage{stage}_{index}", f"Unit · {channels}"):
                if index == 1:
                    shuffle_unit_halving(net, channels)
                else:
                    shuffle_unit(net, channels)
    net.new_line(net.last)
    net.conv_bn("conv5", 1024, 1)
    net.classifier()


PRESET = Preset(
    name="shufflenet_v2",
    title="ShuffleNet v2",
    group="Mobile",
    variant="1×, as in torchvision",
    paper=PAPER,
    description=("Half of the maps pass each unit untouched. Shuffling the channels lets the halves meet."),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=2_278_604,
    parameters_source="torchvision documentation, shufflenet_v2_x1_0, num_params",
    published_macs=145_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, shufflenet_v2_x1_0, GFLOPS 0.145 (they are multiply–adds)",
)

"""MobileNetV3-Small: 11 blocks found by search."""

from presets.blocks.mobilenet_v3 import PAPER, mobilenet_v3
from presets.builder import Builder
from presets.preset import Preset

LAYERS = (
    (3, 16, 16, True, "ReLU", 2),
    (3, 72, 24, False, "ReLU", 2),
    (3, 88, 24, False, "ReLU", 1),
    (5, 96, 40, True, "Hardswish", 2),
    (5, 240, 40, True, "Hardswish", 1),
    (5, 240, 40, True, "Hardswish", 1),
    (5, 120, 48, True, "Hardswish", 1),
    (5, 144, 48, True, "Hardswish", 1),
    (5, 288, 96, True, "Hardswish", 2),
    (5, 576, 96, True, "Hardswish", 1),
    (5, 576, 96, True, "Hardswish", 1),
)
"""Table 2: kernel, expanded channels, channels, squeeze-and-excitation, activation, stride."""


def _build(net: Builder) -> None:
    mobilenet_v3(net, LAYERS, last_channels=576, features=1024)


PRESET = Preset(
    name="mobilenet_v3_small",
    title="MobileNet v3 Small",
    group="Mobile",
    variant="width 1.0, as in torchvision",
    paper=PAPER,
    description=(
        "The smaller of two networks found by a search on a phone's own clock: a quarter of Large's "
        "multiplications."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=2_542_856,
    parameters_source="torchvision documentation, mobilenet_v3_small, num_params",
    published_macs=57_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, mobilenet_v3_small, GFLOPS 0.057 (they are multiply–adds)",
)

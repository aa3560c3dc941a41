"""MobileNetV3-Large: 15 blocks found by search."""

from presets.blocks.mobilenet_v3 import PAPER, mobilenet_v3
from presets.builder import Builder
from presets.preset import Preset

LAYERS = (
    (3, 16, 16, False, "ReLU", 1),
    (3, 64, 24, False, "ReLU", 2),
    (3, 72, 24, False, "ReLU", 1),
    (5, 72, 40, True, "ReLU", 2),
    (5, 120, 40, True, "ReLU", 1),
    (5, 120, 40, True, "ReLU", 1),
    (3, 240, 80, False, "Hardswish", 2),
    (3, 200, 80, False, "Hardswish", 1),
    (3, 184, 80, False, "Hardswish", 1),
    (3, 184, 80, False, "Hardswish", 1),
    (3, 480, 112, True, "Hardswish", 1),
    (3, 672, 112, True, "Hardswish", 1),
    (5, 672, 160, True, "Hardswish", 2),
    (5, 960, 160, True, "Hardswish", 1),
    (5, 960, 160, True, "Hardswish", 1),
)
"""Table 1: kernel, expanded channels, channels, squeeze-and-excitation, activation, stride."""


def _build(net: Builder) -> None:
    mobilenet_v3(net, LAYERS, last_channels=960, features=1280)


PRESET = Preset(
    name="mobilenet_v3_large",
    title="MobileNet v3 Large",
    group="Mobile",
    variant="width 1.0, as in torchvision",
    paper=PAPER,
    description=(
        "Found by a search on a phone's own clock: some blocks with 5×5, some with squeeze-and-excitation, "
        "h-swish in the deeper half."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=5_483_032,
    parameters_source="torchvision documentation, mobilenet_v3_large, num_params",
    published_macs=217_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, mobilenet_v3_large, GFLOPS 0.217 (they are multiply–adds)",
)

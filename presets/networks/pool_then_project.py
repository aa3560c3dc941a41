"""Inception's fourth branch: pooling that keeps the size, then a 1×1."""

from presets.blocks.inception import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    net.max_pool("pool", 3, 1, padding="same")
    net.conv("project", 32, 1)


PRESET = Preset(
    name="pool_then_project",
    title="Pool, then project",
    group="Lessons",
    rank=17,
    variant="3×3 pooling with stride 1, 192 channels to 32",
    paper=PAPER,
    description=(
        "A 3×3 pooling with stride 1 keeps the size and all 192 maps; the 1×1 after it makes 32 of them."
    ),
    input_shape=(192, 28, 28),
    build=_build,
)

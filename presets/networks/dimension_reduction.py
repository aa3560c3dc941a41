"""200×200×50 with 20 filters of 1×1."""

from presets.blocks.mlpconv import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    net.conv("reduce", 20, 1)


PRESET = Preset(
    name="dimension_reduction",
    title="Dimension reduction",
    group="Lessons",
    rank=8,
    variant="50 channels to 20 at 200×200",
    paper=PAPER,
    description=(
        "Twenty filters of 1×1×50: 1,000 weights, 20 biases, 40,000,000 multiplications, and each value "
        "sees as much as before."
    ),
    input_shape=(50, 200, 200),
    build=_build,
)

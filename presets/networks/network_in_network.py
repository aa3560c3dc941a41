"""mlpconv: a small perceptron slid over the image."""

from presets.blocks.mlpconv import PAPER, mlpconv
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    mlpconv(net, 1, (32, 32, 16), 5)
    net.max_pool("pool1", 3, 2, padding=1)
    net.new_line()
    mlpconv(net, 2, (64, 64, 10), 3)
    net.global_pool()


PRESET = Preset(
    name="network_in_network",
    title="Network in network",
    group="Lessons",
    rank=18,
    variant="two mlpconv layers and global average pooling",
    paper=PAPER,
    description=(
        "A 5×5 convolution and two 1×1 with ReLU are a perceptron that looks through a 5×5 window. The mean"
        " of each last map is a score."
    ),
    input_shape=(3, 96, 96),
    build=_build,
)

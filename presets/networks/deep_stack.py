"""A stack of 3×3 convolutions around one pooling: how far does a value see?"""

from presets.builder import Builder
from presets.preset import Paper, Preset


def _build(net: Builder) -> None:
    for number, width in enumerate((32, 64, 128, 256, 512), start=1):
        net.conv(f"conv{number}", width, 3, padding="valid")
    net.new_line()
    net.max_pool("pool", 2)
    net.conv("reduce", 32, 1)
    for number, width in enumerate((64, 128, 256, 512), start=6):
        net.conv(f"conv{number}", width, 3, padding="valid")


PRESET = Preset(
    name="deep_stack",
    title="A deep stack",
    group="Lessons",
    rank=2,
    variant="convolutions alone: activations change no number told here",
    paper=Paper(
        authors="Araujo, Norris & Sim",
        title="Computing receptive fields of convolutional neural networks",
        venue="Distill",
        year=2019,
    ),
    description=(
        "Each 3×3 adds two pixels to the receptive field: 3, 5, 7, 9, 11. The pooling makes it 12 and"
        " doubles the jump, so that each 3×3 after it adds four: 16, 20, 24, 28."
    ),
    input_shape=(3, 400, 400),
    build=_build,
)

"""32, then 64, then 128 filters: how many maps are there?"""

from presets.builder import Builder
from presets.preset import Paper, Preset


def _build(net: Builder) -> None:
    for number, width in enumerate((32, 64, 128), start=1):
        net.conv(f"conv{number}", width, 3)


PRESET = Preset(
    name="how_many_maps",
    title="How many maps?",
    group="Lessons",
    rank=15,
    variant="three 3×3 convolutions on a colour photograph",
    paper=Paper(
        authors="LeCun, Bottou, Bengio & Haffner",
        title="Gradient-based learning applied to document recognition",
        venue="Proceedings of the IEEE",
        year=1998,
    ),
    description=(
        "128 at the end, 224 if all are kept; 10,336 kernels of 3×3, one from each map to each map of the "
        "next layer."
    ),
    input_shape=(3, 224, 224),
    build=_build,
)

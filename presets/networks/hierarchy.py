"""Edges, textures, parts: what a photograph becomes on its way through a stack."""

from assets import weights_path
from engine.formats.weights.npz import read_arrays
from engine.weights import FITTED, Given
from presets.builder import Builder
from presets.preset import Paper, Preset


def _build(net: Builder) -> None:
    """The weights are those of `onebyone fit hierarchy --image astronaut`."""
    fitted = read_arrays(weights_path("hierarchy"))
    for number, (width, kernel_size) in enumerate(((16, 7), (32, 5), (64, 3), (64, 3)), start=1):
        arrays = {name: fitted[f"conv{number}.{name}"] for name in ("weight", "bias")}
        note = f"k-means of {kernel_size}×{kernel_size} patches of astronaut"
        net.conv_relu(
            f"conv{number}", width, kernel_size, padding="valid", weights=Given(arrays, FITTED, note)
        )
        if number < 4:
            net.max_pool(f"pool{number}", 2)
            net.new_line()


PRESET = Preset(
    name="hierarchy",
    title="Edges, textures, parts",
    group="Lessons",
    rank=1,
    variant="four convolutions on the luminance, kernels 7, 5, 3, 3, fitted to a photograph",
    paper=Paper(
        authors="Zeiler & Fergus",
        title="Visualizing and understanding convolutional networks",
        venue="ECCV",
        year=2014,
    ),
    description=(
        "Each pooling doubles what the next kernel covers: first maps answer to edges, later ones to "
        "textures, the last to parts. The filters were fitted to the photograph by k-means, layer by layer, "
        "without labels; “Fit again” in the inspector does it for any other."
    ),
    input_shape=(1, 224, 224),
    build=_build,
)

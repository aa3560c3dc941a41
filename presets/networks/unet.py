"""U-Net: down to see the whole, up again to say where."""

from presets.blocks.double_conv import double_conv
from presets.builder import Builder
from presets.preset import Paper, Preset

WIDTHS = (64, 128, 256, 512)


def _build(net: Builder) -> None:
    skips = []
    height = 572
    for level, width in enumerate(WIDTHS, start=1):
        with net.scope(f"down{level}", f"Down {width}"):
            skips.append((double_conv(net, width), height - 4))
            height = (height - 4) // 2
            net.max_pool("pool", 2)
    with net.scope("bottom", f"Bottom {2 * WIDTHS[-1]}"):
        double_conv(net, 2 * WIDTHS[-1])
        height -= 4
    for level, width in reversed(list(enumerate(WIDTHS, start=1))):
        source, source_height = skips[level - 1]
        with net.scope(f"up{level}", f"Up {width}"):
            raised = net.layer("up", "ConvTranspose2d", out_channels=width)
            height *= 2
            border = (source_height - height) // 2
            cropped = net.layer(
                "crop", "Crop", after=source, top=border, left=border, height=height, width=height
            )
            net.concat("concat", [cropped, raised])
            double_conv(net, width)
            height -= 4
    net.conv("score", 2, 1)
    net.layer("softmax", "Softmax")


PRESET = Preset(
    name="unet",
    title="U-Net",
    group="Dense prediction",
    variant="as in the paper: no padding, so the skipped maps are cropped; 2×2 up-convolutions",
    paper=Paper(
        authors="Ronneberger, Fischer & Brox",
        title="U-Net: convolutional networks for biomedical image segmentation",
        venue="MICCAI",
        year=2015,
    ),
    description=(
        "Four times half the size and twice the depth, then back up; at each size the maps of the way down "
        "are put beside those of the way up. A 1×1 decides for each pixel."
    ),
    input_shape=(1, 572, 572),
    build=_build,
    published_parameters=31_030_658,
    parameters_source="the 23 convolutions of figure 1 with biases, two classes; the paper gives no total",
)

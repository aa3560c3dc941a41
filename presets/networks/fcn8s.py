"""FCN-8s: VGG-16 turned into a network that labels every pixel."""

from presets.blocks.vgg import vgg_stages
from presets.builder import Builder
from presets.preset import Paper, Preset

CLASSES = 21


def _build(net: Builder) -> None:
    vgg_stages(net, (2, 2, 3, 3, 3), first_padding=100, ceil_mode=True, lines=3)
    net.new_line("pool3")
    net.conv_relu("fc6", 4096, 7, padding="valid")
    net.layer("drop6", "Dropout")
    net.conv_relu("fc7", 4096, 1)
    net.layer("drop7", "Dropout")
    net.conv("score_fr", CLASSES, 1)
    coarse = _up(net, "upscore2", 4, 2)
    net.conv("score_pool4", CLASSES, 1, after="pool4")
    finer = _crop(net, "score_pool4_crop", 5, 18)
    net.add("fuse_pool4", [finer, coarse])
    coarse = _up(net, "upscore_pool4", 4, 2)
    net.conv("score_pool3", CLASSES, 1, after="pool3")
    finer = _crop(net, "score_pool3_crop", 9, 38)
    net.add("fuse_pool3", [finer, coarse])
    _up(net, "upscore8", 16, 8)
    _crop(net, "score", 31, 224)
    net.layer("softmax", "Softmax")


def _up(net: Builder, node_id: str, kernel: int, stride: int) -> str:
    return net.layer(
        node_id, "ConvTranspose2d", out_channels=CLASSES, kernel_size=(kernel, kernel),
        stride=(stride, stride), bias=False,
    )  # fmt: skip


def _crop(net: Builder, node_id: str, border: int, size: int) -> str:
    return net.layer(node_id, "Crop", top=border, left=border, height=size, width=size)


PRESET = Preset(
    name="fcn8s",
    title="FCN-8s",
    group="Dense prediction",
    variant="the authors' Caffe model on VGG-16, 21 classes of PASCAL VOC; for 224×224 instead of 500×500",
    paper=Paper(
        authors="Long, Shelhamer & Darrell",
        title="Fully convolutional networks for semantic segmentation",
        venue="CVPR",
        year=2015,
    ),
    description=(
        "The dense layers of VGG-16 become convolutions, 7×7 and 1×1, and give a map of scores. Two "
        "shortcuts bring back where things are."
    ),
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=134_489_759,
    parameters_source=(
        "sum over the layers of the authors' Caffe model, its up-sampling kernels counted; table 1 of the"
        " paper says 134 million"
    ),
)

"""AlexNet as it won ImageNet in 2012: two towers on two graphics cards, written as grouped convolutions."""

from presets.builder import Builder
from presets.preset import Paper, Preset


def _build(net: Builder) -> None:
    net.conv_relu("conv1", 96, 11, stride=4, padding="valid")
    _normalize(net, "norm1")
    net.max_pool("pool1", 3, 2)
    net.conv_relu("conv2", 256, 5, groups=2)
    _normalize(net, "norm2")
    net.max_pool("pool2", 3, 2)
    net.new_line()
    net.conv_relu("conv3", 384, 3)
    net.conv_relu("conv4", 384, 3, groups=2)
    net.conv_relu("conv5", 256, 3, groups=2)
    net.max_pool("pool5", 3, 2)
    net.new_line()
    net.layer("flatten", "Flatten")
    for number in (6, 7):
        net.linear(f"fc{number}", 4096)
        net.relu(f"fc{number}_relu")
        net.layer(f"drop{number}", "Dropout")
    net.linear("fc8", 1000)
    net.layer("softmax", "Softmax")


def _normalize(net: Builder, node_id: str) -> None:
    # Section 3.3 has k = 2, n = 5, α = 10⁻⁴, β = 0.75, with α before the sum, not before the mean.
    net.layer(node_id, "LocalResponseNorm", size=5, alpha=5e-4, beta=0.75, k=2.0)


PRESET = Preset(
    name="alexnet_2012",
    title="AlexNet",
    group="Classics",
    variant="two towers as groups, response normalisation before pooling; input 227, which the sizes need",
    paper=Paper(
        authors="Krizhevsky, Sutskever & Hinton",
        title="ImageNet classification with deep convolutional neural networks",
        venue="NIPS",
        year=2012,
    ),
    description=(
        "The network that began the decade. conv2, conv4 and conv5 see only the maps on their own graphics"
        " card: groups of two."
    ),
    input_shape=(3, 227, 227),
    build=_build,
    published_parameters=60_965_224,
    parameters_source="sum over the layers of Caffe's reference model; the paper says 60 million",
    published_macs=724_406_816,
    macs_source="sum over the layers of Caffe's reference model, often rounded to 724 M",
)

"""AlexNet in one tower, as Krizhevsky rewrote it in 2014."""

from presets.builder import Builder
from presets.preset import Paper, Preset


def _build(net: Builder) -> None:
    net.conv_relu("conv1", 64, 11, stride=4, padding=2)
    net.max_pool("pool1", 3, 2)
    net.conv_relu("conv2", 192, 5)
    net.max_pool("pool2", 3, 2)
    net.new_line()
    net.conv_relu("conv3", 384, 3)
    net.conv_relu("conv4", 256, 3)
    net.conv_relu("conv5", 256, 3)
    net.max_pool("pool5", 3, 2)
    net.new_line()
    net.layer("flatten", "Flatten")
    for number in (6, 7):
        net.layer(f"drop{number}", "Dropout")
        net.linear(f"fc{number}", 4096)
        net.relu(f"fc{number}_relu")
    net.linear("fc8", 1000)
    net.layer("softmax", "Softmax")


PRESET = Preset(
    name="alexnet",
    title="AlexNet, one tower",
    group="Classics",
    variant="single tower without groups or normalisation, as in torchvision",
    paper=Paper(
        authors="Krizhevsky",
        title="One weird trick for parallelizing convolutional neural networks",
        venue="arXiv 1404.5997",
        year=2014,
    ),
    description="Five convolutions and three dense layers that hold nineteen of twenty parameters.",
    input_shape=(3, 224, 224),
    build=_build,
    published_parameters=61_100_840,
    parameters_source="torchvision documentation, alexnet, num_params",
    published_macs=714_000_000,
    macs_unit=1_000_000,
    macs_source="torchvision documentation, alexnet, GFLOPS 0.714 (they are multiply–adds)",
)

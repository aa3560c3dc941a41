"""LeNet-5, the network that read the digits on bank cheques."""

from presets.builder import Builder
from presets.preset import Paper, Preset
from presets.training import Training


def _build(net: Builder) -> None:
    net.conv("c1", 6, 5, padding="valid")
    net.layer("tanh1", "Tanh")
    net.avg_pool("s2", 2)
    net.conv("c3", 16, 5, padding="valid")
    net.layer("tanh3", "Tanh")
    net.avg_pool("s4", 2)
    net.new_line()
    net.layer("flatten", "Flatten")
    net.linear("c5", 120)
    net.layer("tanh5", "Tanh")
    net.linear("f6", 84)
    net.layer("tanh6", "Tanh")
    net.linear("output", 10)
    net.layer("softmax", "Softmax")


PRESET = Preset(
    name="lenet5",
    title="LeNet-5",
    group="Classics",
    variant="common variant: c3 sees all maps of s2, plain average pooling, softmax output",
    paper=Paper(
        authors="LeCun, Bottou, Bengio & Haffner",
        title="Gradient-based learning applied to document recognition",
        venue="Proceedings of the IEEE",
        year=1998,
    ),
    description=(
        "Convolution, pooling, convolution, pooling, dense: the plan that networks still follow. The paper's"
        " own has 60,000 parameters: there c3 sees chosen maps of s2 only, pooling has a scale and a bias"
        " for each map, and the output compares with drawn prototypes."
    ),
    input_shape=(1, 32, 32),
    image="digit:3a",
    training=Training(
        weights="lenet5",
        preprocessing={"resize": "fit", "resize_to": 28, "polarity": "light_on_dark"},
    ),
    build=_build,
    published_parameters=61_706,
    parameters_source="sum over the layers 156 + 2,416 + 48,120 + 10,164 + 850 of the common variant",
)

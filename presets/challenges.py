"""The challenges. A new one is one more entry of `CHALLENGES`; its solution is played by a test."""

from collections.abc import Callable
from typing import Final

from engine.layers.adaptive_pooling import GlobalAvgPool2d
from engine.layers.add import Add
from engine.layers.average_pooling import AvgPool2d
from engine.layers.convolution import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.layers.max_pooling import MaxPool2d
from engine.layers.rectifiers import ReLU
from engine.model.project import Project
from engine.shapes import SAME, Shape
from presets.builder import Builder
from presets.challenge import (
    Challenge,
    at_most_layers,
    at_most_macs,
    at_most_parameters,
    ends_in,
    gives,
    gives_size,
    reads_everything,
    sees,
    without,
    without_strides,
)
from presets.editing import append, conv


def _input(shape: Shape, title: str) -> Callable[[], Project]:
    return lambda: Builder(shape).project(title=title, image="astronaut")


def _small_and_far(project: Project) -> Project:
    layers = []
    for width in (16, 32, 64, 96, 128):
        layers += [conv(width, 3), ReLU(), MaxPool2d()]
    return append(project, *layers)


def _dilated(project: Project) -> Project:
    layers = [
        Conv2d(out_channels=8, kernel_size=(3, 3), padding=SAME, dilation=(2**n, 2**n)) for n in range(6)
    ]
    return append(project, *layers)


def _scores(project: Project) -> Project:
    return append(
        project,
        conv(32, 5), ReLU(), conv(32, 1), ReLU(), MaxPool2d(),
        conv(64, 3), ReLU(), conv(64, 1), ReLU(), conv(10, 1), GlobalAvgPool2d(),
    )  # fmt: skip


def _residual(project: Project) -> Project:
    project = append(project, conv(64, 1), ReLU(), conv(64, 3), ReLU(), conv(256, 1))
    end = project.network.order[-1]
    x, y = project.position(end)
    project = project.add(Add(), (x + 256, y), after=end)
    return project.connect("input", project.network.order[-1])


CHALLENGES: Final = (
    Challenge(
        id="small-and-far",
        title="Small, and sees far",
        text="A photograph becomes maps of 7×7. Every value in them sees at least 64 pixels of it.",
        start=_input((3, 224, 224), "Small, and sees far"),
        goals=(at_most_parameters(1_000_000), sees(64), gives_size(7, 7)),
        hints=(
            "224 is 7·2·2·2·2·2: five poolings with stride 2.",
            "Each pooling doubles the jump, so that the next 3×3 sees twice as far.",
        ),
        solution=_small_and_far,
    ),
    Challenge(
        id="a-tenth",
        title="A 5×5 for a tenth",
        text="From 192 maps to 32, each value with a view of 5×5, a tenth of the direct 120,422,400 MACs.",
        start=_input((192, 28, 28), "A 5×5 for a tenth"),
        goals=(gives((32, 28, 28)), sees(5), at_most_macs(12_042_240)),
        hints=("Fewer maps in front of the 5×5: a 1×1 makes them.", "Sixteen are a few too many."),
        solution=lambda project: append(project, conv(15, 1), conv(32, 5)),
    ),
    Challenge(
        id="nothing-shrinks",
        title="Far, and nothing shrinks",
        text="A receptive field of 100×100 on a photograph of 64×64, and maps as large as the photograph.",
        start=_input((3, 64, 64), "Far, and nothing shrinks"),
        goals=(
            sees(100),
            gives_size(64, 64),
            without_strides(),
            at_most_layers(6),
            at_most_parameters(5_000),
        ),
        hints=("A dilated kernel leaves gaps between its taps.", "Double the dilation from layer to layer."),
        solution=_dilated,
    ),
    Challenge(
        id="no-dense",
        title="Ten scores without a dense layer",
        text="A classifier of ten classes in the manner of Network in Network.",
        start=_input((3, 96, 96), "Ten scores"),
        goals=(
            gives((10, 1, 1)),
            without("dense layer", "Linear"),
            ends_in("GlobalAvgPool2d", "Ends in global average pooling"),
            sees(10),
            at_most_parameters(50_000),
        ),
        hints=("The last convolution makes ten maps, one for each class.", "A 1×1 is enough for that."),
        solution=_scores,
    ),
    Challenge(
        id="separate",
        title="Look around for a seventh",
        text="A 3×3 from 128 to 128 maps costs 115,605,504 MACs here. Do its work for less than a seventh.",
        start=_input((128, 28, 28), "Look around for a seventh"),
        goals=(gives((128, 28, 28)), sees(3), at_most_macs(16_000_000)),
        hints=("Looking around and mixing can be done one after the other.", "*Depthwise*, then 1×1."),
        solution=lambda project: append(project, DepthwiseConv2d(), conv(128, 1)),
    ),
    Challenge(
        id="halve",
        title="Halve without looking away",
        text="Half the height and width, twice the maps, cheaply, and no position may be stepped over.",
        start=_input((64, 56, 56), "Halve without looking away"),
        goals=(gives((128, 28, 28)), reads_everything(), at_most_macs(7_000_000)),
        hints=("A 1×1 with stride 2 is cheap, but reads one position in four.", "Average first, then mix."),
        solution=lambda project: append(project, AvgPool2d(), conv(128, 1)),
    ),
    Challenge(
        id="shortcut",
        title="A block with a shortcut",
        text="A residual block on 256 maps: what comes in is added to what three convolutions make of it.",
        start=_input((256, 56, 56), "A block with a shortcut"),
        goals=(
            gives((256, 56, 56)),
            ends_in("Add", "Ends in a sum"),
            sees(3),
            at_most_parameters(75_000),
        ),
        hints=("ResNet's bottleneck: 1×1 down to 64, 3×3, 1×1 up to 256.",),
        solution=_residual,
    ),
)
"""In the order of the list."""

"""Where the 1×1s are in real networks."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.analysis.shares import shares
from engine.layers.convolution import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.model.project import Project
from presets import counting, load
from presets.builder import Builder
from presets.editing import append, conv
from presets.finding import behind, exists
from presets.finding import conv as find_conv
from presets.lesson import Comparison, Highlight, Lesson, Maps, Picture, Prediction, Quote, State, Step, Task
from presets.quotes import channels, elsewhere, macs, parameters, percent, size, total_macs, total_parameters

DEPTHWISE: Final = behind("input", "DepthwiseConv2d")
POINTWISE: Final = find_conv(DEPTHWISE, 1)


NETWORKS: Final = {
    "nin_imagenet": "NiN",
    "googlenet": "GoogLeNet",
    "squeezenet1_1": "SqueezeNet: squeeze, and half of expand",
    "resnet50": "ResNet-50: first and last of each bottleneck",
    "mobilenet_v1": "MobileNet v1: after each depthwise",
    "densenet121": "DenseNet-121: bottleneck and transition",
}


def _start() -> Project:
    net = Builder((128, 28, 28))
    net.conv("standard", 128, 3)
    return net.project(title="A separable convolution", image="astronaut")


def _separable(project: Project, analysis: Analysis, maps: Maps) -> bool:
    return exists(find_conv(DEPTHWISE, 1, 128), project.network)


def _separate(project: Project) -> Project:
    return append(project, DepthwiseConv2d(), conv(128, 1), after="input", row=1)


def _one_by_ones(state: State) -> list[str]:
    """Dense 1×1 convolutions by the plainest reading: 1×1 kernels that read every channel."""
    made = []
    for node_id, node in state.project.network.nodes.items():
        if isinstance(node.layer, Conv2d) and node.layer.kernel_size == (1, 1):
            made.append(node_id)
    return made


def _pointwise_macs() -> Quote:
    return Quote(
        engine=lambda state: shares(state.analysis).by_class["pointwise"].macs,
        counted=lambda state: sum(counting.macs(state, one) for one in _one_by_ones(state)),
    )


def _pointwise_parameters() -> Quote:
    return Quote(
        engine=lambda state: shares(state.analysis).by_class["pointwise"].parameters,
        counted=lambda state: sum(counting.parameters(state, one) for one in _one_by_ones(state)),
    )


def _quotes() -> dict[str, Quote]:
    made: dict[str, Quote] = {
        "c": channels("input"),
        "rows": size("input"),
        "standard": macs("standard"),
        "depthwise": macs(DEPTHWISE),
        "pointwise": macs(POINTWISE),
        "both": macs(DEPTHWISE, POINTWISE),
        "share": percent(macs(POINTWISE), macs(DEPTHWISE, POINTWISE), 1),
        "of_standard": percent(macs(DEPTHWISE, POINTWISE), macs("standard"), 1),
        "standard_parameters": parameters("standard"),
        "both_parameters": parameters(DEPTHWISE, POINTWISE),
        "mobilenet": elsewhere("mobilenet_v1", percent(_pointwise_macs(), total_macs(), 2)),
    }
    for name in NETWORKS:
        made[f"{name}_macs"] = elsewhere(name, percent(_pointwise_macs(), total_macs(), 2))
        made[f"{name}_parameters"] = elsewhere(name, percent(_pointwise_parameters(), total_parameters(), 2))
    return made


QUOTES: Final = _quotes()


LESSON: Final = Lesson(
    id="where-used",
    title="1×1 in real networks",
    summary="From NiN to MobileNet: what share of each network is 1×1 convolutions.",
    rank=20,
    level="intermediate",
    minutes=8,
    source="Howard et al., “MobileNets”, arXiv 1704.04861, table 2; the papers of the networks",
    start=_start,
    networks=tuple(NETWORKS),
    steps=(
        Step(
            title="Look around, then mix",
            text="""
A 3×3 convolution does two
things at once: it looks at neighbours, and it mixes all {c} channels. MobileNet takes them apart. A
*depthwise* 3×3 looks around in every map alone; a 1×1 then mixes the maps.

The whole 3×3 costs {standard} multiply–adds here.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("standard",), panel="Costs"),
            prediction=Prediction(
                question="Which of the two costs more: looking around, or mixing?",
                choices=("looking around, with nine taps", "mixing, by 1×1"),
                right=1,
                reveal="""
Mixing. A depthwise kernel reads 9 values for an output, the 1×1 reads {c}. That is why MobileNet is, in its
costs, almost nothing but 1×1 convolutions.
""",
            ),
            task=Task(
                text="Wire a depthwise 3×3 to the Input, and a 1×1 to 128 channels after it.",
                done=_separable,
                solution=_separate,
                hints=("*Depthwise* stands in the group *Convolution*. Append a *Conv 1×1* to it.",),
            ),
            outcome="""
Depthwise {depthwise}, 1×1 {pointwise}: together {both}, or **{of_standard}** of the 3×3. The 1×1 has
{share} of that. Parameters: {both_parameters} instead of {standard_parameters}.
""",
        ),
        Step(
            title="MobileNet v1",
            text="""
Thirteen of these pairs, one after the other, are MobileNet v1. Table 2 of its paper says that 94.86 % of
all multiply–adds are in 1×1 convolutions. This program counts **{mobilenet}**.

Look at the canvas: everything orange is a 1×1.
""",
            quotes=QUOTES,
            opens=lambda: load("mobilenet_v1").project,
            highlight=Highlight(panel="Costs"),
        ),
        Step(
            title="The others",
            text="""
Before 2013 a 1×1 convolution was a curiosity. Since Network in Network almost every network has some: to
mix (NiN, MobileNet), to make a wide layer affordable (GoogLeNet, ResNet, DenseNet), or to squeeze
(SqueezeNet).
""",
            quotes=QUOTES,
            comparison=Comparison(
                heading=("Network, and where its 1×1s are", "of its MACs", "of its parameters"),
                rows=tuple(
                    (about, f"{{{name}_macs}}", f"{{{name}_parameters}}") for name, about in NETWORKS.items()
                ),
            ),
            figure=Picture(
                style="column",
                options={"fold": True},
                caption="MobileNet v1: {mobilenet} of its MACs are in 1×1s.",
            ),
        ),
    ),
)

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
from presets.finding import behind, exists, located
from presets.finding import conv as find_conv
from presets.learning.timing import microseconds
from presets.lesson import (
    Comparison,
    Highlight,
    Lesson,
    Picture,
    Prediction,
    Quote,
    State,
    Step,
    Task,
    nothing_missing,
)
from presets.quotes import (
    channels,
    elsewhere,
    macs,
    parameters,
    percent,
    ratio,
    size,
    total_macs,
    total_parameters,
)

DEPTHWISE: Final = behind("input", "DepthwiseConv2d")
POINTWISE: Final = find_conv(DEPTHWISE, 1)
STANDARD: Final = find_conv("input", 3)


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


def _not_separable(project: Project, analysis: Analysis) -> tuple[str, ...]:
    network = project.network
    if not exists(DEPTHWISE, network):
        return ("a depthwise convolution that reads from the Input",)
    if not exists(POINTWISE, network):
        return ("a 1×1 that reads from the depthwise convolution",)
    depthwise, pointwise = (network[located(place, network)] for place in (DEPTHWISE, POINTWISE))
    missing: list[str] = []
    if depthwise.layer.window is None or depthwise.layer.window.kernel_size != (3, 3):
        missing.append(f"*{depthwise.label}*, wanted a depthwise 3×3")
    if pointwise.layer.outputs != 128:
        missing.append(f"the 1×1 has {pointwise.layer.outputs} channels, wanted 128")
    return tuple(missing)


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
        "standard": macs(STANDARD),
        "depthwise": macs(DEPTHWISE),
        "pointwise": macs(POINTWISE),
        "both": macs(DEPTHWISE, POINTWISE),
        "share": percent(macs(POINTWISE), macs(DEPTHWISE, POINTWISE), 1),
        "of_standard": percent(macs(DEPTHWISE, POINTWISE), macs(STANDARD), 1),
        "standard_parameters": parameters(STANDARD),
        "both_parameters": parameters(DEPTHWISE, POINTWISE),
        "times_macs": ratio(macs(STANDARD), macs(DEPTHWISE, POINTWISE), 1),
        "standard_time": microseconds(STANDARD),
        "both_time": microseconds(DEPTHWISE, POINTWISE),
        "times_time": ratio(microseconds(STANDARD), microseconds(DEPTHWISE, POINTWISE), 1),
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
    minutes=10,
    source="Howard et al., “MobileNets”, arXiv 1704.04861, table 2; the papers of the networks",
    start=_start,
    networks=tuple(NETWORKS),
    steps=(
        Step(
            title="Look around, then mix",
            text="""
A 3×3 convolution does two things at once: it looks at neighbours, and it mixes all {c} channels. MobileNet
takes them apart. A *depthwise* 3×3 looks around in every map on its own; a 1×1 then mixes the maps.

The 3×3 that does both costs {standard} multiply–adds here.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("standard",), panel="Costs"),
            prediction=Prediction(
                question="Which of the two will cost more?",
                choices=("Looking around, depthwise", "Mixing, by 1×1", "Both the same"),
                right=1,
                replies=(
                    "It has nine taps, but only in one map: 9 multiply–adds for each value.",
                    "It reads {c} values for each that it makes.",
                    "Compare what one value takes: 9 taps in one map, or one tap in each of {c}.",
                ),
                reveal="""
A depthwise kernel reads 9 values for an output, the 1×1 reads {c}. That is why MobileNet is, in its costs,
almost nothing but 1×1 convolutions.
""",
            ),
            task=Task(
                text="Wire a depthwise 3×3 to the Input, and a 1×1 to 128 channels after it.",
                done=nothing_missing(_not_separable),
                missing=_not_separable,
                solution=_separate,
                hints=(
                    "Select the Input and double-click *Depthwise*, in the group *Convolution*. Then"
                    " append a *Conv"
                    " 1×1* to it.",
                ),
            ),
            outcome="""
Depthwise {depthwise}, 1×1 {pointwise}: together {both}, or **{of_standard}** of the 3×3. The 1×1 is {share}
of that. Parameters: {both_parameters} instead of {standard_parameters}.
""",
        ),
        Step(
            title="Is it as much faster?",
            text="""
“Fewer multiplications, so it is faster.” The pair has {times_macs} times fewer multiply–adds than the 3×3.
Both have just been run on this computer, on one thread.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("standard",), panel="Costs"),
            prediction=Prediction(
                question="By how much is the pair faster than the 3×3?",
                choices=(
                    "{times_macs} times, like the multiply–adds",
                    "By less than that",
                    "By more, having fewer weights as well",
                ),
                right=1,
                replies=(
                    "Measured: {times_time} times.",
                    "Measured: {times_time} times.",
                    "Weights are read once, maps are read all the time. Measured: {times_time} times.",
                ),
                reveal="""
{standard_time} for the 3×3, {both_time} for the pair: **{times_time} times** faster for {times_macs} times
fewer multiply–adds. A 3×3 does much work on each number that it fetches, and fast programs need fewer
multiplications for it than are counted (Winograd). A depthwise convolution and a 1×1 do little with each
number, and wait for memory. Multiply–adds count work; the time has to be measured.
""",
            ),
        ),
        Step(
            title="MobileNet v1",
            text="""
Thirteen of these pairs, one after the other, are MobileNet v1. Look at the canvas: everything orange is a
1×1.
""",
            quotes=QUOTES,
            opens=lambda: load("mobilenet_v1").project,
            highlight=Highlight(panel="Costs"),
            prediction=Prediction(
                question="What share of all its multiply–adds is in 1×1 convolutions?",
                choices=("{resnet50_macs}", "{mobilenet_v1_parameters}", "{mobilenet}"),
                right=2,
                replies=(
                    "That is ResNet-50's share.",
                    "That is the share of its *parameters*: its dense layer has many of the others.",
                    "Table 2 of its paper says the same.",
                ),
                reveal="Table 2 of the paper says 94.86 %. This program counts **{mobilenet}**.",
            ),
        ),
        Step(
            title="The others",
            text="""
Before 2013 a 1×1 convolution was a curiosity. Since *Network in network* (Lin, Chen & Yan) almost every
network has some: to mix (NiN, MobileNet), to make a wide layer affordable (GoogLeNet, ResNet, DenseNet), or
to squeeze (SqueezeNet).

“Its main application is Inception”, it was said. GoogLeNet made it famous; the networks after it use it more.
""",
            quotes=QUOTES,
            highlight=Highlight(panel="Costs"),
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
    found="""
From NiN to MobileNet, 1×1 convolutions mix, squeeze and make wide layers affordable. {mobilenet} of
MobileNet v1's multiply–adds are in them. What they save in time has to be measured.
""",
    quiz_quotes=QUOTES,
    quiz=(
        Prediction(
            question="Which layer reads all channels, but only one position?",
            choices=(
                "A depthwise 3×3",
                "A 1×1",
                "A max-pooling",
            ),
            right=1,
            replies=(
                "It reads nine positions of one channel.",
                "It mixes, and does not look around.",
                "It looks around in each channel on its own.",
            ),
            reveal="A depthwise convolution and a 1×1 share the work of a full convolution between them.",
        ),
        Prediction(
            question="A layer now takes half the multiply–adds. How long does it take?",
            choices=(
                "Half as long",
                "As long as before",
                "That has to be measured",
            ),
            right=2,
            replies=(
                "Only if calculating is all that it does. It fetches numbers, too.",
                "Rarely. But waiting for memory is not halved.",
                "And it differs from machine to machine.",
            ),
            reveal="Multiply–adds are a property of the network, time one of network, program and machine.",
        ),
        Prediction(
            question="Which has the largest share of its multiply–adds in 1×1s?",
            choices=(
                "GoogLeNet",
                "ResNet-50",
                "MobileNet v1",
            ),
            right=2,
            replies=(
                "{googlenet_macs}: most of its work is in the 3×3s.",
                "{resnet50_macs}, the first and last of each bottleneck.",
                "{mobilenet_v1_macs}, since its other convolutions are depthwise.",
            ),
            reveal="“Its main application is Inception” was true of the year 2014.",
        ),
    ),
)

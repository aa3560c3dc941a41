"""Fewer channels after a pooling: with a 3×3 or with a 1×1?"""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from presets.builder import Builder
from presets.editing import append, conv
from presets.finding import Place, exists, located
from presets.finding import conv as find_conv
from presets.lesson import Highlight, Lesson, Maps, Picture, Prediction, Quote, Step, Task
from presets.quotes import (
    channels,
    elsewhere,
    field,
    macs,
    macs_formula,
    ratio,
    size,
    weights,
)

WIDE: Final[Place] = find_conv("input", 3)
NARROW: Final[Place] = find_conv("input", 1)


def _start() -> Project:
    net = Builder((512, 195, 195))
    net.conv("reduce_3x3", 32, 3, bias=False)
    return net.project(title="After the pool", image="astronaut")


def _has_1x1(project: Project, analysis: Analysis, maps: Maps) -> bool:
    network = project.network
    if not exists(NARROW, network) or not exists(WIDE, network):
        return False
    shapes = {analysis.layers[located(place, network)].output_shape for place in (NARROW, WIDE)}
    return shapes == {(32, 195, 195)}


QUOTES: Final[dict[str, Quote]] = {
    "rows": size("input"),
    "c": channels("input"),
    "wide_weights": weights(WIDE),
    "narrow_weights": weights(NARROW),
    "times_weights": ratio(weights(WIDE), weights(NARROW), 0),
    "wide_macs": macs(WIDE),
    "wide_formula": macs_formula(WIDE),
    "narrow_macs": macs(NARROW),
    "narrow_formula": macs_formula(NARROW),
    "times_macs": ratio(macs(WIDE), macs(NARROW), 0),
    "wide_field": field(WIDE),
    "narrow_field": field(NARROW),
    "pool_field": elsewhere("deep_stack", field("pool")),
    "reduce_field": elsewhere("deep_stack", field("reduce")),
    "next_field": elsewhere("deep_stack", field("conv6")),
}


LESSON: Final = Lesson(
    id="after-pool",
    title="Fewer channels after the pool: 3×3 or 1×1?",
    summary="512 maps become 32. A 1×1 does it with a ninth of the weights, and sees no further.",
    rank=3,
    level="beginner",
    minutes=4,
    source="Szegedy et al., “Going deeper with convolutions”, CVPR 2015, section 3",
    start=_start,
    networks=("after_pool", "deep_stack"),
    steps=(
        Step(
            title="The wide way",
            text="""
Behind the pooling of
the deep stack there are {c} maps of {rows}×{rows}. The next layers want 32. A 3×3 convolution can do that:
each of the 32 kernels has 3·3·{c} weights, {wide_weights} in all.

{wide_formula}

The Input holds {c} responses of the photograph to an oriented filter bank, in the place of the layers
before.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("reduce_3x3",), panel="Costs"),
            prediction=Prediction(
                question="How many weights does a 1×1 to 32 channels need?",
                choices=("a third: {wide_weights} / 3", "a ninth: {wide_weights} / 9", "just as many"),
                right=1,
                reveal="A 3×3 kernel has nine taps for every channel that comes in, a 1×1 has one.",
            ),
            task=Task(
                text="Wire a 1×1 convolution to 32 channels to the Input, beside the 3×3.",
                done=_has_1x1,
                solution=lambda project: append(project, conv(32, 1, bias=False), after="input", row=1),
                hints=("Select the Input, double-click *Conv 1×1* on the left, and set 32 channels.",),
            ),
            outcome="""
{narrow_weights} weights instead of {wide_weights}: **{times_weights} times fewer**. And because each weight
is used once at every pixel, there are {times_macs} times fewer multiplications, too: {narrow_macs} instead
of {wide_macs}.
""",
        ),
        Step(
            title="What it sees",
            text="""
The 3×3 looks at {wide_field}×{wide_field} values of its input, the 1×1 at {narrow_field}×{narrow_field}. In
the deep stack the receptive field after the pooling is {pool_field} pixels. It stays {reduce_field} after
a 1×1, and would be {next_field} after a 3×3.

So the question is not which one is better. A 3×3 looks around **and** mixes channels. Where only the
channels have to become fewer, a 1×1 is enough.
""",
            quotes=QUOTES,
            figure=Picture(style="flow", caption="{wide_weights} weights or {narrow_weights}."),
        ),
    ),
)

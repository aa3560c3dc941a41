"""“5×5 → 1×1 saves 25×”: exactly, nearly, or far from it?"""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from presets.builder import Builder
from presets.editing import append, conv
from presets.finding import conv as find_conv
from presets.finding import exists
from presets.lesson import Comparison, Highlight, Lesson, Maps, Picture, Prediction, Quote, Step, Task
from presets.quotes import (
    biases,
    channels,
    elsewhere,
    field,
    macs,
    parameters,
    parameters_formula,
    ratio,
    weights,
)

WIDE: Final = find_conv("input", 5)
NARROW: Final = find_conv("input", 1)


def _start() -> Project:
    net = Builder((192, 28, 28))
    net.conv("5x5", 32, 5)
    return net.project(title="5×5 against 1×1", image="astronaut")


def _has_both(project: Project, analysis: Analysis, maps: Maps) -> bool:
    return exists(find_conv("input", 5, 32), project.network) and exists(
        find_conv("input", 1, 32), project.network
    )


QUOTES: Final[dict[str, Quote]] = {
    "c": channels("input"),
    "k": channels(WIDE),
    "wide_formula": parameters_formula(WIDE),
    "narrow_formula": parameters_formula(NARROW),
    "wide_weights": weights(WIDE),
    "narrow_weights": weights(NARROW),
    "biases": biases(WIDE),
    "wide": parameters(WIDE),
    "narrow": parameters(NARROW),
    "times_weights": ratio(weights(WIDE), weights(NARROW), 0),
    "times": ratio(parameters(WIDE), parameters(NARROW), 3),
    "times_macs": ratio(macs(WIDE), macs(NARROW), 0),
    "wide_field": field(WIDE),
    "narrow_field": field(NARROW),
    "direct_macs": elsewhere("bottleneck_3a", macs("5x5_direct")),
    "bottleneck_macs": elsewhere("bottleneck_3a", macs("5x5_reduce", "5x5")),
    "times_bottleneck": elsewhere("bottleneck_3a", ratio(macs("5x5_direct"), macs("5x5_reduce", "5x5"), 2)),
}


LESSON: Final = Lesson(
    id="one-over-25",
    title="“5×5 → 1×1 saves 25×”",
    summary="A popular sentence with three right values: 25, a little less, and far less.",
    rank=12,
    level="intermediate",
    minutes=4,
    source="Szegedy et al., “Going deeper with convolutions”, CVPR 2015, section 3",
    start=_start,
    networks=("one_over_25", "bottleneck_3a"),
    steps=(
        Step(
            title="25 taps against one",
            text="""
A 5×5
convolution from {c} to {k} channels has {wide_formula} parameters. How much does a 1×1 between the same
channels save?
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("5x5",), panel="Costs"),
            prediction=Prediction(
                question="How many times fewer **parameters**, biases included?",
                choices=("exactly {times_weights}", "{times}", "{times_bottleneck}"),
                right=1,
                reveal="""
The weights are {times_weights} times fewer, exactly. But both layers have the same {biases} biases, and
those are not divided by anything.
""",
            ),
            task=Task(
                text="Wire a 1×1 convolution to 32 channels to the Input, beside the 5×5.",
                done=_has_both,
                solution=lambda project: append(project, conv(32, 1), after="input", row=1),
                hints=("Select the Input, double-click *Conv 1×1*, and set 32 channels.",),
            ),
            outcome="""
{wide_weights} / {narrow_weights} = **{times_weights}** for the weights, and {wide} / {narrow} = **{times}**
with the biases. Multiply–adds do not count biases: {times_macs} times fewer.
""",
        ),
        Step(
            title="Which sentence is meant?",
            text="""
Mostly the sentence is said of Inception. But Inception does not put a 1×1 in the *place* of the 5×5, which
would see {narrow_field}×{narrow_field} instead of {wide_field}×{wide_field}. It puts one *before* it, and
the 5×5 stays. That saves less, and still a lot.
""",
            quotes=QUOTES,
            comparison=Comparison(
                heading=("What is compared", "Popular", "Right"),
                rows=(
                    ("weights, equal channels", "25", "**{times_weights}**"),
                    ("parameters with biases", "25", "**{times}**"),
                    ("multiply–adds, equal channels", "25", "**{times_macs}**"),
                    (
                        "the bottleneck of 3a: {direct_macs} / {bottleneck_macs} MACs",
                        "25",
                        "**{times_bottleneck}**",
                    ),
                ),
            ),
            figure=Picture(style="flow", caption="{wide} parameters against {narrow}: {times} times."),
        ),
    ),
)

"""The bottleneck learns: 5×5 against 1×1 and 5×5 on the same digits."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.network import Network
from engine.model.project import Project
from presets.editing import conv, insert
from presets.finding import conv as find_conv
from presets.finding import exists, located
from presets.learning.measured import SEEDS, Measurement, accuracy, best, digits, worst
from presets.learning.networks import NARROW, bottleneck
from presets.lesson import (
    Comparison,
    Highlight,
    Lesson,
    Picture,
    Prediction,
    Quote,
    Step,
    Task,
    nothing_missing,
)
from presets.quotes import always_of, macs, parameters, ratio

STEPS: Final = 40


def _project(narrow: int | None) -> Project:
    return bottleneck(5, narrow)


def _direct() -> Network:
    return _project(None).network


def _reduced() -> Network:
    return _project(NARROW).network


REDUCE: Final = find_conv("conv1_relu", 1)
EXPAND: Final = find_conv(REDUCE, 5)


def _not_reduced(project: Project, analysis: Analysis) -> tuple[str, ...]:
    if not exists(REDUCE, project.network):
        return ("a 1×1 that reads from the ReLU of the first convolution",)
    reduce = project.network[located(REDUCE, project.network)]
    missing = []
    if reduce.layer.outputs != NARROW:
        missing.append(f"*{reduce.label}*, wanted {NARROW} channels")
    if not exists(EXPAND, project.network):
        missing.append("the 5×5 reading from the 1×1")
    return tuple(missing)


def _reduce(project: Project) -> Project:
    return insert(project, conv(NARROW, 1), "conv1_relu", "conv2")


DIRECT: Final = Measurement(build=_direct, plan=digits(STEPS))
REDUCED: Final = Measurement(build=_reduced, plan=digits(STEPS))

LEARNED: Final = {
    "direct": accuracy(DIRECT), "direct_low": worst(DIRECT), "direct_high": best(DIRECT),
    "reduced": accuracy(REDUCED), "reduced_low": worst(REDUCED), "reduced_high": best(REDUCED),
}  # fmt: skip


def _constant(value: int) -> Quote:
    return Quote(engine=lambda state: value, counted=lambda state: len(range(value)))


FULL: Final = {
    "parameters": always_of(lambda: _project(None), parameters("conv2")),
    "macs": always_of(lambda: _project(None), macs("conv2")),
    "steps": _constant(STEPS),
    "pair": always_of(lambda: _project(NARROW), parameters(REDUCE, "conv2")),
    "times": always_of(
        lambda: _project(NARROW),
        ratio(always_of(lambda: _project(None), parameters("conv2")), parameters(REDUCE, "conv2"), 1),
    ),
}  # fmt: skip
SMALL: Final = {
    "parameters": parameters(REDUCE, "conv2"), "macs": macs(REDUCE, "conv2"),
    "seeds": _constant(SEEDS), **LEARNED,
}  # fmt: skip

LESSON: Final = Lesson(
    id="bottleneck-learns",
    title="The bottleneck learns",
    summary="A 1×1 before the 5×5 makes it several times cheaper. What it costs in accuracy, trained here.",
    rank=31,
    level="intermediate",
    minutes=8,
    source="Szegedy et al., “Going deeper with convolutions”, CVPR 2015, section 4",
    start=lambda: _project(None),
    learners={"5×5": _direct, "1×1, 5×5": _reduced},
    steps=(
        Step(
            title="A 5×5 on all maps",
            text="""
Sixteen maps of a digit, and a 5×5 convolution that makes sixteen others: {parameters} parameters, {macs}
multiply–adds. The whole network learns to tell ten digits apart in {steps} steps of 64 pictures each.
""",
            quotes=FULL,
            highlight=Highlight(nodes=("conv2",), panel="Costs"),
            prediction=Prediction(
                question="A 1×1 to four maps goes before the 5×5. How many times fewer parameters have both?",
                choices=("4", "{times}", "25"),
                right=1,
                replies=(
                    "The 5×5 reads a quarter of the maps, but the 1×1 has some weights of its own.",
                    "A little less than 4, which is what the 5×5 alone saves: the 1×1 is not free.",
                    "That is a 5×5 *replaced* by a 1×1. Here the 5×5 stays, and reads fewer maps.",
                ),
                reveal="{parameters} for the 5×5 on all maps, {pair} for the 1×1 and the 5×5 together.",
            ),
            task=Task(
                text="Insert a 1×1 convolution to 4 maps before the 5×5.",
                done=nothing_missing(_not_reduced),
                missing=_not_reduced,
                solution=_reduce,
                hints=("Select the 5×5 and press R, or drop *Conv 1×1* on the wire before it.",),
            ),
            outcome="Both can learn now, from the same pictures.",
        ),
        Step(
            title="A 1×1 first",
            text="""
With a 1×1 to four maps before it, the 5×5 and the 1×1 together have {parameters} parameters and take {macs}
multiply–adds. “The same accuracy for less”, it is said.
""",
            quotes=SMALL,
            highlight=Highlight(nodes=("conv2",), panel="Train"),
            prediction=Prediction(
                question="Both learn from the same pictures, in as many steps. What does the 1×1 cost?",
                choices=(
                    "About half of the accuracy",
                    "A few per cent, about as much as luck",
                    "Nothing, whatever the random start",
                ),
                right=1,
                replies=(
                    "A quarter of the maps is left, but they are mixed from all sixteen.",
                    "Two trainings of the *same* network differ by nearly as much.",
                    "On average it costs something, and one start was unlucky.",
                ),
                reveal="""
Trained {seeds} times each, the 5×5 alone names **{direct}** of the held-out digits right ({direct_low} to
{direct_high}), the pair **{reduced}** ({reduced_low} to {reduced_high}). One training of each proves
little: every difference has to be compared with the spread between random starts.
""",
            ),
            comparison=Comparison(
                heading=("", "mean", "lowest", "highest"),
                rows=(
                    ("5×5", "{direct}", "{direct_low}", "{direct_high}"),
                    ("1×1, 5×5", "{reduced}", "{reduced_low}", "{reduced_high}"),
                ),
            ),
            figure=Picture(style="lenet", caption="A 1×1 to four maps, then 5×5: {parameters} parameters."),
        ),
    ),
    found="""
A 1×1 to four maps left {parameters} parameters, and a mean of {reduced} right instead of {direct}. How much
of a difference is luck shows only when each is trained several times.
""",
    quiz_quotes=SMALL,
    quiz=(
        Prediction(
            question="One training of each: 87 % and 85 %. What does that show?",
            choices=(
                "The first network is better",
                "They are equally good",
                "Little, without more trainings",
            ),
            right=2,
            replies=(
                "Another random start may turn it round.",
                "A difference that may be luck is no proof of equality.",
                "Compare the difference with the spread between random starts.",
            ),
            reveal="{seeds} trainings of one network gave {reduced_low} to {reduced_high} here.",
        ),
        Prediction(
            question="What are the four maps after the 1×1?",
            choices=(
                "The first four of the sixteen",
                "Four mixtures of all sixteen",
                "The four strongest of the sixteen",
            ),
            right=1,
            replies=(
                "That would be a selection. A 1×1 may learn one, but need not.",
                "With weights that are learned.",
                "Nothing is sorted by strength.",
            ),
            reveal="That is why a quarter of the maps can do with more than a quarter of the accuracy.",
        ),
    ),
)

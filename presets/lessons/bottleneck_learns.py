"""The bottleneck learns: 5×5 against 1×1 and 5×5 on the same digits."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.network import Network
from engine.model.project import Project
from presets.builder import Builder
from presets.editing import conv, insert
from presets.finding import conv as find_conv
from presets.finding import exists, located
from presets.learning.measured import SEEDS, Measurement, accuracy, best, digits, worst
from presets.lesson import Comparison, Highlight, Lesson, Maps, Picture, Prediction, Quote, Step, Task
from presets.quotes import macs, parameters

STEPS: Final = 40
WIDTH: Final = 16
NARROW: Final = 4


def _project(narrow: int | None) -> Project:
    net = Builder((1, 28, 28))
    net.conv_relu("conv1", WIDTH, 3, stride=2)
    if narrow is not None:
        net.conv("reduce", narrow, 1)
    net.conv_relu("conv2", WIDTH, 5)
    net.max_pool("pool", 2)
    net.layer("flatten", "Flatten")
    net.linear("head", 10)
    net.layer("softmax", "Softmax")
    title = "5×5 on all maps" if narrow is None else f"1×1 to {narrow}, then 5×5"
    return net.project(title=title, image="digit:3a")


def _direct() -> Network:
    return _project(None).network


def _reduced() -> Network:
    return _project(NARROW).network


REDUCE: Final = find_conv("conv1_relu", 1)


def _is_reduced(project: Project, analysis: Analysis, maps: Maps) -> bool:
    if not exists(REDUCE, project.network):
        return False
    reduce = project.network[located(REDUCE, project.network)]
    return reduce.layer.outputs == NARROW and reduce.id in project.network["conv2"].inputs


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


FULL: Final = {"parameters": parameters("conv2"), "macs": macs("conv2"), "steps": _constant(STEPS)}
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
    minutes=6,
    source="Szegedy et al., Going deeper with convolutions, CVPR 2015, section 4",
    start=lambda: _project(None),
    steps=(
        Step(
            title="A 5×5 on all maps",
            text="""
Sixteen maps of a digit, and a 5×5 convolution that makes sixteen others: {parameters} parameters, {macs}
multiply–adds. The whole network tells ten digits apart after {steps} steps of 64 pictures.
""",
            quotes=FULL,
            highlight=Highlight(nodes=("conv2",)),
            task=Task(
                text="Insert a 1×1 convolution to 4 maps before the 5×5.",
                done=_is_reduced,
                solution=_reduce,
                hints=("Select the 5×5 and press R, or drop *Conv 1×1* on the wire before it.",),
            ),
        ),
        Step(
            title="A 1×1 first",
            text="""
The same with a 1×1 to four maps before the 5×5: {parameters} parameters and {macs} multiply–adds for both
together. “The same accuracy for less”, the sources say.
""",
            quotes=SMALL,
            highlight=Highlight(nodes=("conv2",)),
            prediction=Prediction(
                question="Both learn from the same pictures, in as many steps. What does the 1×1 cost?",
                choices=(
                    "half of the accuracy: a quarter of the maps is left",
                    "about as much as chance does between two trainings, or little more",
                    "nothing at all, whatever the seed",
                ),
                right=1,
                reveal="""
Trained {seeds} times each, the 5×5 alone names **{direct}** of the held-out digits right ({direct_low} to
{direct_high}), the pair **{reduced}** ({reduced_low} to {reduced_high}). One training of each proves
little: the spread between seeds has to stand beside every difference.
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
)

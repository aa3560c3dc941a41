"""Over-fitting and parameters: what a network knows of pictures it has seen, and of others."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.network import Network
from engine.model.project import Project
from engine.training.data.examples import TRAIN
from presets.builder import Builder
from presets.learning.measured import Measurement, accuracy, best, digits, gap, worst
from presets.lesson import Comparison, Highlight, Lesson, Maps, Picture, Prediction, Quote, Step, Task
from presets.quotes import total_parameters

FEW: Final = 100
STEPS: Final = 40
NARROW: Final = 2
WIDE: Final = 64


def _project(width: int) -> Project:
    net = Builder((1, 28, 28))
    net.conv_relu("conv", width, 3, stride=2)
    net.max_pool("pool", 2)
    net.layer("flatten", "Flatten")
    net.linear("head", 10)
    net.layer("softmax", "Softmax")
    return net.project(title=f"{width} maps", image="digit:3a")


def _narrow() -> Network:
    return _project(NARROW).network


def _wide() -> Network:
    return _project(WIDE).network


def _is_wide(project: Project, analysis: Analysis, maps: Maps) -> bool:
    found = project.network.nodes.get("conv")
    return found is not None and (found.layer.outputs or 0) >= WIDE


def _widen(project: Project) -> Project:
    layer = project.network["conv"].layer.replace(out_channels=WIDE)
    return project.with_network(project.network.replace_layer("conv", layer))


SMALL: Final = Measurement(build=_narrow, plan=digits(STEPS, 0.02), learns_from=FEW)
LARGE: Final = Measurement(build=_wide, plan=digits(STEPS, 0.005), learns_from=FEW)
MORE: Final = Measurement(build=_wide, plan=digits(STEPS, 0.005))

COUNT: Final = Quote(engine=lambda state: FEW, counted=lambda state: len(SMALL.examples().splits[TRAIN]))
QUOTES: Final = {
    "few": COUNT,
    "many": Quote(
        engine=lambda state: MORE.examples().count(TRAIN),
        counted=lambda state: len(set(MORE.examples().splits[TRAIN].tolist())),
    ),
    "parameters": total_parameters(),
    "small_seen": accuracy(SMALL, TRAIN), "small": accuracy(SMALL), "small_gap": gap(SMALL),
    "large_seen": accuracy(LARGE, TRAIN), "large": accuracy(LARGE), "large_gap": gap(LARGE),
    "large_low": worst(LARGE), "large_high": best(LARGE),
    "more_seen": accuracy(MORE, TRAIN), "more": accuracy(MORE), "more_gap": gap(MORE),
}  # fmt: skip

LESSON: Final = Lesson(
    id="over-fitting",
    title="Over-fitting and parameters",
    summary="Who knows all examples may know little else. Measured with few pictures, and with many.",
    rank=32,
    level="intermediate",
    minutes=6,
    source="Goodfellow, Bengio & Courville, Deep Learning, 2016, section 5.2",
    start=lambda: _project(NARROW),
    steps=(
        Step(
            title="A hundred digits, few parameters",
            text="""
{parameters} parameters, and {few} digits to learn from. Afterwards the network names **{small_seen}** of
those right, and **{small}** of a thousand others that it never saw: {small_gap} points less.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv", "head")),
            task=Task(
                text="Give the convolution 64 maps.",
                done=_is_wide,
                solution=_widen,
                hints=("Select the convolution: *Channels out* stands in the inspector.",),
            ),
            outcome="Now there are {parameters} parameters.",
        ),
        Step(
            title="A hundred digits, many parameters",
            text="""
Now {parameters} parameters, and the same {few} digits. “Fewer parameters, less over-fitting”, many texts say
of 1×1 convolutions.
""",
            quotes=QUOTES,
            prediction=Prediction(
                question="The large network can learn all its digits by heart. How does it do on others?",
                choices=(
                    "worse than the small one: it has over-fitted",
                    "it knows its own better than others by far, but others not worse for that",
                    "as well as on its own",
                ),
                right=1,
                reveal="""
It knows **{large_seen}** of its own and **{large}** of the others ({large_low} to {large_high} over the
seeds): {large_gap} points apart. The gap is what over-fitting means; whether a network with fewer parameters
does better on others is another question, and has to be measured.
""",
            ),
        ),
        Step(
            title="More digits",
            text="""
The same network, the same number of steps, but of {many} digits instead of {few}: **{more_seen}** of its own
and **{more}** of the others, {more_gap} points apart. More examples close the gap without taking a single
parameter away.
""",
            quotes=QUOTES,
            comparison=Comparison(
                heading=("", "its own", "held out", "apart"),
                rows=(
                    ("few parameters, few digits", "{small_seen}", "{small}", "{small_gap}"),
                    ("many parameters, few digits", "{large_seen}", "{large}", "{large_gap}"),
                    ("many parameters, many digits", "{more_seen}", "{more}", "{more_gap}"),
                ),
            ),
            figure=Picture(style="lenet", caption="The large network: {parameters} parameters."),
        ),
    ),
)

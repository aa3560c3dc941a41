"""Over-fitting and parameters: what a network knows of pictures it has seen, and of others."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.network import Network
from engine.model.project import Project
from engine.training.data.examples import TRAIN
from presets.builder import Builder
from presets.editing import changed
from presets.finding import exists, located, nth
from presets.learning.measured import Measurement, accuracy, best, digits, gap, worst
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
from presets.quotes import always_of, total_parameters

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


CONV: Final = nth(1, "Conv2d")


def _too_narrow(project: Project, analysis: Analysis) -> tuple[str, ...]:
    if not exists(CONV, project.network):
        return ("a convolution that reads from the Input",)
    conv = project.network[located(CONV, project.network)]
    width = conv.layer.outputs or 0
    return () if width >= WIDE else (f"the convolution has {width} channels, wanted {WIDE}",)


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
    "small_parameters": always_of(lambda: _project(NARROW), total_parameters()),
    "large_parameters": always_of(lambda: _project(WIDE), total_parameters()),
    "small_seen": accuracy(SMALL, TRAIN), "small": accuracy(SMALL), "small_gap": gap(SMALL),
    "large_seen": accuracy(LARGE, TRAIN), "large": accuracy(LARGE), "large_gap": gap(LARGE),
    "large_low": worst(LARGE), "large_high": best(LARGE),
    "more_seen": accuracy(MORE, TRAIN), "more": accuracy(MORE), "more_gap": gap(MORE),
}  # fmt: skip

LESSON: Final = Lesson(
    id="over-fitting",
    title="Over-fitting and parameters",
    summary="A network that knows all its examples may know little else. Measured with few and with many.",
    rank=32,
    level="intermediate",
    minutes=8,
    learners={"2 maps": _narrow, "64 maps": _wide},
    source="Goodfellow, Bengio & Courville, “Deep learning”, 2016, section 5.2",
    start=lambda: _project(NARROW),
    steps=(
        Step(
            title="A hundred digits, few parameters",
            text="""
A network with {small_parameters} parameters, and {few} digits to learn from. Afterwards it names
**{small_seen}** of these right, and **{small}** of a thousand others that it has never seen: {small_gap}
points fewer.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv",), panel="Train"),
            task=Task(
                text="Give the convolution 64 channels.",
                done=nothing_missing(_too_narrow),
                missing=_too_narrow,
                solution=lambda project: changed(project, CONV, out_channels=WIDE),
                hints=("Select the convolution: *Channels out* is in the inspector.",),
            ),
            outcome="Now there are {large_parameters} parameters, far more than there are examples.",
        ),
        Step(
            title="A hundred digits, many parameters",
            text="""
Now {large_parameters} parameters, and the same {few} digits. “Fewer parameters, less over-fitting” is often
said in favour of 1×1 convolutions.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv",), panel="Train"),
            prediction=Prediction(
                question="The large network can learn all its digits by heart. How does it do on others?",
                choices=("Worse than the small one", "Better than the small one", "As well as on its own"),
                right=1,
                replies=(
                    "That is what the saying would have. Measured, it is the other way round.",
                    "In spite of knowing every one of its own digits.",
                    "Its own it knows by heart: {large_seen}. Others less well.",
                ),
                reveal="""
It knows **{large_seen}** of its own digits and **{large}** of the others ({large_low} to {large_high} from
different starts): {large_gap} points apart. This *gap* is what over-fitting means, and it is about as wide
as the small network's. Whether fewer parameters do better on what was never seen is another question, and
has to be measured.
""",
            ),
        ),
        Step(
            title="More digits",
            text="""
The same large network once more, the same number of steps, but with {many} digits to learn from instead of
{few}.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv",), panel="Train"),
            prediction=Prediction(
                question="How far apart are its own digits and the others now?",
                choices=("{large_gap} points", "{more_gap} points", "{small_gap} points"),
                right=1,
                replies=(
                    "As with {few} digits? It cannot learn {many} by heart in so few steps.",
                    "It knows its own less well, and the others better.",
                    "That was the small network with {few} digits.",
                ),
                reveal="""
**{more_seen}** of its own and **{more}** of the others, {more_gap} points apart. More examples close the
gap without taking a single parameter away.
""",
            ),
            comparison=Comparison(
                heading=("", "its own", "held out", "apart"),
                rows=(
                    ("few parameters, few digits", "{small_seen}", "{small}", "{small_gap}"),
                    ("many parameters, few digits", "{large_seen}", "{large}", "{large_gap}"),
                    ("many parameters, many digits", "{more_seen}", "{more}", "{more_gap}"),
                ),
            ),
            figure=Picture(style="lenet", caption="The large network: {large_parameters} parameters."),
        ),
    ),
    found="""
With {few} digits, {large_parameters} parameters knew {large_seen} of their own and {large} of the others;
{small_parameters} parameters knew {small} of the others. With {many} digits the gap closed to {more_gap}
points.
""",
    quiz_quotes=QUOTES,
    quiz=(
        Prediction(
            question="A network names 99 % of its own pictures right, and 70 % of others. What is that?",
            choices=(
                "Over-fitting",
                "Under-fitting",
                "A bad random start",
            ),
            right=0,
            replies=(
                "The gap between the two is what the word means.",
                "Then it would not know its own pictures either.",
                "A bad start would show on its own pictures, too.",
            ),
            reveal="Whether 70 % is good or bad is another question.",
        ),
        Prediction(
            question="What closed the gap here?",
            choices=(
                "Fewer parameters",
                "More examples",
                "More steps",
            ),
            right=1,
            replies=(
                "The small network had a gap of {small_gap} points, the large one of {large_gap}.",
                "The network stayed the same.",
                "All trainings took as many.",
            ),
            reveal="From {large_gap} to {more_gap} points.",
        ),
        Prediction(
            question="“1×1s mean fewer parameters, so less over-fitting.” What would show it?",
            choices=(
                "The number of parameters",
                "A score on its own pictures",
                "A score on other pictures",
            ),
            right=2,
            replies=(
                "It is the reason that is given, not the result.",
                "On these a network does best by over-fitting.",
                "For both networks, each trained several times.",
            ),
            reveal="It is plausible, and it may be so. It does not follow.",
        ),
    ),
)

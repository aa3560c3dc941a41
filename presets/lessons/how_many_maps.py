"""32, then 64, then 128 filters: how many maps are there?"""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from presets import counting
from presets.builder import Builder
from presets.editing import append, conv
from presets.finding import nth, stack
from presets.lesson import Highlight, Lesson, Maps, Picture, Prediction, Quote, State, Step, Task
from presets.quotes import channels, ratio, report, total, weights

CONVS: Final = tuple(nth(number, "Conv2d") for number in (1, 2, 3))


def _start() -> Project:
    net = Builder((3, 224, 224))
    net.conv("conv1", 32, 3)
    net.conv("conv2", 64, 3)
    return net.project(title="How many maps?", image="astronaut")


def _complete(project: Project, analysis: Analysis, maps: Maps) -> bool:
    wanted = [("Conv 3×3 · 32", 32), ("Conv 3×3 · 64", 64), ("Conv 3×3 · 128", 128)]
    return [(label, shape[0]) for label, shape in stack(analysis) if shape is not None] == wanted


def _kernels(number: int) -> Quote:
    """2-D kernels of a layer: one from each map that comes in to each that goes out."""
    place = CONVS[number]

    def engine(state: State) -> int:
        found = report(state, place)
        assert found.output_shape is not None
        return found.input_shapes[0][0] * found.output_shape[0]

    def counted(state: State) -> int:
        array = counting.arrays(state, report(state, place).node_id)["weight"]
        return sum(1 for filters in array for _ in filters)

    return Quote(engine=engine, counted=counted)


def _paths() -> Quote:
    """Ways from the first layer's maps to the last one's, one map of each layer on the way."""

    def engine(state: State) -> int:
        made = 1
        for place in CONVS:
            made *= int(channels(place).engine(state))
        return made

    def walked(state: State) -> int:
        first, *later = (int(channels(place).counted(state)) for place in CONVS)
        ways = [1] * first
        for width in later:
            ways = [sum(ways) for _ in range(width)]
        return sum(ways)

    return Quote(engine=engine, counted=walked)


QUOTES: Final[dict[str, Quote]] = {
    "colours": channels("input"),
    "first": channels(CONVS[0]),
    "second": channels(CONVS[1]),
    "third": channels(CONVS[2]),
    "all": total(*(channels(place) for place in CONVS)),
    "paths": _paths(),
    "kernels1": _kernels(0),
    "kernels2": _kernels(1),
    "kernels3": _kernels(2),
    "kernels": total(*(_kernels(number) for number in range(3))),
    "weights": total(*(weights(place) for place in CONVS)),
    "taps": ratio(weights(CONVS[2]), _kernels(2), 0),
}


LESSON: Final = Lesson(
    id="how-many-maps",
    title="32, then 64, then 128 filters: how many maps?",
    summary="128, 224 or 262,144? Three numbers that are often mixed up, and what each of them counts.",
    rank=14,
    level="beginner",
    minutes=4,
    source="LeCun et al., “Gradient-based learning applied to document recognition”, 1998, section II.B",
    start=_start,
    networks=("how_many_maps",),
    steps=(
        Step(
            title="A third layer",
            text="""
{first} filters look at a colour photograph, then {second} filters look at the {first}
maps. A third layer of 128 filters follows.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv2",), panel="Feature maps"),
            prediction=Prediction(
                question="How many maps come out of the third layer?",
                choices=("{third}", "{all}: the maps add up", "{paths}: each map is filtered again"),
                right=0,
                reveal="""
**{third}**: one for each filter. A filter is as deep as its input. It looks at *all* maps that come in and
adds up what it finds there, so the maps of one layer are not filtered one by one.
""",
            ),
            task=Task(
                text="Append a 3×3 convolution to 128 channels.",
                done=_complete,
                solution=lambda project: append(project, conv(128, 3)),
                hints=("Select the last card, double-click *Conv K×K*, and set 128 channels.",),
            ),
            outcome="{third} maps at the last layer; {all} if the maps of all three layers are kept.",
        ),
        Step(
            title="What the large numbers count",
            text="""
- **{third}** maps come out of the last layer.
- **{all}** = {first} + {second} + {third} maps are there if all are kept, as this program keeps them.
- **{paths}** = {first}·{second}·{third} counts *paths*: ways from a map of the first layer over one of the
  second to one of the third. Nothing is stored for a path. It is the popular wrong answer.
- **{kernels}** kernels of two dimensions are learned: {colours}·{first} + {first}·{second} +
  {second}·{third} = {kernels1} + {kernels2} + {kernels3}. Each has {taps} weights, so {weights} weights in
  all.
""",
            quotes=QUOTES,
            highlight=Highlight(panel="Costs"),
            figure=Picture(
                style="lenet", caption="{third} maps at the end, {all} in all, {kernels} kernels."
            ),
        ),
    ),
)

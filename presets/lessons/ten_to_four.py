"""Ten maps become four: each its own weighted sum over all ten."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.attribution.values.arithmetic import take_apart
from engine.model.project import Project
from presets import counting
from presets.builder import Builder
from presets.editing import changed
from presets.finding import conv as find_conv
from presets.finding import exists, located
from presets.lesson import Highlight, Lesson, Maps, NotFound, Picture, Prediction, Quote, State, Step, Task
from presets.quotes import biases, channels, macs_formula, ratio, size, total, weights

MIX: Final = find_conv("input", 1)
AT: Final = (0, 14, 14)


def _start() -> Project:
    net = Builder((10, 28, 28))
    net.conv("mix", 1, 1)
    return net.project(title="Ten maps to four", image="chelsea")


def _four(project: Project, analysis: Analysis, maps: Maps) -> bool:
    return exists(find_conv("input", 1, 4), project.network)


def _positions() -> Quote:
    return Quote(
        engine=lambda state: int(size(MIX).engine(state)) * int(size(MIX, 1).engine(state)),
        counted=lambda state: int(size(MIX).counted(state)) * int(size(MIX, 1).counted(state)),
    )


def _value() -> Quote:
    """The engine's value in the middle of the first map, and the sum of its ten products."""

    def engine(state: State) -> float:
        node_id = located(MIX, state.project.network)
        if node_id not in state.maps:
            raise NotFound("the maps")
        return float(state.maps[node_id][(0, *AT)])

    def added_up(state: State) -> float:
        node_id = located(MIX, state.project.network)
        column = state.maps["input"][0, :, AT[1], AT[2]]
        arrays = counting.arrays(state, node_id)
        kernel = arrays["weight"][AT[0], :, 0, 0]
        products = [float(w) * float(x) for w, x in zip(kernel, column, strict=True)]
        return sum(products) + float(arrays["bias"][AT[0]])

    return Quote(engine=engine, counted=added_up, places=2, needs_maps=True, tolerance=1e-4)


def _products() -> Quote:
    """How many products one value is the sum of."""

    def engine(state: State) -> int:
        node_id = located(MIX, state.project.network)
        if node_id not in state.maps:
            raise NotFound("the maps")
        layer = state.project.network[node_id].layer
        return take_apart(layer, [state.maps["input"]], counting.arrays(state, node_id), AT).products.size

    per_map = ratio(weights(MIX), channels(MIX), 0)
    return Quote(engine=engine, counted=per_map.counted, needs_maps=True)


QUOTES: Final[dict[str, Quote]] = {
    "c": channels("input"),
    "k": channels(MIX),
    "rows": size("input"),
    "weights": weights(MIX),
    "biases": biases(MIX),
    "positions": _positions(),
    "formula": macs_formula(MIX),
    "value": _value(),
    "products": _products(),
    "numbers": total(weights(MIX), biases(MIX)),
}

LESSON: Final = Lesson(
    id="ten-to-four",
    title="Ten maps become four",
    summary="Each of the four is its own weighted summary of all ten, pixel by pixel.",
    rank=6,
    level="beginner",
    minutes=5,
    source="Lin, Chen & Yan, “Network in network”, ICLR 2014, section 3.1",
    start=_start,
    networks=("ten_to_four",),
    steps=(
        Step(
            title="One summary of ten maps",
            text="""
{c} maps come in: responses of the photograph to an oriented filter bank. The 1×1 starts in the upper left
corner. It takes the {c} values that lie there, one in each map, multiplies each by its own weight, adds
them up, writes the sum into the output, and moves on: left to right, top to bottom.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("mix",), panel="Feature maps", channel=0),
            prediction=Prediction(
                question="With four filters instead of one: what are the four maps?",
                choices=(
                    "Four times the same map",
                    "Four of the ten maps, the best ones",
                    "Four different mixtures, each of all ten maps",
                ),
                right=2,
                reveal="Every filter has weights of its own, {c} of them, and reads all {c} maps.",
            ),
            task=Task(
                text="Select the card *Conv 1×1 · 1* and give it 4 channels.",
                done=_four,
                solution=lambda project: changed(project, MIX, out_channels=4),
                hints=("*Channels out* is the first setting in the inspector on the right.",),
            ),
            outcome="""
Four maps. Look at them below: each weighs the {c} maps differently. {weights} weights and {biases} biases
make all of them, at every one of the {positions} positions.
""",
        ),
        Step(
            title="One value of it",
            text="""
In the middle of the first map stands **{value}**: the sum of {products} products and a bias. Click the map
there: the panel *Arithmetic* takes the value apart, product by product.

All values together: {formula} multiply–adds, with the same {numbers} numbers everywhere.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("mix",), panel="Feature maps", channel=0),
            figure=Picture(
                style="arithmetic",
                options={"layer": "mix", "at": (0, 14, 14)},
                caption="{c} maps become {k}: {weights} weights, one pixel at a time.",
            ),
        ),
    ),
)

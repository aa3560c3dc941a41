"""The same linear map at every pixel, and what an activation adds."""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.attribution.values.arithmetic import take_apart
from engine.layers.rectifiers import ReLU
from engine.model.project import Project
from presets import counting
from presets.builder import Builder
from presets.editing import append
from presets.finding import Place, behind, exists, located
from presets.finding import conv as find_conv
from presets.lesson import (
    Highlight,
    Lesson,
    NotFound,
    Picture,
    Prediction,
    Quote,
    State,
    Step,
    Task,
    nothing_missing,
)
from presets.quotes import biases, channels, field, percent, power_of_ten, size, weights

PROJECT: Final = find_conv("input", 1)
RELU: Final = behind(PROJECT, "ReLU")
AT: Final = (0, 14, 14)
OTHER: Final = (7, 7)


def _start() -> Project:
    net = Builder((192, 28, 28))
    net.conv("project", 32, 1)
    return net.project(title="The same map at every pixel", image="astronaut")


def _no_relu(project: Project, analysis: Analysis) -> tuple[str, ...]:
    if not exists(PROJECT, project.network):
        return ("a 1×1 convolution that reads from the Input",)
    return () if exists(RELU, project.network) else ("a ReLU after the 1×1",)


def _map(state: State, place: Place) -> npt.NDArray[np.float32]:
    node_id = located(place, state.project.network)
    if node_id not in state.maps or "input" not in state.maps:
        raise NotFound("the maps")
    return state.maps[node_id]


def _value() -> Quote:
    """The value of the first map in the middle: as computed, and its products added up."""

    def engine(state: State) -> float:
        return float(_map(state, PROJECT)[(0, *AT)])

    def added_up(state: State) -> float:
        node_id = located(PROJECT, state.project.network)
        layer = state.project.network[node_id].layer
        parameters = counting.arrays(state, node_id)
        return take_apart(layer, [_map(state, "input")], parameters, AT).value

    return Quote(engine=engine, counted=added_up, places=3, needs_maps=True, tolerance=1e-4)


def _negative() -> Quote:
    """Values below zero in the 1×1's maps, which a ReLU sets to 0."""

    def engine(state: State) -> int:
        return int((_map(state, PROJECT) < 0).sum())

    def counted(state: State) -> int:
        return sum(1 for value in _map(state, PROJECT).reshape(-1).tolist() if value < 0)

    return Quote(engine=engine, counted=counted, needs_maps=True)


def _values() -> Quote:
    def counted(state: State) -> int:
        rows, columns = counting.size(state, located(PROJECT, state.project.network))
        return counting.channels(state, located(PROJECT, state.project.network)) * rows * columns

    return Quote(engine=lambda state: _map(state, PROJECT).size, counted=counted, needs_maps=True)


def _departure(*, relu: bool) -> Quote:
    """Largest of |f(a + b) − f(a) − f(b)| over the outputs, for the columns a and b of two pixels."""

    def columns(state: State) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        x = _map(state, "input")
        return x[:, :, AT[1], AT[2]], x[:, :, OTHER[0], OTHER[1]]

    def engine(state: State) -> float:
        network = state.project.network
        node = network[located(PROJECT, network)]
        parameters = counting.arrays(state, node.id)

        def f(column: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
            y = node.layer.forward([np.ascontiguousarray(column[:, :, None, None])], parameters)
            return ReLU().forward([y], {}) if relu else y

        a, b = columns(state)
        return float(np.abs(f(a + b) - f(a) - f(b)).max())

    def multiplied(state: State) -> float:
        matrix = counting.arrays(state, located(PROJECT, state.project.network))["weight"][:, :, 0, 0]
        wide = matrix.astype(np.float64)
        a, b = (column[0].astype(np.float64) for column in columns(state))
        images = [wide @ one for one in (a + b, a, b)]
        both, first, second = (np.maximum(image, 0) for image in images) if relu else images
        return float(np.abs(both - first - second).max())

    def shown(state: State) -> str:
        value = engine(state)
        return f"{value:.3f}" if value >= 0.001 else power_of_ten(value)

    return Quote(engine=engine, counted=multiplied, shown=shown, needs_maps=True, tolerance=1e-4)


QUOTES: Final[dict[str, Quote]] = {
    "c": channels("input"),
    "k": channels(PROJECT),
    "rows": size("input"),
    "weights": weights(PROJECT),
    "biases": biases(PROJECT),
    "field": field(PROJECT),
    "value": _value(),
    "negative": percent(_negative(), _values()),
    "linear": _departure(relu=False),
    "bent": _departure(relu=True),
}


LESSON: Final = Lesson(
    id="projection",
    title="The same linear map at every pixel",
    summary="A pixel is a column of numbers. A 1×1 multiplies every column by the same matrix.",
    rank=5,
    level="intermediate",
    minutes=8,
    source="Lin, Chen & Yan, “Network in network”, ICLR 2014, section 3.1",
    start=_start,
    networks=("projection",),
    steps=(
        Step(
            title="A column times a matrix",
            text="""
Take one pixel and drill down through all {c} maps: a column of {c} numbers. The 1×1 holds a matrix of
{k} × {c} numbers. Matrix times column, plus {biases} biases, gives the column of {k} numbers that comes out:

**y = W·x + b**

The value in the middle of the first map, at (14, 14), is **{value}**. Click a map: the panel *Arithmetic*
takes the value apart into its {c} products and their sum.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("project",), panel="Feature maps", channel=0),
            prediction=Prediction(
                question="How many such matrices are learned for {rows}×{rows} pixels?",
                choices=("{rows}·{rows}", "{rows}", "1"),
                right=2,
                replies=(
                    "One a pixel would be a layer that is not a convolution: its weights would not be"
                    " shared.",
                    "One a row would treat the top of the photograph differently from the bottom.",
                    "It is shared by all pixels.",
                ),
                reveal="""
**One**, with {weights} weights. Every pixel is multiplied by the same matrix, and none knows of its
neighbours: the receptive field is {field}×{field}.
""",
            ),
        ),
        Step(
            title="Linear, until an activation follows",
            text="""
W·(x + x′) = W·x + W·x′: the map of a sum is the sum of the maps. Measured on the columns of two pixels,
without the biases, the two sides differ by {linear}, which is rounding. (With its biases the layer is
*affine*: linear but for a shift that is the same everywhere.)
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("project",), panel="Feature maps"),
            prediction=Prediction(
                question="What can two 1×1 convolutions in a row do, with nothing between them?",
                choices=(
                    "No more than a single one",
                    "Bend the space of the columns",
                    "See two pixels instead of one",
                ),
                right=0,
                replies=(
                    "W₂·(W₁·x) = (W₂·W₁)·x.",
                    "Two linear maps one after the other are a linear map: it takes an activation to bend"
                    " anything.",
                    "Neither ever looks at a neighbour.",
                ),
                reveal="""
Together they are one matrix, W₂·W₁. (If the first makes fewer channels, it can do *less* than one that is
free.)
""",
            ),
            task=Task(
                text="Append a ReLU to the 1×1.",
                done=nothing_missing(_no_relu),
                missing=_no_relu,
                solution=lambda project: append(project, ReLU(), after=PROJECT),
                hints=("*ReLU* is in the group *Activation, norm*: select the 1×1 and double-click *ReLU*.",),
            ),
            outcome="""
The ReLU sets every negative value to 0: {negative} of all values here. Now the two sides differ by up to
**{bent}**: the step is no longer linear. Compare the maps before and after.
""",
        ),
        Step(
            title="What it is called",
            text="""
- Without an activation a 1×1 turns, stretches and squeezes the space of the pixel columns, and its biases
  shift it: an affine map. Papers call it a **projection**, loosely: a projection in mathematics gives the
  same when it is done twice.
- It is also called **channel-wise** or **feature-map pooling**; with a ReLU, **cross-channel parametric
  pooling** (Lin, Chen & Yan): it pools over the channels instead of over neighbours, with weights that are
  learned.
- With an activation after it, a 1×1 is one layer of a perceptron, the same at every pixel. Two of them can
  express what no single matrix can. That is the idea of *Network in network*, which made the 1×1 known.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("project",), panel="Feature maps"),
            prediction=Prediction(
                question="“A coordinate-dependent transformation”, some say. What depends on the coordinate?",
                choices=("The matrix", "The column that goes in", "The number of channels"),
                right=1,
                replies=(
                    "There is only one, for all {rows}·{rows} pixels.",
                    "And nothing else: the transformation itself is the same everywhere.",
                    "{c} in and {k} out, wherever you look.",
                ),
                reveal="The name is wrong: row and column never enter the calculation.",
            ),
            figure=Picture(
                style="arithmetic",
                options={"layer": "project", "at": (0, 14, 14)},
                caption="Every pixel: {c} numbers × one {k}×{c} matrix = {k} numbers.",
            ),
        ),
    ),
    found="""
Every pixel is a column of {c} numbers, and a 1×1 multiplies each column by the same {k}×{c} matrix, then
adds {biases} biases. Without an activation, several of them in a row are no more than one.
""",
    quiz_quotes=QUOTES,
    quiz=(
        Prediction(
            question="The photograph moves one pixel to the right. What happens to the maps of a 1×1?",
            choices=(
                "They move along",
                "They stay as they are",
                "They become others altogether",
            ),
            right=0,
            replies=(
                "Each pixel is treated alike, wherever it is.",
                "They are made of the photograph's pixels, and these have moved.",
                "That would need a transformation that depends on the coordinate.",
            ),
            reveal="All convolutions do this, but for their borders and strides.",
        ),
        Prediction(
            question="112×112 pixels instead of {rows}×{rows}. How many weights has the 1×1 then?",
            choices=(
                "16 times as many",
                "{weights}, as before",
                "4 times as many",
            ),
            right=1,
            replies=(
                "There are 16 times as many pixels, and they share the same matrix.",
                "The weights know nothing of height and width.",
                "Neither the pixels nor their side count.",
            ),
            reveal="Only the number of multiplications grows with the pixels.",
        ),
        Prediction(
            question="Over what does “cross-channel parametric pooling” pool?",
            choices=(
                "Neighbours",
                "Photographs",
                "Channels",
            ),
            right=2,
            replies=(
                "Ordinary pooling does that, one map at a time.",
                "A layer never sees more than one at a time.",
                "At each pixel on its own.",
            ),
            reveal="*Parametric*, because the weights of the sum are learned: it is a 1×1 with a ReLU.",
        ),
    ),
)

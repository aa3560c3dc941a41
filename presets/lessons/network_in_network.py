"""mlpconv: a small perceptron slid over the image."""

from typing import Final

import numpy as np

from engine.analysis.analyze import Analysis
from engine.layers.convolution import Conv2d
from engine.layers.rectifiers import ReLU
from engine.model.project import Project
from presets import counting, load
from presets.builder import Builder
from presets.editing import append, changed, conv
from presets.finding import Place, behind, exists, last, located, nth
from presets.finding import conv as find_conv
from presets.lesson import Highlight, Lesson, NotFound, Picture, Prediction, Quote, State, Step, Task
from presets.quotes import channels, elsewhere, field, parameters, report, size, weights

FIRST: Final = nth(1, "Conv2d")
SECOND: Final = find_conv(FIRST, 1)
THIRD: Final = find_conv(SECOND, 1)
WIDTH: Final = 32


def _start() -> Project:
    net = Builder((3, 96, 96))
    net.conv_relu("conv1", 32, 5)
    return net.project(title="Network in network", image="coffee")


def _missing(project: Project, analysis: Analysis | None = None) -> tuple[str, ...]:
    """What the chain of the first convolution still lacks."""
    network = project.network
    wanted = (
        ("the first 1×1, after the K×K and its ReLU", FIRST, SECOND),
        ("the second 1×1, after the first and its ReLU", SECOND, THIRD),
    )
    for said, source, place in wanted:
        if not exists(place, network):
            return (said,)
        layer = network[located(place, network)].layer
        if isinstance(layer, Conv2d) and layer.out_channels != WIDTH:
            return (f"{said}, has {layer.out_channels} channels, wanted {WIDTH}",)
        if located(source, network) in network[located(place, network)].inputs:
            return (f"a ReLU before {said.split(',')[0]}: without it the two are one linear map",)
    return () if exists(behind(THIRD, "ReLU"), network) else ("a ReLU after the second 1×1",)


def _mlpconv(kernel_size: int, project: Project) -> bool:
    """Whether two 1×1 to 32 channels follow the first convolution, each after a ReLU and before one."""
    network = project.network
    if _missing(project):
        return False
    window = network[located(FIRST, network)].layer.window
    return window is not None and window.kernel_size == (kernel_size, kernel_size)


def _score() -> Quote:
    """The first score: what global average pooling gives, and the mean of the first map."""

    def engine(state: State) -> float:
        if "global_pool" not in state.maps:
            raise NotFound("the maps")
        return float(state.maps["global_pool"].reshape(-1)[0])

    def mean(state: State) -> float:
        source = state.project.network["global_pool"].inputs[0]
        return float(np.mean(state.maps[source][0, 0].astype(np.float64)))

    return Quote(engine=engine, counted=mean, places=3, needs_maps=True, tolerance=1e-4)


def _dense_weights() -> Quote:
    """Weights of a dense layer that would make as many scores of the last maps."""
    place: Place = "global_pool"

    def engine(state: State) -> int:
        found = report(state, place)
        assert found.output_shape is not None
        c, rows, columns = found.input_shapes[0]
        return c * rows * columns * found.output_shape[0]

    def counted(state: State) -> int:
        source = state.project.network["global_pool"].inputs[0]
        rows, columns = counting.size(state, source)
        c = counting.channels(state, source)
        return sum(c for _ in range(rows) for _ in range(columns)) * counting.channels(state, "global_pool")

    return Quote(engine=engine, counted=counted)


QUOTES: Final[dict[str, Quote]] = {
    "c": channels("input"),
    "k": channels(FIRST),
    "first_field": field(FIRST),
    "field": field(THIRD),
    "rows": size(FIRST),
    "first_parameters": parameters(FIRST),
    "second_parameters": parameters(SECOND),
    "third_parameters": parameters(THIRD),
    "reads": weights(FIRST),
}


_END: Final[dict[str, Quote]] = {
    "score": _score(),
    "scores": channels("global_pool"),
    "maps": channels(last("Conv2d")),
    "side": size(last("Conv2d")),
    "pool_parameters": parameters("global_pool"),
    "dense": _dense_weights(),
    "imagenet": elsewhere("nin_imagenet", channels("global_pool")),
}


LESSON: Final = Lesson(
    id="network-in-network",
    title="Network in network",
    summary="1×1 and ReLU after a K×K: a small perceptron that is slid over the image.",
    rank=17,
    level="intermediate",
    minutes=7,
    source="Lin, Chen & Yan, “Network in network”, ICLR 2014, sections 3.1 and 3.2",
    start=_start,
    networks=("network_in_network", "nin_imagenet"),
    steps=(
        Step(
            title="From a filter to a perceptron",
            text="""
A convolution with a ReLU is a perceptron with a single layer: it looks through a window of
{first_field}×{first_field} pixels, computes {k} weighted sums, and cuts off what is negative. Some things a
single layer cannot tell. So put more layers after it, and slide the whole network over the image.

The layers after it need not look around again: they only have to mix what the first one found. They are
1×1.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv1_relu",), panel="Feature maps"),
            task=Task(
                text="Append two 1×1 convolutions to 32 channels to the ReLU, each with a ReLU after it.",
                done=lambda project, analysis, maps: _mlpconv(5, project),
                missing=_missing,
                solution=lambda project: append(project, conv(32, 1), ReLU(), conv(32, 1), ReLU()),
                hints=(
                    "Select the last card, then double-click *Conv 1×1*, *ReLU*, *Conv 1×1*, *ReLU* in turn.",
                    "Each new card is selected: the next one is appended to it.",
                ),
            ),
            outcome="""
That is an **mlpconv** layer. It has {first_parameters} + {second_parameters} + {third_parameters}
parameters, and still sees {field}×{field} pixels.
""",
        ),
        Step(
            title="The first kernel matters",
            text="If three layers are so good, why not make all of them 1×1?",
            quotes=QUOTES,
            prediction=Prediction(
                question="How far does a stack of three 1×1 convolutions see?",
                choices=("3×3 pixels", "1 pixel", "5×5 pixels, because of the ReLUs"),
                right=1,
                reveal="""
One pixel, however many there are. Such a network can sort colours, but it cannot find an edge: an edge is a
difference between neighbours.
""",
            ),
            task=Task(
                text="Set the kernel of the first convolution to 1×1, and look at its maps.",
                done=lambda project, analysis, maps: _mlpconv(1, project),
                solution=lambda project: changed(project, FIRST, kernel_size=(1, 1)),
                hints=("Select *Conv 5×5 · 32*. *Kernel* stands in the inspector.",),
            ),
            outcome="""
The receptive field is {field}×{field}, and the maps are recoloured photographs: {c} colours mixed into {k}.
**The first kernel must be larger than 1×1** to see any neighbourhood at all. Undo brings the 5×5 back.
""",
        ),
        Step(
            title="Ending without a dense layer",
            text="""
A whole Network in Network: two mlpconv layers, then **global average pooling**. The last layer makes {maps}
maps of {side}×{side}, one for each class, and the mean of each is the score: {scores} scores, the first is
{score} on this photograph (with random weights). It has {pool_parameters} parameters. A dense layer in its
place would have {dense} weights, and could only read maps of this one size.

The network of the paper does the same with {imagenet} classes.
""",
            quotes=_END,
            opens=lambda: load("network_in_network").project,
            highlight=Highlight(nodes=("global_pool",), panel="Feature maps"),
            figure=Picture(
                style="flow", caption="Network in network: {scores} scores without a dense layer."
            ),
        ),
    ),
)

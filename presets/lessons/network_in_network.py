"""mlpconv: a small perceptron slid over the image."""

from typing import Final

import numpy as np

from engine.analysis.analyze import Analysis
from engine.layers.convolution import Conv2d
from engine.layers.rectifiers import ReLU
from engine.model.project import Project
from engine.shapes import pair_text
from presets import counting, load
from presets.builder import Builder
from presets.editing import append, changed, conv
from presets.finding import Place, behind, exists, last, located, nth
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
from presets.quotes import channels, elsewhere, field, layer_count, parameters, report, setting, size, weights

FIRST: Final = nth(1, "Conv2d")
SECOND: Final = find_conv(FIRST, 1)
THIRD: Final = find_conv(SECOND, 1)
WIDTH: Final = 32


def _start() -> Project:
    net = Builder((3, 96, 96))
    net.conv_relu("conv1", 32, 5)
    return net.project(title="Network in network", image="coffee")


def _no_mlpconv(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What the chain of the first convolution still lacks."""
    network = project.network
    wanted = (
        ("the first 1×1, after the K×K and its ReLU", FIRST, SECOND),
        ("the second 1×1, after the first and its ReLU", SECOND, THIRD),
    )
    for said, source, place in wanted:
        if not exists(source, network):
            return ("a convolution that reads the photograph",)
        if not exists(place, network):
            return (said,)
        layer = network[located(place, network)].layer
        if isinstance(layer, Conv2d) and layer.out_channels != WIDTH:
            return (f"{said}, has {layer.out_channels} channels, wanted {WIDTH}",)
        if located(source, network) in network[located(place, network)].inputs:
            return (f"a ReLU before {said.split(',')[0]}: without it the two are one linear map",)
    return () if exists(behind(THIRD, "ReLU"), network) else ("a ReLU after the second 1×1",)


def _sees_neighbours(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What keeps the whole stack from being 1×1."""
    missing = _no_mlpconv(project, analysis)
    window = None if missing else project.network[located(FIRST, project.network)].layer.window
    if window is not None and window.kernel_size != (1, 1):
        return (f"the first kernel is {pair_text(window.kernel_size)}, wanted 1×1",)
    return missing


def _no_5x5_mlpconv(project: Project, analysis: Analysis) -> tuple[str, ...]:
    missing = _no_mlpconv(project, analysis)
    window = None if missing else project.network[located(FIRST, project.network)].layer.window
    if window is not None and window.kernel_size != (5, 5):
        return (f"the first kernel is {pair_text(window.kernel_size)}, wanted 5×5",)
    return missing


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


def _reach() -> Quote:
    """What two more layers with the first one's kernel would see."""
    window, seen = setting(FIRST, "kernel_size"), field(FIRST)
    return Quote(
        engine=lambda state: seen.engine(state) + 2 * (window.engine(state) - 1),
        counted=lambda state: seen.counted(state) + 2 * (window.counted(state) - 1),
    )


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
    "reach": _reach(),
    "field": field(THIRD),
    "rows": size(FIRST),
    "first_parameters": parameters(FIRST),
    "second_parameters": parameters(SECOND),
    "third_parameters": parameters(THIRD),
    "reads": weights(FIRST),
    "layers": layer_count("Conv2d"),
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
    minutes=9,
    source="Lin, Chen & Yan, “Network in network”, ICLR 2014, sections 3.1 and 3.2",
    start=_start,
    networks=("network_in_network", "nin_imagenet"),
    steps=(
        Step(
            title="From a filter to a perceptron",
            text="""
A convolution with a ReLU is a perceptron with a single layer: it looks through a window of
{first_field}×{first_field} pixels, computes {k} weighted sums, and cuts off what is negative. Some things a
single layer cannot tell apart. So put more layers after it, and slide the whole small network over the image.

The layers after it need not look around again. They only have to mix what the first one found: they are 1×1.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv1_relu",), panel="Feature maps"),
            prediction=Prediction(
                question="Two 1×1 layers follow. How far does a value at the end see?",
                choices=("{reach}×{reach}", "{first_field}×{first_field}", "1×1"),
                right=1,
                replies=(
                    "Only a kernel larger than 1×1 adds to what is seen.",
                    "A 1×1 reads one position, and that position has seen {first_field}×{first_field}"
                    " pixels.",
                    "The last kernel is 1×1, but what it reads has seen more than one pixel.",
                ),
                reveal="A 1×1 leaves the receptive field as it is.",
            ),
            task=Task(
                text="Append two 1×1 convolutions to 32 channels to the ReLU, each with a ReLU after it.",
                done=nothing_missing(_no_5x5_mlpconv),
                missing=_no_5x5_mlpconv,
                solution=lambda project: append(project, conv(32, 1), ReLU(), conv(32, 1), ReLU()),
                hints=(
                    "Select the last card, then double-click *Conv 1×1*, *ReLU*, *Conv 1×1*, *ReLU* in turn.",
                    "Each new card is selected: the next one is appended to it.",
                ),
            ),
            outcome="""
That is an **mlpconv** layer, in the paper also “cascaded cross-channel parametric pooling”. It has
{first_parameters} + {second_parameters} + {third_parameters} parameters and still sees {field}×{field}
pixels.

“It makes the network wide, not deep” is the wrong way round: the width is {k} throughout, and the depth has
grown from one convolution to {layers}.
""",
        ),
        Step(
            title="The first kernel matters",
            text="If three layers are so good, why not make all of them 1×1?",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv1",), panel="Inspector"),
            prediction=Prediction(
                question="What can a stack of three 1×1 convolutions find in a photograph?",
                choices=("Edges, after enough training", "Edges, thanks to the ReLUs", "Colours"),
                right=2,
                replies=(
                    "No training helps: an edge is a difference between neighbours, and no layer sees two"
                    " pixels.",
                    "A ReLU looks at one number at a time, as a 1×1 looks at one pixel at a time.",
                    "It sees one pixel, however many layers there are, and all of its channels.",
                ),
                reveal="Its receptive field is one pixel. It can sort colours, but not find an edge.",
            ),
            task=Task(
                text="Set the kernel of the first convolution to 1×1, and look at its maps.",
                done=nothing_missing(_sees_neighbours),
                missing=_sees_neighbours,
                solution=lambda project: changed(project, FIRST, kernel_size=(1, 1)),
                hints=("Select *Conv 5×5 · 32*. *Kernel* is in the inspector.",),
            ),
            outcome="""
The receptive field is {field}×{field}, and the maps are recoloured photographs: {c} colours mixed into {k}.
**The first kernel must be larger than 1×1** to see any neighbourhood at all.
""",
        ),
        Step(
            title="Ending without a dense layer",
            text="""
A whole Network in Network: two mlpconv layers, then **global average pooling**. The last layer makes {maps}
maps of {side}×{side}, one for each class, and the mean of each is the score of its class: {scores} scores.
The first is {score} on this photograph (with random weights). The network of the paper does the same with
{imagenet} classes.
""",
            quotes=_END,
            opens=lambda: load("network_in_network").project,
            highlight=Highlight(nodes=("global_pool",), panel="Feature maps"),
            prediction=Prediction(
                question="How many parameters does this ending have?",
                choices=("{dense}", "{scores}", "{pool_parameters}"),
                right=2,
                replies=(
                    "As many weights would a dense layer in its place have.",
                    "One for each score? A mean has nothing to learn.",
                    "A mean has nothing to learn.",
                ),
                reveal="""
A dense layer in its place would have {dense} weights, and could only read maps of this one size. The paper
saw less over-fitting with the mean. That fewer parameters over-fit less is plausible, not certain: the
lesson *Over-fitting and parameters* measures it.

Min Lin, Qiang Chen and Shuicheng Yan of the National University of Singapore published this in December 2013.
GoogLeNet, to which popular accounts give the credit, used it a year later and says where it comes from.
""",
            ),
            figure=Picture(
                style="flow", caption="Network in network: {scores} scores without a dense layer."
            ),
        ),
    ),
    found="""
A K×K convolution followed by 1×1s with ReLUs is a small perceptron slid over the image. Global average
pooling ends it without a single parameter; a dense layer would have {dense} weights.
""",
    quiz_quotes=_END,
    quiz=(
        Prediction(
            question="What makes two 1×1 layers more than one?",
            choices=(
                "Their larger number of weights",
                "A larger receptive field",
                "The activation between them",
            ),
            right=2,
            replies=(
                "Without anything between them, they are one matrix.",
                "It stays at one pixel.",
                "It bends what would otherwise be one linear map.",
            ),
            reveal="An mlpconv is a perceptron with several layers *because* of its ReLUs.",
        ),
        Prediction(
            question="Which paper introduced the 1×1 convolution as a layer of its own?",
            choices=(
                "Lin, Chen & Yan, 2013",
                "Szegedy et al., 2014",
                "He et al., 2015",
            ),
            right=0,
            replies=(
                "*Network in network*, from the National University of Singapore.",
                "GoogLeNet, by Google with the University of North Carolina and others, used it and cites"
                " the first.",
                "ResNet's bottlenecks came later.",
            ),
            reveal="In the paper it is called cross-channel parametric pooling.",
        ),
        Prediction(
            question="The photograph is twice as large. How many scores does global average pooling make?",
            choices=(
                "4 times {scores}",
                "{scores}",
                "None: it does not fit",
            ),
            right=1,
            replies=(
                "The maps are larger, and the mean of each is still one number.",
                "One mean for each map, whatever its size.",
                "A dense layer would refuse. A mean takes any number of values.",
            ),
            reveal="This is why such networks read photographs of any size.",
        ),
    ),
)

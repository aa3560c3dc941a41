"""“There is no fully connected layer, only 1×1 convolutions.”"""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.layers.rectifiers import ReLU
from engine.model.project import Project
from engine.weights import IMPORTED, Given
from presets import counting
from presets.builder import Builder
from presets.editing import append, changed, conv, weighted
from presets.finding import PASSING, behind, exists, last, located
from presets.lesson import (
    Highlight,
    Lesson,
    Maps,
    NotFound,
    Picture,
    Prediction,
    Quote,
    State,
    Step,
    Task,
    nothing_missing,
)
from presets.quotes import channels, field, jump, parameters, power_of_ten, report, setting, size

SCORES: Final = last("Linear")
HEAD: Final = behind("pool3", "Conv2d")
MAP: Final = behind(HEAD, "Conv2d")
"""Of the convolutional head: beside the dense one, or made of it by *Convert to convolution*."""
ALIKE: Final = 1e-3

F32 = npt.NDArray[np.float32]


def _start() -> Project:
    net = Builder((3, 56, 56))
    for number, width in enumerate((16, 32, 64), start=1):
        net.conv_relu(f"conv{number}", width, 3)
        net.max_pool(f"pool{number}", 2)
    net.new_line()
    net.layer("flatten", "Flatten")
    net.linear("dense1", 128)
    net.relu("dense1_relu")
    net.linear("dense2", 10)
    return net.project(title="Dense layers are convolutions", image="astronaut")


def _converted(project: Project) -> Project:
    """With a convolutional head beside the dense one, of the same numbers in another order."""
    network = project.network
    linear = {node_id for node_id in ("dense1", "dense2") if network[node_id].layer.kind == "Linear"}
    if len(linear) < 2:
        raise NotFound("the dense head")
    project = append(project, conv(128, 7, padding="valid"), ReLU(), conv(10, 1), after="pool3", row=1)
    first, _, second = list(project.network.nodes)[-3:]
    side = (64, 7, 7)
    for node_id, dense, shape in ((first, "dense1", (64 * 7 * 7,)), (second, "dense2", (128,))):
        node = network[dense]
        arrays = node.weights.parameters(dense, node.layer, (shape,), project.seed)
        kernels = arrays["weight"].reshape(
            len(arrays["weight"]), *(side if dense == "dense1" else (128, 1, 1))
        )
        given = Given({"weight": kernels, "bias": arrays["bias"]}, IMPORTED, f"those of {dense}, reshaped")
        project = weighted(project, node_id, given)
    return project


def _scores(state: State) -> tuple[F32, F32]:
    """The dense scores and those of the convolution, (10,) each."""
    network = state.project.network
    convolved = located(MAP, network)
    if convolved not in state.maps or "pool3" not in state.maps:
        raise NotFound("the maps")
    dense = located(SCORES, network) if exists(SCORES, network) else ""
    scores = state.maps[dense] if dense in state.maps else _exact(state).astype(np.float32)
    if scores.size != state.maps[convolved].size:
        raise NotFound("as many scores of the convolution as of the dense layer")
    return scores.reshape(-1), state.maps[convolved].reshape(-1)


def _exact(state: State) -> npt.NDArray[np.float64]:
    """What the lesson's dense layers make of the last maps, in float64: (10,)."""
    x = state.maps["pool3"].astype(np.float64).reshape(-1)
    low, high = (_dense_arrays(state.project, name) for name in ("dense1", "dense2"))
    if x.size != low["weight"].shape[1]:
        raise NotFound("the maps that the dense layers read")
    hidden = np.maximum(low["weight"].astype(np.float64) @ x + low["bias"], 0)
    return high["weight"].astype(np.float64) @ hidden + high["bias"]


def _same_scores(project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether a convolution ends in the very scores of the dense layer."""
    try:
        dense, convolved = _scores(State(project, analysis, maps))
    except NotFound:
        return False
    return dense.shape == convolved.shape and float(np.abs(dense - convolved).max()) < ALIKE


def _not_converted(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What a convolutional head of the dense one's numbers lacks, as far as shapes and weights tell."""
    network = project.network
    if not exists(HEAD, network):
        return ("a convolution after the last pooling, in the place of the first dense layer",)
    first = located(HEAD, network)
    if analysis.layers[first].output_shape != (128, 1, 1):
        return (f"*{network[first].label}* after the last pooling, wanted a 7×7 *valid* to 128 channels",)
    if not exists(MAP, network):
        return ("a 1×1 to 10 channels in the place of the second dense layer",)
    second = located(MAP, network)
    if first in network[second].inputs:
        return ("the ReLU between the two convolutions",)
    if analysis.layers[second].output_shape != (10, 1, 1):
        return (f"*{network[second].label}* at the end, wanted a 1×1 to 10 channels",)
    state = State(project, analysis)
    made = [counting.arrays(state, node_id) for node_id in (first, second)]
    wanted = [_dense_arrays(project, name) for name in ("dense1", "dense2")]
    same = all(
        np.allclose(one[name].reshape(-1), dense[name].reshape(-1), atol=1e-6)
        for one, dense in zip(made, wanted, strict=True)
        for name in ("weight", "bias")
        if one[name].size == dense[name].size
    )
    return () if same else ("the weights of the dense layers: the new head has numbers of its own",)


def _dense_arrays(project: Project, name: str) -> counting.Arrays:
    """Parameters of a dense layer, also where it was converted and is gone."""
    node = project.network.nodes.get(name)
    if node is None or node.layer.kind != "Linear":
        node = _start().network[name]
    shape = {"dense1": (64 * 7 * 7,), "dense2": (128,)}[name]
    return node.weights.parameters(name, node.layer, (shape,), project.seed)


def _no_score_map(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What keeps ten score maps of more than one value from coming out, without a dense layer."""
    network = project.network
    dense = [node.label for node in network.nodes.values() if node.layer.kind == "Linear"]
    if dense:
        return tuple(f"*{label}* has to go" for label in dense)
    if not exists(MAP, network):
        return ("the convolutional head: *Set the step up* brings it",)
    chain = network.ancestors(located(MAP, network)) | {located(MAP, network)}
    problems = [problem.message for problem in analysis.problems if problem.node_id in chain]
    if problems:
        return (f"a head without problems ({problems[0].rstrip('.')})",)
    shape = analysis.layers[located(MAP, network)].output_shape
    if shape is None:
        return ("an Input that leads to the score maps",)
    if shape[0] != 10:
        return (f"*{network[located(MAP, network)].label}* at the end, wanted a 1×1 to 10 channels",)
    return () if min(shape[1:]) > 1 else ("score maps larger than 1×1: a larger Input",)


def _apart() -> Quote:
    """max‖Δ‖ of the two heads' scores: as computed, and in float64 from the same last maps."""

    def engine(state: State) -> float:
        dense, convolved = _scores(state)
        return float(np.abs(dense - convolved).max())

    def in_double(state: State) -> float:
        return float(np.abs(_exact(state) - _scores(state)[1]).max())

    return Quote(
        engine=engine,
        counted=in_double,
        shown=lambda state: power_of_ten(engine(state)),
        needs_maps=True,
        tolerance=1e-4,
    )


def _kernel_side() -> Quote:
    """Side of the map that is flattened, and so of the first kernel."""

    def engine(state: State) -> int:
        found = report(state, "pool3").output_shape
        assert found is not None
        return found[1]

    return Quote(engine=engine, counted=lambda state: counting.size(state, "pool3")[0])


QUOTES: Final[dict[str, Quote]] = {
    "side": _kernel_side(),
    "c": channels("pool3"),
    "dense1": parameters("dense1"),
    "dense2": parameters("dense2"),
    "conv1": parameters(HEAD),
    "conv2": parameters(MAP),
    "apart": _apart(),
    "classes": channels(SCORES),
}

WIDE: Final[dict[str, Quote]] = {
    "input": size("input"),
    "side": size(MAP),
    "kernel": setting(HEAD, "kernel_size"),
    "maps": channels(MAP),
    "jump": jump(MAP),
    "field": field(MAP),
}


def _widened(project: Project) -> Project:
    nodes = project.network.nodes
    dense = [node_id for node_id, node in nodes.items() if node.layer.kind in ("Flatten", "Linear")]
    behind_dense = [
        node_id
        for node_id, node in nodes.items()
        if node.layer.role in PASSING and node.inputs and node.inputs[0] in dense
    ]
    return changed(project.remove(*dense, *behind_dense), "input", shape=(3, 112, 112))


LESSON: Final = Lesson(
    id="fully-connected",
    title="There is no fully connected layer, only 1×1 convolutions",
    summary="A dense layer is a convolution with a kernel as large as the map, and can slide like one.",
    rank=18,
    level="advanced",
    minutes=10,
    source="Long, Shelhamer & Darrell, “Fully convolutional networks”, CVPR 2015; Y. LeCun, 2015",
    start=_start,
    networks=("fully_connected", "fcn8s"),
    steps=(
        Step(
            title="The same numbers, arranged differently",
            text="""
A classifier as it is usually drawn: convolutions and poolings, then the {side}×{side}×{c} maps are
*flattened* into one long vector, and two dense layers make {classes} scores. They have {dense1} and
{dense2} parameters.

A dense unit multiplies every number of the maps by a weight of its own and adds up. So does a convolution
whose kernel is as large as the map: it fits in exactly one place, so it makes one number. The second dense
layer reads 128 single values: there a 1×1 is large enough.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("dense1",), panel="Inspector"),
            prediction=Prediction(
                question="Which convolution takes the place of the first dense layer?",
                choices=("1×1", "3×3, several times", "{side}×{side} without padding"),
                right=2,
                replies=(
                    "“Only 1×1 convolutions”, says the sentence. A 1×1 would read {c} numbers of"
                    " {side}·{side}·{c}.",
                    "A stack of them can see as far. But it computes something else: a dense layer is"
                    " *one* sum.",
                    "It reads all {side}·{side}·{c} numbers at once, in the one place where it fits.",
                ),
                reveal="""
**{side}×{side}**. The popular sentence is true of every dense layer but the first: that one still reads a
map, and needs a kernel as large as the map.
""",
            ),
            task=Task(
                text="Give the network a convolutional head with the weights of the dense one.",
                done=_same_scores,
                missing=_not_converted,
                solution=_converted,
                slow=True,
                hints=(
                    "Select *Linear · 128*, then *Convert to convolution* in the inspector: the weights"
                    " stay.",
                    "Or append a 7×7 *valid* to 128 channels to the last pooling, a ReLU, and a 1×1 to 10.",
                    "The weights have to be the same numbers. *Show me* puts them beside the dense head.",
                ),
                needs_maps=True,
            ),
            outcome="""
{conv1} and {conv2} parameters: as many as before. And the scores are the same: they differ by **{apart}**
at most, which is rounding. Where both heads are there, select their last cards in turn and compare the
bars.
""",
        ),
        Step(
            title="A larger photograph",
            text="""
What is gained? A dense layer takes one size of map only. A convolution takes any, and slides.
""",
            quotes=WIDE,
            highlight=Highlight(nodes=("input",), panel="Inspector"),
            prediction=Prediction(
                question="The Input becomes 112×112, twice as wide. What does the head make of it?",
                choices=("{maps} scores, as before", "{maps} maps of 2×2", "{maps} maps of {side}×{side}"),
                right=2,
                replies=(
                    "That would take a kernel as large as the new map. The kernel stayed {kernel}×{kernel}.",
                    "The kernel rests wherever it fits, not only side by side.",
                    "The last maps are 14×14 now, and a {kernel}×{kernel} fits into them in {side}·{side}"
                    " places.",
                ),
                reveal="One value for every place where the head could have stood.",
            ),
            task=Task(
                text="Delete the dense head if it is still there, and make the Input 3×112×112.",
                done=nothing_missing(_no_score_map),
                missing=_no_score_map,
                solution=_widened,
                hints=(
                    "Select Flatten and the dense layers with the ReLU between them, and press Delete.",
                    "Then select the Input and change its shape.",
                ),
            ),
            outcome="""
{maps} **score maps** of {side}×{side} instead of {maps} scores: one value for each place, {jump} pixels
apart, each from a view of {field}×{field} pixels. All of it in one pass, sharing everything that the views
have in common.
""",
            figure=Picture(
                style="flow", caption="On {input}×{input} pixels: {maps} score maps of {side}×{side}."
            ),
        ),
    ),
    found="""
A dense layer is a convolution with a kernel as large as the map; the dense layers after the first are 1×1s.
As convolutions they slide: {input}×{input} pixels gave {maps} score maps of {side}×{side}.
""",
    quiz_quotes=WIDE,
    quiz=(
        Prediction(
            question="A dense layer reads 256 maps of 6×6 and makes 4096 numbers. Which convolution is it?",
            choices=(
                "1×1 to 4096 channels",
                "6×6 to 4096 channels, valid",
                "6×6 to 256 channels, valid",
            ),
            right=1,
            replies=(
                "It would read 256 numbers for each, not 6·6·256.",
                "It fits in one place, and reads everything there is.",
                "The channels out are the numbers that it makes.",
            ),
            reveal="This is AlexNet's first dense layer.",
        ),
        Prediction(
            question="And the dense layer after it, from 4096 numbers to 4096?",
            choices=(
                "1×1 to 4096 channels",
                "6×6 to 4096 channels, valid",
                "64×64 to 1 channel, valid",
            ),
            right=0,
            replies=(
                "Each number is a map of one pixel now.",
                "There are no 6×6 values left to read.",
                "4096 = 64·64, but these numbers are not arranged in a square.",
            ),
            reveal="Here, and only here, the popular sentence is right.",
        ),
        Prediction(
            question="The score maps are {side}×{side} now. How many weights has the head gained?",
            choices=(
                "None",
                "{side}·{side} times as many",
                "Twice as many",
            ),
            right=0,
            replies=(
                "It slides. The same weights are used in every place.",
                "That would be a head of its own for each place.",
                "A larger photograph changes no kernel.",
            ),
            reveal="Only the multiplications grow.",
        ),
    ),
)

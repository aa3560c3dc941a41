"""“There is no fully connected layer, only 1×1 convolutions.”"""

from dataclasses import replace
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
from presets.lesson import Highlight, Lesson, Maps, NotFound, Picture, Prediction, Quote, State, Step, Task
from presets.quotes import channels, field, jump, parameters, power_of_ten, report, size

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
    from engine.analysis.analyze import analyze

    dense = replace(_start(), seed=state.project.seed)
    own = State(dense, analyze(dense.network))
    x = state.maps["pool3"].astype(np.float64).reshape(-1)
    low, high = (counting.arrays(own, node_id) for node_id in ("dense1", "dense2"))
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


def _score_map(project: Project, analysis: Analysis, maps: Maps) -> bool:
    """Whether there is no dense layer any more, and ten score maps of more than one value."""
    network = project.network
    if any(node.layer.kind == "Linear" for node in network.nodes.values()) or analysis.problems:
        return False
    try:
        shape = analysis.layers[located(MAP, network)].output_shape
    except NotFound:
        return False
    return shape is not None and shape[0] == 10 and min(shape[1:]) > 1


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
    minutes=8,
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
                choices=("1×1, as the sentence says", "{side}×{side} without padding", "3×3, several times"),
                right=1,
                reveal="""
**{side}×{side}**. Taken at its word the popular sentence is true of all dense layers but the first one:
that one still sees a map, and needs a kernel as large as that.
""",
            ),
            task=Task(
                text="Give the network a convolutional head with the weights of the dense one.",
                done=_same_scores,
                solution=_converted,
                slow=True,
                hints=(
                    "Select Linear · 128, then *Convert to convolution* in the inspector: the weights stay.",
                    "Or append a 7×7 *valid* to 128 channels to the last pooling, a ReLU, and a 1×1 to 10.",
                    "The weights have to be the same numbers. *Show me* puts them beside the dense head.",
                ),
                needs_maps=True,
            ),
            outcome="""
{conv1} and {conv2} parameters: the same. And the same scores: the largest difference is **{apart}**, which is
rounding. Where both heads are there, select their last cards in turn and compare.
""",
        ),
        Step(
            title="A larger photograph",
            text="""
What is gained? A dense layer takes one size of map only. A convolution takes any, and slides.
""",
            quotes=WIDE,
            task=Task(
                text="Delete the dense head if it is still there, and make the Input 3×112×112.",
                done=_score_map,
                solution=_widened,
                hints=(
                    "Select Flatten and the dense layers with the ReLU between them, and press Delete.",
                    "Then select the Input and change its shape.",
                ),
            ),
            outcome="""
Ten **score maps** of {side}×{side} instead of ten scores: one for each place, {jump} pixels apart, each
from a view of {field}×{field} pixels. All of it in one pass, sharing everything that the views have in
common.
""",
            figure=Picture(
                style="flow", caption="On {input}×{input} pixels: {maps} score maps of {side}×{side}."
            ),
        ),
    ),
)

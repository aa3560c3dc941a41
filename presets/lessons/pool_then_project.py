"""Inception's fourth branch: a pooling that keeps the size, then a 1×1."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.layers.max_pooling import MaxPool2d
from engine.model.project import Project
from engine.shapes import SAME
from presets.builder import Builder
from presets.editing import append, conv
from presets.finding import behind, exists, located
from presets.finding import conv as find_conv
from presets.lesson import Highlight, Lesson, Maps, Picture, Prediction, Quote, Step, Task
from presets.quotes import channels, elsewhere, field, macs, parameters, size

POOL: Final = behind("input", "MaxPool2d")
PROJECT: Final = find_conv(POOL, 1)


def _start() -> Project:
    return Builder((192, 28, 28)).project(title="Pool, then project", image="astronaut")


def _pooled(project: Project, analysis: Analysis, maps: Maps) -> bool:
    network = project.network
    if not exists(POOL, network):
        return False
    node_id = located(POOL, network)
    window = network[node_id].layer.window
    same_size = analysis.layers[node_id].output_shape == (192, 28, 28)
    return same_size and window is not None and window.kernel_size == (3, 3)


def _projected(project: Project, analysis: Analysis, maps: Maps) -> bool:
    return _pooled(project, analysis, maps) and exists(find_conv(POOL, 1, 32), project.network)


QUOTES: Final[dict[str, Quote]] = {
    "rows": size("input"),
    "c": channels("input"),
    "pool_rows": size(POOL),
    "pool_c": channels(POOL),
    "pool_field": field(POOL),
    "pool_macs": macs(POOL),
    "k": channels(PROJECT),
    "parameters": parameters(PROJECT),
    "macs": macs(PROJECT),
    "field": field(PROJECT),
    "naive": elsewhere("inception_3a_naive", channels("concat")),
    "reduced": elsewhere("inception_3a", channels("concat")),
}


LESSON: Final = Lesson(
    id="pool-then-project",
    title="Pool, then project",
    summary="A pooling cannot make maps fewer. The 1×1 after it can: Inception's fourth branch.",
    rank=16,
    level="beginner",
    minutes=4,
    source="Szegedy et al., “Going deeper with convolutions”, CVPR 2015, figure 2",
    start=_start,
    networks=("pool_then_project", "inception_3a", "inception_3a_naive"),
    steps=(
        Step(
            title="A pooling that keeps the size",
            text="""
Poolings mostly halve the map. In Inception one stands beside convolutions, and
their maps are to be stacked, so all must have the same height and width. A window of 3×3 that moves by
**one** pixel, with a border around the map, keeps {rows}×{rows}.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("input",), panel="Feature maps"),
            task=Task(
                text="Append a max-pooling 3×3 with stride 1 and padding *same*.",
                done=_pooled,
                solution=lambda project: append(
                    project, MaxPool2d(kernel_size=(3, 3), stride=(1, 1), padding=SAME)
                ),
                hints=(
                    "*Max pool* comes as 2×2 with stride 2: set *Window* to 3, *Stride* to 1, padding to "
                    "*same* in the inspector.",
                ),
            ),
            outcome="""
{pool_rows}×{pool_rows}, and each value is now the largest of its {pool_field}×{pool_field} neighbourhood:
bright spots grow. Compare the maps before and after.
""",
        ),
        Step(
            title="The projection",
            text="A pooling works on each map alone: {pool_c} maps come in, {pool_c} go out.",
            quotes=QUOTES,
            prediction=Prediction(
                question="What if the branches of the module are stacked without a 1×1 after the pool?",
                choices=("Nothing much", "The depth grows from module to module", "The sizes do not fit"),
                right=1,
                reveal="""
Module 3a without any 1×1 reductions puts out {naive} maps, of which {c} are maxima of the input
maps, each on its own. With the projection (and the reductions) it is {reduced}.
""",
            ),
            task=Task(
                text="Append a 1×1 convolution to 32 channels after the pooling.",
                done=_projected,
                solution=lambda project: append(project, conv(32, 1)),
                hints=("Select the pooling, double-click *Conv 1×1*, and set 32 channels.",),
            ),
            outcome="""
{pool_c} maps became {k} with {parameters} parameters. The RF is still {field}×{field}: the pooling looks
around, the 1×1 mixes. Each does what the other cannot.
""",
            figure=Picture(style="flow", caption="Pool 3×3, stride 1, then 1×1: {c} maps become {k}."),
        ),
    ),
)

"""Fewer, equal or more maps: a 1×1 changes the depth, a pooling changes height and width."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.layers.max_pooling import MaxPool2d
from engine.layers.rectifiers import ReLU
from engine.model.project import Project
from presets.builder import Builder
from presets.editing import append, conv
from presets.finding import behind, exists, located
from presets.finding import conv as find_conv
from presets.lesson import Highlight, Lesson, Maps, Picture, Quote, Step, Task
from presets.quotes import channels, field, parameters, size

POOL: Final = behind("input", "MaxPool2d", "AvgPool2d")
FEWER: Final = find_conv("input", 1, 32)
EQUAL: Final = find_conv("input", 1, 192)
MORE: Final = find_conv("input", 1, 256)


def _start() -> Project:
    return Builder((192, 28, 28)).project(title="Fewer, equal, more", image="chelsea")


def _has_pool(project: Project, analysis: Analysis, maps: Maps) -> bool:
    if not exists(POOL, project.network):
        return False
    return analysis.layers[located(POOL, project.network)].output_shape == (192, 14, 14)


def _has_fewer(project: Project, analysis: Analysis, maps: Maps) -> bool:
    return exists(behind(FEWER, "ReLU"), project.network)


def _has_all(project: Project, analysis: Analysis, maps: Maps) -> bool:
    return all(exists(one, project.network) for one in (FEWER, EQUAL, MORE))


QUOTES: Final[dict[str, Quote]] = {
    "rows": size("input"),
    "c": channels("input"),
    "pool_rows": size(POOL),
    "pool_c": channels(POOL),
    "pool_parameters": parameters(POOL),
    "fewer": channels(FEWER),
    "fewer_rows": size(FEWER),
    "equal": channels(EQUAL),
    "more": channels(MORE),
    "fewer_parameters": parameters(FEWER),
    "equal_parameters": parameters(EQUAL),
    "more_parameters": parameters(MORE),
    "field": field(MORE),
}


LESSON: Final = Lesson(
    id="up-and-down",
    title="Fewer, equal or more maps",
    summary="Pooling shrinks height and width. A 1×1 shrinks the depth, keeps it, or makes it grow.",
    rank=8,
    level="beginner",
    minutes=5,
    source="Szegedy et al., “Going deeper with convolutions”, CVPR 2015, section 3",
    start=_start,
    networks=("up_and_down",),
    steps=(
        Step(
            title="A pooling keeps the depth",
            text="""
{c} maps of
{rows}×{rows}, responses of the photograph to an oriented filter bank. There are two directions in which
this can become smaller: the picture, or the depth. Begin with the picture.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("input",), panel="Feature maps"),
            task=Task(
                text="Append a max-pooling 2×2 with stride 2 to the Input.",
                done=_has_pool,
                solution=lambda project: append(project, MaxPool2d(), after="input", row=-1),
                hints=("*Max pool* is in the group *Pooling*; its settings are right from the start.",),
            ),
            outcome="""
{pool_rows}×{pool_rows}, and still {pool_c} maps. It has {pool_parameters} parameters: nothing is learned.
""",
        ),
        Step(
            title="A 1×1 changes the depth",
            text="Now the other direction: a 1×1 convolution and a ReLU, as in every Inception module.",
            quotes=QUOTES,
            task=Task(
                text="Wire a 1×1 convolution to 32 channels to the Input, and a ReLU after it.",
                done=_has_fewer,
                solution=lambda project: append(project, conv(32, 1), ReLU(), after="input"),
                hints=(
                    "Select the Input first, then double-click *Conv 1×1*: it is wired to the selected card.",
                    "*ReLU* is in the group *Activation*.",
                ),
            ),
            outcome="""
{rows}×{rows}×{c} became {fewer_rows}×{fewer_rows}×{fewer}. Height and width are untouched.
""",
        ),
        Step(
            title="Down, level, up",
            text="""
A 1×1 makes as many maps as it has filters: fewer, equal or more than came in. Equal is not idle: the maps
are mixed anew. More gives the next layer more combinations to choose from, though nothing new to see: all
of them are made of the same {c} numbers at each pixel.
""",
            quotes=QUOTES,
            task=Task(
                text="Add a 1×1 to 192 and one to 256 channels, both on the Input.",
                done=_has_all,
                solution=lambda project: append(
                    append(project, conv(192, 1), ReLU(), after="input", row=1),
                    conv(256, 1),
                    ReLU(),
                    after="input",
                    row=2,
                ),
                hints=("Select the Input and double-click *Conv 1×1*, twice; then set the channels.",),
            ),
            outcome="""
| | maps | parameters |
|---|---:|---:|
| fewer | {c} → {fewer} | {fewer_parameters} |
| equal | {c} → {equal} | {equal_parameters} |
| more | {c} → {more} | {more_parameters} |

The receptive field is {field}×{field} in all three.
""",
            figure=Picture(style="flow", caption="{c} maps become {fewer}, {equal} and {more}."),
        ),
    ),
)

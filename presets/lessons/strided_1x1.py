"""A 1×1 convolution with a stride: what it never sees."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.layers.convolution import Conv2d
from engine.model.project import Project
from presets import counting
from presets.builder import Builder
from presets.editing import append, changed, conv
from presets.finding import Place, exists, located
from presets.finding import conv as find_conv
from presets.lesson import Comparison, Highlight, Lesson, Picture, Prediction, Quote, State, Step, Task
from presets.quotes import elsewhere, field, jump, percent, report, size, total_macs, total_parameters

NARROW: Final = find_conv("input", 1)
WIDE: Final = find_conv("input", 3)


def _start() -> Project:
    net = Builder((64, 56, 56))
    net.conv("strided_1x1", 128, 1)
    return net.project(title="1×1 with a stride", image="astronaut")


def _strided(place: Place, project: Project, analysis: Analysis) -> bool:
    network = project.network
    if not exists(place, network):
        return False
    layer = network[located(place, network)].layer
    return isinstance(layer, Conv2d) and layer.stride == (2, 2)


def _read(place: Place) -> Quote:
    """Positions of the input that the layer reads, each counted once."""

    def engine(state: State) -> int:
        found = report(state, place)
        layer = state.project.network[found.node_id].layer
        reach = layer.reach(*found.input_shapes)
        assert reach is not None
        assert found.output_shape is not None
        made = 1
        for axis in (0, 1):
            seen: set[int] = set()
            for output in range(found.output_shape[1 + axis]):
                seen |= set(reach[axis].indices(output, found.input_shapes[0][1 + axis]))
            made *= len(seen)
        return made

    def counted(state: State) -> int:
        node_id = located(place, state.project.network)
        rows = int(size("input").counted(state))
        seen: set[int] = set()
        for row in range(counting.size(state, node_id)[0]):
            seen |= counting.seen_rows(state.project.network, state.analysis, node_id, row)["input"]
        return len(seen & set(range(rows))) ** 2

    return Quote(engine=engine, counted=counted)


def _all() -> Quote:
    return Quote(
        engine=lambda state: int(size("input").engine(state)) ** 2,
        counted=lambda state: int(size("input").counted(state)) ** 2,
    )


def _unseen(place: Place) -> Quote:
    read, every = _read(place), _all()
    return percent(
        Quote(
            engine=lambda state: every.engine(state) - read.engine(state),
            counted=lambda state: every.counted(state) - read.counted(state),
        ),
        every,
    )


QUOTES: Final[dict[str, Quote]] = {
    "rows": size("input"),
    "every": _all(),
    "narrow_rows": size(NARROW),
    "narrow_read": _read(NARROW),
    "narrow_unseen": _unseen(NARROW),
    "narrow_jump": jump(NARROW),
    "wide_rows": size(WIDE),
    "wide_read": _read(WIDE),
    "wide_unseen": _unseen(WIDE),
    "v1_parameters": elsewhere("resnet50_v1", total_parameters()),
    "v1_macs": elsewhere("resnet50_v1", total_macs()),
    "v15_parameters": elsewhere("resnet50", total_parameters()),
    "v15_macs": elsewhere("resnet50", total_macs()),
}


LESSON: Final = Lesson(
    id="strided-1x1",
    title="A 1×1 with a stride",
    summary="With stride 2 a 1×1 reads one position in four. ResNet-50 exists with and without that.",
    rank=15,
    level="intermediate",
    minutes=6,
    source="He et al., “Deep residual learning for image recognition”, CVPR 2016; torchvision's v1.5",
    start=_start,
    networks=("strided_1x1", "resnet50_v1", "resnet50"),
    steps=(
        Step(
            title="One position in four",
            text="""
A 1×1 looks at one pixel. With stride 1 it visits all {every} of them. With stride 2 it takes every second
one, in both directions.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("strided_1x1",), panel="Feature maps"),
            prediction=Prediction(
                question="What part of the input does a 1×1 with stride 2 never look at?",
                choices=("nothing", "half of it", "three quarters of it"),
                right=2,
                reveal="Half of the rows go, and of the rows that stay half of the columns.",
            ),
            task=Task(
                text="Set the stride of the 1×1 to 2.",
                done=lambda project, analysis, maps: _strided(NARROW, project, analysis),
                solution=lambda project: changed(project, NARROW, stride=(2, 2)),
                hints=("Select the card. *Stride* stands in the inspector on the right.",),
            ),
            outcome="""
{narrow_rows}×{narrow_rows} values from {narrow_read} of {every} positions: **{narrow_unseen}** of the input
is never read. Point at neighbouring values of a map: the boxes on the photograph lie {narrow_jump} apart
and leave the rows and columns between them out.
""",
        ),
        Step(
            title="A 3×3 sees all",
            text="With the same stride a 3×3 steps over no pixel: its windows overlap by one.",
            quotes=QUOTES,
            task=Task(
                text="Wire a 3×3 convolution with stride 2 and padding 1 to the Input.",
                done=lambda project, analysis, maps: _strided(WIDE, project, analysis),
                solution=lambda project: append(project, conv(128, 3, stride=2), after="input", row=1),
                hints=("Select the Input, double-click *Conv K×K*, and set the stride to 2.",),
            ),
            outcome="""
The same {wide_rows}×{wide_rows} values, but {wide_read} of {every} positions are read: {wide_unseen}
unseen.
""",
        ),
        Step(
            title="ResNet-50, twice",
            text="""
The paper puts the stride of 2 into the first 1×1 of a bottleneck (v1). Most programs today put it into the
3×3 (v1.5). The number of weights is the same. But three times v1 throws three quarters of the positions
away, which makes it cheaper. (The 1×1 of the shortcut has the stride in both.)
""",
            quotes=QUOTES
            | {
                "v1_field": elsewhere("resnet50_v1", field("conv5_3/relu")),
                "v15_field": elsewhere("resnet50", field("conv5_3/relu")),
            },
            comparison=Comparison(
                heading=("", "v1: stride in the 1×1", "v1.5: stride in the 3×3"),
                rows=(
                    ("parameters", "{v1_parameters}", "{v15_parameters}"),
                    ("MACs", "{v1_macs}", "{v15_macs}"),
                    ("receptive field", "{v1_field}", "{v15_field}"),
                ),
            ),
            figure=Picture(
                style="arithmetic",
                options={"layer": "strided_1x1"},
                caption="A 1×1 with stride 2 never sees {narrow_unseen} of its input.",
            ),
        ),
    ),
)

"""What padding, stride and dilation do to the size of a map."""

from collections.abc import Callable
from typing import Final

from engine.analysis.analyze import Analysis
from engine.layers.convolution import Conv2d
from engine.model.project import Project
from engine.shapes import SAME, VALID
from presets import counting, load
from presets.builder import Builder
from presets.editing import changed
from presets.finding import Place, last, located
from presets.lesson import (
    Comparison,
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
)
from presets.quotes import elsewhere, field, size

CONV: Final = last("Conv2d")


def _start() -> Project:
    net = Builder((1, 28, 28))
    net.conv("conv", 1, 3)
    return net.project(title="Padding and stride", image="astronaut")


def _comes_to(rows: int, stride: int, mode: str, project: Project, analysis: Analysis) -> bool:
    """Whether the 3×3 with this stride (and padding, where one is named) makes maps of so many rows."""
    try:
        node_id = located(CONV, project.network)
    except NotFound:
        return False
    layer = project.network[node_id].layer
    if not isinstance(layer, Conv2d) or layer.kernel_size != (3, 3) or layer.stride != (stride, stride):
        return False
    if mode and layer.padding.mode != mode:
        return False
    shape = analysis.layers[node_id].output_shape
    return shape is not None and shape[1:] == (rows, rows)


def _task(
    rows: int,
    stride: int,
    text: str,
    solution: Callable[[Project], Project],
    *hints: str,
    mode: str = "",
) -> Task:
    def done(project: Project, analysis: Analysis, maps: Maps) -> bool:
        return _comes_to(rows, stride, mode, project, analysis)

    return Task(text=text, done=done, solution=solution, hints=hints)


def _padding(side: int, place: Place = CONV) -> Quote:
    """Rows of padding before (side 0) or after (side 1) the map."""

    def engine(state: State) -> int:
        node_id = located(place, state.project.network)
        window = state.project.network[node_id].layer.window
        shapes = state.analysis.layers[node_id].input_shapes
        if window is None or not shapes:
            raise NotFound(node_id)
        return window.pads((shapes[0][1], shapes[0][2]))[0][side]

    def counted(state: State) -> int:
        """Rows outside of the map that the first or the last output reads."""
        node_id = located(place, state.project.network)
        source = state.project.network[node_id].inputs[0]
        rows = int(size(source).counted(state))
        output = 0 if side == 0 else counting.size(state, node_id)[0] - 1
        seen = counting.seen_rows(state.project.network, state.analysis, node_id, output)[source]
        return sum(1 for row in seen if (row < 0 if side == 0 else row >= rows))

    return Quote(engine=engine, counted=counted)


def _unread() -> Quote:
    """Rows of the input that no output reads."""

    def engine(state: State) -> int:
        node_id = located(CONV, state.project.network)
        shapes = state.analysis.layers[node_id].input_shapes
        if not shapes:
            raise NotFound(f"what {node_id} reads")
        shape = shapes[0]
        out = state.analysis.layers[node_id].output_shape
        reach = state.project.network[node_id].layer.reach(shape)
        if reach is None or out is None:
            raise NotFound(node_id)
        return shape[1] - 1 - max(reach[0].indices(out[1] - 1, shape[1]))

    def counted(state: State) -> int:
        node_id = located(CONV, state.project.network)
        rows = int(size("input").counted(state))
        seen: set[int] = set()
        for row in range(counting.size(state, node_id)[0]):
            seen |= counting.seen_rows(state.project.network, state.analysis, node_id, row)["input"]
        return len(set(range(rows)) - seen)

    return Quote(engine=engine, counted=counted)


QUOTES: Final[dict[str, Quote]] = {
    "n": size("input"),
    "out": size(CONV),
    "before": _padding(0),
    "after": _padding(1),
    "unread": _unread(),
    "same_before": elsewhere("padding_stride", _padding(0, "same")),
    "same_after": elsewhere("padding_stride", _padding(1, "same")),
}


_ALL: Final = {
    name: elsewhere("padding_stride", size(name))
    for name in (
        "same",
        "valid",
        "valid_stride_2",
        "same_stride_2",
        "full",
        "uneven",
        "dilated",
        "transposed",
    )
} | {
    "n": elsewhere("padding_stride", size("input")),
    "uneven_columns": elsewhere("padding_stride", size("uneven", 1)),
    "full_padding": elsewhere("padding_stride", _padding(0, "full")),
    "dilated_field": elsewhere("padding_stride", field("dilated")),
}


LESSON: Final = Lesson(
    id="padding-stride",
    title="SAME, VALID and stride",
    summary="The same 3×3 kernel on the same 28×28 pixels, and eight different sizes that come out.",
    rank=13,
    level="beginner",
    minutes=10,
    source="Dumoulin & Visin, “A guide to convolution arithmetic for deep learning”, arXiv 1603.07285, 2016",
    start=_start,
    networks=("padding_stride",),
    steps=(
        Step(
            title="SAME and VALID",
            text="""
A 3×3 kernel on {n}×{n} pixels. With padding *same* a border of zeros is added, so that as much comes out as
went in: {same_before} row before and {same_after} after. With *valid* nothing is added, and the kernel has
to stay inside.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv",), panel="Inspector"),
            task=_task(
                26,
                1,
                "Set the padding of the convolution to *valid*.",
                lambda project: changed(project, CONV, padding=VALID),
                "Select the card *Conv 3×3 · 1*; *Padding* stands in the inspector.",
            ),
            outcome="{n} became **{out}**: one pixel less at each edge.",
        ),
        Step(
            title="VALID with stride 2",
            text="The kernel now moves by two pixels at a time.",
            quotes=QUOTES,
            prediction=Prediction(
                question="28 pixels, a kernel of 3, steps of 2, no padding: how many positions fit?",
                choices=("14", "13", "12"),
                right=1,
                reveal="""
**13**: (28 − 3) / 2 = 12 and a half steps, so 12 steps and the first position. The half step means that
something at the end is left over.
""",
            ),
            task=_task(
                13,
                2,
                "Set the stride to 2, and keep *valid*.",
                lambda project: changed(project, CONV, stride=(2, 2)),
                "*Stride* stands in the inspector, below the kernel.",
            ),
            outcome="""
**{out}**×{out}. The last row and the last column are never read ({unread} of each): point at the last value
of the map, and its box on the photograph ends before the edge.
""",
        ),
        Step(
            title="SAME with stride 2",
            text="""
*Same* with a stride follows TensorFlow: the output is the input divided by the stride, rounded up. Only as
much is padded as that needs. If it is an odd number, the larger part goes to the bottom and the right.
""",
            quotes=QUOTES,
            task=_task(
                14,
                2,
                "Set the padding to *same*, and keep stride 2.",
                lambda project: changed(project, CONV, padding=SAME),
                "Padding *same*, stride 2.",
                mode="same",
            ),
            outcome="""
**{out}**, with {before} rows before and {after} after. PyTorch's `padding=1`
gives the same size, but puts a row on both sides: the windows lie one pixel further up and left, and the
numbers differ.
""",
        ),
        Step(
            title="6×6 becomes 4×4",
            text="The picture in every textbook: a 3×3 kernel on 6×6 pixels, *valid*, stride 1.",
            quotes=QUOTES,
            task=_task(
                4,
                1,
                "Make the Input 6×6, and the convolution *valid* with stride 1.",
                lambda project: changed(
                    changed(project, CONV, stride=(1, 1), padding=VALID), "input", shape=(1, 6, 6)
                ),
                "Select the Input: its shape is 1×28×28. Make it 1×6×6.",
            ),
            outcome="{n}×{n} became {out}×{out}: {out} positions in each of {out} rows.",
        ),
        Step(
            title="The whole guide",
            text="""
Eight settings of one 3×3 kernel on {n}×{n}. *Half* padding is what *same* does at stride 1. *Full* padding
lets the kernel touch the map with a single corner. A *dilated* kernel leaves gaps: its nine taps span
{dilated_field} pixels. A *transposed* convolution goes the other way: each input value stamps the kernel
onto a larger map.
""",
            quotes=_ALL,
            opens=lambda: load("padding_stride").project,
            highlight=Highlight(panel="Feature maps"),
            comparison=Comparison(
                heading=("Padding", "Stride", "Comes out"),
                rows=(
                    ("half (same)", "1", "{same}×{same}"),
                    ("none (valid)", "1", "{valid}×{valid}"),
                    ("none (valid)", "2", "{valid_stride_2}×{valid_stride_2}"),
                    ("same: 0 before, 1 after", "2", "{same_stride_2}×{same_stride_2}"),
                    ("full: {full_padding} all around", "1", "{full}×{full}"),
                    ("arbitrary: 0, 2, 1, 0", "1", "{uneven}×{uneven_columns}"),
                    ("none, dilation 2", "1", "{dilated}×{dilated}"),
                    ("transposed", "2", "{transposed}×{transposed}"),
                ),
            ),
            figure=Picture(
                style="arithmetic",
                options={"layer": "same_stride_2", "at": (0, 13, 13)},
                caption="SAME with stride 2: {same_stride_2}×{same_stride_2} from {n}×{n}.",
            ),
        ),
    ),
)

"""What padding, stride and dilation do to the size of a map."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.analysis.analyze import Analysis
from engine.layers.convolution import Conv2d
from engine.model.project import Project
from engine.shapes import SAME, VALID, pair_text
from presets import load
from presets.builder import Builder
from presets.editing import changed
from presets.finding import last, located
from presets.lesson import (
    Comparison,
    Highlight,
    Lesson,
    NotFound,
    Picture,
    Prediction,
    Quote,
    Step,
    Task,
    nothing_missing,
)
from presets.lessons.padding import padding, unread, without_floor
from presets.quotes import channels, elsewhere, field, ratio, size, weights

CONV: Final = last("Conv2d")


def _start() -> Project:
    net = Builder((1, 28, 28))
    net.conv("conv", 1, 3)
    return net.project(title="Padding and stride", image="astronaut")


def _guide() -> Project:
    """Eight settings side by side, each under a name."""
    project = load("padding_stride").project
    names = {"uneven": "arbitrary", "dilated": "dilation 2"}
    for node_id in project.network.order[1:]:
        project = project.rename(node_id, names.get(node_id, node_id.replace("_", " ")))
    return project


@dataclass(frozen=True)
class _Wanted:
    """What a 3×3 convolution has to be set to, and to put out."""

    rows: int
    stride: int
    channels: int = 0
    """0 for any."""
    mode: str = ""
    """Of the padding; empty for any that gives so many rows."""

    def missing(self, project: Project, analysis: Analysis) -> tuple[str, ...]:
        """What the network's last convolution lacks."""
        try:
            node_id = located(CONV, project.network)
        except NotFound:
            return ("a convolution that reads from the Input",)
        layer, shape = project.network[node_id].layer, analysis.layers[node_id].output_shape
        assert isinstance(layer, Conv2d)
        if shape is None:
            return ("a convolution whose size is known: it lacks an input that fits",)
        settings = (
            ("kernel", pair_text(layer.kernel_size), "3×3"),
            ("stride", pair_text(layer.stride), pair_text((self.stride, self.stride))),
            ("padding", layer.padding.mode or layer.padding.text, self.mode or layer.padding.mode),
            ("number of channels", str(layer.out_channels), str(self.channels or layer.out_channels)),
        )
        missing = [
            f"the {name} is {found}, wanted {wanted}" for name, found, wanted in settings if found != wanted
        ]
        if not missing and shape[1:] != (self.rows, self.rows):
            found, wanted = pair_text((shape[1], shape[2])), pair_text((self.rows, self.rows))
            missing.append(f"{found} comes out, wanted {wanted}")
        return tuple(missing)

    def task(self, text: str, solution: Callable[[Project], Project], *hints: str) -> Task:
        """The task to set it so."""
        return Task(
            text=text,
            done=nothing_missing(self.missing),
            missing=self.missing,
            solution=solution,
            hints=hints,
        )


QUOTES: Final[dict[str, Quote]] = {
    "n": size("input"),
    "out": size(CONV),
    "kernels": channels(CONV),
    "each": ratio(weights(CONV), channels(CONV), 0),
    "quoted": without_floor(size("input"), CONV),
    "before": padding(0, CONV),
    "after": padding(1, CONV),
    "unread": unread(CONV),
    "same_before": elsewhere("padding_stride", padding(0, "same")),
    "same_after": elsewhere("padding_stride", padding(1, "same")),
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
    "full_padding": elsewhere("padding_stride", padding(0, "full")),
    "dilated_field": elsewhere("padding_stride", field("dilated")),
}


LESSON: Final = Lesson(
    id="padding-stride",
    title="SAME, VALID, stride and depth",
    summary="The same 3×3 kernel on the same 28×28 pixels, and eight different sizes that come out.",
    rank=13,
    level="beginner",
    minutes=12,
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
            prediction=Prediction(
                question="How many rows will come out with *valid*?",
                choices=("25", "26", "27"),
                right=1,
                replies=(
                    "28 − 3 is how often the kernel can *move on*. It has a first place as well.",
                    "28 − 3 + 1.",
                    "The middle of the kernel cannot stand on the first row, nor on the last.",
                ),
                reveal="One row less at the top and one at the bottom.",
            ),
            task=_Wanted(26, 1).task(
                "Set the padding of the convolution to *valid*.",
                lambda project: changed(project, CONV, padding=VALID),
                "Select the card *Conv 3×3 · 1*; *Padding* is in the inspector.",
            ),
            outcome="{n} became **{out}**: one pixel less at each edge.",
        ),
        Step(
            title="VALID with stride 2",
            text="The kernel now moves by two pixels at a time.",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv",), panel="Inspector"),
            prediction=Prediction(
                question="28 pixels, a kernel of 3, steps of 2, no padding: how many positions fit?",
                choices=("14", "13", "12"),
                right=1,
                replies=(
                    "Half of 28. But the last kernel would reach over the edge: that takes padding.",
                    "(28 − 3) / 2 is twelve and a half steps: twelve whole ones, and the first position.",
                    "Twelve whole steps fit. The first position needs no step.",
                ),
                reveal="""
**13** = floor((n − k) / stride) + 1. The half step means that something is left over at the end.
""",
            ),
            task=_Wanted(13, 2).task(
                "Set the stride to 2, and keep *valid*.",
                lambda project: changed(project, CONV, stride=(2, 2)),
                "*Stride* is in the inspector, below the kernel.",
            ),
            outcome="""
**{out}**×{out}. The last row and the last column are never read ({unread} of each): point at the last value
of the map, and its box on the photograph ends before the edge.

“(n − k + 1) / stride”, without the floor, gives {quoted} here as well, by luck. *How large is the map?*, a
lesson further down in the list, tries 27 and 29 rows.
""",
        ),
        Step(
            title="SAME with stride 2",
            text="""
*Same* with a stride follows TensorFlow: the output is the input divided by the stride, rounded up. Only as
much is padded as that needs. If it is an odd number, the larger part goes to the bottom and to the right.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv",), panel="Inspector"),
            task=_Wanted(14, 2, mode="same").task(
                "Set the padding to *same*, and keep stride 2.",
                lambda project: changed(project, CONV, padding=SAME),
                "Padding *same*, stride 2.",
            ),
            outcome="""
**{out}**, with {before} rows before and {after} after. PyTorch's `padding=1` gives the same size, but puts
a row on both sides: the windows lie one pixel further up and left, and the numbers differ.
""",
        ),
        Step(
            title="The depth",
            text="""
Height and width follow from the window: its size, its stride, and the padding. What comes out also has a
depth, as in “28×28×8”.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("conv",), panel="Inspector"),
            prediction=Prediction(
                question="What decides the depth?",
                choices=(
                    "The depth of what comes in",
                    "The size of the kernel",
                    "How many kernels there are",
                ),
                right=2,
                replies=(
                    "Each kernel reads all of it, however deep it is, and makes *one* map.",
                    "The size of the kernel decides height and width (and what each value sees).",
                    "Each kernel makes one map.",
                ),
                reveal="A convolution with 8 kernels makes 8 maps, whatever it reads.",
            ),
            task=_Wanted(28, 1, channels=8, mode="same").task(
                "Make 28×28×8 of the photograph: 8 channels, padding *same*, stride 1.",
                lambda project: changed(project, CONV, out_channels=8, stride=(1, 1), padding=SAME),
                "*Channels out* is the number of kernels, and of maps.",
                "The stride has to go back to 1.",
            ),
            outcome="""
{out}×{out}×{kernels}: {kernels} kernels of {each} weights each.
""",
        ),
        Step(
            title="6×6 becomes 4×4",
            text="""
The picture in every textbook: a 3×3 kernel on 6×6 pixels, *valid*, stride 1. One popular text computes it as
“(28−3+1)/1 = 4”.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("input",), panel="Inspector"),
            task=_Wanted(4, 1).task(
                "Make the Input 6×6, and the convolution *valid* with stride 1.",
                lambda project: changed(
                    changed(project, CONV, stride=(1, 1), padding=VALID), "input", shape=(1, 6, 6)
                ),
                "Select the Input: its shape is 1×28×28. Make it 1×6×6.",
            ),
            outcome="""
{n}×{n} became {out}×{out}: {out} positions in each of {out} rows. The 28 is a misprint: (6 − 3 + 1) / 1 = 4.
""",
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
            opens=_guide,
            highlight=Highlight(panel="Feature maps"),
            prediction=Prediction(
                question="An animation of a “1×1 convolution” shows a small map growing larger. Is it one?",
                choices=(
                    "Yes: a 1×1 changes the number of maps, and so their size",
                    "No: it is a transposed convolution",
                    "Yes, if it has full padding",
                ),
                right=1,
                replies=(
                    "It changes the number of maps alone. Height and width stay, at stride 1.",
                    "Or a convolution with *full* padding: both can make a map larger.",
                    "*Full* padding is the kernel's size less one: none at all for a 1×1.",
                ),
                reveal="""
Popular texts borrow the animations of this guide. “Full padding, no strides, transposed” shows a 3×3
kernel, and {n} becomes {full} or {transposed}; a 1×1 at stride 1 leaves {n}.
""",
            ),
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
    found="""
Height and width follow from kernel, stride and padding: floor((n − k) / s) + 1, with the padding counted in
n. The depth is the number of kernels. The same 3×3 on {n}×{n} gave {valid_stride_2}, {same_stride_2},
{dilated}, {valid}, {same}, {full} and {transposed} rows.
""",
    quiz_quotes=_ALL,
    quiz=(
        Prediction(
            question="32 rows, a kernel of 5, stride 1, *valid*. How many rows come out?",
            choices=(
                "27",
                "28",
                "30",
            ),
            right=1,
            replies=(
                "32 − 5, and one more for the first place.",
                "32 − 5 + 1.",
                "Two rows are lost at *each* end: the kernel has two on either side of its middle.",
            ),
            reveal="(n − k) / s + 1, where it comes out even.",
        ),
        Prediction(
            question="29 rows, a kernel of 3, stride 2, *valid*. How many rows come out?",
            choices=(
                "13",
                "13.5",
                "14",
            ),
            right=2,
            replies=(
                "“(n − k + 1) / s” gives 13.5, and rounding that down loses a row.",
                "There is no half of a row.",
                "floor(26 / 2) + 1.",
            ),
            reveal="Here every row is read.",
        ),
        Prediction(
            question="16 kernels of 3×3 read 28×28×8. How deep is each kernel?",
            choices=(
                "1",
                "8",
                "16",
            ),
            right=1,
            replies=(
                "A kernel of depth 1 is what a depthwise convolution has.",
                "It reads all maps that come in.",
                "16 is how many kernels there are, and how many maps come out.",
            ),
            reveal="Each has 3·3·8 weights, and makes one map.",
        ),
    ),
)

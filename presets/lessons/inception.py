"""Inception module 3a, naive against reduced."""

from dataclasses import replace
from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from presets import load
from presets.editing import conv, insert
from presets.finding import behind, exists
from presets.finding import conv as find_conv
from presets.lesson import (
    Comparison,
    Highlight,
    Lesson,
    Maps,
    Picture,
    Prediction,
    Quote,
    Step,
    Task,
)
from presets.quotes import (
    channels,
    elsewhere,
    field,
    macs,
    ratio,
    smallest_field,
    total_macs,
    total_parameters,
)

CONCAT: Final = "concat"


def _start() -> Project:
    return load("inception_3a_naive").project


def _squeezed(kernel_size: int, width: int, project: Project) -> bool:
    """Whether a K×K convolution reads
    from a 1×1 of this width."""
    return exists(find_conv(find_conv("input", 1, width), kernel_size), project.network)


def _reduces_five(project: Project, analysis: Analysis, maps: Maps) -> bool:
    return _squeezed(5, 16, project) and not analysis.problems


def _reduces_all(project: Project, analysis: Analysis, maps: Maps) -> bool:
    pooled = exists(find_conv(behind("input", "MaxPool2d"), 1, 32), project.network)
    return pooled and _squeezed(5, 16, project) and _squeezed(3, 96, project) and not analysis.problems


def _with_five(project: Project) -> Project:
    return insert(project, conv(16, 1), "input", find_conv("input", 5))


def _with_all(project: Project) -> Project:
    project = insert(project, conv(96, 1), "input", find_conv("input", 3))
    project = insert(project, conv(32, 1), behind("input", "MaxPool2d"), CONCAT)
    return replace(project, title="Inception 3a, reduced")


def _naive(quote: Quote) -> Quote:
    return elsewhere("inception_3a_naive", quote)


QUOTES: Final[dict[str, Quote]] = {
    "c": channels("input"),
    "one_macs": _naive(macs(find_conv("input", 1))),
    "three_macs": _naive(macs(find_conv("input", 3))),
    "five_macs": _naive(macs(find_conv("input", 5))),
    "naive_macs": _naive(total_macs()),
    "naive_parameters": _naive(total_parameters()),
    "naive_channels": _naive(channels(CONCAT)),
    "macs": total_macs(),
    "parameters": total_parameters(),
    "channels": channels(CONCAT),
    "times_macs": ratio(_naive(total_macs()), total_macs()),
    "times_parameters": ratio(_naive(total_parameters()), total_parameters()),
    "smallest": smallest_field(CONCAT),
    "field": field(CONCAT),
}


LESSON: Final = Lesson(
    id="inception",
    title="Inception 3a, naive and reduced",
    summary="Four views of the same maps side by side, and the 1×1s that make them affordable.",
    rank=19,
    level="intermediate",
    minutes=8,
    source="Szegedy et al., “Going deeper with convolutions”, CVPR 2015, figure 2 and table 1",
    start=_start,
    networks=("inception_3a_naive", "inception_3a"),
    steps=(
        Step(
            title="Four branches",
            text="""
Which kernel
size is right? Inception does not choose: a 1×1, a 3×3, a 5×5 and a pooling look at the same {c} maps, and
their results are stacked. Every branch has a receptive field of its own: from {smallest}×{smallest} to
{field}×{field} in one module, as the inspector says of the
concat.

This is the naive form: **{naive_macs}** multiply–adds, {naive_parameters} parameters, {naive_channels}
maps.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=(CONCAT,), panel="Costs"),
            prediction=Prediction(
                question="Which branch costs most?",
                choices=("the 5×5, with 32 maps", "the 3×3, with 128 maps", "the 1×1, with 64 maps"),
                right=1,
                reveal="""
The 3×3: {three_macs} against {five_macs} of the 5×5 and {one_macs} of the 1×1. Its taps are fewer, but it
makes four times as many maps. The bars in the costs panel show it.
""",
            ),
            task=Task(
                text="Drop a 1×1 with 16 channels on the wire into the 5×5.",
                done=_reduces_five,
                solution=_with_five,
                hints=(
                    "Drag *Conv 1×1* from the left and let go over the wire between the Input and the 5×5.",
                    "Then set its *Channels out* to 16.",
                ),
            ),
            outcome="The whole module now costs {macs} multiply–adds: {times_macs} times fewer.",
        ),
        Step(
            title="The other two",
            text="""
The 3×3 gets a reduction to 96 maps. Behind the pooling goes a projection to 32 maps: a pooling cannot make
maps fewer by itself, and without a projection its {c} maps would all go into the stack.
""",
            quotes=QUOTES,
            task=Task(
                text="Add a 1×1 with 96 channels before the 3×3, and one with 32 after the pooling.",
                done=_reduces_all,
                solution=_with_all,
                hints=(
                    "Both go onto wires that are there: into the 3×3, and from the pooling to the concat.",
                ),
            ),
            outcome="""
{channels} maps, {macs} multiply–adds and {parameters} parameters: this is the module of the paper.
""",
        ),
        Step(
            title="Side by side",
            text="""
The reduced module does the same kind of work for **{times_macs} times fewer** multiply–adds. And it hands
on {channels} maps instead of {naive_channels}, which every later module would have to pay for.

The 1×1 convolutions also carry a ReLU each in GoogLeNet: “dual-purpose”, as the paper says.
""",
            quotes=QUOTES,
            comparison=Comparison(
                heading=("", "Naive", "Reduced", "Times"),
                rows=(
                    ("MACs", "{naive_macs}", "{macs}", "{times_macs}"),
                    ("parameters", "{naive_parameters}", "{parameters}", "{times_parameters}"),
                    ("maps out", "{naive_channels}", "{channels}", ""),
                ),
            ),
            figure=Picture(
                style="comparison",
                beside="inception_3a_naive",
                caption="Inception 3a: {macs} multiply–adds with 1×1 reductions, {naive_macs} without.",
            ),
        ),
    ),
)

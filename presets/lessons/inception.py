"""Inception module 3a, naive against reduced."""

from dataclasses import replace
from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from presets import load
from presets.editing import conv, insert
from presets.finding import behind, exists, readers
from presets.finding import conv as find_conv
from presets.lesson import (
    Comparison,
    Highlight,
    Lesson,
    Picture,
    Prediction,
    Quote,
    Step,
    Task,
    nothing_missing,
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


def _not_squeezed(kernel_size: int, width: int, project: Project) -> tuple[str, ...]:
    """What keeps a K×K convolution from reading from a 1×1 of this width, and leading to the concat."""
    network = project.network
    if exists(find_conv(find_conv("input", 1, width), kernel_size), network):
        return ()
    said = f"{kernel_size}×{kernel_size}"
    for node_id in readers(network, "input") if "input" in network else ():
        if exists(find_conv(node_id, kernel_size), network):
            return (f"*{network[node_id].label}* before the {said}, wanted a 1×1 to {width} channels",)
    return (f"a 1×1 to {width} channels between the Input and the {said}",)


def _not_joined(project: Project, analysis: Analysis) -> tuple[str, ...]:
    """What keeps the branches from ending in one stack of maps."""
    if CONCAT not in project.network:
        return ("the concat that stacks the branches: *Undo* brings it back",)
    chain = project.network.ancestors(CONCAT) | {CONCAT}
    problems = [problem.message for problem in analysis.problems if problem.node_id in chain]
    count = len(project.network[CONCAT].inputs)
    branches = () if count == 4 else (f"four branches in the concat, there are {count}",)
    return branches + tuple(f"a module without problems ({one.rstrip('.')})" for one in problems[:1])


def _no_small_five(project: Project, analysis: Analysis) -> tuple[str, ...]:
    return _not_squeezed(5, 16, project) + _not_joined(project, analysis)


def _not_reduced(project: Project, analysis: Analysis) -> tuple[str, ...]:
    missing = _not_squeezed(5, 16, project) + _not_squeezed(3, 96, project)
    if not exists(find_conv(behind("input", "MaxPool2d"), 1, 32), project.network):
        missing += ("a 1×1 to 32 channels between the pooling and the concat",)
    return missing + _not_joined(project, analysis)


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
    minutes=9,
    source="Szegedy et al., “Going deeper with convolutions”, CVPR 2015, figure 2 and table 1",
    start=_start,
    networks=("inception_3a_naive", "inception_3a"),
    steps=(
        Step(
            title="Four branches",
            text="""
Which kernel size is right? Inception does not choose: a 1×1, a 3×3, a 5×5 and a pooling look at the same
{c} maps, and their results are stacked. Every branch has a receptive field of its own: from
{smallest}×{smallest} to {field}×{field} in one module, as the inspector says of the concat.

This is the naive form: **{naive_macs}** multiply–adds, {naive_parameters} parameters, {naive_channels} maps.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=(CONCAT,), panel="Costs"),
            prediction=Prediction(
                question="Which branch costs most?",
                choices=("The 5×5, with 32 maps", "The 3×3, with 128 maps", "The 1×1, with 64 maps"),
                right=1,
                replies=(
                    "It has the most taps, {five_macs} multiply–adds in all, but it makes few maps.",
                    "Its taps are fewer than those of the 5×5, but it makes four times as many maps.",
                    "One tap for each map that it reads makes it the cheapest: {one_macs}.",
                ),
                reveal="""
The 3×3: {three_macs} against {five_macs} for the 5×5 and {one_macs} for the 1×1. The bars in the panel
*Costs* show it.
""",
            ),
            task=Task(
                text="Drop a 1×1 with 16 channels on the wire into the 5×5.",
                done=nothing_missing(_no_small_five),
                missing=_no_small_five,
                solution=_with_five,
                hints=(
                    "Drag *Conv 1×1* from the left and let go over the wire between the Input and the 5×5."
                    " Then set"
                    " its *Channels out* to 16.",
                    "Or select the 5×5 and press R: a slider sets the width, and shows what each one saves.",
                ),
            ),
            outcome="The whole module now costs {macs} multiply–adds: {times_macs} times fewer.",
        ),
        Step(
            title="The other two",
            text="""
The 3×3 gets a reduction to 96 maps. The pooling gets a projection to 32 maps *after* it: a pooling cannot
reduce the number of maps by itself, and without a projection its {c} maps would all go into the stack.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=(CONCAT,), panel="Costs"),
            prediction=Prediction(
                question="How many maps will the whole module put out?",
                choices=("{naive_channels}", "{channels}", "{c}"),
                right=1,
                replies=(
                    "So many come out without the projection, which makes 32 maps of {c}.",
                    "64 + 128 + 32 + 32.",
                    "That is how many come *in*. The branches make 64, 128, 32 and 32 of them.",
                ),
                reveal="Reductions inside the branches do not change what comes out; the projection does.",
            ),
            task=Task(
                text="Add a 1×1 with 96 channels before the 3×3, and one with 32 after the pooling.",
                done=nothing_missing(_not_reduced),
                missing=_not_reduced,
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
The reduced module does the same kind of work for **{times_macs} times fewer** multiply–adds. And it passes on
{channels} maps instead of {naive_channels}, which every later module would have to pay for.

In GoogLeNet each of the 1×1 convolutions has a ReLU, too: “dual-purpose”, as the paper says. *Compare* in
the menu sets both forms side by side.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=(CONCAT,), panel="Costs"),
            prediction=Prediction(
                question="Of which are there fewer by the larger factor: multiply–adds or parameters?",
                choices=("Multiply–adds", "Parameters", "The factors are nearly equal"),
                right=2,
                replies=(
                    "{times_macs} times. Look at the other one in the table.",
                    "{times_parameters} times. Look at the other one in the table.",
                    "{times_macs} and {times_parameters}.",
                ),
                reveal="""
All maps here have the same size, so every weight is used equally often. Only the biases, which cost no
multiply–add, make a small difference.
""",
            ),
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
    found="""
Four branches look at the same maps, each with a receptive field of its own. With 1×1 reductions the module
takes {macs} multiply–adds instead of {naive_macs}, {times_macs} times fewer.
""",
    quiz_quotes=QUOTES,
    quiz=(
        Prediction(
            question="{channels} maps are passed on instead of {naive_channels}. What becomes cheaper?",
            choices=(
                "The concat",
                "Every layer that reads them",
                "The branches of this module",
            ),
            right=1,
            replies=(
                "A concat calculates nothing.",
                "Its kernels are less deep.",
                "They have made their maps already.",
            ),
            reveal="A projection after the pooling pays off in the *next* module.",
        ),
        Prediction(
            question="Before which layer does a reduction save most?",
            choices=(
                "A pooling",
                "A 1×1",
                "A K×K on many maps",
            ),
            right=2,
            replies=(
                "It has no weights, and costs no multiply–adds.",
                "It reads one value a map already; two in a row hardly save anything.",
                "Every map that it no longer reads saves K·K weights for each of its own maps.",
            ),
            reveal="Select such a layer and press R to see what each width would save.",
        ),
        Prediction(
            question="From {smallest} to {field} pixels: what does the concat's receptive field say?",
            choices=(
                "Its maps see differently far",
                "It sees a ring of pixels",
                "It depends on the photograph",
            ),
            right=0,
            replies=(
                "Those of the 1×1 branch see least, those of the 5×5 most.",
                "Each map sees a full square, only not all the same one.",
                "It follows from the layers alone.",
            ),
            reveal="All of them are stacked at the same places.",
        ),
    ),
)

"""200×200×50 with 20 filters of 1×1."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from presets.builder import Builder
from presets.editing import append, conv
from presets.finding import conv as find_conv
from presets.finding import exists
from presets.lesson import Highlight, Lesson, Maps, Picture, Prediction, Quote, Step, Task
from presets.quotes import biases, channels, field, macs, macs_formula, parameters_formula, size, weights

REDUCE: Final = find_conv("input", 1)


def _start() -> Project:
    return Builder((50, 200, 200)).project(title="Dimension reduction", image="coffee")


def _reduced(project: Project, analysis: Analysis, maps: Maps) -> bool:
    return exists(find_conv("input", 1, 20), project.network)


QUOTES: Final[dict[str, Quote]] = {
    "rows": size("input"),
    "c": channels("input"),
    "k": channels(REDUCE),
    "weights": weights(REDUCE),
    "biases": biases(REDUCE),
    "parameters": parameters_formula(REDUCE),
    "macs": macs(REDUCE),
    "formula": macs_formula(REDUCE),
    "field": field(REDUCE),
    "field_before": field("input"),
}


LESSON: Final = Lesson(
    id="dimension-reduction",
    title="Dimension reduction",
    summary="Twenty filters of 1×1 on 200×200×50: what goes in, what comes out, and what it costs.",
    rank=7,
    level="beginner",
    minutes=4,
    source="Lin, Chen & Yan, “Network in network”, ICLR 2014, section 3.1",
    start=_start,
    networks=("dimension_reduction",),
    steps=(
        Step(
            title="Twenty filters",
            text="""
The Input holds {c} maps
of {rows}×{rows}: responses of the photograph to an oriented filter bank. Every pixel is a column of {c}
numbers.

A 1×1 filter is such a column, too: {c} weights and a bias. It gives one number for every pixel. Twenty
filters give twenty numbers, so the depth shrinks while height and width stay.
""",
            quotes=QUOTES,
            highlight=Highlight(nodes=("input",), panel="Feature maps"),
            prediction=Prediction(
                question="How many weights do 20 filters of 1×1 have, on {c} channels?",
                choices=("20", "{weights}", "{macs}"),
                right=1,
                reveal="""
A popular picture shows a 1×1 filter as one little square: as if it had one weight. It is a rod that goes
through all {c} maps, so each filter has {c} weights.
""",
            ),
            task=Task(
                text="Append a 1×1 convolution to 20 channels.",
                done=_reduced,
                solution=lambda project: append(project, conv(20, 1)),
                hints=("Select the Input, double-click *Conv 1×1* on the left, and set 20 channels.",),
            ),
            outcome="{rows}×{rows}×{c} became {rows}×{rows}×{k}.",
        ),
        Step(
            title="What it costs",
            text="""
- **{weights} weights** and {biases} biases: {parameters}
- **{macs} multiplications**: {formula}
- The receptive field stays {field}×{field} (it was {field_before}×{field_before}): no neighbour is looked
  at.

The same {weights} weights serve all pixels. That is why a 1×1 has few parameters and many multiplications.
""",
            quotes=QUOTES,
            highlight=Highlight(panel="Costs"),
            figure=Picture(
                style="blocks", caption="{c} maps become {k}: {weights} weights, {biases} biases."
            ),
        ),
    ),
)

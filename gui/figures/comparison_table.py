"""Two networks layer by layer as a table of texts: what each costs, and how many times fewer."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.analysis.comparison import Amount, LayerPair, compare
from engine.errors import FormatError
from engine.formats.tables.typesetting import Table
from engine.model.project import Project
from gui.figures.style import Options
from gui.figures.text.naming import full_label

NONE: Final = "–"
_COUNTED: Final = ("parameters", "macs")


def comparison_table(project: Project, analysis: Analysis, options: Options) -> Table:
    """The baseline's layers beside the project's, aligned, and both totals; ratios are before / after."""
    if options.baseline is None:
        raise FormatError("there is nothing to compare with: name another network as the baseline")
    other, before = options.baseline
    found = compare(before, analysis)
    first, second = other.title or "before", project.title or "after"
    rows = tuple(_row(pair, before, analysis, options) for pair in found.pairs)
    totals = [text for name in _COUNTED for text in _amount(found.total(name))]
    return Table(
        headings=(
            "Layer", "Change", f"Output, {first}", f"Output, {second}",
            f"Parameters, {first}", f"Parameters, {second}", "Ratio",
            f"MACs, {first}", f"MACs, {second}", "Ratio",
        ),
        rows=rows,
        totals=("Total", "", "", "", *totals),
        numbers=frozenset(range(4, 10)),
        title=f"{first} and {second}",
    )  # fmt: skip


def _row(pair: LayerPair, before: Analysis, after: Analysis, options: Options) -> tuple[str, ...]:
    labels = [
        full_label(analysis.network.nodes[report.node_id])
        for report, analysis in ((pair.before, before), (pair.after, after))
        if report is not None
    ]
    shapes = [
        NONE if report is None or report.output_shape is None else options.shape(report.output_shape)
        for report in (pair.before, pair.after)
    ]
    counts = [text for name in _COUNTED for text in _amount(pair.amount(name))]
    return (" → ".join(dict.fromkeys(labels)), pair.change, *shapes, *counts)


def _amount(amount: Amount) -> tuple[str, str, str]:
    ratio = NONE if amount.ratio is None else f"{amount.ratio:.2f}"
    return f"{amount.before:,}", f"{amount.after:,}", ratio

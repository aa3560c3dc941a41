"""The layer table: one row a layer with its shape, costs and receptive field, and a row of totals.

As plain text for the terminal, Markdown, LaTeX (booktabs) and CSV. Numbers are written the same
everywhere in the world; CSV has them without separators, for other programs.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from engine.analysis.analyze import Analysis, LayerReport
from engine.analysis.receptive_field import ReceptiveField
from engine.formats.tables import typesetting
from engine.formats.tables.typesetting import Table
from engine.model.network import Network
from engine.shapes import shape_text

HEADINGS: Final = (
    "Node", "Layer", "Output", "Parameters", "MACs", "Activation bytes", "Receptive field", "Jump", "Start",
)  # fmt: skip
_NUMBERS: Final = frozenset(range(3, len(HEADINGS)))
"""Columns that are aligned to the right."""

UNKNOWN: Final = "–"


def layer_table(network: Network, analysis: Analysis) -> Table:
    """The table of a network, rows in topological order."""
    rows = tuple(
        (node_id, network.nodes[node_id].label, *_numbers(report))
        for node_id, report in analysis.layers.items()
    )
    totals = analysis.totals
    field = totals.receptive_field
    amounts = (totals.parameters, totals.macs, totals.activation_bytes)
    last = ("Total", "", "", *(f"{amount:,}" for amount in amounts), *_field_texts(field))
    return Table(headings=HEADINGS, rows=rows, totals=last, numbers=_NUMBERS)


def plain(network: Network, analysis: Analysis) -> str:
    """Aligned columns, and below them the totals in words."""
    table = layer_table(network, analysis)
    lines = [HEADINGS, *table.rows, table.totals]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    made = [_aligned(HEADINGS, widths), rule, *(_aligned(row, widths) for row in table.rows), rule]
    return "\n".join([*made, _aligned(table.totals, widths), "", *_words(analysis)]) + "\n"


def markdown(network: Network, analysis: Analysis) -> str:
    """A table of GitHub's Markdown, totals in bold."""
    return typesetting.markdown(layer_table(network, analysis))


def latex(network: Network, analysis: Analysis) -> str:
    """A `tabular` that needs `\\usepackage{booktabs}` and compiles with pdflatex."""
    return typesetting.latex(layer_table(network, analysis))


def comma_separated(network: Network, analysis: Analysis) -> str:
    """CSV (RFC 4180 but for line feeds alone), numbers without separators, no row of totals."""
    return typesetting.comma_separated(layer_table(network, analysis))


TABLES: Final[Mapping[str, Callable[[Network, Analysis], str]]] = MappingProxyType(
    {"plain": plain, "markdown": markdown, "latex": latex, "csv": comma_separated}
)


def field_text(field: ReceptiveField | None) -> str:
    """`5×5`, `1…5` where branches see differently much, `whole input`, or `–`."""
    if field is None:
        return UNKNOWN
    if field.whole_input:
        return "whole input"
    size, smallest = field.size, field.smallest
    if size == smallest:
        return _pair(size)
    if size[0] == size[1] and smallest[0] == smallest[1]:
        return f"{_number(smallest[0])}…{_number(size[0])}"
    return f"{_pair(smallest)}…{_pair(size)}"


def _numbers(report: LayerReport) -> tuple[str, ...]:
    """All cells but node and layer."""
    if report.output_shape is None:
        return (UNKNOWN,) * (len(HEADINGS) - 2)
    macs = f"{report.macs:,}" if report.counted else UNKNOWN
    texts = (f"{report.parameters:,}", macs, f"{report.activation_bytes:,}")
    return (shape_text(report.output_shape), *texts, *_field_texts(report.receptive_field))


def _field_texts(field: ReceptiveField | None) -> tuple[str, str, str]:
    """Size, jump and start; the latter two mean nothing where all of the input is seen."""
    if field is None or field.whole_input:
        return field_text(field), UNKNOWN, UNKNOWN
    start = field.start
    first = _number(start[0]) if start[0] == start[1] else f"{_number(start[0])}, {_number(start[1])}"
    jump = _number(field.jump[0]) if field.jump[0] == field.jump[1] else _pair(field.jump)
    return field_text(field), jump, first


def _number(value: Fraction | int) -> str:
    return str(value).replace("-", "−")


def _pair(pair: Sequence[Fraction | int]) -> str:
    return "×".join(_number(value) for value in pair)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.rjust(width) if column in _NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def _without(uncounted: tuple[str, ...]) -> str:
    """What a sum leaves out, in words."""
    if not uncounted:
        return ""
    are = "operator, whose cost is" if len(uncounted) == 1 else "operators, whose costs are"
    return f", without {len(uncounted)} foreign {are} not known"


def _words(analysis: Analysis) -> list[str]:
    totals = analysis.totals
    field = totals.receptive_field
    lines = [
        f"parameters   {totals.parameters:,}"
        + (f" trainable, {totals.non_trainable:,} not trainable" if totals.non_trainable else ""),
        f"MACs         {totals.macs:,} (FLOPs = 2·MACs = {totals.flops:,})" + _without(totals.uncounted),
        f"memory       {totals.parameter_bytes:,} bytes of parameters, {totals.activation_bytes:,} of maps"
        f" (at most {totals.peak_activation_bytes:,} at once)",
    ]
    if field is not None:
        size, jump, start = _field_texts(field)
        step = "" if field.whole_input else f", jump {jump}, start {start}"
        lines.append(f"sees         {size}{step}: a value of {totals.receptive_field_node}")
        if not field.aligned:
            lines.append(
                "             branches that meet are not aligned: size and start are those of output 0"
            )
    return lines

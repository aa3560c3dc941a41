"""Two networks layer by layer as a table, as JSON and as text; and how many times fewer there are.

A ratio is before / after, as in `engine.analysis.comparison`: 12.00 says twelve times fewer.
"""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.analysis.analyze import Analysis, LayerReport
from engine.analysis.comparison import Amount, Comparison, LayerPair
from engine.formats.tables import typesetting
from engine.formats.tables.summary_json import SCHEMA
from engine.formats.tables.typesetting import Table

COMPARED: Final = ("parameters", "macs")
_NAMES: Final = {"parameters": "Parameters", "macs": "MACs"}
TOTALS: Final = ("parameters", "macs", "activation_bytes", "peak_activation_bytes", "parameter_bytes")
UNKNOWN: Final = "–"


def comparison_table(comparison: Comparison, before: str, after: str) -> Table:
    """One row a pair in the order of the later network; `before` and `after` are the networks' names."""
    headings = ["Node", before, after, "Change"]
    for name in COMPARED:
        what = _NAMES[name]
        headings += [f"{what} before", f"{what} after", f"{what} difference", f"{what} ratio"]
    totals: list[str] = []
    for name in COMPARED:
        totals += _amount(comparison.total(name))
    return Table(
        title=f"{before} and {after}",
        headings=tuple(headings),
        rows=tuple(_row(comparison, pair) for pair in comparison.pairs),
        totals=("Total", "", "", "", *totals),
        numbers=frozenset(range(4, len(headings))),
    )


def plain(table: Table) -> str:
    """Aligned columns."""
    lines = [table.headings, *table.rows, *([table.totals] if table.totals else [])]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.headings))]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    made = []
    for line in lines:
        cells = [
            cell.rjust(width) if column in table.numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        made.append("  ".join(cells).rstrip())
    foot = [rule, made.pop()] if table.totals else []
    return "\n".join([made[0], rule, *made[1:], *foot]) + "\n"


WRITERS: Final[Mapping[str, Callable[[Table], str]]] = MappingProxyType(
    {
        "plain": plain,
        "markdown": typesetting.markdown,
        "latex": typesetting.latex,
        "csv": typesetting.comma_separated,
        "html": typesetting.html,
    }
)
"""Ways to write a table, by name."""

ENDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {".md": "markdown", ".tex": "latex", ".csv": "csv", ".html": "html", ".txt": "plain"}
)
"""The writer that a file's ending stands for."""


def comparison_json(comparison: Comparison, before: str, after: str) -> str:
    """Everything, exact. A ratio is before / after, null where one of both is 0 or missing."""
    record = {
        "schema": SCHEMA,
        "before": before,
        "after": after,
        "totals": {name: _record(comparison.total(name)) for name in TOTALS},
        "layers": [_pair_record(comparison, pair) for pair in comparison.pairs],
    }
    return json.dumps(record, indent=2, ensure_ascii=False)


def ratio_text(amount: Amount) -> str:
    """`12.00`, or `–` where one of both is 0."""
    return UNKNOWN if amount.ratio is None else f"{amount.ratio:,.2f}"


def difference_text(amount: Amount) -> str:
    """`−110,387,200`, `+3,088`, `0`."""
    sign = "+" if amount.difference > 0 else "−" if amount.difference < 0 else ""
    return f"{sign}{abs(amount.difference):,}"


def _amount(amount: Amount) -> list[str]:
    return [f"{amount.before:,}", f"{amount.after:,}", difference_text(amount), ratio_text(amount)]


def _row(comparison: Comparison, pair: LayerPair) -> tuple[str, ...]:
    there = pair.after or pair.before
    assert there is not None
    cells = [
        there.node_id,
        _label(comparison.before, pair.before),
        _label(comparison.after, pair.after),
        pair.change,
    ]
    for name in COMPARED:
        cells += _amount(pair.amount(name))
    return tuple(cells)


def _label(analysis: Analysis, report: LayerReport | None) -> str:
    return UNKNOWN if report is None else analysis.network.nodes[report.node_id].label


def _pair_record(comparison: Comparison, pair: LayerPair) -> dict[str, Any]:
    return {
        "change": pair.change,
        "before": _side(comparison.before, pair.before),
        "after": _side(comparison.after, pair.after),
        **{name: _record(pair.amount(name)) for name in (*COMPARED, "activation_bytes")},
    }


def _side(analysis: Analysis, report: LayerReport | None) -> dict[str, Any] | None:
    if report is None:
        return None
    shape = None if report.output_shape is None else list(report.output_shape)
    return {"id": report.node_id, "label": _label(analysis, report), "output_shape": shape}


def _record(amount: Amount) -> dict[str, Any]:
    return {
        "before": amount.before,
        "after": amount.after,
        "difference": amount.difference,
        "ratio": amount.ratio,
    }

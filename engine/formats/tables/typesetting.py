"""A table of texts as Markdown, LaTeX (booktabs), CSV and HTML. Written the same everywhere in the world."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

from engine.formats.tables.latex_signs import code_points, in_latex


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of texts under headings, and a last row of totals where there is one.

    Whole numbers carry `,` every three digits.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()
    """Columns that are aligned to the right."""
    title: str = ""


def markdown(table: Table) -> str:
    """A table of GitHub's Markdown, totals in bold."""
    rule = "|".join("---:" if column in table.numbers else "---" for column in range(len(table.headings)))
    totals = [tuple(f"**{cell}**" if cell else "" for cell in table.totals)] if table.totals else []
    lines = [_bars(row) for row in (*table.rows, *totals)]
    return "\n".join([_bars(table.headings), f"|{rule}|", *lines]) + "\n"


def latex(table: Table, unknown: Callable[[str], str] = code_points) -> str:
    """A `tabular` that needs `\\usepackage{booktabs}` and compiles with pdflatex, whatever letters it has:
    `unknown` says what stands for those that LaTeX lacks."""
    columns = "".join("r" if column in table.numbers else "l" for column in range(len(table.headings)))
    totals = ["\\midrule", _latex_row(table, table.totals, unknown)] if table.totals else []
    lines = [
        f"\\begin{{tabular}}{{{columns}}}",
        "\\toprule",
        _latex_row(table, table.headings, unknown),
        "\\midrule",
        *(_latex_row(table, row, unknown) for row in table.rows),
        *totals,
        "\\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def comma_separated(table: Table) -> str:
    """CSV (RFC 4180 but for line feeds alone), numbers without separators, no row of totals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.headings)
    for row in table.rows:
        writer.writerow(
            _THOUSANDS.sub("", cell) if column in table.numbers else cell for column, cell in enumerate(row)
        )
    return out.getvalue()


def html(table: Table) -> str:
    """A page of its own that needs nothing else; its table can be copied into any other page."""
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f"<title>{escape(table.title) or 'Table'}</title>",
        f"<style>{_SHEET}</style>",
        "</head>",
        "<body>",
        html_table(table).removesuffix("\n"),
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def html_table(table: Table) -> str:
    """The table alone, for a page that exists."""
    right = [' style="text-align:right"' if column in table.numbers else "" for column in range(99)]

    def row(cells: tuple[str, ...], tag: str) -> str:
        made = (f"<{tag}{right[column]}>{escape(cell)}</{tag}>" for column, cell in enumerate(cells))
        return f"<tr>{''.join(made)}</tr>"

    lines = [
        "<table>",
        *([f"<caption>{escape(table.title)}</caption>"] if table.title else []),
        "<thead>",
        row(table.headings, "th"),
        "</thead>",
        "<tbody>",
        *(row(cells, "td") for cells in table.rows),
        "</tbody>",
        *(["<tfoot>", row(table.totals, "td"), "</tfoot>"] if table.totals else []),
        "</table>",
    ]
    return "\n".join(lines) + "\n"


_SHEET: Final = (
    "table{border-collapse:collapse;font:14px Inter,Helvetica,Arial,sans-serif;"
    "font-variant-numeric:tabular-nums;border-top:2px solid;border-bottom:2px solid}"
    "caption{text-align:left;font-weight:600;padding:0 12px 8px}"
    "th{font-weight:600;text-align:left;border-bottom:1px solid}"
    "th,td{padding:4px 12px}tfoot td{border-top:1px solid;font-weight:600}"
)
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3})")


def _bars(row: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _latex_row(table: Table, row: tuple[str, ...], unknown: Callable[[str], str]) -> str:
    cells = []
    for column, cell in enumerate(row):
        text = in_latex(cell, unknown)
        # A comma in a number is no punctuation: braces keep the space away that math mode would add.
        cells.append(text.replace(",", "{,}") if column in table.numbers else text)
    return " & ".join(cells) + " \\\\"

"""Two networks compared, as a comment on a pull request: the totals, and what has changed, folded away."""

from typing import Final

from engine.analysis.comparison import Amount, Comparison, LayerPair
from engine.formats.tables.comparison_tables import comparison_table, difference_text, ratio_text
from engine.formats.tables.typesetting import Table, markdown
from engine.shapes import count_text

_TOTALS: Final = {
    "parameters": "Parameters",
    "macs": "MACs",
    "parameter_bytes": "Bytes of parameters",
    "activation_bytes": "Bytes of all maps",
    "peak_activation_bytes": "Bytes of maps at the peak",
}
_OPEN_UP_TO: Final = 12
"""Changed layers that are shown without being unfolded."""


def comparison_markdown(comparison: Comparison, before: str, after: str) -> str:
    """GitHub's Markdown; a ratio is before / after, as everywhere. What is the same is only counted."""
    changed = tuple(pair for pair in comparison.pairs if pair.change != "same")
    same = len(comparison.pairs) - len(changed)
    totals = Table(
        headings=("Total", before, after, "Difference", "Change", "Times fewer"),
        rows=tuple(
            _total(title, comparison.total(name)) for name, title in _TOTALS.items()
        ),
        numbers=frozenset(range(1, 6)),
    )  # fmt: skip
    parts = [markdown(totals)]
    if changed:
        parts.append(_details(comparison, changed, before, after))
    if same:
        alike = f"{count_text(same, 'layer')} {'is' if same == 1 else 'are'} the same."
        parts.append(f"{'Nothing else has changed: ' if changed else 'Nothing has changed: '}{alike}\n")
    return "\n".join(parts)


def _total(title: str, amount: Amount) -> tuple[str, ...]:
    return (
        title, f"{amount.before:,}", f"{amount.after:,}", difference_text(amount), _percent(amount),
        ratio_text(amount),
    )  # fmt: skip


def _percent(amount: Amount) -> str:
    """`−57.8 %` of what there was before."""
    if not amount.before:
        return "–" if amount.after else "0 %"
    return f"{100 * amount.difference / amount.before:+,.1f} %".replace("-", "−").replace("+0.0", "0.0")


def _details(comparison: Comparison, changed: tuple[LayerPair, ...], before: str, after: str) -> str:
    shown = Comparison(before=comparison.before, after=comparison.after, pairs=changed)
    whole = comparison_table(shown, before, after)
    table = Table(headings=whole.headings, rows=whole.rows, numbers=whole.numbers)
    opened = " open" if len(changed) <= _OPEN_UP_TO else ""
    title = f"{count_text(len(changed), 'layer')} that {'is' if len(changed) == 1 else 'are'} not the same"
    return f"<details{opened}>\n<summary>{title}</summary>\n\n{markdown(table)}\n</details>\n"

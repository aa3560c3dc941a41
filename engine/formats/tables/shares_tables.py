"""Where the 1×1s are, of one network or of many: the share of each class of layers as a table and as JSON."""

from collections.abc import Sequence
from typing import Any, Final

from engine.analysis.shares import CLASSES, Shares
from engine.formats.tables.typesetting import Table

AMOUNTS: Final = ("macs", "parameters", "layers")
_NAMES: Final = {"macs": "MACs", "parameters": "parameters", "layers": "layers"}


def shares_table(networks: Sequence[tuple[str, Shares]], amounts: Sequence[str] = AMOUNTS) -> Table:
    """One row a network, one column for each class of each amount, in percent."""
    columns = [(name, amount) for amount in amounts for name in CLASSES]
    return Table(
        title="Where the 1×1s are",
        headings=("Network", *(f"{CLASSES[name]} % of {_NAMES[amount]}" for name, amount in columns)),
        rows=tuple(
            (title, *(percent(network.fraction(name, amount)) for name, amount in columns))
            for title, network in networks
        ),
        numbers=frozenset(range(1, len(columns) + 1)),
    )


def shares_record(found: Shares) -> dict[str, Any]:
    """Counts and fractions by class, JSON-ready."""
    return {
        "totals": {amount: getattr(found.total, amount) for amount in AMOUNTS},
        "classes": {
            name: {
                amount: {
                    "count": getattr(found.by_class[name], amount),
                    "fraction": found.fraction(name, amount),
                }
                for amount in AMOUNTS
            }
            for name in CLASSES
        },
    }


def percent(fraction: float) -> str:
    """`94.86`."""
    return f"{100 * fraction:.2f}"

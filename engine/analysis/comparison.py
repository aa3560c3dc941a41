"""Two networks side by side: every total and every layer with its difference.

The ratio of two amounts is before / after: "9.68× fewer multiplications" is what a reader looks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal

from engine.analysis.alignment import align
from engine.analysis.analyze import Analysis, LayerReport

Change = Literal["same", "changed", "inserted", "removed"]

AMOUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "parameters": "Parameters",
        "macs": "MACs",
        "activation_bytes": "Bytes of maps",
    }
)
"""What is compared of a layer: attribute → how people call it."""


@dataclass(frozen=True)
class Amount:
    """One number before and after; 0 where there is no such layer."""

    before: int
    after: int

    @property
    def difference(self) -> int:
        """How much more there is after."""
        return self.after - self.before

    @property
    def ratio(self) -> float | None:
        """before / after: how many times fewer there are after; None where one of them is 0."""
        return self.before / self.after if self.before and self.after else None


@dataclass(frozen=True, kw_only=True)
class LayerPair:
    """A layer before and after; one of both is None for a layer that was removed or inserted.

    `change` looks at settings, output shape and costs.
    """

    before: LayerReport | None
    after: LayerReport | None
    change: Change

    def amount(self, name: str) -> Amount:
        """One of `AMOUNTS`."""
        return Amount(
            0 if self.before is None else getattr(self.before, name),
            0 if self.after is None else getattr(self.after, name),
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What `compare` found. `pairs` stand in the reading order of the later network."""

    before: Analysis = field(repr=False)
    after: Analysis = field(repr=False)
    pairs: tuple[LayerPair, ...]

    def total(self, name: str) -> Amount:
        """One of `AMOUNTS`, or any other whole number of `engine.analysis.report.Totals`."""
        return Amount(getattr(self.before.totals, name), getattr(self.after.totals, name))

    @cached_property
    def by_node(self) -> Mapping[str, LayerPair]:
        """The pair of each node of the later network, by its id."""
        return MappingProxyType({pair.after.node_id: pair for pair in self.pairs if pair.after is not None})

    @cached_property
    def by_former_node(self) -> Mapping[str, LayerPair]:
        """The pair of each node of the earlier network, by its id."""
        return MappingProxyType({pair.before.node_id: pair for pair in self.pairs if pair.before is not None})


def compare(before: Analysis, after: Analysis) -> Comparison:
    """Align two analysed networks and put their numbers side by side; half-built ones are fine."""
    return Comparison(
        before=before,
        after=after,
        pairs=tuple(_pair(before, after, a, b) for a, b in align(before.network, after.network)),
    )


def _pair(before: Analysis, after: Analysis, a: str | None, b: str | None) -> LayerPair:
    old = None if a is None else before.layers[a]
    new = None if b is None else after.layers[b]
    if old is None or new is None or a is None or b is None:
        return LayerPair(before=old, after=new, change="inserted" if old is None else "removed")
    layers = before.network.nodes[a].layer, after.network.nodes[b].layer
    # The receptive field is left out: one inserted layer changes that of everything below it.
    numbers = [(one.output_shape, *(getattr(one, name) for name in AMOUNTS)) for one in (old, new)]
    same = layers[0] == layers[1] and numbers[0] == numbers[1]
    return LayerPair(before=old, after=new, change="same" if same else "changed")

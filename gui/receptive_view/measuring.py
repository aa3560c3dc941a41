"""The effective receptive field as a job for the compute thread."""

from dataclasses import dataclass
from typing import Any

from engine.attribution.fields.effective_field import (
    EffectiveField,
    effective_field,
    gradient_strength,
    noise_photograph,
)
from engine.layers.input import Input
from engine.model.network import Network
from gui.session.jobs import Desk


@dataclass(frozen=True, eq=False)
class MeasureField:
    """Of one unit (channel None: of the mean of all channels at its place), on the photograph `reference`, or
    averaged over so many noise images. A unit of a vector is a channel alone."""

    network: Network
    seed: int
    reference: str
    node_id: str
    row: int
    column: int
    channel: int | None
    noise: int = 0

    def work(self, desk: Desk) -> EffectiveField:
        """Maps of everything above the unit, then its gradient; once a noise image."""
        above = self.network.ancestors(self.node_id) | {self.node_id}
        if not self.noise:
            return effective_field([self._strength(desk, desk.photograph(self.reference), above)])
        height, width = self._size(above)
        found = []
        for number in range(self.noise):
            desk.progress(number, self.noise)
            found.append(self._strength(desk, noise_photograph(height, width, number), above))
        return effective_field(found, inputs=self.noise)

    def _strength(self, desk: Desk, photograph: Any, above: frozenset[str]) -> dict[str, Any]:
        results = desk.maps(self.network, photograph, seed=self.seed, wanted=above)
        maps = {node_id: result.map for node_id, result in results.items()}
        return gradient_strength(
            self.network,
            maps,
            self.node_id,
            self.row,
            self.column,
            channel=self.channel,
            seed=self.seed,
            checkpoint=desk.checkpoint,
        )

    def _size(self, above: frozenset[str]) -> tuple[int, int]:
        """Height and width of the first Input: the noise has a value for each of its pixels."""
        for node_id in self.network.order:
            layer = self.network.nodes[node_id].layer
            if node_id in above and isinstance(layer, Input):
                return layer.shape[1], layer.shape[2]
        return 1, 1

"""What the compute thread does for weights: fit them, measure maps, compare two networks, write files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import FitError
from engine.model.grouping import Grouping
from engine.model.network import Network
from engine.model.project import Project
from engine.weights import Given
from gui.session.jobs import Desk
from gui.session.worker import DEFAULT_PHOTOGRAPH

if TYPE_CHECKING:
    from engine.fitting.spectrum import Spectrum
    from engine.formats.weights.weight_matching import WeightsMatch


@dataclass(frozen=True, eq=False)
class FitJob:
    """Fit these convolutions (all, where None) to the photograph, layer by layer: node id → `Given`."""

    project: Project
    image: str
    node_ids: tuple[str, ...] | None
    method: str

    def work(self, desk: Desk) -> Mapping[str, Given]:
        from engine.fitting.network import fit_network

        scene = desk.photograph(self.image)

        def map_of(network: Network, node_id: str) -> object:
            found = desk.maps(network, scene, seed=self.project.seed, wanted=[node_id])
            if node_id not in found:
                raise FitError(
                    f"the map of {network[node_id].label} cannot be computed: mend what is above it"
                )
            return found[node_id].map

        made = fit_network(
            self.project.network,
            self.node_ids,
            map_of,  # type: ignore[arg-type]  # an array, which is not imported here before it is needed
            method=self.method,
            about=photograph_title(self.image),
            checkpoint=desk.checkpoint,
            progress=desk.progress,
        )
        for weights in made.values():  # digests and packing are kept: the window need not wait for them
            desk.checkpoint()
            weights.to_json()
            assert weights.key
        return made


@dataclass(frozen=True, eq=False)
class SpectrumJob:
    """How many channels the map that a node reads needs: a `Spectrum`."""

    project: Project
    image: str
    node_id: str

    def work(self, desk: Desk) -> "Spectrum":
        from engine.fitting.spectrum import spectrum

        node = self.project.network[self.node_id]
        source = node.inputs[0]
        found = desk.maps(
            self.project.network, desk.photograph(self.image), seed=self.project.seed, wanted=[source]
        )
        if source not in found:
            raise FitError(f"there is no map before {node.label}: mend what is above it")
        centred = not node.layer.lacks_bias
        return spectrum(found[source].map[0], centred=centred, checkpoint=desk.checkpoint)


@dataclass(frozen=True)
class Difference:
    """How far the values of some nodes lie apart in two networks."""

    largest: float
    """max‖Δ‖."""
    scale: float
    """The largest value."""


@dataclass(frozen=True, eq=False)
class DifferenceJob:
    """Run a network before and after an edit on the same photograph, and compare these nodes' values."""

    before: Network
    after: Network
    seed: int
    image: str
    node_ids: tuple[str, ...]

    def work(self, desk: Desk) -> Difference:
        import numpy as np

        scene = desk.photograph(self.image)
        ours, theirs = (
            desk.maps(one, scene, seed=self.seed, wanted=self.node_ids) for one in (self.before, self.after)
        )
        largest = scale = 0.0
        for node_id in self.node_ids:
            desk.checkpoint()
            if node_id in ours and node_id in theirs:
                old = ours[node_id].map.ravel().astype(np.float64)
                new = theirs[node_id].map.ravel().astype(np.float64)
                largest = max(largest, float(np.abs(new - old).max()))
                scale = max(scale, float(np.abs(old).max()))
        return Difference(largest, scale)


@dataclass(frozen=True, eq=False)
class MatchWeightsJob:
    """Find out which tensors of a file belong to which layer, from its header alone: a `WeightsMatch`."""

    network: Network
    path: Path
    groups: Grouping

    def work(self, desk: Desk) -> "WeightsMatch":
        from engine.formats.weights.weight_matching import match_weights
        from engine.formats.weights.weights_file import open_weights
        from presets.weight_names import renamings

        match = match_weights(self.network, open_weights(self.path), renamings(self.network, self.groups))
        match.check()
        return match


@dataclass(frozen=True, eq=False)
class ReadWeightsJob:
    """Read the weights that were matched: the `Given` of each node that takes some."""

    match: "WeightsMatch"

    def work(self, desk: Desk) -> Mapping[str, Given]:
        made = self.match.applied(desk.checkpoint)
        found = {}
        for node_id in self.match.taken:
            desk.checkpoint()
            weights = made[node_id].weights
            assert isinstance(weights, Given)
            assert weights.key  # kept, so that the window need not wait for it
            found[node_id] = weights
        return found


@dataclass(frozen=True, eq=False)
class SaveMapsJob:
    """Write every map by its node's id as `.npz`; gives how many."""

    project: Project
    image: str
    path: Path

    def work(self, desk: Desk) -> int:
        from engine.formats.weights.npz import save_arrays

        network = self.project.network
        found = desk.maps(network, desk.photograph(self.image), seed=self.project.seed)
        save_arrays(self.path, {node_id: one.map for node_id, one in found.items()})
        return len(found)


@dataclass(frozen=True, eq=False)
class SaveWeightsJob:
    """Write every parameter as `id.name`; gives how many."""

    project: Project
    path: Path

    def work(self, desk: Desk) -> int:
        from engine.formats.weights.npz import network_weights
        from engine.formats.weights.weights_file import save_weights

        count = 0

        def counted() -> object:
            nonlocal count
            for pair in network_weights(self.project.network, self.project.seed, desk.checkpoint):
                count += 1
                yield pair

        save_weights(self.path, counted())  # type: ignore[arg-type]  # pairs, one at a time
        return count


def photograph_title(reference: str) -> str:
    """How a note calls the photograph."""
    from engine.image.image_source import image_title

    return image_title(reference or DEFAULT_PHOTOGRAPH)

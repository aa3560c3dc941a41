"""Work of a page for the compute thread: climbing, projecting back, statistics, patches of a folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.attribution.fields.effective_field import gradient_strength
from engine.errors import NetworkError, PhotographError
from engine.image.photograph import read_photograph
from engine.model.project import Project
from engine.survey.one_photograph import statistics_of_map
from engine.visualisation.activation_maximisation import Climb, Frame, climb
from engine.visualisation.deconvolution import deconvolve
from gui.channel_page.pictures import masked_patch
from gui.figures.worked.patch import Box, patch_of
from gui.figures.worked.photograph_crop import photograph_of
from gui.session.jobs import Desk

Map = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

STEPS: Final = 256


@dataclass(frozen=True)
class Unit:
    """A channel of a node, on a photograph."""

    project: Project
    reference: str
    node_id: str
    channel: int

    def maps(self, desk: Desk) -> dict[str, Map]:
        """Of the node and all above it."""
        network = self.project.network
        wanted = network.ancestors(self.node_id) | {self.node_id}
        scene = desk.photograph(self.reference)
        found = desk.maps(network, scene, seed=self.project.seed, wanted=wanted)
        if self.node_id not in found:
            raise NetworkError(f"{network.nodes[self.node_id].label} cannot be computed yet")
        return {name: result.map for name, result in found.items()}


@dataclass(eq=False)
class Newest:
    """The newest frame of a climb at work: written there, looked at in the window."""

    frame: Frame | None = None


@dataclass(frozen=True, eq=False)
class ClimbJob:
    """A picture that moves a channel as far as it can."""

    unit: Unit
    from_photograph: bool
    newest: Newest = field(default_factory=Newest)

    def work(self, desk: Desk) -> Frame:
        """The last frame."""
        unit, start = self.unit, None
        if self.from_photograph:
            maps = unit.maps(desk)
            inputs = [name for name in maps if unit.project.network.nodes[name].layer.is_input]
            start = maps[inputs[0]].copy()
        task = Climb(
            network=unit.project.network,
            node_id=unit.node_id,
            channel=unit.channel,
            start=start,
            seed=unit.project.seed,
        )
        for frame in climb(task, STEPS, desk.checkpoint):
            self.newest.frame = frame
            desk.progress(frame.step, STEPS)
        assert self.newest.frame is not None
        return self.newest.frame


@dataclass(frozen=True, eq=False)
class ProjectJob:
    """A unit projected back to the photograph."""

    unit: Unit

    def work(self, desk: Desk) -> Map:
        """(C, H, W)."""
        unit = self.unit
        found: Map = deconvolve(
            unit.project.network,
            unit.maps(desk),
            unit.node_id,
            unit.channel,
            seed=unit.project.seed,
            checkpoint=desk.checkpoint,
        )[0]
        return found


@dataclass(frozen=True, eq=False)
class StatisticsJob:
    """Of a layer's map on the present photograph."""

    values: Map

    def work(self, desk: Desk) -> Mapping[str, npt.NDArray[Any]]:
        """As `survey.npz` calls them."""
        desk.checkpoint()
        return statistics_of_map(self.values)


@dataclass(frozen=True, eq=False)
class MaskJob:
    """Patches of some places of a channel, dimmed where pixels do not matter to them."""

    unit: Unit
    places: tuple[tuple[int, int], ...]
    picture: Pixels
    boxes: tuple[Box | None, ...]
    """Of each place, in pixels of the Input."""

    def work(self, desk: Desk) -> tuple[Pixels | None, ...]:
        """None where there is no box."""
        unit, maps = self.unit, self.unit.maps(desk)
        found: list[Pixels | None] = []
        for (row, column), box in zip(self.places, self.boxes, strict=True):
            desk.checkpoint()
            if box is None:
                found.append(None)
                continue
            strengths = gradient_strength(
                unit.project.network, maps, unit.node_id, row, column,
                channel=unit.channel, seed=unit.project.seed, checkpoint=desk.checkpoint,
            )  # fmt: skip
            strength = next(iter(strengths.values())).astype(np.float32)
            # Single pixels would leave all others in the dark.
            peak = float(np.quantile(strength[strength > 0], 0.95)) if (strength > 0).any() else 1.0
            found.append(masked_patch(self.picture, np.minimum(strength / peak, 1), box))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class PatchesJob:
    """The strongest patches of a channel in a folder that was surveyed."""

    project: Project
    files: tuple[Path, ...]
    boxes: tuple[Box, ...]
    size: tuple[int, int]

    def work(self, desk: Desk) -> tuple[Pixels | None, ...]:
        """None for a photograph that is gone."""
        made: list[Pixels | None] = []
        for path, box in zip(self.files, self.boxes, strict=True):
            desk.checkpoint()
            try:
                picture = photograph_of(self.project, read_photograph(path))
            except PhotographError:
                picture = None
            made.append(None if picture is None else patch_of(picture, self.size, box))
        return tuple(made)

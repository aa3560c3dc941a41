"""One photograph's small picture and the class that the network finds likeliest, on the compute thread."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.classes import ClassScore, answer_node, top_classes
from engine.model.project import Project
from gui.look.thumbnails import layer_thumbnail, nearest_square
from gui.session.jobs import Desk

SIDE: Final = 56
"""Of the small picture, in pixels."""


@dataclass(frozen=True, eq=False)
class Scored:
    """`picture` is (SIDE, SIDE, 3) RGB; there is no `best` where the network names no classes."""

    picture: npt.NDArray[np.uint8] | None
    best: ClassScore | None


@dataclass(frozen=True, eq=False)
class ScoreJob:
    """What the first Input takes of the photograph, and the answer to it."""

    project: Project
    reference: str

    def work(self, desk: Desk) -> Scored:
        """Run as far as the answer; `PhotographError` where it cannot be read."""
        scene = desk.photograph(self.reference)
        network = self.project.network
        looking = [node for node in network.nodes.values() if node.layer.preprocessing is not None]
        answer = answer_node(network)
        wanted = [node.id for node in looking[:1]] + ([] if answer is None else [answer])
        maps = desk.maps(network, scene, seed=self.project.seed, wanted=wanted) if wanted else {}
        picture = nearest_square(scene, SIDE) if isinstance(scene, np.ndarray) else None
        if looking and looking[0].id in maps:
            picture = layer_thumbnail(looking[0].layer, maps[looking[0].id].map, SIDE)
        best = None
        if answer in maps:
            shares = maps[answer].map[0].ravel()
            best = top_classes(shares, self.project.class_names, 1)[0] if shares.size else None
        return Scored(picture, best)

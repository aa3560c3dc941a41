"""What a run is asked for: which maps of which photograph."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from engine.execution.maps import MapKey
from engine.execution.network_signature import NetworkSignature
from engine.image.input_arrays import InputArrays
from engine.image.patterns import Pattern
from engine.image.photograph import Scene


@dataclass(frozen=True, eq=False)
class Request:
    """One run. `wanted` are nodes that can be computed."""

    signature: NetworkSignature
    scene: Scene | InputArrays
    photograph: str
    """The digest of `scene`."""
    wanted: frozenset[str]

    @cached_property
    def keys(self) -> dict[str, MapKey]:
        """Under what each map of the network is remembered, in topological order."""
        return {node_id: f"{self.photograph} {digest}" for node_id, digest in self.signature.digests.items()}

    @cached_property
    def input_keys(self) -> frozenset[MapKey]:
        """Those of the Input nodes."""
        return frozenset(self.keys[node_id] for node_id in self.signature.inputs)

    def keys_of(self, nodes: tuple[str, ...]) -> list[MapKey]:
        """Under what the maps of these nodes are remembered; listed once for each tuple of them."""
        nodes_and_keys = self._listed.get(id(nodes))
        if nodes_and_keys is None:
            nodes_and_keys = nodes, list(map(self.keys.__getitem__, nodes))
            self._listed[id(nodes)] = nodes_and_keys
        return nodes_and_keys[1]

    @cached_property
    def _listed(self) -> dict[int, tuple[tuple[str, ...], list[MapKey]]]:
        """By the identity of the tuple, which lives as long as it stands here."""
        return {}


class Requests:
    """Makes requests; the last one is remembered, for the same maps are asked for again and again."""

    def __init__(self) -> None:
        self._last: Request | None = None
        self._asked: Collection[str] | None = None

    def make(
        self, signature: NetworkSignature, scene: Scene | InputArrays, wanted: Collection[str] | None
    ) -> Request:
        """With all nodes wanted by default; nodes that cannot be computed are left out."""
        last = self._last
        asked = None if wanted is None else frozenset(wanted)  # which is `wanted` itself, if it is one
        same = last is not None and last.signature is signature and last.scene is scene
        if last is not None and same and (self._asked is asked or self._asked == asked):
            return last
        known = signature.shapes.keys()
        photograph = last.photograph if last is not None and last.scene is scene else digest(scene)
        self._asked = asked
        self._last = Request(
            signature, scene, photograph, frozenset(known if asked is None else known & asked)
        )
        return self._last


def digest(scene: Scene | InputArrays) -> str:
    """Equal digests, equal pixels."""
    if isinstance(scene, Pattern):
        return scene.reference
    if isinstance(scene, InputArrays):
        return scene.digest
    return sha256(repr(scene.shape).encode() + scene.tobytes()).hexdigest()

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


class Requests:
    """Makes requests; the last one is remembered, for the same maps are asked for again and again."""

    def __init__(self) -> None:
        self._last: Request | None = None
        self._asked: frozenset[str] | None = None

    def make(
        self, signature: NetworkSignature, scene: Scene | InputArrays, wanted: Collection[str] | None
    ) -> Request:
        """With all nodes wanted by default; nodes that cannot be computed are left out."""
        last = self._last
        asked = None if wanted is None else frozenset(wanted)
        if last is not None and last.signature is signature and last.scene is scene and self._asked == asked:
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

"""What a run is asked for: which maps of which photograph."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from engine.execution.maps import MapKey
from engine.execution.recipe import Recipe
from engine.patterns import Pattern
from engine.photograph import Scene


@dataclass(frozen=True, eq=False)
class Request:
    """One run. `wanted` are nodes that can be computed."""

    recipe: Recipe
    scene: Scene
    photograph: str
    """The digest of `scene`."""
    wanted: frozenset[str]

    @cached_property
    def keys(self) -> dict[str, MapKey]:
        """Under what each map of the network is remembered, in topological order."""
        return {node_id: (self.photograph, digest) for node_id, digest in self.recipe.digests.items()}


def make_request(recipe: Recipe, scene: Scene, photograph: str, wanted: Collection[str] | None) -> Request:
    """With all nodes wanted by default; nodes that cannot be computed are left out."""
    known = recipe.shapes.keys()
    return Request(recipe, scene, photograph, frozenset(known if wanted is None else known & set(wanted)))


class Digests:
    """Digests of photographs; the last one is remembered, for it is looked at again and again."""

    def __init__(self) -> None:
        self._last: tuple[Scene, str] | None = None

    def digest(self, scene: Scene) -> str:
        """Equal digests, equal pixels."""
        if isinstance(scene, Pattern):
            return scene.reference
        if self._last is None or self._last[0] is not scene:
            digest = sha256(repr(scene.shape).encode() + scene.tobytes()).hexdigest()
            self._last = (scene, digest)
        return self._last[1]

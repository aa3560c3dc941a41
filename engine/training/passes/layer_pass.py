"""What a pass is: one node's way forward and back, for a whole batch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.layers import Layer
from engine.layers.base.layer import Draw
from engine.shapes import Shape
from engine.training.passes.buffers import Buffers
from engine.training.passes.crew import Crew
from engine.training.passes.lanes import Array

LOADED: Final = 8.0
"""Floating-point operations in the time of one on values out of memory."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A node as its pass knows it."""

    layer: Layer
    shapes: tuple[Shape, ...]
    """Of its inputs."""
    shape: Shape
    params: Mapping[str, Array]
    """Live values; what is not trained is changed in place."""
    gradients: Mapping[str, Array]
    """Of the trained ones; a pass adds to them."""
    wanted: tuple[bool, ...]
    """Of which inputs the gradient is asked for."""


class LayerPass:
    """Forward, then backward, of the batch that went forward last; maps lie as `lanes` says.

    What it gives lies in memory that it uses again for the next batch.
    """

    def __init__(self, place: Place, crew: Crew) -> None:
        self.place, self.crew = place, crew
        self.buffers = Buffers()

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        """The node's map. In training it keeps what `backward` needs."""
        raise NotImplementedError

    def backward(self, dy: Array) -> Sequence[Array | None]:
        """The gradient of each wanted input; those of parameters are added where they belong."""
        raise NotImplementedError

    def each(self, task: Callable[[int, int], None], count: int, operations: float) -> None:
        """All of `count` equal tasks, by whoever is there; values out of memory cost more than they count."""
        self.crew.run(task, count, LOADED * operations)

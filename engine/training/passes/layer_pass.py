"""What a pass is: one node's way forward and back, for a whole batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.layers import Layer
from engine.layers.base.layer import Draw
from engine.shapes import Shape
from engine.training.passes.buffers import Buffers
from engine.training.passes.lanes import Array

if TYPE_CHECKING:
    from engine.kernels.training.program import Program

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
    draw: Draw
    """Chance of the present step."""


class LayerPass:
    """Lays what is to be done with a batch, forward, then back; maps lie as `lanes` says.

    What a program makes lies in memory that the next batch's is made in, too.
    """

    takes_clamp = False
    """Whether what it tells to be its map is what the ReLU behind makes of it: see `own_map`."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.buffers = Buffers()

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        """Where the node's map will lie. In training it keeps what `backward` needs."""
        raise NotImplementedError

    def own_map(self, y: Array) -> Array:
        """The node's map, where what `forward` told holds what a node behind makes of it."""
        return y

    def own_slope(self, y: Array, dy: Array) -> Array:
        """The gradient of `own_map`, likewise; y: what lies where `forward` told."""
        return dy

    def backward_onto(self, program: "Program", dy: Array, other: Array) -> Array | None:
        """As `backward` of the one input, with what others made of its gradient already added; None where
        that is no less work than to add it afterwards: then nothing is laid."""
        return None

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        """Where each wanted input's gradient will lie; those of parameters are added where they belong."""
        raise NotImplementedError

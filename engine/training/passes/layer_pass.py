"""What a pass is: one node's way forward and back, for a whole batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.layers import Layer
from engine.layers.base.layer import Draw
from engine.shapes import Shape
from engine.training.passes.lanes import Array


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
    """Forward, then backward, of the batch that went forward last; maps lie as `lanes` says."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        """The node's map. In training it keeps what `backward` needs."""
        raise NotImplementedError

    def backward(self, dy: Array) -> Sequence[Array | None]:
        """The gradient of each wanted input; those of parameters are added where they belong."""
        raise NotImplementedError

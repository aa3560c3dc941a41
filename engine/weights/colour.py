"""Colours as the eye opposes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.layers import Layer
from engine.shapes import Pair, Shape
from engine.weights.bank import Bank, kernel_size
from engine.weights.source import Checkpoint, go_on, initial_parameters, read_only, weights_source

if TYPE_CHECKING:
    from engine.layers.base.layer import Array
    from engine.weights.bank import Kernel

OPPONENT: Final = (
    (1 / 3, 1 / 3, 1 / 3),
    (1.0, -1.0, 0.0),
    (-0.5, -0.5, 1.0),
    (-1 / 3, -1 / 3, -1 / 3),
    (-1.0, 1.0, 0.0),
    (0.5, 0.5, -1.0),
)
"""Light, red against green, blue against yellow, and each the other way round; of R, G, B."""


@weights_source
@dataclass(frozen=True)
class ColourOpponent(Bank):
    """Light, red − green, blue − yellow, then their negatives; in the middle of larger kernels.

    Yellow is the mean of red and green.
    """

    name = "colour_opponent"
    title = "Colour-opponent"
    help = "Light, red − green, blue − yellow, and the other way round."
    source = "Hurvich & Jameson, An opponent-process theory of color vision, 1957"
    rank = 4

    def kernels(self, size: Pair, outputs: int) -> "Sequence[Kernel]":
        from engine.weights.bank import embedded

        return (embedded([[1.0]], size),)

    def misfit(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        wrong = super().misfit(layer, inputs)
        channels = layer.param_shapes(*inputs)["weight"][1] if not wrong else len(OPPONENT[0])
        if channels != len(OPPONENT[0]):
            return (
                f"Colour-opponent weights need red, green and blue; a kernel of {layer.label} sees {channels}"
                f" channel{'s' if channels > 1 else ''}. Put it behind a photograph, or use other weights."
            )
        return wrong

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> "dict[str, Array]":
        import numpy as np

        made = initial_parameters(layer, inputs)
        weight = made["weight"]
        (middle,) = self.kernels(kernel_size(layer, inputs), len(weight))
        for k in range(len(weight)):
            colours = np.array(OPPONENT[k % len(OPPONENT)])
            weight[k] = colours[:, None, None] * middle
        return read_only(made)

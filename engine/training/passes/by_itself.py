"""The way of any layer: its own methods, pictures outermost. The slow twin of all other passes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.training.passes.lanes import Array, batch_first, lanes, lay_batch, room
from engine.training.passes.layer_pass import LayerPass, Place

if TYPE_CHECKING:
    from engine.kernels.training.program import Program


class ByItself(LayerPass):
    """`Layer.forward_in_training` and `Layer.backward_in_training`."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._inputs: list[Array] = []
        self._kept: Mapping[str, Array] = {}
        self._output: Array = np.zeros(0, np.float32)

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        from engine.kernels.fast.machine import computing

        y = self.buffers.take("y", room(self.place.shape, lanes(batch)))
        layer, params = self.place.layer, self.place.params

        def make() -> None:
            self._inputs = [batch_first(values, batch) for values in inputs]
            with computing:  # the layers' kernels share their threads
                if training:
                    output, self._kept = layer.forward_in_training(self._inputs, params, self.place.draw)
                    for name in layer.non_trainable:
                        params[name][...] = self._kept[name]
                else:
                    output = layer.forward(self._inputs, params)
            self._output = np.broadcast_to(output, (batch, *output.shape[1:]))
            lay_batch(self._output, y)

        program.call(make)
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        from engine.kernels.fast.machine import computing

        place = self.place
        made = [
            self.buffers.take(f"dx {index}", room(shape, dy.shape[-1])) if wanted else None
            for index, (shape, wanted) in enumerate(zip(place.shapes, place.wanted, strict=True))
        ]

        def make() -> None:
            first = batch_first(dy, len(self._output))
            with computing:
                slopes, found = place.layer.backward_in_training(
                    self._inputs, place.params, self._output, self._kept, first
                )
            for name, gradient in found.items():
                place.gradients[name][...] += gradient
            for slope, into in zip(slopes, made, strict=True):
                if into is not None:
                    lay_batch(slope, into)

        program.call(make)
        return made

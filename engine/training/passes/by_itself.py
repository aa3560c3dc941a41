"""The way of any layer: its own methods, pictures outermost. The slow twin of all other passes."""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.layers.base.layer import Draw
from engine.training.passes.crew import Crew
from engine.training.passes.lanes import Array, batch_first, batch_last
from engine.training.passes.layer_pass import LayerPass, Place


class ByItself(LayerPass):
    """`Layer.forward_in_training` and `Layer.backward_in_training`."""

    def __init__(self, place: Place, crew: Crew) -> None:
        super().__init__(place, crew)
        self._inputs: list[Array] = []
        self._kept: Mapping[str, Array] = {}
        self._output: Array = np.zeros(0, np.float32)
        self._lanes = 0

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        from engine.kernels.fast.machine import computing

        layer, params = self.place.layer, self.place.params
        self._inputs = [batch_first(values, batch) for values in inputs]
        self._lanes = inputs[0].shape[-1] if inputs else self._lanes
        with computing:  # the layers' kernels share their threads
            if training:
                output, self._kept = layer.forward_in_training(self._inputs, params, draw)
                for name in layer.non_trainable:
                    params[name][...] = self._kept[name]
            else:
                output = layer.forward(self._inputs, params)
        self._output = np.broadcast_to(output, (batch, *output.shape[1:]))
        return batch_last(self._output, self._lanes)

    def backward(self, dy: Array) -> Sequence[Array | None]:
        from engine.kernels.fast.machine import computing

        place, first = self.place, batch_first(dy, len(self._output))
        with computing:
            slopes, found = place.layer.backward_in_training(
                self._inputs, place.params, self._output, self._kept, first
            )
        for name, gradient in found.items():
            place.gradients[name][...] += gradient
        return [
            batch_last(slope, self._lanes) if wanted else None
            for slope, wanted in zip(slopes, place.wanted, strict=True)
        ]

    def without_inputs(self, lanes: int) -> None:
        """Tell it the lanes, where no input does."""
        self._lanes = lanes

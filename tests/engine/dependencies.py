"""The slow, obvious receptive field: which input rows (or columns) a value depends on, tap by tap.

Maps are taken to go on for ever in both directions, so that what lies in the padding counts as well.
Only the layers' settings are read; nothing of the program's own receptive field algebra is used.
"""

from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any

from engine.analysis.analyze import Analysis, analyze
from engine.model.network import Network

Pixels = frozenset[int]


class Dependencies:
    """Of every value of a network, along one axis (0 height, 1 width)."""

    def __init__(self, network: Network, axis: int) -> None:
        self.network = network
        self.axis = axis
        self.analysis: Analysis = analyze(network)
        self.pixels = cache(self._pixels)

    def size_of(self, node_id: str) -> int:
        shape = self.analysis.layers[node_id].output_shape
        assert shape is not None
        return shape[1 + self.axis] if len(shape) == 3 else 1

    def _pixels(self, node_id: str, output: int) -> Pixels:
        node = self.network[node_id]
        if not node.inputs:
            return frozenset({output})
        found: set[int] = set()
        for source in node.inputs:
            for index in self._read(node_id, source, output):
                found |= self.pixels(source, index)
        return frozenset(found)

    def _read(self, node_id: str, source: str, output: int) -> list[int]:
        layer: Any = self.network[node_id].layer  # asked for the settings that its kind has
        axis, size, out = self.axis, self.size_of(source), self.size_of(node_id)
        kind = layer.kind
        if kind == "ConvTranspose2d":
            kernel, stride, dilation = layer.kernel_size[axis], layer.stride[axis], layer.dilation[axis]
            before = layer.cuts(axis)[0]
            places = [output + before - tap * dilation for tap in range(kernel)]
            return [place // stride for place in places if place % stride == 0]
        if kind == "AdaptiveAvgPool2d":
            return list(range(output * size // out, -(-(output + 1) * size // out)))
        if kind == "GlobalAvgPool2d":
            return list(range(size))
        if kind == "Linear":
            return list(range(self.size_of(source)))
        if kind == "Upsample":
            factor = layer.scale_factor[axis]
            if layer.mode == "nearest":
                return [output // factor]
            if size == 1 < factor:
                return [0]
            if layer.align_corners:
                place = Fraction(output * (size - 1), size * factor - 1) if factor > 1 else Fraction(output)
            else:
                place = Fraction(2 * output + 1, 2 * factor) - Fraction(1, 2)
            return [floor(place), ceil(place)]
        if kind == "PixelShuffle":
            return [output // (out // size)]
        if kind == "Crop":
            return [output + (layer.top, layer.left)[axis]]
        if kind == "Pad":
            return [output - (layer.top, layer.left)[axis]]
        if hasattr(layer, "kernel_size"):
            kernel, stride = layer.kernel_size[axis], layer.stride[axis]
            dilation = getattr(layer, "dilation", (1, 1))[axis]
            before = layer.padding.amounts(size, dilation * (kernel - 1) + 1, stride, axis)[0]
            return [output * stride - before + tap * dilation for tap in range(kernel)]
        return [0] if size == 1 < out else [output]

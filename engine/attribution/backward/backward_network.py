"""The way back of a gradient as a network of its own, so that planner, kernels and team run it like any
other.

A convolution's way back is a convolution with its kernels turned, or a transposed one where it strides;
through a ReLU goes what its map lets pass; where a map had several readers their gradients are added. What
has no such form of its own is computed by its layer's `backward`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.attribution.backward.back_layers import Back, Gate, MaxPoolBack, Spread, as_map
from engine.attribution.backward.back_weights import Same, ScaleAlone, Scaling, Turned
from engine.attribution.fields.gradients import leading_to
from engine.layers import Layer
from engine.layers.add import Add
from engine.layers.base.lowering import (
    AffineForm,
    ClampForm,
    ConcatForm,
    GlobalPoolForm,
    MatrixForm,
    PoolForm,
    SumForm,
    ViewForm,
)
from engine.layers.borders import Crop
from engine.layers.convolution import Conv2d
from engine.layers.dropout import Dropout
from engine.layers.input import Input
from engine.layers.rectifiers import ReLU
from engine.layers.scale import Scale
from engine.layers.slicing import Slice
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.model.network import Network, Node
from engine.shapes import Padding, Shape, elements
from engine.weights import Weights

Map = npt.NDArray[np.float32]

OUTER: Final = "dy"
RESULT: Final = "dx"


@dataclass(frozen=True, eq=False)
class BackwardNetwork:
    """Its Inputs are the gradient of the target, `OUTER`, and maps of the network, by `maps`."""

    network: Network
    maps: Mapping[str, str]
    """Which map each other Input holds."""


class _Builder:
    """Nodes of the way back, from the target down."""

    def __init__(self, network: Network, shapes: Mapping[str, Shape], towards: str, guided: bool) -> None:
        self.network, self.shapes, self.towards, self.guided = network, shapes, towards, guided
        self.nodes: list[Node] = []
        self.maps: dict[str, str] = {}
        self.waiting: dict[str, list[str]] = {}
        """The gradients of each map, one from each of its readers."""
        self.scales: dict[str, Scaling] = {}
        """What goes into a convolution's kernels from behind it."""

    def add(self, name: str, layer: Layer, *inputs: str, weights: Weights | None = None) -> str:
        more = {} if weights is None else {"weights": weights}
        self.nodes.append(Node(id=name, layer=layer, inputs=inputs, **more))  # type: ignore[arg-type]
        return name

    def map(self, node_id: str) -> str:
        """The Input that holds this node's map."""
        name = f"map {node_id}"
        if name not in self.maps:
            self.maps[name] = node_id
            self.nodes.insert(0, Node(id=name, layer=Input(shape=as_map(self.shapes[node_id]))))
        return name

    def pass_on(self, source: str, gradient: str) -> None:
        self.waiting.setdefault(source, []).append(gradient)

    def gathered(self, node_id: str) -> str:
        """The gradient of a node's map: the sum of its readers'."""
        found = list(self.waiting[node_id])
        for index, name in enumerate(found):
            if name in found[:index]:  # no node reads another one twice
                found[index] = self.add(f"again {index} {node_id}", Dropout(), name)
        return found[0] if len(found) == 1 else self.add(f"sum {node_id}", Add(), *found)

    def through(self, node: Node, dy: str, leading: set[str]) -> None:
        """What becomes of the gradient of a node's map on the way to its inputs."""
        shapes = tuple(self.shapes[name] for name in node.inputs)
        form, source = node.layer.lowering(*shapes), node.inputs[0]
        match form:
            case ClampForm():
                made = self.add(f"gate {node.id}", Gate(low=form.low, high=form.high), dy, self.map(node.id))
                if self.guided:
                    made = self.add(f"guide {node.id}", ReLU(), made)
                self.pass_on(source, made)
            case ViewForm(origin=(0, 0, 0)) if elements(shapes[0]) == elements(self.shapes[node.id]):
                self.pass_on(source, dy)
            case SumForm() if len(set(shapes)) == 1:
                for name in node.inputs:
                    if name in leading:
                        self.pass_on(name, dy)
            case ConcatForm():
                self._split(node, dy, leading)
            case AffineForm():
                self._scaled(node, dy, form)
            case GlobalPoolForm(maximum=False):
                size = (shapes[0][1], shapes[0][2])
                self.pass_on(source, self.add(f"spread {node.id}", Spread(size=size), dy))
            case PoolForm(maximum=True):
                back = MaxPoolBack(over=form.window)
                parts = (dy, self.map(source), self.map(node.id))
                self.pass_on(source, self.add(f"pool {node.id}", back, *parts))
            case MatrixForm(groups=1, cuts=None):
                self._convolved(node, dy, form)
            case _:
                self._by_itself(node, dy, leading)

    def _split(self, node: Node, dy: str, leading: set[str]) -> None:
        start = 0
        for index, name in enumerate(node.inputs):
            stop = start + self.shapes[name][0]
            if name in leading:
                part = self.add(f"part {index} of {node.id}", Slice(start=start, stop=stop), dy)
                self.pass_on(name, part)
            start = stop

    def _scaled(self, node: Node, dy: str, form: AffineForm) -> None:
        """Into the convolution before where nobody else reads its map, else channel by channel."""
        source = self.network.nodes[node.inputs[0]]
        before = source.layer.lowering(*(self.shapes[name] for name in source.inputs))
        is_plain = isinstance(before, MatrixForm) and before.groups == 1 and before.cuts is None
        alone = len(self.network.outputs_of[source.id]) == 1 and source.id != self.towards
        if alone and is_plain:
            self.scales[source.id] = Scaling(node, form.epsilon)
            self.pass_on(source.id, dy)
            return
        weights = ScaleAlone(Scaling(node, form.epsilon))
        self.pass_on(source.id, self.add(f"scale {node.id}", Scale(), dy, weights=weights))

    def _convolved(self, node: Node, dy: str, form: MatrixForm) -> None:
        """A convolution with the kernels turned where it steps one by one, else a transposed one."""
        source = node.inputs[0]
        shape = as_map(self.shapes[source])
        extents = tuple(d * (k - 1) + 1 for k, d in zip(form.kernel_size, form.dilation, strict=True))
        scaling = self.scales.get(node.id)
        common: dict[str, Any] = {
            "out_channels": shape[0],
            "kernel_size": form.kernel_size,
            "dilation": form.dilation,
            "bias": False,
        }
        sides = [extent - 1 - pad for extent, both in zip(extents, form.pads, strict=True) for pad in both]
        if form.stride == (1, 1) and min(sides) >= 0:
            turned = Conv2d(padding=Padding.of(sides), **common)
            weights = Turned(node, self.shapes[source], scaling)
            self.pass_on(source, self.add(f"turned {node.id}", turned, dy, weights=weights))
            return
        rest = tuple(
            (side + sum(both) - extent) % stride
            for side, both, extent, stride in zip(shape[1:], form.pads, extents, form.stride, strict=True)
        )
        spread = ConvTranspose2d(stride=form.stride, output_padding=(rest[0], rest[1]), **common)
        weights = Turned(node, self.shapes[source], scaling, stays=True)
        made = self.add(f"spread {node.id}", spread, dy, weights=weights)
        cut = Crop(top=form.pads[0][0], left=form.pads[1][0], height=shape[1], width=shape[2])
        self.pass_on(source, self.add(f"cut {node.id}", cut, made))

    def _by_itself(self, node: Node, dy: str, leading: set[str]) -> None:
        shapes = (*(self.shapes[name] for name in node.inputs), self.shapes[node.id])
        parts = (dy, *(self.map(name) for name in node.inputs), self.map(node.id))
        for index, name in enumerate(node.inputs):
            if name in leading:
                back = Back(layer=node.layer, index=index, shapes=shapes)
                weights = Same(node)
                self.pass_on(name, self.add(f"back {index} {node.id}", back, *parts, weights=weights))


def backward_network(
    network: Network, shapes: Mapping[str, Shape], node_id: str, towards: str, *, guided: bool = False
) -> BackwardNetwork:
    """From the gradient of `node_id`'s map to that of `towards`; the outcome is the node `RESULT`."""
    builder = _Builder(network, shapes, towards, guided)
    leading = leading_to(network, node_id, {towards})
    outer = builder.add(OUTER, Input(shape=as_map(shapes[node_id])))
    builder.waiting[node_id] = [outer]
    for current in reversed(network.order):
        if current not in leading or current not in builder.waiting:
            continue
        dy = builder.gathered(current)
        if current == towards:
            builder.add(RESULT, Dropout(), dy)
            break
        builder.through(network.nodes[current], dy, leading)
    return BackwardNetwork(Network(builder.nodes), builder.maps)

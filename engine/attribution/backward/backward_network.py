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

from engine.attribution.backward.back_layers import (
    Back,
    Divided,
    Gate,
    MaxPoolBack,
    Slope,
    Spread,
    ValueByValueBack,
    as_map,
)
from engine.attribution.backward.back_weights import Even, Same, ScaleAlone, Scaling, Turned
from engine.attribution.fields.gradients import leading_to
from engine.layers import Layer
from engine.layers.adaptive_pooling import GlobalAvgPool2d
from engine.layers.add import Add
from engine.layers.base.lowering import (
    AffineForm,
    ClampForm,
    ConcatForm,
    FunctionForm,
    GlobalPoolForm,
    LeakyForm,
    MatrixForm,
    PoolForm,
    ProductForm,
    ShuffleForm,
    SumForm,
    ViewForm,
)
from engine.layers.borders import Crop
from engine.layers.channel_shuffle import ChannelShuffle
from engine.layers.concat import Concat
from engine.layers.convolution import Conv2d
from engine.layers.dropout import Dropout
from engine.layers.input import Input
from engine.layers.multiply import Multiply
from engine.layers.rectifiers import ReLU
from engine.layers.scale import Scale
from engine.layers.slicing import Slice
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.model.network import Network, Node
from engine.shapes import Padding, Pair, Shape, Window, elements
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
        self.parts: dict[str, list[tuple[int, str, str]]] = {}
        """The same of readers of some channels alone: (the first of them, the reader, the gradient)."""
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
        self._join_parts(node_id)
        found = list(self.waiting[node_id])
        for index, name in enumerate(found):
            if name in found[:index]:  # no node reads another one twice
                found[index] = self.add(f"again {index} {node_id}", Dropout(), name)
        return found[0] if len(found) == 1 else self.add(f"sum {node_id}", Add(), *found)

    def is_reached(self, node_id: str) -> bool:
        """Whether there is a gradient of the node's map."""
        return node_id in self.waiting or node_id in self.parts

    def _join_parts(self, node_id: str) -> None:
        """The gradients of some channels each, side by side where they make up the whole map."""
        parts = sorted(self.parts.pop(node_id, ()))
        ends = [start + self.shapes[reader][0] for start, reader, _ in parts]
        if parts and [0, *ends] == [*(start for start, *_ in parts), self.shapes[node_id][0]]:
            gradients = [gradient for *_, gradient in parts]
            self.pass_on(node_id, self.add(f"join {node_id}", Concat(), *gradients))
            return
        for _, reader, gradient in parts:
            self._by_itself(self.network.nodes[reader], gradient, {node_id})

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
                parts = (dy, self.map(source), self.map(node.id))
                pool = MaxPoolBack(over=form.window)
                self.pass_on(source, self.add(f"pool {node.id}", pool, *parts))
            case PoolForm():
                self._averaged(node, dy, form)
            case ShuffleForm():
                groups = shapes[0][0] // form.groups
                self.pass_on(source, self.add(f"dealt {node.id}", ChannelShuffle(groups=groups), dy))
            case ViewForm(origin=(start, 0, 0)) if shapes[0][1:] == self.shapes[node.id][1:]:
                self.parts.setdefault(source, []).append((start, node.id, dy))
            case ProductForm() if len(shapes) == 2 and _is_gated(*shapes):
                self._multiplied(node, dy, leading)
            case MatrixForm(cuts=None):
                scaling, stays = self.scales.get(node.id), not _is_turned(form)
                weights = Turned(node, shapes[0], scaling, stays, form.groups)
                self._convolved(node, dy, form, weights)
            case MatrixForm(cuts=(top, left)) if (after := self._cut_after(node, form)) is not None:
                read = Conv2d(
                    out_channels=shapes[0][0], kernel_size=form.kernel_size, stride=form.stride,
                    dilation=form.dilation, groups=form.groups, bias=False,
                    padding=Padding.of((top, after[0], left, after[1])),
                )  # fmt: skip
                weights = Turned(node, shapes[0], None, True, form.groups)
                self.pass_on(source, self.add(f"read {node.id}", read, dy, weights=weights))
            case FunctionForm() | LeakyForm():
                slope = self.add(f"slope {node.id}", Slope(layer=node.layer), dy, self.map(source))
                self.pass_on(source, slope)
            case _ if _is_value_by_value(node.layer, shapes):
                every = (*map(as_map, shapes), as_map(self.shapes[node.id]))
                back = ValueByValueBack(layer=node.layer, index=0, shapes=every)
                parts = (dy, self.map(source), self.map(node.id))
                self.pass_on(source, self.add(f"back {node.id}", back, *parts))
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
        is_plain = isinstance(before, MatrixForm) and before.cuts is None
        alone = len(self.network.outputs_of[source.id]) == 1 and source.id != self.towards
        if alone and is_plain:
            self.scales[source.id] = Scaling(node, form.epsilon)
            self.pass_on(source.id, dy)
            return
        weights = ScaleAlone(Scaling(node, form.epsilon))
        self.pass_on(source.id, self.add(f"scale {node.id}", Scale(), dy, weights=weights))

    def _convolved(self, node: Node, dy: str, form: MatrixForm, weights: Weights) -> None:
        """A convolution with the kernels turned where it steps one by one, else a transposed one."""
        source = node.inputs[0]
        shape = as_map(self.shapes[source])
        extents = _extents(form)
        common: dict[str, Any] = {
            "out_channels": shape[0],
            "kernel_size": form.kernel_size,
            "dilation": form.dilation,
            "groups": form.groups,
            "bias": False,
        }
        if _is_turned(form):
            sides = [
                extent - 1 - pad for extent, both in zip(extents, form.pads, strict=True) for pad in both
            ]
            turned = Conv2d(padding=Padding.of(sides), **common)
            self.pass_on(source, self.add(f"turned {node.id}", turned, dy, weights=weights))
            return
        rest = tuple(
            (side + sum(both) - extent) % stride
            for side, both, extent, stride in zip(shape[1:], form.pads, extents, form.stride, strict=True)
        )
        spread = ConvTranspose2d(stride=form.stride, output_padding=(rest[0], rest[1]), **common)
        made = self.add(f"spread {node.id}", spread, dy, weights=weights)
        cut = Crop(top=form.pads[0][0], left=form.pads[1][0], height=shape[1], width=shape[2])
        self.pass_on(source, self.add(f"cut {node.id}", cut, made))

    def _averaged(self, node: Node, dy: str, form: PoolForm) -> None:
        """A mean is a convolution of each channel with equal weights."""
        shape, window = self.shapes[node.inputs[0]], form.window
        size = shape[1], shape[2]
        counts = [_values_in(window, axis, size, form.counts_padding) for axis in (0, 1)]
        value = 1 / (window.kernel_size[0] * window.kernel_size[1])
        if any(set(axis) != {size} for axis, size in zip(counts, window.kernel_size, strict=True)):
            value = 1.0
            dy = self.add(f"divided {node.id}", Divided(rows=counts[0], columns=counts[1]), dy)
        as_matrix = MatrixForm(
            kernel_size=window.kernel_size,
            stride=window.stride,
            dilation=window.dilation,
            pads=window.pads(size),
            groups=shape[0],
        )
        self._convolved(node, dy, as_matrix, Even(value))

    def _multiplied(self, node: Node, dy: str, leading: set[str]) -> None:
        """Times the other factor; added up over the places where that one is a gate."""
        for name, other in zip(node.inputs, reversed(node.inputs), strict=True):
            if name not in leading:
                continue
            mine, its = (as_map(self.shapes[source]) for source in (name, other))
            made = self.add(f"times {other} {node.id}", Multiply(), dy, self.map(other))
            if mine != its and mine[1:] == (1, 1):
                mean = self.add(f"mean {node.id}", GlobalAvgPool2d(), made)
                places = Even(float(its[1] * its[2]))
                made = self.add(f"whole {node.id}", Scale(), mean, weights=places)
            self.pass_on(name, made)

    def _cut_after(self, node: Node, form: MatrixForm) -> Pair | None:
        """Of a transposed convolution: rows and columns cut off at the end; None where it adds too many."""
        assert form.cuts is not None
        before, after = self.shapes[node.inputs[0]], self.shapes[node.id]
        found = []
        for axis, extent in enumerate(_extents(form)):
            whole = (before[axis + 1] - 1) * form.stride[axis] + extent
            rest = whole - after[axis + 1] - form.cuts[axis]
            if rest <= -form.stride[axis]:
                return None
            found.append(max(rest, 0))
        return found[0], found[1]

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
        if current not in leading or not builder.is_reached(current):
            continue
        dy = builder.gathered(current)
        if current == towards:
            builder.add(RESULT, Dropout(), dy)
            break
        builder.through(network.nodes[current], dy, leading)
    return BackwardNetwork(Network(builder.nodes), builder.maps)


def _extents(form: MatrixForm) -> Pair:
    """Rows and columns from a kernel's first tap to its last."""
    (kernel_h, kernel_w), (dilation_h, dilation_w) = form.kernel_size, form.dilation
    return dilation_h * (kernel_h - 1) + 1, dilation_w * (kernel_w - 1) + 1


def _is_turned(form: MatrixForm) -> bool:
    """Whether the way back is a plain convolution: no stride, and no more padding than the kernel reaches."""
    sides = zip(_extents(form), form.pads, strict=True)
    return form.stride == (1, 1) and all(extent - 1 >= pad for extent, both in sides for pad in both)


def _values_in(window: Window, axis: int, size: Pair, counts_padding: bool) -> tuple[int, ...]:
    """How many rows (columns) each mean along an axis is of; beyond the padding nothing counts."""
    before, after = window.pads(size)[axis]
    low, high = (-before, size[axis] + after) if counts_padding else (0, size[axis])
    starts = (place * window.stride[axis] - before for place in range(window.output_size(size)[axis]))
    return tuple(min(start + window.kernel_size[axis], high) - max(start, low) for start in starts)


def _is_gated(first: Shape, second: Shape) -> bool:
    """Whether both are maps of one shape, or one has a factor for each map of the other."""
    small, large = sorted((as_map(first), as_map(second)), key=elements)
    return small in (large, (large[0], 1, 1))


def _is_value_by_value(layer: Layer, shapes: tuple[Shape, ...]) -> bool:
    return layer.commutes_with_flatten and len(shapes) == 1 and not layer.param_shapes(*shapes)

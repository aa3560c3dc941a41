"""Which tensor of a file belongs to which parameter of a network: by name, else by order and shape.

Nothing is read for it but the header, so that what would happen can be looked at before anything changes.
Other programs call the same things otherwise (`kernel`, `gamma`, `moving_mean`) and lay kernels out
otherwise (Keras: height, width, in, out); both are taken into account.
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.errors import FormatError, ShapeError
from engine.formats.weights.weights_file import F32, WeightsFile
from engine.model.network import Network
from engine.shapes import Shape, elements, shape_text
from engine.weights import IMPORTED, Checkpoint, Given, go_on

BY_NAME: Final = "by name"
BY_KNOWN_NAME: Final = "by its name there"
BY_ORDER: Final = "by order and shape"

Renaming = Callable[[str], str]
"""What the node is called here whose layer has this name there; the empty string where nobody knows."""

_PARAMETERS: Final = {
    "weight": "weight", "kernel": "weight", "depthwise_kernel": "weight", "w": "weight", "gamma": "weight",
    "scale": "weight", "bias": "bias", "b": "bias", "beta": "bias",
    "running_mean": "running_mean", "moving_mean": "running_mean", "mean": "running_mean",
    "running_var": "running_var", "moving_variance": "running_var", "moving_var": "running_var",
    "var": "running_var",
}  # fmt: skip
_KERAS: Final = ("kernel", "depthwise_kernel")
"""Names of weights that are laid out (height, width, in, out), or (in, out)."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """One parameter and the tensor that it takes."""

    node_id: str
    parameter: str
    shape: Shape
    tensor: str
    how: str
    """`BY_NAME`, `BY_KNOWN_NAME` or `BY_ORDER`."""


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """A tensor that is called like a parameter of another shape: the parameter stays as it is."""

    node_id: str
    parameter: str
    shape: Shape
    tensor: str
    tensor_shape: Shape

    @property
    def text(self) -> str:
        """For people."""
        return (
            f"{self.tensor} is {shape_text(self.tensor_shape) or 'a single number'} in the file,"
            f" {self.node_id} takes {shape_text(self.shape)}"
        )


@dataclass(frozen=True, kw_only=True)
class WeightsMatch:
    """What taking the weights of a file would do to a network."""

    network: Network
    file: WeightsFile
    matches: tuple[Match, ...]
    misfits: tuple[Misfit, ...]
    kept: tuple[str, ...]
    """Nodes with parameters for which the file has none: their weights stay as they are."""
    unused: tuple[str, ...]
    """Tensors that nobody takes."""

    @property
    def taken(self) -> tuple[str, ...]:
        """Nodes that take weights, in topological order."""
        return tuple(dict.fromkeys(match.node_id for match in self.matches))

    @property
    def summary(self) -> str:
        """In one line for people."""
        total = len(self.taken) + len(self.kept)
        how = {match.how for match in self.matches}
        by = f" ({', '.join(way for way in (BY_NAME, BY_KNOWN_NAME, BY_ORDER) if way in how)})" if how else ""
        text = f"{self.file.name}: weights for {len(self.taken)} of {total} layers{by}"
        if self.kept:
            text += f"; {_some(self.kept)} stay{'s' if len(self.kept) == 1 else ''} as before"
        return text

    def check(self) -> None:
        """`FormatError` where no tensor belongs to any layer."""
        if not self.matches:
            names = ", ".join(list(self.file.shapes)[:3]) or "nothing"
            why = f": {self.misfits[0].text}" if self.misfits else f": it holds {names}"
            raise FormatError(f"{self.file.name} has no weights for a layer of this network{why}")

    def applied(self, checkpoint: Checkpoint = go_on) -> Network:
        """With the weights of the file; `FormatError` for numbers that are not finite, and as `check`."""
        self.check()
        arrays: dict[str, dict[str, F32]] = defaultdict(dict)
        for match in self.matches:
            checkpoint()
            values = self.file.read(match.tensor)
            arrays[match.node_id][match.parameter] = _laid_out(self.network, match, values)
        network = self.network
        nodes = dict(network.nodes)
        for node_id, values_of in arrays.items():
            try:
                weights = Given(values_of, IMPORTED, self.file.name)
            except ShapeError as error:
                raise FormatError(f"{self.file.name}: {node_id}: {error}") from None
            nodes[node_id] = network.set_weights(node_id, weights)[node_id]
        return Network(nodes.values())


def match_weights(network: Network, file: WeightsFile, renamings: Iterable[Renaming] = ()) -> WeightsMatch:
    """What belongs where. Of several `renamings` the one counts with which most tensors find a layer."""
    wanted = dict(_parameter_shapes(network))
    shapes = file.shapes
    names = {tensor: _split(tensor) for tensor in shapes}
    found = _named(wanted, shapes, {tensor: name for tensor, name in names.items() if name[1]}, BY_NAME)
    others = [_renamed(names, rename) for rename in renamings]
    known = [_named(wanted, shapes, renamed, BY_KNOWN_NAME) for renamed in others]
    best = max([found, *known], key=lambda one: len(one[0]))
    matches, misfits = best
    if not matches:
        matches = _ordered(wanted, shapes, names)
    matches = _whole(matches, wanted)
    taken = {match.node_id for match in matches}
    used = {match.tensor for match in matches} | {misfit.tensor for misfit in misfits}
    place = network.rank
    return WeightsMatch(
        network=network,
        file=file,
        matches=tuple(sorted(matches, key=lambda match: place[match.node_id])),
        misfits=tuple(misfits),
        kept=tuple(node_id for node_id in wanted if node_id not in taken),
        unused=tuple(tensor for tensor in shapes if tensor not in used),
    )


def _parameter_shapes(network: Network) -> Iterator[tuple[str, Mapping[str, Shape]]]:
    """Of all nodes with parameters whose inputs are known, whatever their weights are now."""
    shapes: dict[str, Shape] = {}
    for node_id in network.order:
        node = network.nodes[node_id]
        inputs = [shapes[source] for source in node.inputs if source in shapes]
        if len(inputs) < max(len(node.inputs), node.layer.min_inputs):
            continue
        try:
            shapes[node_id] = node.layer.output_shape(*inputs)
        except ShapeError:
            continue
        parameters = node.layer.param_shapes(*inputs)
        if parameters:
            yield node_id, parameters


def _split(tensor: str) -> tuple[str, str]:
    """(layer, parameter) that a tensor's name says; an empty parameter where it says none."""
    name = tensor.removesuffix(":0")
    leaf = re.split("[./]", name)[-1]
    return name[: -len(leaf) - 1], _PARAMETERS.get(leaf, "")


def _renamed(names: Mapping[str, tuple[str, str]], rename: Renaming) -> dict[str, tuple[str, str]]:
    return {
        tensor: (node_id, parameter)
        for tensor, (layer, parameter) in names.items()
        if parameter and (node_id := rename(layer))
    }


def _named(
    wanted: Mapping[str, Mapping[str, Shape]],
    shapes: Mapping[str, Shape],
    names: Mapping[str, tuple[str, str]],
    how: str,
) -> tuple[list[Match], list[Misfit]]:
    matches, misfits = [], []
    for tensor, (node_id, parameter) in names.items():
        shape = wanted.get(node_id, {}).get(parameter)
        if shape is None:
            continue
        if shape in _layouts(tensor, shapes[tensor]):
            matches.append(Match(node_id=node_id, parameter=parameter, shape=shape, tensor=tensor, how=how))
        else:
            misfits.append(
                Misfit(
                    node_id=node_id, parameter=parameter, shape=shape, tensor=tensor,
                    tensor_shape=shapes[tensor],
                )
            )  # fmt: skip
    return matches, misfits


def _ordered(
    wanted: Mapping[str, Mapping[str, Shape]],
    shapes: Mapping[str, Shape],
    names: Mapping[str, tuple[str, str]],
) -> list[Match]:
    """The first layer of a shape there is the first of that shape here, and so on."""
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for tensor, (layer, parameter) in names.items():
        if parameter:
            groups[layer][parameter] = tensor
    waiting: dict[tuple[Shape, bool], deque[str]] = defaultdict(deque)
    for node_id, parameters in wanted.items():
        if "weight" in parameters:
            waiting[parameters["weight"], "running_var" in parameters].append(node_id)
    matches = []
    for tensors in groups.values():
        if "weight" not in tensors:
            continue
        weight = tensors["weight"]
        queues = (
            waiting.get((layout, "running_var" in tensors)) for layout in _layouts(weight, shapes[weight])
        )
        queue = next((queue for queue in queues if queue), None)
        if not queue:
            continue
        node_id = queue.popleft()
        for parameter, tensor in tensors.items():
            shape = wanted[node_id].get(parameter)
            if shape is not None and shape in _layouts(tensor, shapes[tensor]):
                matches.append(
                    Match(node_id=node_id, parameter=parameter, shape=shape, tensor=tensor, how=BY_ORDER)
                )
    return matches


def _whole(matches: list[Match], wanted: Mapping[str, Mapping[str, Shape]]) -> list[Match]:
    """Those of layers whose weight is among them: a bias alone makes no layer."""
    complete = {match.node_id for match in matches if match.parameter == "weight"}
    return [match for match in matches if match.node_id in complete or "weight" not in wanted[match.node_id]]


def _layouts(tensor: str, shape: Shape) -> tuple[Shape, ...]:
    """The shapes that a tensor can have here, the likeliest first."""
    is_keras = tensor.removesuffix(":0").endswith(_KERAS)
    if is_keras and len(shape) == 4:
        h, w, i, o = shape
        return (i * o, 1, h, w), (o, i, h, w)
    if is_keras and len(shape) == 2:
        return (shape[::-1], (*shape[::-1], 1, 1))
    if len(shape) == 4 and shape[2:] == (1, 1):
        return shape, shape[:2]
    return (shape, (*shape, 1, 1)) if len(shape) == 2 else (shape,)


def _laid_out(network: Network, match: Match, values: F32) -> F32:
    """The values in the shape, and the order, that the layer here has them in."""
    shape = match.shape
    if match.parameter != "weight" or not match.tensor.removesuffix(":0").endswith(_KERAS):
        return values if values.shape == shape else values.reshape(shape)
    if values.ndim == 4:
        h, w, i, o = values.shape
        if shape == (o, i, h, w):
            return np.ascontiguousarray(values.transpose(3, 2, 0, 1))
        return np.ascontiguousarray(values.transpose(2, 3, 0, 1)).reshape(shape)
    flattened = _flattened(network, match.node_id)
    if flattened is not None and elements(flattened) == values.shape[0]:
        c, h, w = flattened  # Keras counts a flattened map's channels last
        values = values.reshape(h, w, c, -1).transpose(2, 0, 1, 3).reshape(values.shape)
    return np.ascontiguousarray(values.T).reshape(shape)


def _flattened(network: Network, node_id: str) -> Shape | None:
    """The shape of the map whose values the node reads one after the other; None where it reads none."""
    shapes: dict[str, Shape] = {}
    for one in network.order:
        node = network.nodes[one]
        inputs = [shapes[source] for source in node.inputs if source in shapes]
        if one == node_id:
            break
        if len(inputs) >= max(len(node.inputs), node.layer.min_inputs):
            try:
                shapes[one] = node.layer.output_shape(*inputs)
            except ShapeError:
                continue
    source = next(iter(network[node_id].inputs), None)
    while source is not None and source in shapes:
        if len(shapes[source]) == 3:
            return shapes[source] if elements(shapes[source][1:]) > 1 else None
        source = next(iter(network[source].inputs), None)
    return None


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

"""Running statistics of drawn batch norms: measured once, on one photograph, as part of the draw.

What training would measure is not there where weights are drawn, and a mean of 0 and a variance of 1 do not
fit what drawn layers make: sums of residual blocks grow a thousandfold, and a network that knows nothing
answers one class with certainty. So each drawn normalisation gets the mean and variance of what reaches it
when the network looks at `MEASURED_ON`, whatever photograph is open: data-dependent initialisation as in
Krähenbühl et al., "Data-dependent Initializations of Convolutional Neural Networks", ICLR 2016, section 3.

Statistics follow from what stands above a node, by content: an edit below it changes nothing, an edit above
it draws it anew. They are measured on an Input of at most `SIDE` × `SIDE`, so they do not depend on larger
sizes; what cannot be computed there (behind a dense layer, say) is measured at the network's own size.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from engine.errors import NetworkError
from engine.execution.network_signature import network_signature
from engine.layers.base.layer import Layer
from engine.model.network import Network, Node
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape
from engine.weights import Checkpoint, Weights, go_on

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = npt.NDArray[np.float32]
Statistics = Mapping[str, Array]
Run = Callable[[Network, int, Collection[str], Checkpoint], Iterator[object]]
"""Computes nodes of a network (with this seed, on `MEASURED_ON`), step by step; the checkpoint may end it."""

SIDE: Final = 320
"""Height and width at most of the Input on which it is measured."""
REMEMBERED: Final = 8192
"""Batch norms whose statistics are remembered: a few KB each."""
DRAWN_BYTES: Final = 64 << 20
"""Of drawn arrays that are remembered, beside the budget: they are needed once for measuring, and once to be
folded into. An edit above all of ResNet-18 (43 MB of draws) takes three quarters of the time with them.
"""
ATTEMPTS: Final = 100

_known: Final[OrderedDict[str, Statistics]] = OrderedDict()
_drawn: Final[OrderedDict[tuple[Any, ...], dict[str, Array]]] = OrderedDict()


def with_running_statistics(network: Network, seed: int, run: Run) -> Network:
    """The network with sources of weights that measure what its drawn batch norms lack, when it is asked for.

    The very same network where nothing is to be measured.
    """
    shapes = output_shapes(network)
    wanted = {node_id for node_id in shapes if _is_to_be_measured(network.nodes[node_id], shapes)}
    if not wanted:
        return network
    above = {node_id for norm in wanted for node_id in network.ancestors(norm)}
    network = _with(network, {node_id: _drawn_once(network.nodes[node_id], shapes) for node_id in above})
    small = Measurement.of(network, wanted, seed, run, small=True)
    at_small_size = {node_id for node_id in wanted if small.is_same(node_id, network, shapes)}
    network = small.applied(network, at_small_size)
    if rest := wanted - at_small_size:
        network = Measurement.of(network, rest, seed, run).applied(network, rest)
    return network


def _is_to_be_measured(node: Node, shapes: Mapping[str, Shape]) -> bool:
    inputs = tuple(shapes[source] for source in node.inputs)
    return bool(node.layer.non_trainable) and node.weights.draws(node.layer, inputs)


def _drawn_once(node: Node, shapes: Mapping[str, Shape]) -> Node:
    inputs = tuple(shapes[source] for source in node.inputs)
    is_drawn = node.layer.param_shapes(*inputs) and node.weights.draws(node.layer, inputs)
    return replace(node, weights=DrawnOnce(node.weights)) if is_drawn else node


def _with(network: Network, changed: Mapping[str, Node]) -> Network:
    return Network(changed.get(node_id, node) for node_id, node in network.nodes.items())


class Measurement:
    """One walk down a network in which normalisations measure what reaches them, no farther than is asked."""

    def __init__(self, network: Network, wanted: Collection[str], seed: int, run: Run) -> None:
        """network: with a `Measuring` in the place of each of the `wanted` nodes."""
        self._network, self._seed, self._run = network, seed, run
        signature = network_signature(network, seed)
        self._shapes = signature.shapes
        self._keys = {node_id: signature.digests[node_id] for node_id in wanted if node_id in self._shapes}
        self._running: Iterator[object] | None = None
        self._checkpoint: Checkpoint = go_on

    @classmethod
    def of(
        cls, network: Network, wanted: Collection[str], seed: int, run: Run, *, small: bool = False
    ) -> "Measurement":
        """Of these nodes, on the network's own Inputs or on small ones."""

        def measuring(node: Node) -> Node:
            if node.id in wanted:
                return replace(node, layer=Measuring(of=node.layer, node_id=node.id))
            if small and node.layer.is_input:
                channels, height, width = node.layer.output_shape()
                size = (channels, min(height, SIDE), min(width, SIDE))
                return replace(node, layer=node.layer.replace(shape=size))
            return node

        return cls(Network(map(measuring, network.nodes.values())), wanted, seed, run)

    def is_same(self, node_id: str, network: Network, shapes: Mapping[str, Shape]) -> bool:
        """Whether all that reaches the node is made with the very parameters that the network has there."""

        def parameters(network: Network, node_id: str, shapes: Mapping[str, Shape]) -> Mapping[str, Shape]:
            node = network.nodes[node_id]
            return node.layer.param_shapes(*(shapes[source] for source in node.inputs))

        if node_id not in self._shapes or self._shapes[node_id][0] != shapes[node_id][0]:
            return False
        return all(
            one in self._keys
            or parameters(network, one, shapes) == parameters(self._network, one, self._shapes)
            for one in network.ancestors(node_id)
        )

    def applied(self, network: Network, wanted: Collection[str]) -> Network:
        """The network with these nodes' statistics from here."""
        changed = {}
        for node_id in wanted:
            node = network.nodes[node_id]
            changed[node_id] = replace(node, weights=Measured(node.weights, self._keys[node_id], self))
        return _with(network, changed)

    def statistics(self, node_id: str, checkpoint: Checkpoint) -> Statistics:
        """What was measured at the node; the walk goes on until it is there. `checkpoint` may end it."""
        from engine.kernels.fast import machine

        with machine.computing:  # the one lock there is: who waits for it holds no other
            self._checkpoint = checkpoint
            for _ in range(ATTEMPTS):
                while self._go_on(node_id):
                    checkpoint()
                if self._keys[node_id] in _known:
                    _known.move_to_end(self._keys[node_id])
                    return _known[self._keys[node_id]]
                checkpoint()  # another run, with which this one shares its threads, was cancelled
        raise NetworkError(f"{node_id} was not measured: the run was cancelled")

    def _go_on(self, node_id: str) -> bool:
        """A step farther; False where the node's statistics are there, or the walk has ended."""
        if self._keys[node_id] in _known:
            return False
        if self._running is None:
            self._running = self._run(self._network, self._seed, set(self._keys), self._go_on_running)
        try:
            ended = next(self._running, None) is None
        except BaseException:
            self._running = None
            raise
        if ended:
            self._running = None
        for measured, key in self._keys.items():
            layer = self._network.nodes[measured].layer
            assert isinstance(layer, Measuring)
            if measured in layer.noted:
                _known[key] = layer.noted.pop(measured)
        while len(_known) > max(REMEMBERED, len(self._keys)):
            _known.popitem(last=False)
        return not ended

    def _go_on_running(self) -> None:
        self._checkpoint()


@dataclass(frozen=True, kw_only=True)
class Measuring(Layer):
    """Stands in the place of a normalisation while that is measured: normalises by what it measures."""

    of: Layer
    node_id: str = field(repr=False, compare=False)
    noted: dict[str, Statistics] = field(default_factory=dict, repr=False, compare=False)
    """What was measured, by node id, until somebody has read it."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.of.output_shape(*inputs)

    def forward(self, inputs: "Sequence[Array]", params: Statistics) -> Array:
        output, self.noted[self.node_id] = self.of.in_training(inputs[0])
        return output


@dataclass(frozen=True)
class DrawnOnce(Weights):
    """The parameters of another source, remembered: drawing a large layer takes longer than computing it."""

    of: Weights

    @cached_property
    def key(self) -> str:
        return self.of.key

    @property
    def shared(self) -> str:
        return self.of.shared

    def misfit(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        return self.of.misfit(layer, inputs)

    def draws(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return self.of.draws(layer, inputs)

    def is_learned(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return self.of.is_learned(layer, inputs)

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> dict[str, Array]:
        shapes = tuple(layer.param_shapes(*inputs).items())
        key = (self.key, node_id, seed, layer, tuple(shape[0] for shape in inputs), shapes)
        found = _drawn.pop(key, None)
        if found is None:
            found = self.of.parameters(node_id, layer, inputs, seed, checkpoint)
        _drawn[key] = found
        while len(_drawn) > 1 and sum(map(_bytes, list(_drawn.values()))) > DRAWN_BYTES:
            _drawn.popitem(last=False)
        return dict(found)


@dataclass(frozen=True)
class Measured(DrawnOnce):
    """The parameters of another source, and the statistics that were measured for it."""

    digest: str
    """Of everything that the statistics depend on."""
    measurement: Measurement = field(repr=False, compare=False)

    @cached_property
    def key(self) -> str:
        return sha256(f"{self.of.key} measured {self.digest}".encode()).hexdigest()

    def draws(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return False

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> dict[str, Array]:
        made = self.of.parameters(node_id, layer, inputs, seed, checkpoint)
        measured = self.measurement.statistics(node_id, checkpoint)
        if all(values.shape == made[name].shape for name, values in measured.items()):
            made |= measured
        return made


def _bytes(parameters: Mapping[str, Array]) -> int:
    return sum(values.nbytes for values in parameters.values())
